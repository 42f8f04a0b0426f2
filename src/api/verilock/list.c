// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: the list of sessions, in numbered pages. */
#include "api/states.h"
#include "api/verilock/verilock.h"
#include "base/json.h"
#include "kyc/list.h"

struct list_args {
	int64_t page;
	int64_t per_page;
	int status; /* index in verilock_states, or -1 */
	int64_t from;
	int64_t to;
};

#define AT(field) offsetof(struct list_args, field)

static const struct param list_params[] = {
	{ .name = "page",
	  .type = PARAM_INT,
	  .offset = AT(page),
	  .min = 1,
	  .max = 10000000,
	  .def = 1,
	  .has_def = true },
	{ .name = "per_page",
	  .type = PARAM_INT,
	  .offset = AT(per_page),
	  .min = 1,
	  .max = 100,
	  .def = 15,
	  .has_def = true },
	{ .name = "status",
	  .type = PARAM_WORD,
	  .offset = AT(status),
	  .words = verilock_states },
	{ .name = "from", .type = PARAM_DATE, .offset = AT(from) },
	{ .name = "to", .type = PARAM_DATE, .offset = AT(to) },
};

/* Both days belong to the range as a whole. */
static struct kyc_filter filter_of(const struct list_args *args)
{
	struct kyc_filter filter = {
		.states = KYC_ANY_STATE,
		.complete = -1,
		.created_from = args->from,
		.created_to = -1,
		.limit = args->per_page,
		.offset = (args->page - 1) * args->per_page,
	};

	if (args->to != PARAM_ABSENT)
		filter.created_to = args->to + CLOCK_DAY - 1;
	if (args->status >= 0)
		filter.states = api_state_bits(KYC_VERILOCK,
					       verilock_states[args->status]);
	return filter;
}

static void render_meta(struct buf *b, const struct list_args *args,
			int64_t total)
{
	int64_t last = (total + args->per_page - 1) / args->per_page;

	json_open(b, "meta", '{');
	json_int(b, "current_page", args->page);
	json_int(b, "last_page", last ? last : 1);
	json_int(b, "per_page", args->per_page);
	json_int(b, "total", total);
	json_close(b, '}');
}

static int list(struct api_call *call)
{
	struct kyc_filter filter = filter_of(call->args);
	struct buf *b = &call->res->body;
	struct kyc_page page;
	size_t i;

	if (kyc_list_applicants(call->kyc, &filter, &page, &call->fault))
		return -1;
	json_open(b, NULL, '{');
	json_open(b, "data", '[');
	for (i = 0; i < page.count; i++) {
		const struct verilock_session shown = {
			.session = &page.sessions[i].session,
			.workflow = page.sessions[i].workflow,
			.entity = page.sessions[i].entity,
		};

		json_open(b, NULL, '{');
		verilock_render(call, &shown);
		json_close(b, '}');
	}
	json_close(b, ']');
	render_meta(b, call->args, page.total);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static const struct api_route routes[] = {
	{ .method = HTTP_GET,
	  .path = "/api/v1/sessions/",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
};

const struct api_routes verilock_list_routes = { routes, ARRAY_SIZE(routes) };
