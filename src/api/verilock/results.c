// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: what came of each step of a session. */
#include <json-c/json.h>

#include "api/native.h"
#include "api/verilock/verilock.h"
#include "base/json.h"
#include "kyc/outcome.h"
#include "kyc/state.h"

/* By step: the checks that tell of it, and what of their findings. */
static const struct {
	enum kyc_check_kind kinds[2]; /* 0 for none */
	bool both; /* the worse of the two; else the first that is there */
	bool score;
	const char *findings;
} rows[VERILOCK_STEPS] = {
	[VERILOCK_DOCUMENT] = { { KYC_DOCUMENT_CHECK },
				.findings = "documents" },
	[VERILOCK_SELFIE] = { { KYC_NO_CHECK_KIND } },
	[VERILOCK_FACE_MATCH] = { { KYC_IDENTITY_CHECK,
				    KYC_ENHANCED_IDENTITY_CHECK },
				  .score = true,
				  .findings = "face_match" },
	[VERILOCK_LIVENESS] = { { KYC_LIVENESS_CHECK,
				  KYC_ENHANCED_IDENTITY_CHECK },
				.score = true,
				.findings = "face_match" },
	[VERILOCK_AML] = { { KYC_AML_CHECK, KYC_PEP_CHECK },
			   .both = true,
			   .findings = "lists" },
};

/* The one that has not ended, else that with the worse outcome. */
static const struct kyc_check *worse(const struct kyc_check *a,
				     const struct kyc_check *b)
{
	if (a->status != KYC_CHECK_ENDED)
		return a;
	if (b->status != KYC_CHECK_ENDED)
		return b;
	return kyc_outcome_worst(a->outcome, b->outcome) == a->outcome ? a : b;
}

/* NULL where the session has none that tells of the step. */
static const struct kyc_check *check_of(const struct kyc_checks *checks,
					enum verilock_step step)
{
	const struct kyc_check *a = &checks->by_kind[rows[step].kinds[0]];
	const struct kyc_check *b = &checks->by_kind[rows[step].kinds[1]];

	if (a->status && b->status && rows[step].both)
		return worse(a, b);
	if (a->status)
		return a;
	return b->status ? b : NULL;
}

/* Whether the customer has done anything of the step. */
static bool is_begun(const struct kyc_progress *p, enum verilock_step step)
{
	enum kyc_step_kind kind = verilock_step_kind(step);
	size_t i;

	for (i = 0; kind && i < p->workflow.step_count; i++) {
		if (p->steps[i].def->kind == kind &&
		    p->steps[i].stored != KYC_STEP_PENDING &&
		    p->steps[i].stored != KYC_STEP_SKIPPED)
			return true;
	}
	return false;
}

/* What was decided of the whole, where a check alone does not say it. */
static const char *decision(const struct kyc_session *s)
{
	const char *word = verilock_state(kyc_state_now(s, clock_now_ms()));

	return !strcmp(word, "approved") || !strcmp(word, "declined")
		       ? word
		       : "pending";
}

static const char *status_of(const struct kyc_whole *w,
			     const struct kyc_check *c, enum verilock_step step)
{
	if (!c)
		return is_begun(&w->progress, step) ? decision(&w->session)
						    : "not_started";
	if (c->status != KYC_CHECK_ENDED)
		return "pending";
	if (c->outcome == KYC_OUTCOME_CLEAR)
		return "approved";
	return c->outcome == KYC_OUTCOME_ISSUE ? "declined"
					       : decision(&w->session);
}

/* Of several documents the first. */
static struct json_object *first_of(struct json_object *documents)
{
	json_object_object_foreach(documents, id, document)
	{
		(void)id;
		return document;
	}
	return NULL;
}

/* Borrowed; NULL where nothing was found. */
static struct json_object *findings_of(struct json_object *all,
				       enum verilock_step step)
{
	struct json_object *o;

	if (!rows[step].findings ||
	    !json_object_object_get_ex(all, rows[step].findings, &o) ||
	    !json_object_is_type(o, json_type_object))
		return NULL;
	return step == VERILOCK_DOCUMENT ? first_of(o) : o;
}

static void render_score(struct buf *b, struct json_object *found)
{
	struct json_object *v;

	if (json_object_object_get_ex(found, "confidence", &v) &&
	    (json_object_is_type(v, json_type_double) ||
	     json_object_is_type(v, json_type_int)))
		native_json(b, "score", v);
}

/* The kind that the customer chose, else the one that was read. */
static void render_type(struct buf *b, const struct kyc_progress *p,
			struct json_object *found)
{
	struct json_object *v;
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (p->steps[i].def->kind != KYC_STEP_DOCUMENT ||
		    !p->steps[i].document_kind)
			continue;
		json_str(b, "type",
			 kyc_document_kind_names[p->steps[i].document_kind]);
		return;
	}
	if (json_object_object_get_ex(found, "document_type", &v) &&
	    json_object_is_type(v, json_type_string))
		json_str(b, "type", json_object_get_string(v));
}

/* What test mode shows of a document. */
static void render_limited(struct buf *b, struct json_object *document)
{
	static const char *const shown[] = { "full_name", "first_name",
					     "last_name", "document_type" };
	struct json_object *v;
	size_t i;

	json_open(b, "details", '{');
	for (i = 0; i < ARRAY_SIZE(shown); i++) {
		if (json_object_object_get_ex(document, shown[i], &v))
			native_json(b, shown[i], v);
	}
	json_close(b, '}');
}

static void render_step(struct api_call *call, const struct kyc_whole *w,
			enum verilock_step step)
{
	const struct kyc_check *c = check_of(&w->checks, step);
	struct json_object *all = NULL, *found;
	struct buf *b = &call->res->body;

	if (c && c->findings)
		all = json_tokener_parse(c->findings);
	found = findings_of(all, step);
	json_open(b, verilock_step_names[step], '{');
	json_str(b, "status", status_of(w, c, step));
	if (rows[step].score)
		render_score(b, found);
	if (step == VERILOCK_DOCUMENT)
		render_type(b, &w->progress, found);
	if (found && step == VERILOCK_DOCUMENT && !call->kyc->who.live)
		render_limited(b, found);
	else if (found)
		native_json(b, "details", found);
	json_close(b, '}');
	json_object_put(all);
}

void verilock_render_results(struct api_call *call, const struct kyc_whole *w)
{
	unsigned int steps = verilock_steps_of(&w->progress.workflow);
	struct buf *b = &call->res->body;
	int i;

	json_open(b, "results", '{');
	for (i = 0; i < VERILOCK_STEPS; i++) {
		if (steps & 1u << i)
			render_step(call, w, (enum verilock_step)i);
	}
	json_close(b, '}');
}
