// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the list of sessions and its summary. */
#include "api/cursor.h"
#include "api/kyc/kyc.h"
#include "api/kyc/list.h"
#include "api/kyc/words.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/list.h"
#include "kyc/state.h"

struct list_args {
	int status; /* enum native_status, or -1 */
	const char *status_list;
	int compliance;
	struct param_uuid workflow;
	struct param_uuid customer;
	const char *assigned_to;
	int priority;
	int risk_level;
	int64_t created_from;
	int64_t created_to;
	const char *search;
	int64_t limit;
	const char *next_key;
	int include_summary;
};

#define AT(field) offsetof(struct list_args, field)

static const struct param list_params[] = {
	{ .name = "status",
	  .type = PARAM_WORD,
	  .offset = AT(status),
	  .words = native_status_words },
	{ .name = "status_list",
	  .type = PARAM_STRING,
	  .offset = AT(status_list) },
	{ .name = "compliance_status",
	  .type = PARAM_WORD,
	  .offset = AT(compliance),
	  .words = kyc_compliance_words },
	{ .name = "workflow_id", .type = PARAM_UUID, .offset = AT(workflow) },
	{ .name = "customer_id", .type = PARAM_UUID, .offset = AT(customer) },
	{ .name = "assigned_to",
	  .type = PARAM_STRING,
	  .offset = AT(assigned_to) },
	{ .name = "priority",
	  .type = PARAM_WORD,
	  .offset = AT(priority),
	  .words = kyc_priority_words },
	{ .name = "risk_level",
	  .type = PARAM_WORD,
	  .offset = AT(risk_level),
	  .words = kyc_risk_words },
	{ .name = "created_from",
	  .type = PARAM_TIME,
	  .offset = AT(created_from) },
	{ .name = "created_to", .type = PARAM_TIME, .offset = AT(created_to) },
	{ .name = "search", .type = PARAM_STRING, .offset = AT(search) },
	API_PAGE_PARAMS(struct list_args),
	{ .name = "include_summary",
	  .type = PARAM_BOOL,
	  .offset = AT(include_summary),
	  .has_def = true },
};

/* Words between commas, with blanks or without. */
static int states_of_list(struct api_call *call, const char *list,
			  unsigned int *states)
{
	char *rest = arena_strdup(call->req->arena, list), *word;
	unsigned int found, all = 0;

	while ((word = strsep(&rest, ", "))) {
		if (!*word)
			continue;
		found = api_state_bits(KYC_NATIVE, word);
		if (!found)
			return fault_field(&call->fault, "status_list",
					   "must be status words between "
					   "commas");
		all |= found;
	}
	if (all)
		*states &= all;
	return 0;
}

/* What is asked for in several ways must hold in all of them. */
static int states_of(struct api_call *call, unsigned int *states)
{
	const struct list_args *args = call->args;

	*states = KYC_ANY_STATE;
	if (args->status >= 0)
		*states &= api_state_bits(KYC_NATIVE,
					  native_status_words[args->status]);
	if (args->compliance >= 0)
		*states &= kyc_compliance_states(
			(enum kyc_compliance)args->compliance);
	return args->status_list
		       ? states_of_list(call, args->status_list, states)
		       : 0;
}

static const int64_t risk_ranges[][2] = {
	[KYC_RISK_LOW] = { 0, KYC_RISK_MEDIUM_FROM - 1 },
	[KYC_RISK_MEDIUM] = { KYC_RISK_MEDIUM_FROM, KYC_RISK_HIGH_FROM - 1 },
	[KYC_RISK_HIGH] = { KYC_RISK_HIGH_FROM, KYC_RISK_TOP },
};

static int filter_of(struct api_call *call, struct kyc_filter *filter)
{
	const struct list_args *args = call->args;

	*filter = (struct kyc_filter){
		.complete = -1,
		.created_from = args->created_from,
		.created_to = args->created_to,
		.search = args->search,
		.workflow = args->workflow.id,
		.entity = args->customer.id,
		.assigned_to = args->assigned_to,
		.priority = (enum kyc_priority)(args->priority + 1),
		.limit = args->limit,
	};
	if (args->risk_level >= 0) {
		filter->risk_from = risk_ranges[args->risk_level][0];
		filter->risk_to = risk_ranges[args->risk_level][1];
	}
	if (states_of(call, &filter->states))
		return -1;
	if (!args->next_key)
		return 0;
	return api_cursor_read(
		call, "sessions",
		(struct api_cursor){ "next_key", args->next_key },
		&filter->before, sizeof(filter->before));
}

static int64_t percent(const struct kyc_session *s)
{
	return s->steps_total ? 100 * s->steps_done / s->steps_total : 0;
}

static void render_session(struct api_call *call, const struct kyc_listed *row)
{
	const struct kyc_session *s = &row->session;
	enum kyc_state state = kyc_state_now(s, clock_now_ms());
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "tenant_id", &call->kyc->who.organisation);
	native_uuid(b, "workflow_id", &s->workflow);
	json_str(b, "workflow_name", row->workflow_name);
	json_str(b, "status", native_state_word(state));
	json_str(b, "compliance_status",
		 kyc_compliance_words[kyc_compliance_of(state)]);
	json_int(b, "current_step_index", s->step_current);
	json_int(b, "completed_steps", s->steps_done);
	json_int(b, "total_steps", s->steps_total);
	json_int(b, "progress_percent", percent(s));
	json_int(b, "expires_at", s->expires_at / 1000);
	json_raw(b, "metadata", row->metadata ? row->metadata : "{}");
	native_uuid(b, "customer_id", &s->entity);
	json_str(b, "external_id", s->external_id);
	json_str(b, "customer_name", s->customer_name);
	json_str(b, "customer_email", s->customer_email);
	native_uuid(b, "parent_session_id", &s->parent);
	json_str(b, "priority", kyc_priority_words[s->priority - 1]);
	json_str(b, "assigned_to", s->assigned_to);
	kyc_words_risk(b, s->risk);
	native_time(b, "created_at", s->created_at);
	native_time(b, "updated_at", s->updated_at);
	native_time(b, "completed_at", s->completed_at);
	json_close(b, '}');
}

static int64_t sum_of(const struct kyc_summary *sum, unsigned int states)
{
	int64_t n = 0;
	int s;

	for (s = KYC_DRAFT; s < KYC_STATES; s++) {
		if (states & KYC_BIT(s))
			n += sum->by_state[s].sessions;
	}
	return n;
}

void kyc_render_counts(struct buf *b, const struct kyc_summary *sum)
{
	int i;

	json_open(b, "status_counts", '{');
	for (i = 0; native_status_words[i]; i++)
		json_int(b, native_status_words[i],
			 sum_of(sum, api_state_bits(KYC_NATIVE,
						    native_status_words[i])));
	json_close(b, '}');
	json_open(b, "inbox_counts", '{');
	json_int(b, "all", sum->all.sessions);
	for (i = 0; i < KYC_COMPLIANCES; i++)
		json_int(b, kyc_compliance_words[i],
			 sum_of(sum,
				kyc_compliance_states((enum kyc_compliance)i)));
	json_close(b, '}');
}

/* One decimal, rounded; null where nothing was scored. */
void kyc_render_scores(struct buf *b, const struct kyc_sums *sums)
{
	int64_t tenths = 0;

	if (sums->scored)
		tenths = (sums->risk + 5 * sums->scored) / (10 * sums->scored);
	native_hundredths(b, "avg_risk_score", sums->scored ? tenths * 10 : -1);
	json_int(b, "sessions_with_risk_score", sums->scored);
}

void kyc_render_validations(struct buf *b, const struct kyc_sums *sums)
{
	json_open(b, "validation_counts", '{');
	json_int(b, "lists", sums->lists);
	json_int(b, "face_match", sums->face_match);
	json_int(b, "adverse_media", sums->adverse_media);
	json_close(b, '}');
}

static void render_summary(struct buf *b, const struct kyc_summary *sum)
{
	json_open(b, "summary", '{');
	kyc_render_counts(b, sum);
	json_int(b, "total", sum->all.sessions);
	if (sum->capped)
		json_flag(b, "total_capped", true);
	kyc_render_scores(b, &sum->all);
	kyc_render_validations(b, &sum->all);
	json_close(b, '}');
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_summary sum = { .capped = false };
	struct kyc_filter filter;
	struct kyc_page page;
	const char *next = NULL;
	size_t i;

	if (filter_of(call, &filter) ||
	    kyc_list_detailed(call->kyc, &filter, &page,
			      args->include_summary ? &sum : NULL,
			      &call->fault))
		return -1;
	if (page.more && page.count)
		next = api_cursor_write(
			call, "sessions",
			&page.sessions[page.count - 1].session.id, UUID_SIZE);
	native_open(call);
	json_open(b, "sessions", '[');
	for (i = 0; i < page.count; i++)
		render_session(call, &page.sessions[i]);
	json_close(b, ']');
	json_str(b, "next_key", next);
	if (args->include_summary)
		render_summary(b, &sum);
	native_close(call, 200);
	return 0;
}

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/kyc/sessions",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
};

const struct api_routes kyc_list_routes = { rows, ARRAY_SIZE(rows) };
