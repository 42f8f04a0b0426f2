// SPDX-License-Identifier: GPL-3.0-or-later
/* What a workflow does by itself once the customer has finished. */
#include <json-c/json.h>

#include "kyc/rules.h"
#include "kyc/review.h"
#include "kyc/workflow.h"

static bool is_word(struct json_object *v, const char *word)
{
	return json_object_is_type(v, json_type_string) &&
	       !strcmp(json_object_get_string(v), word);
}

static enum kyc_decision decision_of(struct json_object *v)
{
	int d;

	for (d = KYC_DECIDED_APPROVED; d < KYC_DECISIONS; d++) {
		if (is_word(v, kyc_decision_name((enum kyc_decision)d)))
			return (enum kyc_decision)d;
	}
	return KYC_DECIDED_MANUAL_REVIEW;
}

void kyc_rules_read(struct json_object *o, struct kyc_rules *out)
{
	struct json_object *v, *outcomes;
	int i;

	*out = (struct kyc_rules){ .apply = true };
	for (i = 0; i < KYC_OUTCOMES; i++)
		out->decisions[i] = KYC_DECIDED_MANUAL_REVIEW;
	out->decisions[KYC_OUTCOME_CLEAR] = KYC_DECIDED_APPROVED;
	if (json_object_object_get_ex(o, "process", &v))
		out->on_call = is_word(v, "call");
	if (json_object_object_get_ex(o, "apply_decision", &v) && v)
		out->apply = json_object_get_boolean(v);
	if (!json_object_object_get_ex(o, "outcomes", &outcomes))
		return;
	for (i = KYC_OUTCOME_CLEAR; i <= KYC_OUTCOME_ISSUE; i++) {
		if (json_object_object_get_ex(
			    outcomes, kyc_outcome_name((enum kyc_outcome)i),
			    &v))
			out->decisions[i] = decision_of(v);
	}
}

int kyc_rules_load(struct kyc *k, const struct kyc_session *s,
		   struct kyc_rules *out, struct fault *f)
{
	struct json_object *definition, *o = NULL;

	*out = (struct kyc_rules){ .apply = true };
	if (kyc_workflow_definition(k, s, &definition, f))
		return -1;
	json_object_object_get_ex(definition, "automation", &o);
	kyc_rules_read(o, out);
	json_object_put(definition);
	if (s->protocol == KYC_NATIVE)
		return 0;
	out->on_call = false;
	out->apply = true;
	return 0;
}
