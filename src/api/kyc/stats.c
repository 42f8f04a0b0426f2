// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: figures for dashboards, all from counters. */
#include "api/kyc/kyc.h"
#include "api/kyc/list.h"
#include "api/kyc/words.h"
#include "base/json.h"
#include "kyc/stats.h"

enum { DAYS_DEFAULT = 30, DAYS_MAX = 366 };

struct stats_args {
	int64_t from;
	int64_t to;
};

#define AT(field) offsetof(struct stats_args, field)

static const struct param stats_params[] = {
	{ .name = "from", .type = PARAM_TIME, .offset = AT(from) },
	{ .name = "to", .type = PARAM_TIME, .offset = AT(to) },
};

/* Whole days in UTC, both ends included; the last 30 where nothing is said. */
static int range_of(struct api_call *call, int64_t *first, int64_t *last)
{
	const struct stats_args *args = call->args;

	*last = (args->to < 0 ? clock_now_ms() : args->to) / CLOCK_DAY;
	*first = args->from < 0 ? *last - DAYS_DEFAULT + 1
				: args->from / CLOCK_DAY;
	if (*first > *last)
		return fault_field(&call->fault, "from",
				   "must not be after to");
	if (*last - *first >= DAYS_MAX)
		return fault_field(&call->fault, "from",
				   "must be at most %d days before to",
				   DAYS_MAX);
	return 0;
}

/* Words that several states share are one number. */
static void render_states(struct buf *b, const struct kyc_summary *sum)
{
	kyc_render_counts(b, sum);
	json_int(b, "total", sum->all.sessions);
}

static void render_day(struct buf *b, const struct kyc_day *day)
{
	char text[CLOCK_ISO_SIZE];

	clock_iso(day->day * CLOCK_DAY, text);
	json_open(b, NULL, '{');
	json_strn(b, "date", text, strlen("2026-06-12"));
	render_states(b, &day->sum);
	json_close(b, '}');
}

static void render_workflow(struct buf *b, const struct kyc_workflow_sum *w)
{
	char text[UUID_TEXT_SIZE];

	uuid_text(&w->workflow, text);
	json_open(b, NULL, '{');
	json_str(b, "workflow_id", text);
	json_str(b, "workflow_name", w->name);
	render_states(b, &w->sum);
	kyc_render_scores(b, &w->sum.all);
	json_close(b, '}');
}

static int stats(struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct kyc_stats s;
	int64_t first, last;
	size_t i;

	if (range_of(call, &first, &last) ||
	    kyc_stats(call->kyc, first, last, &s, &call->fault))
		return -1;
	native_open(call);
	render_states(b, &s.sum);
	kyc_render_scores(b, &s.sum.all);
	kyc_render_validations(b, &s.sum.all);
	json_open(b, "by_workflow", '[');
	for (i = 0; i < s.workflow_count; i++)
		render_workflow(b, &s.workflows[i]);
	json_close(b, ']');
	json_open(b, "by_day", '[');
	for (i = 0; i < s.day_count; i++)
		render_day(b, &s.days[i]);
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/kyc/stats",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = stats,
	  .params = stats_params,
	  .param_count = ARRAY_SIZE(stats_params),
	  .args_size = sizeof(struct stats_args) },
};

const struct api_routes kyc_stats_routes = { rows, ARRAY_SIZE(rows) };
