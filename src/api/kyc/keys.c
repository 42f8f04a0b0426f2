// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the API keys of a tenant. */
#include <json-c/json.h>

#include "api/cursor.h"
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "kyc/key.h"

struct create_args {
	const char *name;
	struct json_object *permissions;
	int64_t expires_at;
};

struct list_args {
	int64_t limit;
	const char *next_key;
};

static const struct param create_params[] = {
	{ .name = "name",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct create_args, name),
	  .required = true,
	  .min = 1 },
	{ .name = "permissions",
	  .type = PARAM_ARRAY,
	  .offset = offsetof(struct create_args, permissions),
	  .required = true,
	  .min = 1,
	  .max = 32 },
	{ .name = "expires_at",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct create_args, expires_at) },
};

static const struct param list_params[] = {
	API_PAGE_PARAMS(struct list_args),
};

static void render(struct buf *b, const struct kyc_key *key)
{
	char text[UUID_TEXT_SIZE];
	unsigned int bit;

	uuid_text(&key->id, text);
	json_str(b, "api_key_id", text);
	json_str(b, "name", key->name);
	json_str(b, "mode", key->live ? "live" : "test");
	json_open(b, "permissions", '[');
	for (bit = 1; bit <= KYC_MAY_LAST; bit <<= 1) {
		if (key->permissions & bit)
			json_str(b, NULL, kyc_permission_name(bit));
	}
	json_close(b, ']');
	native_time(b, "created_at", key->created_at);
	native_time(b, "expires_at", key->expires_at);
	native_time(b, "last_used_at", key->last_used_at);
	native_time(b, "revoked_at", key->revoked_at);
}

static unsigned int read_permissions(struct api_call *call,
				     struct json_object *list)
{
	size_t i, n = json_object_array_length(list);
	unsigned int bits = 0, bit;
	char path[48];

	for (i = 0; i < n; i++) {
		struct json_object *v = json_object_array_get_idx(list, i);

		bit = json_object_is_type(v, json_type_string)
			      ? kyc_permission_bit(json_object_get_string(v))
			      : 0;
		snprintf(path, sizeof(path), "permissions[%zu]", i);
		if (!bit)
			fault_field(&call->fault, path, "is no permission");
		bits |= bit;
	}
	return call->fault.code ? 0 : bits;
}

static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_key key = {
		.name = args->name,
		.expires_at = args->expires_at == PARAM_ABSENT
				      ? -1
				      : args->expires_at,
	};
	const char *text;

	key.permissions = read_permissions(call, args->permissions);
	if (!key.permissions)
		return -1;
	if (kyc_key_grant(call->kyc, &key, &text, &call->fault))
		return -1;
	native_open(call);
	render(b, &key);
	json_str(b, "api_key", text);
	native_close(call, 201);
	return 0;
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_key *found = arena_alloc(
		call->req->arena, (size_t)(args->limit + 1) * sizeof(*found));
	struct uuid before = { { 0 } };
	int n, i;

	if (args->next_key &&
	    api_cursor_read(call, "api-keys",
			    (struct api_cursor){ "next_key", args->next_key },
			    &before, sizeof(before)))
		return -1;
	n = kyc_key_page(call->kyc, &before, found, args->limit + 1,
			 &call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "api_keys", '[');
	for (i = 0; i < n && i < args->limit; i++) {
		json_open(b, NULL, '{');
		render(b, &found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_str(b, "next_key",
		 n > args->limit ? api_cursor_write(call, "api-keys",
						    &found[args->limit - 1].id,
						    sizeof(found->id))
				 : NULL);
	native_close(call, 200);
	return 0;
}

static int revoke(struct api_call *call)
{
	struct buf *b = &call->res->body;
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "API key not found.");
	if (kyc_key_withdraw(call->kyc, &id, &call->fault))
		return -1;
	uuid_text(&id, text);
	native_open(call);
	json_str(b, "api_key_id", text);
	json_flag(b, "revoked", true);
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/api-keys"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct create_args) },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = revoke },
};

const struct api_routes kyc_key_routes = { rows, ARRAY_SIZE(rows) };
