// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: people's decisions about a session. */
#include <json-c/json.h>

#include "api/kycgenie/kycgenie.h"
#include "base/json.h"
#include "kyc/check.h"
#include "kyc/review.h"
#include "kyc/outcome.h"

struct review_args {
	int decision;
	const char *notes;
	struct json_object *check_ids;
};

/* "pending" is what waits for a person. */
static const char *const decision_words[] = { "approved", "rejected", "flagged",
					      "pending", NULL };
static const enum kyc_decision decisions[] = { KYC_DECIDED_APPROVED,
					       KYC_DECIDED_REJECTED,
					       KYC_DECIDED_FLAGGED,
					       KYC_DECIDED_MANUAL_REVIEW };

#define AT(field) offsetof(struct review_args, field)

static const struct param create_params[] = {
	{ .name = "decision",
	  .type = PARAM_WORD,
	  .offset = AT(decision),
	  .words = decision_words,
	  .required = true },
	{ .name = "notes",
	  .type = PARAM_TEXT,
	  .offset = AT(notes),
	  .required = true,
	  .min = 1 },
	{ .name = "check_ids", .type = PARAM_ARRAY, .offset = AT(check_ids) },
};

static const char *word_of(enum kyc_decision decision)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(decisions); i++) {
		if (decisions[i] == decision)
			return decision_words[i];
	}
	return "pending"; /* put back among the processed ones */
}

/* The bit of the session's check that has the id; 0 for none. */
static unsigned int check_of(const struct kyc_session *s,
			     const struct kyc_checks *checks, const char *text)
{
	struct uuid id, own;
	int kind;

	if (!text || uuid_parse(text, &id))
		return 0;
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		own = kyc_check_id(&s->id, (enum kyc_check_kind)kind);
		if (checks->by_kind[kind].status && uuid_equal(&own, &id))
			return 1u << kind;
	}
	return 0;
}

static int read_checks(struct api_call *call, const struct kyc_session *s,
		       struct json_object *ids, unsigned int *out)
{
	size_t i, n = ids ? json_object_array_length(ids) : 0;
	struct kyc_checks checks;
	unsigned int bit;
	char path[32];

	if (!n)
		return 0;
	if (kyc_checks_load(call->kyc, &s->id, &checks, &call->fault))
		return -1;
	for (i = 0; i < n; i++) {
		bit = check_of(s, &checks,
			       json_object_get_string(
				       json_object_array_get_idx(ids, i)));
		snprintf(path, sizeof(path), "check_ids[%zu]", i);
		if (!bit)
			fault_field(&call->fault, path,
				    "is no check of this session");
		*out |= bit;
	}
	return call->fault.code ? -1 : 0;
}

static void render_checks(struct buf *b, const struct uuid *session,
			  unsigned int checks)
{
	struct uuid id;
	int kind;

	if (!checks) {
		json_null(b, "check_ids");
		return;
	}
	json_open(b, "check_ids", '[');
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (!(checks & 1u << kind))
			continue;
		id = kyc_check_id(session, (enum kyc_check_kind)kind);
		native_uuid(b, NULL, &id);
	}
	json_close(b, ']');
}

static void render_review(struct buf *b, const struct uuid *session,
			  const struct kyc_review *r, bool with_session)
{
	json_open(b, NULL, '{');
	native_uuid(b, "review_id", &r->id);
	if (with_session)
		native_uuid(b, "session_id", session);
	json_str(b, "decision", word_of(r->decision));
	json_str(b, "notes", r->notes);
	json_open(b, "reviewed_by", '{');
	native_uuid(b, "id", &r->actor_id);
	json_str(b, "name", r->actor_name);
	json_null(b, "email"); /* an API key has none */
	json_close(b, '}');
	native_time(b, "reviewed_at", r->created_at);
	render_checks(b, session, r->checks);
	json_close(b, '}');
}

static int create(struct api_call *call)
{
	const struct review_args *args = call->args;
	struct kyc_review r = { .decision = decisions[args->decision],
				.notes = args->notes };
	struct kyc_session s;

	if (api_lock_session(call, &s) ||
	    kyc_state_settle(call->kyc, &s, &call->fault) ||
	    read_checks(call, &s, args->check_ids, &r.checks))
		return -1;
	if (kyc_review_decide(call->kyc, &s, &r, &call->fault))
		return call->fault.code == FAULT_CONFLICT
			       ? kycgenie_not_now(
					 call, &s,
					 "Cannot review verification session",
					 "current_status")
			       : -1;
	if (kyc_review_name(call->kyc, &r, &call->fault))
		return -1;
	render_review(&call->res->body, &s.id, &r, true);
	api_reply(call, 201);
	return 0;
}

/* What the versions call the list and its length. */
static int list(struct api_call *call, const char *items, const char *count)
{
	const struct kyc_session *s = call->session;
	struct buf *b = &call->res->body;
	struct kyc_review *reviews;
	int64_t total;
	int n = kyc_review_list(call->kyc, &s->id, &reviews, &total,
				&call->fault);
	int i;

	if (n < 0)
		return -1;
	json_open(b, NULL, '{');
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "entity_id", &s->entity);
	json_str(b, "session_status", kycgenie_status(s));
	json_str(b, "session_outcome", kyc_outcome_names[s->outcome]);
	json_int(b, count, total);
	json_str(b, "latest_decision", n ? word_of(reviews[0].decision) : NULL);
	json_open(b, items, '[');
	for (i = 0; i < n; i++)
		render_review(b, &s->id, &reviews[i], false);
	json_close(b, ']');
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static int list_v1(struct api_call *call)
{
	return list(call, "reviews", "total_reviews");
}

static int list_v2(struct api_call *call)
{
	return list(call, "results", "count");
}

#define SESSION "verification/sessions/{id}/"
#define CREATE(base)                                                           \
	{                                                                      \
		.method = HTTP_POST, .path = base SESSION "reviews/create/",   \
		.auth = API_KEY, .permission = KYC_MAY_REVIEW,                 \
		.body = API_JSON, .handler = create, .params = create_params,  \
		.param_count = ARRAY_SIZE(create_params),                      \
		.args_size = sizeof(struct review_args)                        \
	}
#define LIST(base, function)                                                   \
	{                                                                      \
		.method = HTTP_GET, .path = base SESSION "reviews/",           \
		.auth = API_KEY_SESSION, .look = KYC_LOOK_SESSION,             \
		.permission = KYC_MAY_READ, .handler = function                \
	}

static const struct api_route rows[] = {
	KYCGENIE_BOTH(CREATE),
	LIST("/api/v1/", list_v1),
	LIST("/api/v2/", list_v2),
};

const struct api_routes kycgenie_review_routes = { rows, ARRAY_SIZE(rows) };
