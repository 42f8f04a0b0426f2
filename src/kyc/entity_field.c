// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities: their fields, what each may hold, and how they are sealed. */
#include <json-c/json.h>

#include "base/date.h"
#include "base/json.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "kyc/entity_field.h"
#include "kyc/form.h"
#include "kyc/secret.h"

#define PERSON (1u << KYC_INDIVIDUAL)
#define FIRM (1u << KYC_COMPANY)

enum form { TEXT, DATE, COUNTRY, GENDER, PHONE };

const char *const kyc_entity_type_names[] = {
	[KYC_INDIVIDUAL] = "individual",
	[KYC_COMPANY] = "company",
	[KYC_ENTITY_TYPES] = NULL,
};

const char *const kyc_entity_field_names[] = {
	[KYC_FIRST_NAME] = "first_name",
	[KYC_MIDDLE_NAME] = "middle_name",
	[KYC_LAST_NAME] = "last_name",
	[KYC_DATE_OF_BIRTH] = "date_of_birth",
	[KYC_NATIONALITY] = "nationality",
	[KYC_GENDER] = "gender",
	[KYC_PHONE] = "phone",
	[KYC_ADDRESS_LINE_1] = "address_line_1",
	[KYC_ADDRESS_LINE_2] = "address_line_2",
	[KYC_ADDRESS_CITY] = "address_city",
	[KYC_ADDRESS_STATE] = "address_state",
	[KYC_ADDRESS_POSTAL_CODE] = "address_postal_code",
	[KYC_ADDRESS_COUNTRY] = "address_country",
	[KYC_LEGAL_NAME] = "legal_name",
	[KYC_REGISTRATION_NUMBER] = "registration_number",
	[KYC_JURISDICTION] = "jurisdiction",
	[KYC_ENTITY_FIELDS] = NULL,
};

static const struct {
	unsigned int types;
	enum form form;
} fields[KYC_ENTITY_FIELDS] = {
	[KYC_FIRST_NAME] = { PERSON, TEXT },
	[KYC_MIDDLE_NAME] = { PERSON, TEXT },
	[KYC_LAST_NAME] = { PERSON, TEXT },
	[KYC_DATE_OF_BIRTH] = { PERSON, DATE },
	[KYC_NATIONALITY] = { PERSON, COUNTRY },
	[KYC_GENDER] = { PERSON, GENDER },
	[KYC_PHONE] = { PERSON | FIRM, PHONE },
	[KYC_ADDRESS_LINE_1] = { PERSON | FIRM, TEXT },
	[KYC_ADDRESS_LINE_2] = { PERSON | FIRM, TEXT },
	[KYC_ADDRESS_CITY] = { PERSON | FIRM, TEXT },
	[KYC_ADDRESS_STATE] = { PERSON | FIRM, TEXT },
	[KYC_ADDRESS_POSTAL_CODE] = { PERSON | FIRM, TEXT },
	[KYC_ADDRESS_COUNTRY] = { PERSON | FIRM, COUNTRY },
	[KYC_LEGAL_NAME] = { FIRM, TEXT },
	[KYC_REGISTRATION_NUMBER] = { FIRM, TEXT },
	[KYC_JURISDICTION] = { FIRM, COUNTRY },
};

static const struct uuid NO_SESSION;

bool kyc_entity_has(enum kyc_entity_type type, enum kyc_entity_field field)
{
	return fields[field].types & 1u << type;
}

/* Digits with what people write between them (ITU-T E.123). */
static bool is_phone(const char *s)
{
	size_t digits = 0;

	for (; *s; s++) {
		if (*s >= '0' && *s <= '9')
			digits++;
		else if (!strchr("+ ()-./", *s))
			return false;
	}
	return digits >= 5 && digits <= 20;
}

static bool is_past_date(const char *s)
{
	struct date date, today = date_of(clock_now_ms());

	return !date_parse(s, &date) && date_compare(&date, &today) <= 0;
}

/* What is wrong with the value, or NULL. */
static const char *complaint(enum form form, const char *s)
{
	switch (form) {
	case DATE:
		return is_past_date(s) ? NULL
				       : "must be a past date as YYYY-MM-DD";
	case COUNTRY:
		return kyc_country_is(s)
			       ? NULL
			       : "must be a country's two capital letters "
				 "(ISO 3166-1 alpha-2)";
	case GENDER:
		return !strcmp(s, "male") || !strcmp(s, "female") ||
				       !strcmp(s, "other")
			       ? NULL
			       : "must be one of: male, female, other";
	case PHONE:
		return is_phone(s) ? NULL : "must be a phone number";
	case TEXT:
		break;
	}
	return NULL;
}

int entity_field_check(const struct kyc_entity *e, struct fault *f)
{
	const char *why;
	int i;

	for (i = 0; i < KYC_ENTITY_FIELDS; i++) {
		if (!e->field[i] || !*e->field[i])
			continue;
		if (!kyc_entity_has(e->type, (enum kyc_entity_field)i))
			why = e->type == KYC_COMPANY
				      ? "is no field of a company"
				      : "is no field of a person";
		else
			why = complaint(fields[i].form, e->field[i]);
		if (why)
			fault_field(f, kyc_entity_field_names[i], "%s", why);
	}
	return f->code ? -1 : 0;
}

static void add_word(struct buf *name, const char *word)
{
	if (!word || !*word)
		return;
	if (name->len)
		buf_chr(name, ' ');
	buf_str(name, word);
}

const char *entity_field_name(struct kyc *k, const struct kyc_entity *e)
{
	struct buf name;

	buf_init(&name, k->arena);
	if (e->type == KYC_COMPANY) {
		add_word(&name, e->field[KYC_LEGAL_NAME]);
	} else {
		add_word(&name, e->field[KYC_FIRST_NAME]);
		add_word(&name, e->field[KYC_MIDDLE_NAME]);
		add_word(&name, e->field[KYC_LAST_NAME]);
	}
	return name.len ? name.data : NULL;
}

static struct seal_context context(const struct kyc *k)
{
	return kyc_secret_context(k, &NO_SESSION, "entity");
}

int entity_field_seal(struct kyc *k, const struct kyc_entity *e,
		      struct buf *sealed, struct fault *f)
{
	struct seal_context ctx = context(k);
	uint8_t key[SEAL_KEY_SIZE];
	struct buf plain;
	int i;

	buf_init(&plain, k->arena);
	json_open(&plain, NULL, '{');
	for (i = 0; i < KYC_ENTITY_FIELDS; i++) {
		if (e->field[i] && *e->field[i])
			json_str(&plain, kyc_entity_field_names[i],
				 e->field[i]);
	}
	json_close(&plain, '}');
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	seal_box(key, &ctx, plain.data, plain.len, sealed);
	crypto_wipe(key, sizeof(key));
	return 0;
}

static void read_fields(struct kyc *k, const char *json, struct kyc_entity *e)
{
	struct json_object *o = json_tokener_parse(json), *v;
	int i;

	for (i = 0; i < KYC_ENTITY_FIELDS; i++) {
		if (json_object_object_get_ex(o, kyc_entity_field_names[i], &v))
			e->field[i] = arena_strdup(k->arena,
						   json_object_get_string(v));
	}
	json_object_put(o);
}

int entity_field_open(struct kyc *k, const uint8_t key[SEAL_KEY_SIZE],
		      const void *sealed, size_t len, struct kyc_entity *e,
		      struct fault *f)
{
	struct seal_context ctx = context(k);
	struct buf plain;

	if (!sealed || !len)
		return 0;
	buf_init(&plain, k->arena);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return fault_internal(f, "an entity cannot be opened");
	read_fields(k, plain.data, e);
	return 0;
}
