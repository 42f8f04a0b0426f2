// SPDX-License-Identifier: GPL-3.0-or-later
/* Branching: which steps are asked for, by answers and by outcomes. */
#ifndef KYC_WHEN_H
#define KYC_WHEN_H

#include "kyc/check.h"
#include "kyc/step.h"

/* Whether a step is asked for. OPEN: what it hangs on has not been answered
 * yet. An answer that was left out makes every condition on it false, not_in
 * too. A condition on a check holds once that check has ended with such an
 * outcome, and for a step that was begun it goes on to hold. */
enum kyc_when_state { KYC_WHEN_FALSE, KYC_WHEN_TRUE, KYC_WHEN_OPEN };

/* The condition of step i, once those of the steps before it are known. */
enum kyc_when_state kyc_when_test(struct kyc *k, const struct kyc_progress *p,
				  size_t i);

/* Sets due, undecided and status of all steps, and done, current and checks
 * of the whole, from what is stored of each step and from ended. */
void kyc_when_apply(struct kyc *k, struct kyc_progress *p);

/* Whether a step of the workflow hangs on a check. */
bool kyc_when_needs_checks(const struct kyc_workflow *w);

#endif
