// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: the entities that sessions verify. */
#include "api/entity.h"
#include "api/kycgenie/kycgenie.h"
#include "base/json.h"

struct list_args {
	const char *external_id;
	const char *email;
	struct kycgenie_page_args page;
};

#define AT(field) offsetof(struct list_args, field)
#define FILTERS                                                                \
	{ .name = "external_id",                                               \
	  .type = PARAM_STRING,                                                \
	  .offset = AT(external_id) },                                         \
	{                                                                      \
		.name = "email", .type = PARAM_EMAIL, .offset = AT(email)      \
	}

static const struct param v1_params[] = {
	FILTERS, KYCGENIE_V1_PARAMS(struct list_args, 50)
};
static const struct param v2_params[] = { FILTERS, KYCGENIE_V2_PARAMS(
							   struct list_args) };

static void render(struct buf *b, const struct kyc_entity *e)
{
	json_open(b, NULL, '{');
	native_uuid(b, "id", &e->id);
	api_entity_render(b, e);
	json_close(b, '}');
}

static int reply(struct api_call *call, const struct kyc_entity *e, int status)
{
	render(&call->res->body, e);
	api_reply(call, status);
	return 0;
}

static int create(struct api_call *call)
{
	struct kyc_entity e;

	return api_entity_create(call, &e) ? -1 : reply(call, &e, 201);
}

static int get(struct api_call *call)
{
	struct kyc_entity e;

	return api_entity_find(call, false, &e) ? -1 : reply(call, &e, 200);
}

static int change(struct api_call *call)
{
	struct kyc_entity e;

	return api_entity_change(call, &e) ? -1 : reply(call, &e, 200);
}

static void render_all(struct buf *b, const struct kyc_entity *found, int n)
{
	int i;

	json_open(b, "results", '[');
	for (i = 0; i < n; i++)
		render(b, &found[i]);
	json_close(b, ']');
}

static struct kyc_entity_filter filter_of(const struct list_args *args)
{
	return (struct kyc_entity_filter){ .external_id = args->external_id,
					   .email = args->email };
}

static int list_v1(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct kyc_entity_filter filter = filter_of(args);
	struct buf *b = &call->res->body;
	struct kyc_entity *found = arena_alloc(
		call->req->arena, (size_t)args->page.limit * sizeof(*found));
	int64_t total;
	int n;

	filter.offset = args->page.offset;
	total = kyc_entity_count(call->kyc, &filter, &call->fault);
	if (total < 0)
		return -1;
	n = kyc_entity_list(call->kyc, &filter, found, args->page.limit,
			    &call->fault);
	if (n < 0)
		return -1;
	json_open(b, NULL, '{');
	json_int(b, "count", total);
	json_int(b, "limit", args->page.limit);
	json_int(b, "offset", args->page.offset);
	render_all(b, found, n);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static int list_v2(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct kyc_entity_filter filter = filter_of(args);
	struct buf *b = &call->res->body;
	int64_t size = args->page.page_size;
	struct kyc_entity *found = arena_alloc(
		call->req->arena, (size_t)(size + 1) * sizeof(*found));
	bool more;
	int n;

	if (kycgenie_position(call, "kycgenie entities", &args->page,
			      &filter.before, &filter.after))
		return -1;
	n = kyc_entity_list(call->kyc, &filter, found, size + 1, &call->fault);
	if (n < 0)
		return -1;
	more = n > size;
	/* a page back has the one too many in front */
	if (more && args->page.before)
		found++;
	n -= more;
	json_open(b, NULL, '{');
	kycgenie_render_cursors(call, "kycgenie entities", &args->page, more,
				n ? &found[0].id : NULL,
				n ? &found[n - 1].id : NULL);
	render_all(b, found, n);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

#define CREATE(base)                                                           \
	{                                                                      \
		.method = HTTP_POST, .path = base "entities/",                 \
		.auth = API_KEY, .permission = KYC_MAY_CREATE,                 \
		.body = API_JSON, .handler = create,                           \
		.params = api_entity_create_params,                            \
		.param_count = API_ENTITY_PARAMS,                              \
		.args_size = sizeof(struct api_entity_args)                    \
	}
#define GET(base)                                                              \
	{                                                                      \
		.method = HTTP_GET, .path = base "entities/{id}/",             \
		.auth = API_KEY, .permission = KYC_MAY_READ, .handler = get    \
	}
#define CHANGE(base)                                                           \
	{                                                                      \
		.method = HTTP_PATCH, .path = base "entities/{id}/",           \
		.auth = API_KEY, .permission = KYC_MAY_UPDATE,                 \
		.body = API_JSON, .handler = change,                           \
		.params = api_entity_change_params,                            \
		.param_count = API_ENTITY_PARAMS,                              \
		.args_size = sizeof(struct api_entity_args)                    \
	}
#define LIST(base, function, table)                                            \
	{                                                                      \
		.method = HTTP_GET, .path = base "entities/", .auth = API_KEY, \
		.permission = KYC_MAY_READ, .body = API_QUERY,                 \
		.handler = function, .params = table,                          \
		.param_count = ARRAY_SIZE(table),                              \
		.args_size = sizeof(struct list_args)                          \
	}

static const struct api_route rows[] = {
	KYCGENIE_BOTH(CREATE),
	KYCGENIE_BOTH(GET),
	KYCGENIE_BOTH(CHANGE),
	LIST("/api/v1/", list_v1, v1_params),
	LIST("/api/v2/", list_v2, v2_params),
};

const struct api_routes kycgenie_entity_routes = { rows, ARRAY_SIZE(rows) };
