// SPDX-License-Identifier: GPL-3.0-or-later
/* What a workflow does by itself once the customer has finished. */
#ifndef KYC_RULES_H
#define KYC_RULES_H

#include "kyc/outcome.h"

struct json_object;

struct kyc_rules {
	bool on_call; /* checks wait until somebody asks for processing */
	bool apply;   /* the decision becomes the state; else PROCESSED */
	enum kyc_decision decisions[KYC_OUTCOMES];
};

/* Reads {"process", "apply_decision", "outcomes"}; NULL, or what is absent:
 * at completion, applied, clear approves and all else needs a person. error
 * and pending always need one. */
void kyc_rules_read(struct json_object *o, struct kyc_rules *out);

/* Of the session's workflow version. A session that another protocol than kyc
 * created always processes at completion and applies the decision. */
int kyc_rules_load(struct kyc *k, const struct kyc_session *s,
		   struct kyc_rules *out, struct fault *f);

#endif
