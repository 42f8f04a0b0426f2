// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities, for every protocol that has them: parameters, and what is shown. */
#include "api/entity.h"
#include "api/native.h"
#include "base/json.h"

#define AT(field) offsetof(struct api_entity_args, field)
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

const struct param api_entity_create_params[API_ENTITY_PARAMS] = {
	{ .name = "entity_type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = kyc_entity_type_names + 1,
	  .has_def = true },
	{ .name = "email", .type = PARAM_EMAIL, .offset = AT(email) },
	FIELDS,
};

const struct param api_entity_change_params[API_ENTITY_PARAMS] = {
	{ .name = "entity_type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = kyc_entity_type_names + 1 },
	{ .name = "email", .type = PARAM_EMAIL, .offset = AT(email) },
	FIELDS,
};

void api_entity_render(struct buf *b, const struct kyc_entity *e)
{
	int i;

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

static struct kyc_entity entity_of(const struct api_entity_args *args)
{
	struct kyc_entity e = {
		.type = (enum kyc_entity_type)(args->type + 1),
		.email = args->email,
		.external_id = args->external_id,
	};

	memcpy(e.field, args->field, sizeof(e.field));
	return e;
}

int api_entity_create(struct api_call *call, struct kyc_entity *e)
{
	*e = entity_of(call->args);
	if (e->external_id && !*e->external_id)
		return fault_field(&call->fault, "external_id",
				   "must not be empty");
	return kyc_entity_add(call->kyc, e, &call->fault);
}

/* An id that is no UUID is nobody's. */
int api_entity_find(struct api_call *call, bool lock, struct kyc_entity *e)
{
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Entity not found.");
	return kyc_entity_load(call->kyc, &id, lock, e, &call->fault);
}

int api_entity_change(struct api_call *call, struct kyc_entity *e)
{
	struct kyc_entity wish = entity_of(call->args);

	*e = (struct kyc_entity){ 0 };
	if (api_entity_find(call, true, e))
		return -1;
	if (wish.type && wish.type != e->type)
		return fault_field(&call->fault, "entity_type",
				   "cannot be changed");
	return kyc_entity_change(call->kyc, e, &wish, &call->fault);
}
