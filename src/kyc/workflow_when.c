// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a workflow's definition: what a step hangs on. */
#include <math.h>

#include "kyc/check.h"
#include "kyc/document.h"
#include "kyc/form.h"
#include "kyc/workflow_part.h"

enum { VALUES_MAX = 300 };

/* What values a condition may name. */
struct values {
	struct kyc_when *when;
	const struct kyc_step_def *def; /* the step that is asked */
	const struct kyc_field *field;	/* NULL: of its document */
};

static const char *number_text(const struct place *p)
{
	double v;

	if (!json_object_is_type(p->value, json_type_int) &&
	    !json_object_is_type(p->value, json_type_double)) {
		place_wrong(p, p->value ? "must be a number" : "is required");
		return "0";
	}
	v = json_object_get_double(p->value);
	if (!isfinite(v)) {
		place_wrong(p, "is out of range");
		return "0";
	}
	return arena_printf(p->r->arena, "%.17g", v);
}

static bool is_choice(const struct kyc_field *field, const char *s)
{
	size_t i;

	for (i = 0; i < field->choice_count; i++) {
		if (!strcmp(field->choices[i].value, s))
			return true;
	}
	return false;
}

/* A value that no answer can have would hide its step for ever. */
static const char *complaint(const struct values *v, const char *s)
{
	if (v->when->source == KYC_WHEN_DOCUMENT_KIND)
		return v->def->document_kinds & 1u << kyc_document_kind(s) & ~1u
			       ? NULL
			       : "is none of that step's document_kinds";
	if (v->when->source == KYC_WHEN_DOCUMENT_COUNTRY ||
	    (v->field && v->field->type == KYC_FIELD_COUNTRY))
		return kyc_country_is(s) ? NULL
					 : "must be a country's two capital "
					   "letters (ISO 3166-1 alpha-2)";
	if (v->field && v->field->type == KYC_FIELD_CHOICE)
		return is_choice(v->field, s) ? NULL
					      : "is none of that field's "
						"choices";
	return NULL;
}

static const char *read_value(const struct place *p, const struct values *v)
{
	const char *s, *why;

	if (v->when->numeric)
		return number_text(p);
	s = place_text(p, 255, PLACE_REQUIRED);
	if (!s)
		return "";
	why = complaint(v, s);
	if (why)
		place_wrong(p, "%s", why);
	return s;
}

static void read_values(const struct place *p, const struct values *v)
{
	struct place equals = place_of(p, "equals"), in = place_of(p, "in"),
		     not_in = place_of(p, "not_in"), item;
	struct place *list = in.value ? &in : &not_in;
	const char **out;
	size_t n = 1, i;

	if (!!equals.value + !!in.value + !!not_in.value != 1) {
		place_wrong(p, "must have one of: equals, in, not_in");
		return;
	}
	v->when->equals = equals.value != NULL;
	v->when->negate = not_in.value != NULL;
	if (!v->when->equals)
		n = place_items(list, 1, VALUES_MAX);
	out = arena_alloc(p->r->arena, (n + 1) * sizeof(*out));
	for (i = 0; i < n; i++) {
		item = v->when->equals ? equals : place_at(list, i);
		out[i] = read_value(&item, v);
	}
	v->when->values = out;
	v->when->value_count = n;
}

static const struct kyc_step_def *find_step(const struct place *p,
					    const struct kyc_step_def *earlier,
					    size_t count)
{
	struct place step = place_of(p, "step");
	const char *id = place_text(&step, 64, PLACE_REQUIRED);
	size_t i;

	if (!id)
		return NULL;
	for (i = 0; i < count; i++) {
		if (!strcmp(earlier[i].id, id))
			return &earlier[i];
	}
	place_wrong(&step, "names no earlier step");
	return NULL;
}

static enum kyc_when_source of_document(const char *name)
{
	if (!strcmp(name, "document_kind"))
		return KYC_WHEN_DOCUMENT_KIND;
	return strcmp(name, "document_country") ? KYC_WHEN_ALWAYS
						: KYC_WHEN_DOCUMENT_COUNTRY;
}

/* Sets what is asked of the step; -1 where there is no such answer. */
static int find_answer(const struct place *p, struct values *v)
{
	struct place at = place_of(p, "field");
	const char *name = place_text(&at, 64, PLACE_REQUIRED);

	if (!name)
		return -1;
	v->when->field = name;
	if (v->def->kind == KYC_STEP_DOCUMENT) {
		v->when->source = of_document(name);
		if (v->when->source == KYC_WHEN_ALWAYS)
			return place_wrong(&at, "must be one of: document_kind,"
						" document_country");
		return 0;
	}
	v->field = workflow_field(v->def, name);
	if (!v->field)
		return place_wrong(&at, "names no field of that step");
	if (v->field->type == KYC_FIELD_ADDRESS ||
	    v->field->type == KYC_FIELD_WALLET)
		return place_wrong(&at, "can't be compared");
	v->when->source = KYC_WHEN_FIELD;
	v->when->numeric = v->field->type == KYC_FIELD_NUMBER;
	return 0;
}

static void read_check(const struct place *p, const struct place *check,
		       struct kyc_when *out)
{
	out->source = KYC_WHEN_CHECK;
	out->check = place_word(check, workflow_check_words());
	out->outcomes = place_bits(p, "outcome", workflow_outcome_words, true);
}

void workflow_read_when(const struct place *step,
			const struct kyc_step_def *earlier, size_t count,
			struct kyc_when *out)
{
	struct place p = place_of(step, "when"), check;
	struct values v = { .when = out };

	if (!p.value || !place_is_object(&p))
		return;
	check = place_of(&p, "check");
	if (check.value) {
		read_check(&p, &check, out);
		return;
	}
	v.def = find_step(&p, earlier, count);
	if (!v.def)
		return;
	out->step = v.def->id;
	if (!find_answer(&p, &v))
		read_values(&p, &v);
}
