// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of a customer by others than his documents. */
#include <json-c/json.h>

#include "kyc/claim.h"
#include "kyc/form.h"

static void add(struct kyc_claims *c, const char *source, const char *field,
		const char *value)
{
	if (value && *value && c->count < KYC_CLAIMS_MAX)
		c->values[c->count++] = (struct cross_value){ .source = source,
							      .field = field,
							      .value = value };
}

static const char *join(struct arena *a, const char *first, const char *last)
{
	if (first && *first && last && *last)
		return arena_printf(a, "%s %s", first, last);
	return first && *first ? first : last;
}

/* What forms call the things that a document says as well, and of what type
 * such a field is. */
static const struct {
	const char *key;
	enum kyc_field_type type;
	const char *field;
} meanings[] = {
	{ "full_name", KYC_FIELD_NAME, "full_name" },
	{ "name", KYC_FIELD_NAME, "full_name" },
	{ "date_of_birth", KYC_FIELD_DATE, "date_of_birth" },
	{ "birth_date", KYC_FIELD_DATE, "date_of_birth" },
	{ "birthdate", KYC_FIELD_DATE, "date_of_birth" },
	{ "dob", KYC_FIELD_DATE, "date_of_birth" },
	{ "nationality", KYC_FIELD_COUNTRY, "nationality" },
	{ "citizenship", KYC_FIELD_COUNTRY, "nationality" },
	{ "gender", KYC_FIELD_CHOICE, "gender" },
	{ "document_number", KYC_FIELD_TEXT, "document_number" },
	{ "passport_number", KYC_FIELD_TEXT, "document_number" },
	{ "expiry_date", KYC_FIELD_DATE, "expiry_date" },
};

/* Names in parts make one, whatever order the form has them in. */
static const char *const name_parts[][2] = {
	{ "first_name", "given_names" },
	{ "middle_name", "middle_names" },
	{ "last_name", "surname" },
};

static const char *text_of(struct kyc *k, const struct kyc_step *step,
			   const char *key, enum kyc_field_type type)
{
	const struct kyc_step_def *def = step->def;
	size_t i;

	for (i = 0; i < def->field_count; i++) {
		if (def->fields[i].type == type &&
		    !strcmp(def->fields[i].key, key))
			return kyc_form_value(k, step->form, key);
	}
	return NULL;
}

static void take(struct kyc *k, struct json_object *address, const char *name,
		 const char **out)
{
	struct json_object *v;

	if (json_object_object_get_ex(address, name, &v) &&
	    json_object_is_type(v, json_type_string))
		*out = arena_strdup(k->arena, json_object_get_string(v));
}

static void add_address(struct kyc *k, const struct kyc_step *step,
			const char *key, struct kyc_claims *c)
{
	struct json_object *form = json_tokener_parse(step->form), *address;

	if (json_object_object_get_ex(form, key, &address) &&
	    json_object_is_type(address, json_type_object)) {
		c->has_address = true;
		take(k, address, "line_1", &c->address[KYC_READ_LINE1]);
		take(k, address, "city", &c->address[KYC_READ_CITY]);
		take(k, address, "postal_code", &c->address[KYC_READ_POSTCODE]);
		take(k, address, "country", &c->address[KYC_READ_COUNTRY]);
	}
	json_object_put(form);
}

/* In a company's form "name" is the company's. */
static void add_form(struct kyc *k, const struct kyc_step *step, bool company,
		     struct kyc_claims *c)
{
	const char *name = NULL, *part;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(meanings); i++) {
		if (!company || strcmp(meanings[i].key, "name") != 0)
			add(c, "form", meanings[i].field,
			    text_of(k, step, meanings[i].key,
				    meanings[i].type));
	}
	for (i = 0; i < ARRAY_SIZE(name_parts); i++) {
		part = text_of(k, step, name_parts[i][0], KYC_FIELD_NAME);
		if (!part)
			part = text_of(k, step, name_parts[i][1],
				       KYC_FIELD_NAME);
		name = join(k->arena, name, part);
	}
	add(c, "form", "full_name", name);
	for (i = 0; i < step->def->field_count && !c->has_address; i++) {
		if (step->def->fields[i].type == KYC_FIELD_ADDRESS)
			add_address(k, step, step->def->fields[i].key, c);
	}
}

/* A client that is known by nothing else is called by its external id. */
static const char *name_of(struct kyc *k, const struct kyc_entity *e)
{
	const char *const *f = e->field;
	const char *name;

	name = join(k->arena, f[KYC_FIRST_NAME], f[KYC_MIDDLE_NAME]);
	name = join(k->arena, name, f[KYC_LAST_NAME]);
	if (name && *name)
		return name;
	return e->external_id && !strcmp(e->name, e->external_id) ? NULL
								  : e->name;
}

static void add_entity(struct kyc *k, const struct kyc_entity *e,
		       struct kyc_claims *c)
{
	static const enum kyc_entity_field parts[KYC_READ_ADDRESS_PARTS] = {
		[KYC_READ_LINE1] = KYC_ADDRESS_LINE_1,
		[KYC_READ_CITY] = KYC_ADDRESS_CITY,
		[KYC_READ_POSTCODE] = KYC_ADDRESS_POSTAL_CODE,
		[KYC_READ_COUNTRY] = KYC_ADDRESS_COUNTRY,
	};
	int i;

	add(c, "entity", "full_name", name_of(k, e));
	add(c, "entity", "date_of_birth", e->field[KYC_DATE_OF_BIRTH]);
	add(c, "entity", "nationality", e->field[KYC_NATIONALITY]);
	add(c, "entity", "gender", e->field[KYC_GENDER]);
	if (c->has_address || !e->field[KYC_ADDRESS_LINE_1])
		return;
	c->has_address = true;
	for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
		c->address[i] = e->field[parts[i]];
}

/* A company's name is nobody's. */
int kyc_claims_load(struct kyc *k, const struct kyc_session *s,
		    const struct kyc_progress *p, struct kyc_claims *out,
		    struct fault *f)
{
	struct kyc_entity e = { 0 };
	size_t i;

	*out = (struct kyc_claims){ .count = 0 };
	if (!uuid_is_nil(&s->entity) &&
	    kyc_entity_load(k, &s->entity, false, &e, f))
		return -1;
	for (i = 0; i < p->workflow.step_count; i++) {
		if (p->steps[i].due && p->steps[i].form)
			add_form(k, &p->steps[i], e.type == KYC_COMPANY, out);
	}
	if (e.type == KYC_COMPANY)
		out->company = e.name;
	if (e.type == KYC_INDIVIDUAL)
		add_entity(k, &e, out);
	return 0;
}

const char *kyc_claims_value(const struct kyc_claims *c, const char *field)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!strcmp(c->values[i].field, field))
			return c->values[i].value;
	}
	return NULL;
}
