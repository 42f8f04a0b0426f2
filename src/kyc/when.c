// SPDX-License-Identifier: GPL-3.0-or-later
/* Branching: which steps are asked for, by answers and by outcomes. */
#include <stdlib.h>

#include "kyc/form.h"
#include "kyc/when.h"

static const struct kyc_step *find(const struct kyc_progress *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (!strcmp(p->workflow.steps[i].id, id))
			return &p->steps[i];
	}
	return NULL;
}

static const char *answer(struct kyc *k, const struct kyc_when *w,
			  const struct kyc_step *step)
{
	if (w->source == KYC_WHEN_DOCUMENT_COUNTRY)
		return step->document_country;
	if (w->source == KYC_WHEN_DOCUMENT_KIND)
		return kyc_document_kind_names[step->document_kind];
	return kyc_form_value(k, step->form, w->field);
}

static bool is_one_of(const struct kyc_when *w, const char *s)
{
	size_t i;

	for (i = 0; i < w->value_count; i++) {
		if (w->numeric ? strtod(s, NULL) == strtod(w->values[i], NULL)
			       : !strcmp(s, w->values[i]))
			return true;
	}
	return false;
}

static enum kyc_when_state test_answer(struct kyc *k,
				       const struct kyc_progress *p,
				       const struct kyc_when *w)
{
	const struct kyc_step *step = find(p, w->step);
	const char *s;

	if (!step || !step->due || step->status == KYC_STEP_SKIPPED)
		return KYC_WHEN_FALSE;
	if (step->undecided || step->status != KYC_STEP_COMPLETED)
		return KYC_WHEN_OPEN;
	s = answer(k, w, step);
	if (!s)
		return KYC_WHEN_FALSE;
	return is_one_of(w, s) != w->negate ? KYC_WHEN_TRUE : KYC_WHEN_FALSE;
}

static enum kyc_when_state test_check(const struct kyc_when *w,
				      const struct kyc_step *step,
				      const struct kyc_checks *checks)
{
	const struct kyc_check *c = checks ? &checks->by_kind[w->check] : NULL;

	if (step->started_at >= 0)
		return KYC_WHEN_TRUE;
	return c && c->status == KYC_CHECK_ENDED &&
			       w->outcomes & 1u << c->outcome
		       ? KYC_WHEN_TRUE
		       : KYC_WHEN_FALSE;
}

enum kyc_when_state kyc_when_test(struct kyc *k, const struct kyc_progress *p,
				  size_t i)
{
	const struct kyc_when *w = &p->workflow.steps[i].when;

	if (w->source == KYC_WHEN_ALWAYS)
		return KYC_WHEN_TRUE;
	if (w->source == KYC_WHEN_CHECK)
		return test_check(w, &p->steps[i], p->ended);
	return test_answer(k, p, w);
}

static bool is_done(const struct kyc_step *step)
{
	return step->status == KYC_STEP_COMPLETED ||
	       step->status == KYC_STEP_SKIPPED;
}

void kyc_when_apply(struct kyc *k, struct kyc_progress *p)
{
	const struct kyc_workflow *w = &p->workflow;
	enum kyc_when_state state;
	size_t i;

	p->checks = w->checks;
	for (i = 0; i < w->all_count; i++) {
		state = kyc_when_test(k, p, i);
		p->steps[i].due = state != KYC_WHEN_FALSE;
		p->steps[i].undecided = state == KYC_WHEN_OPEN;
		p->steps[i].status =
			p->steps[i].due ? p->steps[i].stored : KYC_STEP_SKIPPED;
		if (state == KYC_WHEN_TRUE)
			p->checks |= w->steps[i].checks;
	}
	p->done = 0;
	p->current = w->step_count;
	for (i = w->step_count; i-- > 0;) {
		if (is_done(&p->steps[i]))
			p->done++;
		else
			p->current = i;
	}
}

bool kyc_when_needs_checks(const struct kyc_workflow *w)
{
	size_t i;

	for (i = 0; i < w->all_count; i++) {
		if (w->steps[i].when.source == KYC_WHEN_CHECK)
			return true;
	}
	return false;
}
