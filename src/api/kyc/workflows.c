// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: workflows, their versions and templates. */
#include "api/cursor.h"
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "base/str.h"
#include "kyc/workflow.h"

struct list_args {
	int64_t limit;
	const char *next_key;
};

#define LIST(field) offsetof(struct list_args, field)

static const struct param list_params[] = {
	API_PAGE_PARAMS(struct list_args),
};

static void render(struct buf *b, const struct kyc_workflow *w)
{
	char id[UUID_TEXT_SIZE];

	uuid_text(&w->id, id);
	json_str(b, "workflow_id", id);
	json_int(b, "version", w->version);
	json_str(b, "status", w->deleted ? "deleted" : "active");
	kyc_workflow_write(b, w);
	native_time(b, "created_at", w->created_at);
	native_time(b, "updated_at", w->updated_at);
}

static int reply(struct api_call *call, const struct kyc_workflow *w,
		 int status)
{
	native_open(call);
	render(&call->res->body, w);
	native_close(call, status);
	return 0;
}

static struct kyc_workflow *blank(struct api_call *call)
{
	return arena_new(call->req->arena, struct kyc_workflow);
}

/* The id in the path; one that is no UUID is nobody's. */
static int find(struct api_call *call, struct uuid *id)
{
	if (!uuid_parse(call->req->segment[0], id))
		return 0;
	return fault_set(&call->fault, FAULT_NOT_FOUND, "Workflow not found.");
}

static int create(struct api_call *call)
{
	struct kyc_workflow *w = blank(call);

	if (kyc_workflow_read(call->kyc, call->json, w, &call->fault) ||
	    kyc_workflow_create(call->kyc, w, &call->fault))
		return -1;
	return reply(call, w, 201);
}

static int create_from_template(struct api_call *call)
{
	struct kyc_workflow *w = blank(call);

	if (kyc_workflow_from_template(call->kyc, call->req->segment[0], w,
				       &call->fault))
		return -1;
	return reply(call, w, 201);
}

static int get(struct api_call *call)
{
	struct kyc_workflow *w = blank(call);
	struct uuid id;

	if (find(call, &id) ||
	    kyc_workflow_newest(call->kyc, &id, w, &call->fault))
		return -1;
	return reply(call, w, 200);
}

static int get_version(struct api_call *call)
{
	struct kyc_workflow *w = blank(call);
	int64_t version;
	struct uuid id;

	if (find(call, &id))
		return -1;
	if (str_int(call->req->segment[1], 1, UINT32_MAX, &version))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Workflow not found.");
	if (kyc_workflow_version(call->kyc, &id, (uint32_t)version, w,
				 &call->fault))
		return -1;
	return reply(call, w, 200);
}

static int replace(struct api_call *call)
{
	struct kyc_workflow *w = blank(call);
	struct uuid id;

	if (find(call, &id) ||
	    kyc_workflow_read(call->kyc, call->json, w, &call->fault))
		return -1;
	w->id = id;
	if (kyc_workflow_replace(call->kyc, w, &call->fault))
		return -1;
	return reply(call, w, 200);
}

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	if (find(call, &id) ||
	    kyc_workflow_delete(call->kyc, &id, &call->fault))
		return -1;
	uuid_text(&id, text);
	native_open(call);
	json_str(b, "workflow_id", text);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

/* What both lists answer: at most limit of count, and where to go on. */
static int reply_list(struct api_call *call, const char *name,
		      struct kyc_workflow *const *found, int count,
		      const char *next_key)
{
	struct buf *b = &call->res->body;
	int i;

	native_open(call);
	json_open(b, name, '[');
	for (i = 0; i < count; i++) {
		json_open(b, NULL, '{');
		render(b, found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_str(b, "next_key", next_key);
	native_close(call, 200);
	return 0;
}

static struct kyc_workflow **room(struct api_call *call, int64_t count)
{
	return arena_alloc(call->req->arena, (size_t)count * sizeof(void *));
}

static int list(struct api_call *call)
{
	static const char name[] = "workflows";
	const struct list_args *args = call->args;
	struct kyc_workflow **found = room(call, args->limit + 1);
	struct uuid at = { { 0 } };
	const char *next = NULL;
	int n;

	if (args->next_key &&
	    api_cursor_read(call, name,
			    (struct api_cursor){ "next_key", args->next_key },
			    &at, sizeof(at)))
		return -1;
	n = kyc_workflow_list(call->kyc, &at, found, args->limit + 1,
			      &call->fault);
	if (n < 0)
		return -1;
	if (n > args->limit)
		next = api_cursor_write(call, name, &found[--n - 1]->id,
					sizeof(at));
	return reply_list(call, name, found, n, next);
}

/* The id is part of the list's name: a position is of one workflow. */
static int list_versions(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct kyc_workflow **found = room(call, args->limit + 1);
	char name[UUID_TEXT_SIZE];
	const char *next = NULL;
	uint32_t at = 0;
	struct uuid id;
	int n;

	if (find(call, &id))
		return -1;
	uuid_text(&id, name);
	if (args->next_key &&
	    api_cursor_read(call, name,
			    (struct api_cursor){ "next_key", args->next_key },
			    &at, sizeof(at)))
		return -1;
	n = kyc_workflow_versions(call->kyc, &id, at, found, args->limit + 1,
				  &call->fault);
	if (n < 0)
		return -1;
	if (!n && !at)
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Workflow not found.");
	if (n > args->limit)
		next = api_cursor_write(call, name, &found[--n - 1]->version,
					sizeof(at));
	return reply_list(call, "versions", found, n, next);
}

#define BASE "/kyc/workflows"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = create },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/from-template/{type}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = create_from_template },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .handler = get },
	{ .method = HTTP_PUT,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = replace },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = delete },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}/versions",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list_versions,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}/versions/{version}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .handler = get_version },
};

const struct api_routes kyc_workflow_routes = { rows, ARRAY_SIZE(rows) };
