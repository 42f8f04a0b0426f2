// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the entities that sessions verify. */
#include "api/kyc/kyc.h"
#include "api/cursor.h"
#include "base/json.h"
#include "kyc/entity.h"

struct entity_args {
	int type; /* index in kyc_entity_type_names + 1, or -1 */
	const char *email;
	const char *external_id;
	const char *field[KYC_ENTITY_FIELDS];
};

struct list_args {
	const char *external_id;
	const char *email;
	int64_t limit;
	const char *next_key;
};

#define AT(field) offsetof(struct entity_args, field)
#define FIELD(word, which)                                                     \
	{                                                                      \
		.name = word, .type = PARAM_STRING,                            \
		.offset = AT(field) + (which) * sizeof(const char *)           \
	}
#define FIELDS                                                                 \
	FIELD("first_name", KYC_FIRST_NAME),                                   \
		FIELD("middle_name", KYC_MIDDLE_NAME),                         \
		FIELD("last_name", KYC_LAST_NAME),                             \
		FIELD("date_of_birth", KYC_DATE_OF_BIRTH),                     \
		FIELD("nationality", KYC_NATIONALITY),                         \
		FIELD("gender", KYC_GENDER), FIELD("phone", KYC_PHONE),        \
		FIELD("address_line_1", KYC_ADDRESS_LINE_1),                   \
		FIELD("address_line_2", KYC_ADDRESS_LINE_2),                   \
		FIELD("address_city", KYC_ADDRESS_CITY),                       \
		FIELD("address_state", KYC_ADDRESS_STATE),                     \
		FIELD("address_postal_code", KYC_ADDRESS_POSTAL_CODE),         \
		FIELD("address_country", KYC_ADDRESS_COUNTRY),                 \
		FIELD("legal_name", KYC_LEGAL_NAME),                           \
		FIELD("registration_number", KYC_REGISTRATION_NUMBER),         \
		FIELD("jurisdiction", KYC_JURISDICTION),                       \
	{                                                                      \
		.name = "external_id", .type = PARAM_STRING,                   \
		.offset = AT(external_id)                                      \
	}

static const struct param create_params[] = {
	{ .name = "entity_type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = kyc_entity_type_names + 1,
	  .has_def = true },
	{ .name = "email", .type = PARAM_EMAIL, .offset = AT(email) },
	FIELDS,
};

static const struct param change_params[] = {
	{ .name = "entity_type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = kyc_entity_type_names + 1 },
	{ .name = "email", .type = PARAM_EMAIL, .offset = AT(email) },
	FIELDS,
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
	char text[UUID_TEXT_SIZE];
	int i;

	uuid_text(&e->id, text);
	json_str(b, "entity_id", text);
	json_str(b, "entity_type", kyc_entity_type_names[e->type]);
	json_str(b, "name", e->name);
	json_str(b, "email", e->email);
	json_str(b, "external_id", e->external_id);
	for (i = 0; i < KYC_ENTITY_FIELDS; i++) {
		if (kyc_entity_has(e->type, (enum kyc_entity_field)i))
			json_str(b, kyc_entity_field_names[i], e->field[i]);
	}
	native_time(b, "created_at", e->created_at);
	native_time(b, "updated_at", e->updated_at);
}

static int reply(struct api_call *call, const struct kyc_entity *e, int status)
{
	native_open(call);
	render(&call->res->body, e);
	native_close(call, status);
	return 0;
}

static struct kyc_entity entity_of(const struct entity_args *args)
{
	struct kyc_entity e = {
		.type = (enum kyc_entity_type)(args->type + 1),
		.email = args->email,
		.external_id = args->external_id,
	};

	memcpy(e.field, args->field, sizeof(e.field));
	return e;
}

static int create(struct api_call *call)
{
	struct kyc_entity e = entity_of(call->args);

	if (e.external_id && !*e.external_id)
		return fault_field(&call->fault, "external_id",
				   "must not be empty");
	if (kyc_entity_add(call->kyc, &e, &call->fault))
		return -1;
	return reply(call, &e, 201);
}

/* The entity of the path; an id that is no UUID is nobody's. */
static int find(struct api_call *call, bool lock, struct kyc_entity *e)
{
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Entity not found.");
	return kyc_entity_load(call->kyc, &id, lock, e, &call->fault);
}

static int get(struct api_call *call)
{
	struct kyc_entity e;

	return find(call, false, &e) ? -1 : reply(call, &e, 200);
}

static int change(struct api_call *call)
{
	struct kyc_entity e = { 0 }, wish = entity_of(call->args);

	if (find(call, true, &e))
		return -1;
	if (wish.type && wish.type != e.type)
		return fault_field(&call->fault, "entity_type",
				   "cannot be changed");
	if (kyc_entity_change(call->kyc, &e, &wish, &call->fault))
		return -1;
	return reply(call, &e, 200);
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
	const struct kyc_entity_filter filter = { args->external_id,
						  args->email };
	struct buf *b = &call->res->body;
	struct kyc_entity *found = arena_alloc(
		call->req->arena, (size_t)(args->limit + 1) * sizeof(*found));
	struct uuid before = { { 0 } };
	int n, i;

	if (args->next_key &&
	    api_cursor_read(call, "entities",
			    (struct api_cursor){ "next_key", args->next_key },
			    &before, sizeof(before)))
		return -1;
	n = kyc_entity_list(call->kyc, &filter, &before, found, args->limit + 1,
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
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct entity_args) },
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
	  .params = change_params,
	  .param_count = ARRAY_SIZE(change_params),
	  .args_size = sizeof(struct entity_args) },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_DELETE,
	  .handler = delete },
};

const struct api_routes kyc_entity_routes = { rows, ARRAY_SIZE(rows) };
