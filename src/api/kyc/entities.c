// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the entities that sessions verify. */
#include "api/kyc/kyc.h"
#include "api/cursor.h"
#include "api/entity.h"
#include "base/json.h"

struct list_args {
	const char *external_id;
	const char *email;
	int64_t limit;
	const char *next_key;
};

#define LIST(field) offsetof(struct list_args, field)

static const struct param list_params[] = {
	{ .name = "external_id",
	  .type = PARAM_STRING,
	  .offset = LIST(external_id) },
	{ .name = "email", .type = PARAM_EMAIL, .offset = LIST(email) },
	API_PAGE_PARAMS(struct list_args),
};

static void render(struct buf *b, const struct kyc_entity *e)
{
	native_uuid(b, "entity_id", &e->id);
	api_entity_render(b, e);
}

static int reply(struct api_call *call, const struct kyc_entity *e, int status)
{
	native_open(call);
	render(&call->res->body, e);
	native_close(call, status);
	return 0;
}

static int create(struct api_call *call)
{
	struct kyc_entity e;

	if (api_entity_create(call, &e))
		return -1;
	return reply(call, &e, 201);
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

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Entity not found.");
	if (kyc_entity_delete(call->kyc, &id, &call->fault))
		return -1;
	uuid_text(&id, text);
	native_open(call);
	json_str(b, "entity_id", text);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct kyc_entity_filter filter = { .external_id = args->external_id,
					    .email = args->email };
	struct buf *b = &call->res->body;
	struct kyc_entity *found = arena_alloc(
		call->req->arena, (size_t)(args->limit + 1) * sizeof(*found));
	int n, i;

	if (args->next_key &&
	    api_cursor_read(call, "entities",
			    (struct api_cursor){ "next_key", args->next_key },
			    &filter.before, sizeof(filter.before)))
		return -1;
	n = kyc_entity_list(call->kyc, &filter, found, args->limit + 1,
			    &call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "entities", '[');
	for (i = 0; i < n && i < args->limit; i++) {
		json_open(b, NULL, '{');
		render(b, &found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_str(b, "next_key",
		 n > args->limit ? api_cursor_write(call, "entities",
						    &found[args->limit - 1].id,
						    sizeof(found->id))
				 : NULL);
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/entities"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_CREATE,
	  .body = API_JSON,
	  .handler = create,
	  .params = api_entity_create_params,
	  .param_count = API_ENTITY_PARAMS,
	  .args_size = sizeof(struct api_entity_args) },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .handler = get },
	{ .method = HTTP_PATCH,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .handler = change,
	  .params = api_entity_change_params,
	  .param_count = API_ENTITY_PARAMS,
	  .args_size = sizeof(struct api_entity_args) },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_DELETE,
	  .handler = delete },
};

const struct api_routes kyc_entity_routes = { rows, ARRAY_SIZE(rows) };
