// SPDX-License-Identifier: GPL-3.0-or-later
/* Test mode: names of customers that lead to each outcome of the checks. */
#ifndef KYC_TRIAL_H
#define KYC_TRIAL_H

#include "kyc/check.h"

struct kyc_trial {
	const char *name; /* the customer's */
	const char *about;
	unsigned int kinds; /* bits of the checks that differ from clear */
	enum kyc_outcome outcome; /* of those; clear where kinds is 0 */
	enum kyc_reason reason;
	int64_t delay_ms; /* before a check ends */
};

extern const struct kyc_trial kyc_trials[];
extern const size_t kyc_trial_count;

/* By the customer's name, whatever its case; NULL for one that means nothing,
 * and always where the tenant's data are live. */
const struct kyc_trial *kyc_trial_find(const char *customer_name, bool live);

/* The same for a session: its customer's name, else a name that was typed into
 * a form, which s->customer_name then is. *out is NULL where none means
 * anything. */
int kyc_trial_load(struct kyc *k, struct kyc_session *s,
		   const struct kyc_trial **out, struct fault *f);

enum kyc_outcome kyc_trial_outcome(const struct kyc_trial *t,
				   enum kyc_check_kind kind);

/* What such a check would have found in this session. The findings look like
 * an engine's and are made up; no file is opened. */
int kyc_trial_result(struct kyc *k, const struct kyc_session *s,
		     const struct kyc_trial *t, enum kyc_check_kind kind,
		     struct kyc_result *out, struct fault *f);

#endif
