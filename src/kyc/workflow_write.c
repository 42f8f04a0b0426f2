// SPDX-License-Identifier: GPL-3.0-or-later
/* Writing a workflow's definition: what is stored and what is shown. */
#include "base/json.h"
#include "kyc/check.h"
#include "kyc/document.h"
#include "kyc/entity.h"
#include "kyc/state.h"
#include "kyc/workflow_part.h"

/* words has NULL at both ends. */
void workflow_write_bits(struct buf *b, const char *key,
			 const char *const *words, unsigned int bits)
{
	int i;

	json_open(b, key, '[');
	for (i = 1; words[i]; i++) {
		if (bits & 1u << i)
			json_str(b, NULL, words[i]);
	}
	json_close(b, ']');
}

static void text_if(struct buf *b, const char *key, const char *s)
{
	if (s)
		json_str(b, key, s);
}

static void write_choices(struct buf *b, const struct kyc_field *field)
{
	size_t i;

	json_open(b, "choices", '[');
	for (i = 0; i < field->choice_count; i++) {
		json_open(b, NULL, '{');
		json_str(b, "value", field->choices[i].value);
		json_str(b, "label", field->choices[i].label);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static void write_field(struct buf *b, const struct kyc_field *field)
{
	json_open(b, NULL, '{');
	json_str(b, "key", field->key);
	json_str(b, "field_id", field->id);
	json_str(b, "name", field->name);
	json_str(b, "type", kyc_field_type_names[field->type]);
	json_flag(b, "required", field->required);
	if (field->choices)
		write_choices(b, field);
	if (field->has_min)
		json_number(b, "min", field->min, 17);
	if (field->has_max)
		json_number(b, "max", field->max, 17);
	text_if(b, "min", field->from);
	text_if(b, "max", field->to);
	if (field->min_length)
		json_int(b, "min_length", field->min_length);
	if (field->max_length)
		json_int(b, "max_length", field->max_length);
	text_if(b, "help", field->help);
	json_close(b, '}');
}

void workflow_write_fields(struct buf *b, const struct kyc_step_def *d)
{
	size_t i;

	json_open(b, "fields", '[');
	for (i = 0; i < d->field_count; i++)
		write_field(b, &d->fields[i]);
	json_close(b, ']');
}

static void write_document(struct buf *b, const struct kyc_step_def *d)
{
	size_t i;
	int kind;

	workflow_write_bits(b, "document_kinds", kyc_document_kind_names,
			    d->document_kinds);
	json_open(b, "sides", '{');
	for (kind = 1; kind < KYC_DOCUMENT_KINDS; kind++) {
		if (d->document_kinds & 1u << kind)
			workflow_write_bits(
				b, kyc_document_kind_names[kind],
				kyc_side_names,
				kyc_document_sides_of(
					d, (enum kyc_document_kind)kind));
	}
	json_close(b, '}');
	if (!d->countries) {
		json_null(b, "countries");
		return;
	}
	json_open(b, "countries", '[');
	for (i = 0; i < d->country_count; i++)
		json_str(b, NULL, d->countries[i]);
	json_close(b, ']');
}

static void write_subsessions(struct buf *b, const struct kyc_step_def *d)
{
	char id[UUID_TEXT_SIZE];

	uuid_text(&d->workflow, id);
	json_str(b, "workflow_id", id);
	json_int(b, "min", d->min);
	json_int(b, "max", d->max);
	json_flag(b, "customer_may_create", d->customer_may_create);
}

void kyc_workflow_write_options(struct buf *b, const struct kyc_step_def *d)
{
	switch (d->kind) {
	case KYC_STEP_CONSENT:
		json_str(b, "text_version", d->text_version);
		if (d->text)
			json_raw(b, "text", d->text);
		break;
	case KYC_STEP_DOCUMENT:
		write_document(b, d);
		if (d->min_age)
			json_int(b, "min_age", d->min_age);
		break;
	case KYC_STEP_LIVENESS:
		json_int(b, "actions", d->actions);
		break;
	case KYC_STEP_PROOF_OF_ADDRESS:
		workflow_write_bits(b, "document_kinds",
				    kyc_document_kind_names, d->document_kinds);
		json_int(b, "max_age_days", d->max_age_days);
		break;
	case KYC_STEP_FORM:
		workflow_write_fields(b, d);
		break;
	case KYC_STEP_SUBSESSIONS:
		write_subsessions(b, d);
		break;
	case KYC_STEP_VALIDATION:
		workflow_write_bits(b, "validations", workflow_check_words(),
				    d->checks);
		break;
	case KYC_STEP_SELFIE:
	case KYC_NO_STEP:
	case KYC_STEP_KINDS:
		break;
	}
}

static void write_value(struct buf *b, const struct kyc_when *w,
			const char *key, const char *value)
{
	if (w->numeric)
		json_raw(b, key, value);
	else
		json_str(b, key, value);
}

void workflow_write_when(struct buf *b, const struct kyc_when *w)
{
	size_t i;

	json_open(b, "when", '{');
	if (w->source == KYC_WHEN_CHECK) {
		json_str(b, "check",
			 kyc_check_name((enum kyc_check_kind)w->check));
		workflow_write_bits(b, "outcome", workflow_outcome_words,
				    w->outcomes);
	} else {
		json_str(b, "step", w->step);
		json_str(b, "field", w->field);
		if (w->equals) {
			write_value(b, w, "equals", w->values[0]);
		} else {
			json_open(b, w->negate ? "not_in" : "in", '[');
			for (i = 0; i < w->value_count; i++)
				write_value(b, w, NULL, w->values[i]);
			json_close(b, ']');
		}
	}
	json_close(b, '}');
}

static void write_step(struct buf *b, const struct kyc_step_def *d)
{
	json_open(b, NULL, '{');
	json_str(b, "step_id", d->id);
	json_str(b, "kind", kyc_step_kind_name(d->kind));
	json_str(b, "title", d->title);
	json_str(b, "description", d->description);
	json_flag(b, "optional", d->optional);
	json_open(b, "options", '{');
	kyc_workflow_write_options(b, d);
	json_close(b, '}');
	if (d->when.source)
		workflow_write_when(b, &d->when);
	json_close(b, '}');
}

static void write_steps(struct buf *b, const struct kyc_workflow *w)
{
	size_t position, i;

	json_open(b, "steps", '[');
	for (position = 0; position < w->all_count; position++) {
		for (i = 0; i < w->all_count; i++) {
			if (w->steps[i].position == position)
				write_step(b, &w->steps[i]);
		}
	}
	json_close(b, ']');
}

static void write_automation(struct buf *b, const struct kyc_workflow *w)
{
	const struct kyc_automation *a = &w->automation;
	int outcome;

	json_open(b, "automation", '{');
	json_str(b, "process", a->on_call ? "call" : "completion");
	json_flag(b, "apply_decision", a->apply_decision);
	json_open(b, "outcomes", '{');
	for (outcome = KYC_OUTCOME_CLEAR; outcome <= KYC_OUTCOME_ISSUE;
	     outcome++)
		json_str(b, workflow_outcome_words[outcome],
			 kyc_decision_name(a->decide[outcome]));
	json_close(b, '}');
	json_int(b, "attempts", w->attempts);
	json_close(b, '}');
}

void kyc_workflow_write(struct buf *b, const struct kyc_workflow *w)
{
	json_str(b, "name", w->name);
	json_str(b, "description", w->description);
	workflow_write_bits(b, "entity_types", kyc_entity_type_names,
			    w->entity_types);
	json_int(b, "ttl_days", w->ttl_days);
	json_raw(b, "custom_tags", w->custom_tags);
	write_steps(b, w);
	workflow_write_bits(b, "validations", workflow_check_words(),
			    w->checks);
	write_automation(b, w);
}
