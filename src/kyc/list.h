// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of sessions by filter, sorted, with a count. */
#ifndef KYC_LIST_H
#define KYC_LIST_H

#include "kyc/check.h"
#include "kyc/session.h"

enum kyc_sort {
	KYC_SORT_CREATED,
	KYC_SORT_EXPIRES,
	KYC_SORT_COMPLETED,
	KYC_SORT_STATE,
	KYC_SORT_NAME,
	KYC_SORTS
};

#define KYC_ANY_STATE (KYC_BIT(KYC_STATES) - KYC_BIT(KYC_DRAFT))

enum { KYC_SEARCH_WORDS = 4, KYC_SEARCH_CAP = 1001 };

struct kyc_filter {
	unsigned int states;  /* KYC_BIT()s; 0 for all */
	int complete;	      /* 1, 0, or -1 for both */
	int64_t created_from; /* -1 for open */
	int64_t created_to;
	const char *search; /* words, each a prefix; NULL for none */
	enum kyc_sort sort;
	bool ascending;
	int64_t limit;
	int64_t offset;
};

struct kyc_listed {
	struct kyc_session session;
	struct kyc_checks checks;
};

struct kyc_page {
	struct kyc_listed *sessions; /* in the arena */
	size_t count;
	int64_t total;
	bool capped; /* a search with more hits than KYC_SEARCH_CAP - 1 */
};

/* Writes the tenant's due expiries first, so that states and totals agree. */
int kyc_list(struct kyc *k, const struct kyc_filter *filter,
	     struct kyc_page *out, struct fault *f);

#endif
