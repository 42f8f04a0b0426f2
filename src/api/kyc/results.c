// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: what the checks found, as the document shows it. */
#include <json-c/json.h>

#include "api/kyc/results.h"
#include "base/json.h"
#include "base/str.h"
#include "kyc/conclude.h"
#include "kyc/extracted.h"
#include "kyc/outcome.h"
#include "kyc/review.h"

#define BIT(kind) (1u << KYC_##kind##_CHECK)
#define LISTS (BIT(AML) | BIT(PEP))
#define FACES (BIT(IDENTITY) | BIT(ENHANCED_IDENTITY))

/* What one render needs; found[] are the parsed findings. */
struct results {
	const struct kyc_checks *checks;
	const struct kyc_progress *progress;
	struct json_object *found[KYC_CHECK_KINDS];
};

static struct results load(const struct kyc_whole *w)
{
	struct results r = { .checks = &w->checks, .progress = &w->progress };
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const char *findings = w->checks.by_kind[kind].findings;

		if (findings)
			r.found[kind] = json_tokener_parse(findings);
	}
	return r;
}

static void unload(struct results *r)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++)
		json_object_put(r->found[kind]);
}

/* Of the kinds, those that the session has. */
static unsigned int present(const struct results *r, unsigned int kinds)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (!r->checks->by_kind[kind].status)
			kinds &= ~(1u << kind);
	}
	return kinds;
}

/* Why the kinds have nothing to show; NULL where they have. */
static const char *lack(const struct results *r, unsigned int kinds)
{
	const char *why = NULL;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (!(kinds & 1u << kind))
			continue;
		if (r->checks->by_kind[kind].status != KYC_CHECK_ENDED)
			return "pending";
		if (!r->found[kind])
			why = "unavailable";
	}
	return why;
}

/* The member of the first kind's findings that has it; NULL for none. */
static struct json_object *member(const struct results *r, unsigned int kinds,
				  const char *name)
{
	struct json_object *v;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (kinds & 1u << kind &&
		    json_object_object_get_ex(r->found[kind], name, &v))
			return v;
	}
	return NULL;
}

/* One object of the document: its fields from the findings, or its status and
 * nulls; null where the session has no such check. */
static void render_object(struct buf *b, const char *key,
			  const struct results *r, unsigned int kinds,
			  const char *name, const char *const *fields)
{
	struct json_object *o, *v;
	const char *why;

	kinds = present(r, kinds);
	if (!kinds) {
		json_null(b, key);
		return;
	}
	why = lack(r, kinds);
	o = why ? NULL : member(r, kinds, name);
	if (o) {
		native_json(b, key, o);
		return;
	}
	json_open(b, key, '{');
	json_str(b, "status", why ? why : "unavailable");
	for (; *fields; fields++) {
		v = NULL;
		json_object_object_get_ex(o, *fields, &v);
		native_json(b, *fields, v);
	}
	json_close(b, '}');
}

/* What the documents' list of fields has; findings hold more. */
static void render_read(struct buf *b, const char *id, const char *why,
			struct json_object *read)
{
	static const char *const fields[] = { "full_name", "document_number",
					      "date_of_birth", "nationality",
					      "expiry_date" };
	struct json_object *v;
	size_t i;

	json_open(b, id, '{');
	if (why)
		json_str(b, "status", why);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		v = NULL;
		json_object_object_get_ex(read, fields[i], &v);
		native_json(b, fields[i], v);
	}
	json_close(b, '}');
}

/* Both sides of a card are one paper: each says what was read off the two. */
static void render_paper(struct buf *b, const char *id,
			 struct json_object *read)
{
	struct json_object *back;

	render_read(b, id, NULL, read);
	if (json_object_object_get_ex(read, KYC_READ_BACK, &back))
		render_read(b, json_object_get_string(back), NULL, read);
}

static void render_extraction(struct buf *b, const struct results *r)
{
	unsigned int kinds = present(r, BIT(DOCUMENT));
	const char *why = lack(r, kinds);
	struct json_object *o = why ? NULL : member(r, kinds, "documents");
	char id[NATIVE_ID_SIZE];
	size_t i;

	json_open(b, "extraction_results", '{');
	if (o) {
		json_object_object_foreach(o, name, read)
			render_paper(b, name, read);
	}
	for (i = 0; why && i < r->progress->document_count; i++) {
		const struct kyc_document *d = &r->progress->documents[i];

		if (d->type == KYC_TYPE_ID)
			render_read(b, native_id("doc_", &d->id, id), why,
				    NULL);
	}
	json_close(b, '}');
}

static void render_cross_validation(struct buf *b, const struct results *r)
{
	unsigned int kinds = present(r, BIT(DOCUMENT));
	const char *why = lack(r, kinds);
	struct json_object *o =
		why ? NULL : member(r, kinds, "cross_validation");

	if (!kinds) {
		json_null(b, "cross_validation");
		return;
	}
	if (o) {
		native_json(b, "cross_validation", o);
		return;
	}
	json_open(b, "cross_validation", '{');
	json_str(b, "status", why ? why : "unavailable");
	json_open(b, "warnings", '[');
	json_close(b, ']');
	json_open(b, "errors", '[');
	json_close(b, ']');
	json_close(b, '}');
}

/* Both kinds of lists as one: a match of either is one, and no match needs
 * both. */
static void render_lists(struct buf *b, const struct results *r)
{
	static const char *const fields[] = { "is_match", "match_count",
					      "lists_checked", NULL };
	struct json_object *aml = member(r, BIT(AML), "lists"), *v;
	struct json_object *pep = member(r, BIT(PEP), "lists");
	int64_t matches = 0;

	if (!aml || !pep || lack(r, present(r, LISTS))) {
		render_object(b, "lists_check", r, LISTS, "lists", fields);
		return;
	}
	if (json_object_object_get_ex(aml, "match_count", &v))
		matches += json_object_get_int64(v);
	if (json_object_object_get_ex(pep, "match_count", &v))
		matches += json_object_get_int64(v);
	json_open(b, "lists_check", '{');
	json_flag(b, "is_match", matches > 0);
	json_int(b, "match_count", matches);
	v = NULL;
	json_object_object_get_ex(aml, "lists_checked", &v);
	native_json(b, "lists_checked", v);
	json_close(b, '}');
}

static void render_external(struct buf *b, const struct results *r)
{
	static const char *const crypto[] = { "is_match", NULL };
	static const char *const media[] = { "risk_score", "decision", NULL };

	render_lists(b, r);
	render_object(b, "crypto_check", r, BIT(CRYPTO), "crypto", crypto);
	render_object(b, "adverse_media_check", r, BIT(ADVERSE_MEDIA),
		      "adverse_media", media);
}

static void render_web(struct buf *b, const struct results *r)
{
	unsigned int kinds = present(r, BIT(WEB));
	const char *why = lack(r, kinds);
	struct json_object *o = why ? NULL : member(r, kinds, "web");

	if (o) {
		native_json(b, "web_validation_results", o);
		return;
	}
	json_open(b, "web_validation_results", '[');
	if (why) {
		json_open(b, NULL, '{');
		json_str(b, "status", why);
		json_close(b, '}');
	}
	json_close(b, ']');
}

/* From the first check's start to the last one's end. */
static int64_t duration(const struct results *r, const struct kyc_session *s)
{
	int64_t first = s->processed_at;
	int kind;

	if (s->processed_at < 0)
		return -1;
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &r->checks->by_kind[kind];

		if (c->status && c->started_at >= 0 && c->started_at < first)
			first = c->started_at;
	}
	return s->processed_at - first;
}

/* Each of the members, for a reviewer; null where the session has no such
 * check. */
static void render_members(struct buf *b, const char *key,
			   const struct results *r, unsigned int kinds,
			   const char *const *names)
{
	const char *why;

	kinds = present(r, kinds);
	if (!kinds) {
		json_null(b, key);
		return;
	}
	why = lack(r, kinds);
	json_open(b, key, '{');
	if (why)
		json_str(b, "status", why);
	for (; *names; names++)
		native_json(b, *names, why ? NULL : member(r, kinds, *names));
	json_close(b, '}');
}

static void render_all(struct buf *b, const struct results *r,
		       const struct kyc_session *s)
{
	static const char *const face[] = { "confidence", "threshold", NULL };
	static const char *const document[] = { "breakdown", "evidence", NULL };
	const struct kyc_workflow *w = &r->progress->workflow;
	bool ended = s->processed_at >= 0;

	json_open(b, "processing_results", '{');
	render_extraction(b, r);
	render_cross_validation(b, r);
	render_members(b, "document_result", r, BIT(DOCUMENT), document);
	render_members(b, "proof_of_address_result", r, BIT(PROOF_OF_ADDRESS),
		       document + 1);
	render_object(b, "face_match_result", r, FACES, "face_match", face);
	json_open(b, "external_validations", '{');
	render_external(b, r);
	json_close(b, '}');
	render_web(b, r);
	json_str(b, "outcome",
		 ended ? kyc_outcome_name(s->outcome) : "pending");
	json_str(b, "failure_reason", kyc_reason_name(s->reason));
	/* the rules', whatever a person decided since */
	json_str(b, "final_decision",
		 ended ? kyc_decision_name(w->automation.decide[s->outcome])
		       : NULL);
	native_time(b, "processed_at", s->processed_at);
	json_int_or_null(b, "processing_time_ms", duration(r, s));
	json_close(b, '}');
}

void kyc_results_render(struct buf *b, const struct kyc_whole *w)
{
	const struct kyc_session *s = &w->session;
	struct results r;

	if (s->completed_at < 0 && s->processed_at < 0) {
		json_null(b, "processing_results");
		return;
	}
	r = load(w);
	if (s->processed_at < 0 && !present(&r, ~1u))
		json_null(b, "processing_results");
	else
		render_all(b, &r, s);
	unload(&r);
}

/* When the last of them ended; -1 where none has. */
static int64_t external_end(const struct kyc_checks *checks)
{
	int64_t at = -1;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (KYC_EXTERNAL_CHECKS & 1u << kind && c->status &&
		    c->ended_at > at)
			at = c->ended_at;
	}
	return at;
}

void kyc_results_render_external(struct buf *b, const struct kyc_whole *w)
{
	struct results r = load(w);
	int64_t at = external_end(&w->checks);

	/* a workflow may ask for none: that is validated now */
	if (at < 0 && !lack(&r, present(&r, KYC_EXTERNAL_CHECKS)))
		at = clock_now_ms();
	json_open(b, "validation_results", '{');
	render_external(b, &r);
	native_time(b, "validated_at", at);
	json_close(b, '}');
	unload(&r);
}
