// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums over the sessions that match a filter. */
#ifndef KYC_SUMMARY_H
#define KYC_SUMMARY_H

#include "kyc/session.h"

#define KYC_ANY_STATE (KYC_BIT(KYC_STATES) - KYC_BIT(KYC_DRAFT))

struct kyc_sums {
	int64_t sessions;
	int64_t scored; /* those with a risk score */
	int64_t risk;	/* their sum, in hundredths */
	int64_t lists;	/* those that executed such a validation */
	int64_t face_match;
	int64_t adverse_media;
};

struct kyc_summary {
	struct kyc_sums all;
	struct kyc_sums by_state[KYC_STATES];
	/* A search with more hits than KYC_SEARCH_CAP - 1: that many of them
	 * are summed up, whichever. */
	bool capped;
};

/* Adds a row of sums, from the column first on: state and the six of struct
 * kyc_sums in their order; a state that is not in the set adds nothing. */
void kyc_summary_add(struct kyc_summary *to, const struct db_rows *rows,
		     unsigned int first, unsigned int states);

#endif
