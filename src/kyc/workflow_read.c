// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a workflow's definition as a whole. */
#include "base/json.h"
#include "base/str.h"
#include "kyc/check.h"
#include "kyc/entity.h"
#include "kyc/state.h"
#include "kyc/workflow_part.h"

enum { NAME_MAX_LEN = 255, NOTE_MAX = 4000, TAG_NAME_MAX = 64 };

const char *const workflow_outcome_words[] = {
	[KYC_OUTCOME_CLEAR] = "clear",
	[KYC_OUTCOME_CONSIDER] = "consider",
	[KYC_OUTCOME_ATTENTION] = "attention",
	[KYC_OUTCOME_ISSUE] = "issue",
	[KYC_OUTCOME_ERROR] = "error",
	NULL,
};

const char *const *workflow_check_words(void)
{
	static const char *words[KYC_CHECK_KINDS + 1];
	int i;

	for (i = 1; i < KYC_CHECK_KINDS && !words[i]; i++)
		words[i] = kyc_check_name((enum kyc_check_kind)i);
	return words;
}

static bool is_tag_name(const char *s)
{
	size_t len = strlen(s);

	return len && len <= TAG_NAME_MAX && str_is_utf8(s, len) &&
	       !str_has_control(s, len, false);
}

static void read_tags(const struct place *top, struct kyc_workflow *out)
{
	struct place tags = place_of(top, "custom_tags");
	struct buf text;

	out->custom_tags = "{}";
	if (!tags.value || !place_is_object(&tags))
		return;
	if (json_object_object_length(tags.value) > KYC_TAGS_MAX) {
		place_wrong(&tags, "must have %d members at most",
			    KYC_TAGS_MAX);
		return;
	}
	buf_init(&text, top->r->arena);
	json_open(&text, NULL, '{');
	json_object_object_foreach(tags.value, key, value)
	{
		struct place tag = { tags.r, &tags, key, 0, value };
		const char *s = place_text(&tag, 255, PLACE_REQUIRED);

		if (!is_tag_name(key))
			place_wrong(&tags, "must have names of 1 to 64 bytes "
					   "without control characters");
		json_str(&text, key, s);
	}
	json_close(&text, '}');
	out->custom_tags = text.data;
}

/* What no rule may do: reject what is clear, or approve what is not. */
static bool is_sane(int outcome, int decision)
{
	if (outcome == KYC_OUTCOME_CLEAR)
		return decision != KYC_DECIDED_REJECTED;
	if (outcome == KYC_OUTCOME_CONSIDER)
		return true;
	return decision != KYC_DECIDED_APPROVED;
}

static void read_outcomes(const struct place *automation,
			  struct kyc_automation *out)
{
	struct place list = place_of(automation, "outcomes"), p;
	int outcome, decision;

	if (list.value && !place_is_object(&list))
		return;
	for (outcome = KYC_OUTCOME_CLEAR; outcome <= KYC_OUTCOME_ISSUE;
	     outcome++) {
		p = place_of(&list, workflow_outcome_words[outcome]);
		if (!p.value)
			continue;
		decision = place_word(&p, kyc_decision_names);
		if (decision && !is_sane(outcome, decision))
			place_wrong(&p, "may not be %s",
				    kyc_decision_names[decision]);
		out->decide[outcome] = (enum kyc_decision)decision;
	}
}

/* Without a word about it a native workflow leaves the decision to a person;
 * those stored before there was a choice apply it. */
static void read_automation(const struct place *top, struct kyc_workflow *out)
{
	static const char *const process[] = { "completion", "call", NULL };
	struct place p = place_of(top, "automation"), how;
	struct kyc_automation *a = &out->automation;
	int outcome;

	for (outcome = 0; outcome <= KYC_OUTCOME_ERROR; outcome++)
		a->decide[outcome] = KYC_DECIDED_MANUAL_REVIEW;
	a->decide[KYC_OUTCOME_CLEAR] = KYC_DECIDED_APPROVED;
	a->apply_decision = top->r->stored;
	out->attempts = KYC_ATTEMPTS_DEFAULT;
	if (!p.value || !place_is_object(&p))
		return;
	how = place_of(&p, "process");
	if (how.value)
		a->on_call = place_word(&how, process) == 1;
	a->apply_decision = place_bool(&p, "apply_decision", false);
	out->attempts = place_int(&p, "attempts", 1, 100, out->attempts);
	read_outcomes(&p, a);
}

static bool has_key_twice(const struct kyc_step_def *steps, size_t count,
			  const char *key)
{
	size_t i, j, n = 0;

	for (i = 0; i < count; i++) {
		for (j = 0; j < steps[i].field_count; j++)
			n += !strcmp(steps[i].fields[j].key, key);
	}
	return n > 1;
}

/* A session shows its answers by key, over all forms. */
static void check_keys(const struct place *p, const struct kyc_step_def *steps,
		       size_t count)
{
	struct place options = place_of(p, "options");
	struct place fields = place_of(&options, "fields"), field, key;
	const struct kyc_step_def *d = &steps[count - 1];
	size_t i;

	for (i = 0; i < d->field_count; i++) {
		if (!*d->fields[i].key ||
		    !has_key_twice(steps, count, d->fields[i].key))
			continue;
		field = place_at(&fields, i);
		key = place_of(&field, "key");
		place_wrong(&key, "is used twice");
	}
}

static void check_id(const struct place *p, const struct kyc_step_def *steps,
		     size_t i)
{
	struct place id = place_of(p, "step_id");
	size_t j;

	for (j = 0; j < i; j++) {
		if (*steps[i].id && !strcmp(steps[i].id, steps[j].id))
			place_wrong(&id, "is used twice");
	}
}

/* Whether a step's own validations run for want of nothing but answers, or of
 * the outcome of checks that run. */
static bool is_reached(const struct kyc_step_def *d, unsigned int checks)
{
	return d->when.source != KYC_WHEN_CHECK || checks & 1u << d->when.check;
}

/* A condition on a check that never runs would hide its step for ever; so would
 * one on a check that only the step itself runs, or a circle of such. */
static void check_conditions(const struct place *list,
			     const struct kyc_step_def *steps, size_t count,
			     unsigned int checks)
{
	struct place step, when, check;
	unsigned int before;
	size_t i;

	do {
		before = checks;
		for (i = 0; i < count; i++)
			checks |= is_reached(&steps[i], checks)
					  ? steps[i].checks
					  : 0;
	} while (checks != before);
	for (i = 0; i < count; i++) {
		if (is_reached(&steps[i], checks))
			continue;
		step = place_at(list, i);
		when = place_of(&step, "when");
		check = place_of(&when, "check");
		place_wrong(&check, "is no validation of this workflow that "
				    "runs before");
	}
}

/* The customer's first, each in the order it was written. */
static void take_steps(struct kyc_workflow *out,
		       const struct kyc_step_def *steps, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (steps[i].kind != KYC_STEP_VALIDATION)
			out->steps[out->step_count++] = steps[i];
	}
	out->all_count = out->step_count;
	for (i = 0; i < count; i++) {
		if (steps[i].kind == KYC_STEP_VALIDATION)
			out->steps[out->all_count++] = steps[i];
	}
}

static bool has_first_step(const struct kyc_workflow *w)
{
	size_t i;

	for (i = 0; i < w->step_count; i++) {
		if (w->steps[i].when.source == KYC_WHEN_ALWAYS)
			return true;
	}
	return false;
}

static void read_steps(const struct place *top, struct kyc_workflow *out)
{
	struct place list = place_of(top, "steps"), p;
	size_t n = place_items(&list, 1, KYC_STEPS_MAX), i;
	struct kyc_step_def *steps =
		arena_alloc(top->r->arena, (n + 1) * sizeof(*steps));

	for (i = 0; i < n; i++) {
		p = place_at(&list, i);
		steps[i].id = "";
		steps[i].position = i;
		if (!place_is_object(&p))
			continue;
		workflow_read_step(&p, &steps[i]);
		check_id(&p, steps, i);
		check_keys(&p, steps, i + 1);
		workflow_read_when(&p, steps, i, &steps[i].when);
	}
	if (!top->r->stored)
		check_conditions(&list, steps, n, out->checks);
	take_steps(out, steps, n);
	if (n && !has_first_step(out))
		place_wrong(&list, "must hold a step of the customer's that "
				   "hangs on nothing");
}

int workflow_read(struct kyc *k, struct json_object *definition, bool stored,
		  struct kyc_workflow *out, struct fault *f)
{
	struct reading r = { k->arena, f, stored };
	struct place top = { .r = &r, .value = definition };
	int needed = stored ? 0 : PLACE_REQUIRED;

	out->name = place_string(&top, "name", NAME_MAX_LEN, needed);
	out->description =
		place_string(&top, "description", NOTE_MAX, PLACE_LINES);
	out->entity_types =
		place_bits(&top, "entity_types", kyc_entity_type_names, false);
	out->ttl_days = place_int(&top, "ttl_days", 1, KYC_TTL_DAYS_MAX,
				  KYC_TTL_DAYS_DEFAULT);
	read_tags(&top, out);
	out->checks =
		place_bits(&top, "validations", workflow_check_words(), false);
	if (stored)
		out->checks |= place_bits(&top, "checks",
					  workflow_check_words(), false);
	read_automation(&top, out);
	read_steps(&top, out);
	return f->code ? -1 : 0;
}

int kyc_workflow_read(struct kyc *k, struct json_object *definition,
		      struct kyc_workflow *out, struct fault *f)
{
	*out = (struct kyc_workflow){ .version = 0 };
	return workflow_read(k, definition, false, out, f);
}
