// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a workflow's definition: the fields of a form. */
#include <math.h>

#include "base/date.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "kyc/workflow_part.h"

enum { LABEL_MAX = 255, HELP_MAX = 1000, LENGTH_MAX = 4000, ID_DIGITS = 12 };

const char *const kyc_field_type_names[] = {
	[KYC_FIELD_NAME] = "name",	 [KYC_FIELD_DATE] = "date",
	[KYC_FIELD_EMAIL] = "email",	 [KYC_FIELD_PHONE] = "phone",
	[KYC_FIELD_ADDRESS] = "address", [KYC_FIELD_COUNTRY] = "country",
	[KYC_FIELD_NUMBER] = "number",	 [KYC_FIELD_CHOICE] = "choice",
	[KYC_FIELD_TEXT] = "text",	 [KYC_FIELD_URL] = "url",
	[KYC_FIELD_WALLET] = "wallet",	 [KYC_FIELD_TYPES] = NULL,
};

/* The same in every version, so that a reviewer's tools can keep it. */
static const char *make_id(struct arena *a, const char *key)
{
	uint8_t digest[DIGEST_SIZE];
	char hex[ID_DIGITS + 1];

	digest_sha256(key, strlen(key), digest);
	str_hex(digest, ID_DIGITS / 2, hex);
	return arena_printf(a, "field_%s", hex);
}

static void read_choice(const struct place *p, struct kyc_choice *c)
{
	if (json_object_is_type(p->value, json_type_object)) {
		c->value = place_string(p, "value", LABEL_MAX, PLACE_REQUIRED);
		c->label = place_string(p, "label", LABEL_MAX, 0);
	} else {
		c->value = place_text(p, LABEL_MAX, PLACE_REQUIRED);
	}
	if (!c->value)
		c->value = "";
	if (!c->label)
		c->label = c->value;
}

static void read_choices(const struct place *p, struct kyc_field *field)
{
	struct place list = place_of(p, "choices"), item;
	size_t n = place_items(&list, 1, KYC_CHOICES_MAX), i, j;
	struct kyc_choice *out =
		arena_alloc(p->r->arena, (n + 1) * sizeof(*out));

	for (i = 0; i < n; i++) {
		item = place_at(&list, i);
		read_choice(&item, &out[i]);
		for (j = 0; j < i; j++) {
			if (!strcmp(out[j].value, out[i].value))
				place_wrong(&item, "is there twice");
		}
	}
	field->choices = out;
	field->choice_count = n;
}

static bool read_number(const struct place *p, const char *name, double *out)
{
	struct place n = place_of(p, name);

	if (!n.value)
		return false;
	if (!json_object_is_type(n.value, json_type_int) &&
	    !json_object_is_type(n.value, json_type_double)) {
		place_wrong(&n, "must be a number");
		return false;
	}
	*out = json_object_get_double(n.value);
	if (isfinite(*out))
		return true;
	place_wrong(&n, "is out of range");
	return false;
}

static void read_number_range(const struct place *p, struct kyc_field *field)
{
	struct place max = place_of(p, "max");

	field->has_min = read_number(p, "min", &field->min);
	field->has_max = read_number(p, "max", &field->max);
	if (field->has_min && field->has_max && field->max < field->min)
		place_wrong(&max, "must not be below min");
}

static const char *read_day(const struct place *p, const char *name)
{
	struct place at = place_of(p, name);
	const char *s = place_text(&at, LABEL_MAX, 0);
	struct date day;

	if (s && date_parse(s, &day))
		place_wrong(&at, "must be a date as YYYY-MM-DD");
	return s;
}

/* Dates in this form compare as text. */
static void read_date_range(const struct place *p, struct kyc_field *field)
{
	struct place max = place_of(p, "max");

	field->from = read_day(p, "min");
	field->to = read_day(p, "max");
	if (field->from && field->to && strcmp(field->to, field->from) < 0)
		place_wrong(&max, "must not be before min");
}

/* Neither is one string that could be counted: a limit would be silently
 * forgotten. */
static bool has_no_length(enum kyc_field_type type)
{
	return type == KYC_FIELD_NUMBER || type == KYC_FIELD_ADDRESS ||
	       type == KYC_FIELD_WALLET;
}

static void read_lengths(const struct place *p, struct kyc_field *field)
{
	struct place min = place_of(p, "min_length"),
		     max = place_of(p, "max_length");

	if (has_no_length(field->type)) {
		if (min.value && !p->r->stored)
			place_wrong(&min, "is not for this type");
		if (max.value && !p->r->stored)
			place_wrong(&max, "is not for this type");
		return;
	}
	field->min_length = place_int(p, "min_length", 0, LENGTH_MAX, 0);
	field->max_length = place_int(p, "max_length", 1, LENGTH_MAX, 0);
	if (field->max_length && field->max_length < field->min_length)
		place_wrong(&max, "must not be below min_length");
}

static void read_field(const struct place *p, struct kyc_field *field)
{
	struct place key = place_of(p, "key"), type = place_of(p, "type");
	const char *s = place_text(&key, 64, PLACE_REQUIRED);

	if (s && !place_is_slug(s))
		place_wrong(&key, "must be 1 to 64 characters of a-z, 0-9, _");
	field->key = s ? s : "";
	field->id = place_string(p, "field_id", 64, 0);
	if (!field->id)
		field->id = make_id(p->r->arena, field->key);
	field->name = place_string(p, "name", LABEL_MAX, PLACE_REQUIRED);
	field->help = place_string(p, "help", HELP_MAX, PLACE_LINES);
	field->type =
		(enum kyc_field_type)place_word(&type, kyc_field_type_names);
	field->required = place_bool(p, "required", true);
	if (field->type == KYC_FIELD_CHOICE)
		read_choices(p, field);
	if (field->type == KYC_FIELD_NUMBER)
		read_number_range(p, field);
	if (field->type == KYC_FIELD_DATE)
		read_date_range(p, field);
	read_lengths(p, field);
}

static void check_id(const struct place *p, const struct kyc_field *fields,
		     size_t i)
{
	struct place id = place_of(p, "field_id");
	size_t j;

	for (j = 0; j < i; j++) {
		if (!strcmp(fields[j].id, fields[i].id) &&
		    strcmp(fields[j].key, fields[i].key) != 0)
			place_wrong(&id, "is used twice");
	}
}

void workflow_read_fields(const struct place *options, struct kyc_step_def *d)
{
	struct place list = place_of(options, "fields"), p;
	size_t n = place_items(&list, 1, KYC_FIELDS_MAX), i;
	struct kyc_field *fields =
		arena_alloc(options->r->arena, (n + 1) * sizeof(*fields));

	for (i = 0; i < n; i++) {
		p = place_at(&list, i);
		fields[i].key = fields[i].id = "";
		if (!place_is_object(&p))
			continue;
		read_field(&p, &fields[i]);
		check_id(&p, fields, i);
	}
	d->fields = fields;
	d->field_count = n;
}

const struct kyc_field *workflow_field(const struct kyc_step_def *d,
				       const char *key)
{
	size_t i;

	for (i = 0; i < d->field_count; i++) {
		if (!strcmp(d->fields[i].key, key))
			return &d->fields[i];
	}
	return NULL;
}
