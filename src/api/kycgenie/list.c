// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: lists of sessions, by number (v1) and by cursor (v2). */
#include "api/kycgenie/kycgenie.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/outcome.h"

struct list_args {
	int status;
	int outcome;
	struct param_uuid entity_id;
	struct kycgenie_page_args page;
};

#define AT(field) offsetof(struct list_args, field)
#define FILTERS                                                                \
	{ .name = "status",                                                    \
	  .type = PARAM_WORD,                                                  \
	  .offset = AT(status),                                                \
	  .words = kycgenie_statuses },                                        \
	{                                                                      \
		.name = "outcome", .type = PARAM_WORD, .offset = AT(outcome),  \
		.words = kyc_outcome_names                                     \
	}
#define ENTITY                                                                 \
	{                                                                      \
		.name = "entity_id", .type = PARAM_UUID,                       \
		.offset = AT(entity_id)                                        \
	}

static const struct param all_v1_params[] = {
	FILTERS, ENTITY, KYCGENIE_V1_PARAMS(struct list_args, 50)
};
static const struct param all_v2_params[] = {
	FILTERS, ENTITY, KYCGENIE_V2_PARAMS(struct list_args)
};
static const struct param entity_v1_params[] = {
	FILTERS, KYCGENIE_V1_PARAMS(struct list_args, 10)
};
static const struct param entity_v2_params[] = {
	FILTERS, KYCGENIE_V2_PARAMS(struct list_args)
};

static struct kyc_filter filter_of(const struct list_args *args,
				   const struct uuid *entity)
{
	struct kyc_filter filter = {
		.states = args->status >= 0
				  ? api_state_bits(
					    KYC_KYCGENIE,
					    kycgenie_statuses[args->status])
				  : KYC_ANY_STATE,
		.complete = -1,
		.created_from = -1,
		.created_to = -1,
		.entity = *entity,
		.has_outcome = args->outcome >= 0,
	};

	if (filter.has_outcome)
		filter.outcome = (enum kyc_outcome)args->outcome;
	return filter;
}

static void render_rows(struct buf *b, const struct kyc_page *page)
{
	size_t i;

	json_open(b, "results", '[');
	for (i = 0; i < page->count; i++) {
		const struct kyc_session *s = &page->sessions[i].session;

		json_open(b, NULL, '{');
		kycgenie_render_session(b, s);
		json_str(b, "status", kycgenie_status(s));
		json_str(b, "outcome", kyc_outcome_names[s->outcome]);
		json_str(b, "failure_reason", kyc_reason_name(s->reason));
		native_time(b, "created_at", s->created_at);
		native_time(b, "completed_at", s->processed_at);
		native_time(b, "expires_at", s->expires_at);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static int reply_v1(struct api_call *call, const struct uuid *entity)
{
	const struct list_args *args = call->args;
	struct kyc_filter filter = filter_of(args, entity);
	struct buf *b = &call->res->body;
	struct kyc_page page;

	filter.limit = args->page.limit;
	filter.offset = args->page.offset;
	if (kyc_list_plain(call->kyc, &filter, true, &page, &call->fault))
		return -1;
	json_open(b, NULL, '{');
	json_int(b, "count", page.total);
	json_int(b, "limit", filter.limit);
	json_int(b, "offset", filter.offset);
	render_rows(b, &page);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

/* Cursors of one list lead nowhere in another. */
static int reply_v2(struct api_call *call, const struct uuid *entity,
		    const char *list)
{
	const struct list_args *args = call->args;
	struct kyc_filter filter = filter_of(args, entity);
	struct buf *b = &call->res->body;
	struct kyc_page page;

	filter.limit = args->page.page_size;
	if (kycgenie_position(call, list, &args->page, &filter.before,
			      &filter.after) ||
	    kyc_list_plain(call->kyc, &filter, false, &page, &call->fault))
		return -1;
	json_open(b, NULL, '{');
	kycgenie_render_cursors(
		call, list, &args->page, page.more,
		page.count ? &page.sessions[0].session.id : NULL,
		page.count ? &page.sessions[page.count - 1].session.id : NULL);
	render_rows(b, &page);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static int all_v1(struct api_call *call)
{
	const struct list_args *args = call->args;

	return reply_v1(call, &args->entity_id.id);
}

static int all_v2(struct api_call *call)
{
	const struct list_args *args = call->args;

	return reply_v2(call, &args->entity_id.id, "kycgenie sessions");
}

/* An entity that is not there has no empty list. */
static int find_entity(struct api_call *call, struct uuid *id)
{
	struct kyc_entity e;

	if (uuid_parse(call->req->segment[0], id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Entity not found.");
	return kyc_entity_load(call->kyc, id, false, &e, &call->fault);
}

static int entity_v1(struct api_call *call)
{
	struct uuid id;

	return find_entity(call, &id) ? -1 : reply_v1(call, &id);
}

static int entity_v2(struct api_call *call)
{
	struct uuid id;
	char text[UUID_TEXT_SIZE];

	if (find_entity(call, &id))
		return -1;
	uuid_text(&id, text);
	return reply_v2(
		call, &id,
		arena_printf(call->req->arena, "kycgenie sessions %s", text));
}

#define LIST(where, function, table)                                           \
	{                                                                      \
		.method = HTTP_GET, .path = where, .auth = API_KEY,            \
		.permission = KYC_MAY_READ, .body = API_QUERY,                 \
		.handler = function, .params = table,                          \
		.param_count = ARRAY_SIZE(table),                              \
		.args_size = sizeof(struct list_args)                          \
	}
#define OF_ENTITY "entities/{id}/verification-sessions/"

static const struct api_route rows[] = {
	LIST("/api/v1/verification/sessions/list/", all_v1, all_v1_params),
	LIST("/api/v2/verification/sessions/list/", all_v2, all_v2_params),
	LIST("/api/v1/" OF_ENTITY, entity_v1, entity_v1_params),
	LIST("/api/v2/" OF_ENTITY, entity_v2, entity_v2_params),
};

const struct api_routes kycgenie_list_routes = { rows, ARRAY_SIZE(rows) };
