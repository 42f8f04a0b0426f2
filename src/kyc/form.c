// SPDX-License-Identifier: GPL-3.0-or-later
/* Forms: what a customer types, checked by the type of each field. */
#include <math.h>

#include "base/date.h"
#include "base/json.h"
#include "base/str.h"
#include "kyc/form.h"
#include "kyc/form_value.h"
#include "kyc/secret.h"
#include "kyc/workflow_place.h"

/* A wrong value: the field's place and why. */
static int wrong(const struct place *p, const char *why)
{
	return place_wrong(p, "%s", why);
}

/* A string without the blanks around it; NULL where it is none or empty. */
static const char *trimmed(const struct place *p)
{
	const char *s;
	size_t len;

	if (!json_object_is_type(p->value, json_type_string)) {
		if (p->value)
			place_wrong(p, "must be a string");
		return NULL;
	}
	s = json_object_get_string(p->value);
	len = (size_t)json_object_get_string_len(p->value);
	if (!str_is_utf8(s, len) || strlen(s) != len) {
		place_wrong(p, "must be UTF-8 without control characters");
		return NULL;
	}
	while (len && strchr(" \t\r\n", *s)) {
		s++;
		len--;
	}
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	return len ? arena_strndup(p->r->arena, s, len) : NULL;
}

static const char *
length_complaint(struct arena *a, const struct kyc_field *field, const char *s)
{
	size_t n = str_utf8_length(s, strlen(s));
	int64_t max = field->max_length ? field->max_length
					: form_length_max(field->type);

	if ((int64_t)n > max)
		return arena_printf(a, "must have %lld characters at most",
				    (long long)max);
	if ((int64_t)n < field->min_length)
		return arena_printf(a, "must have %lld characters at least",
				    (long long)field->min_length);
	if (str_has_control(s, strlen(s), field->type == KYC_FIELD_TEXT))
		return "must not hold control characters";
	return NULL;
}

static int write_string(const struct place *p, const struct kyc_field *field,
			struct buf *out)
{
	const char *s = trimmed(p), *why;

	if (!s)
		return 0;
	why = length_complaint(p->r->arena, field, s);
	if (!why)
		why = form_value_check(p->r->arena, field, &s);
	if (why)
		return wrong(p, why);
	json_str(out, field->key, s);
	return 1;
}

static int write_number(const struct place *p, const struct kyc_field *field,
			struct buf *out)
{
	double v;

	if (!json_object_is_type(p->value, json_type_int) &&
	    !json_object_is_type(p->value, json_type_double))
		return wrong(p, "must be a number");
	v = json_object_get_double(p->value);
	if (!isfinite(v) || fabs(v) > 1e15)
		return wrong(p, "is out of range");
	if (field->has_min && v < field->min)
		return place_wrong(p, "must be %.15g or more", field->min);
	if (field->has_max && v > field->max)
		return place_wrong(p, "must be %.15g or less", field->max);
	json_number(out, field->key, v, 15);
	return 1;
}

static const struct {
	const char *name;
	bool required;
} address_parts[] = {
	{ "line_1", true }, { "line_2", false },      { "city", true },
	{ "state", false }, { "postal_code", false }, { "country", true },
};

static void write_part(const struct place *address, const char *name,
		       bool required, struct buf *out)
{
	static const struct kyc_field line = { .type = KYC_FIELD_NAME },
				      country = { .type = KYC_FIELD_COUNTRY };
	const struct kyc_field *field =
		strcmp(name, "country") ? &line : &country;
	struct place p = place_of(address, name);
	const char *s = trimmed(&p), *why;

	if (!s) {
		if (required)
			place_wrong(&p, "is required");
		return;
	}
	why = length_complaint(p.r->arena, field, s);
	if (!why)
		why = form_value_check(p.r->arena, field, &s);
	if (why)
		wrong(&p, why);
	json_str(out, name, s);
}

static int write_address(const struct place *p, const struct kyc_field *field,
			 struct buf *out)
{
	size_t i;

	if (!place_is_object(p))
		return -1;
	json_open(out, field->key, '{');
	for (i = 0; i < ARRAY_SIZE(address_parts); i++)
		write_part(p, address_parts[i].name, address_parts[i].required,
			   out);
	json_close(out, '}');
	return 1;
}

static int write_wallet(const struct place *p, const struct kyc_field *field,
			struct buf *out)
{
	bool plain = json_object_is_type(p->value, json_type_string);
	struct place address = plain ? *p : place_of(p, "address"),
		     network = place_of(p, "network");
	const char *s, *name, *why;

	if (!plain && !place_is_object(p))
		return -1;
	s = trimmed(&address);
	name = trimmed(&network);
	if (!s)
		return plain ? 0 : wrong(&address, "is required");
	if (name && !form_network_is(name))
		return wrong(&network, "must be a network's name in small "
				       "letters");
	why = form_wallet_check(s, &name);
	if (why)
		return wrong(&address, why);
	json_open(out, field->key, '{');
	json_str(out, "address", s);
	json_str(out, "network", name);
	json_close(out, '}');
	return 1;
}

/* 1 with a value, 0 where there is none, -1 where it is wrong. */
static int write_value(const struct place *p, const struct kyc_field *field,
		       struct buf *out)
{
	if (!p->value)
		return 0;
	switch (field->type) {
	case KYC_FIELD_NUMBER:
		return write_number(p, field, out);
	case KYC_FIELD_ADDRESS:
		return write_address(p, field, out);
	case KYC_FIELD_WALLET:
		return write_wallet(p, field, out);
	default:
		return write_string(p, field, out);
	}
}

int kyc_form_read(struct kyc *k, const struct kyc_step_def *def,
		  struct json_object *values, const char **out, struct fault *f)
{
	struct reading r = { k->arena, f, false };
	struct place top = { .r = &r },
		     form = { &r, &top, "form_data", 0, values }, p;
	size_t i, wrong_before;
	struct buf text;

	buf_init(&text, k->arena);
	json_open(&text, NULL, '{');
	for (i = 0; i < def->field_count; i++) {
		p = place_of(&form, def->fields[i].key);
		wrong_before = f->field_count;
		if (!write_value(&p, &def->fields[i], &text) &&
		    def->fields[i].required && f->field_count == wrong_before)
			place_wrong(&p, "is required");
	}
	json_close(&text, '}');
	*out = text.data;
	return f->code ? -1 : 0;
}

/* A form opens in its own step only. */
static struct seal_context context(struct kyc *k, const struct kyc_session *s,
				   const char *step_id)
{
	return kyc_secret_context(k, &s->id,
				  arena_printf(k->arena, "form %s", step_id));
}

void kyc_form_seal(struct kyc *k, const struct kyc_session *s,
		   const char *step_id, const uint8_t *key, const char *text,
		   struct buf *out)
{
	struct seal_context ctx = context(k, s, step_id);

	seal_box(key, &ctx, text, strlen(text), out);
}

const char *kyc_form_open(struct kyc *k, const struct kyc_session *s,
			  const char *step_id, const uint8_t *key,
			  const void *sealed, size_t len)
{
	struct seal_context ctx = context(k, s, step_id);
	struct buf plain;

	buf_init(&plain, k->arena);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return NULL;
	return buf_cstr(&plain);
}

const char *kyc_form_value(struct kyc *k, const char *form, const char *key)
{
	struct json_object *o = form ? json_tokener_parse(form) : NULL, *v;
	const char *s = NULL;

	if (o && json_object_object_get_ex(o, key, &v) && v &&
	    !json_object_is_type(v, json_type_object))
		s = arena_strdup(k->arena, json_object_get_string(v));
	json_object_put(o);
	return s;
}
