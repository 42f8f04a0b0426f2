// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of sessions by filter, sorted, with a count. */
#ifndef KYC_LIST_H
#define KYC_LIST_H

#include "kyc/check.h"
#include "kyc/entity.h"
#include "kyc/summary.h"
#include "kyc/workflow.h"

enum kyc_sort {
	KYC_SORT_CREATED,
	KYC_SORT_EXPIRES,
	KYC_SORT_COMPLETED,
	KYC_SORT_STATE,
	KYC_SORT_NAME,
	KYC_SORTS
};

enum { KYC_SEARCH_WORDS = 4, KYC_SEARCH_CAP = 1001 };

/* What is zero, nil or NULL lets all pass, if nothing else is said. */
struct kyc_filter {
	unsigned int states;  /* KYC_BIT()s; none: nothing is found */
	int complete;	      /* 1, 0, or -1 for both */
	int64_t created_from; /* -1 for open; both ends belong to the range */
	int64_t created_to;
	const char *search; /* words, each a prefix */
	struct uuid workflow;
	struct uuid entity;
	const char *assigned_to;
	enum kyc_priority priority;
	int64_t risk_from; /* hundredths, inclusive */
	int64_t risk_to;   /* 0: any, unscored ones too */
	bool has_outcome;
	enum kyc_outcome outcome; /* where has_outcome */
	enum kyc_sort sort;
	bool ascending;
	int64_t limit; /* 1 to 1,000 */
	int64_t offset;
	struct uuid before; /* the page goes on below this id (newest first) */
	/* The page ends above this id: those next to it, newest first. Not with
	 * before or offset, and of lists by creation only. */
	struct uuid after;
};

struct kyc_listed {
	struct kyc_session session;
	struct kyc_checks checks;      /* of kyc_list */
	struct kyc_workflow *workflow; /* of kyc_list_applicants, as the next */
	const struct kyc_entity *entity; /* NULL for none */
	const char *workflow_name; /* of kyc_list_detailed, as the next one */
	const char *metadata;	   /* JSON text; NULL for none */
};

struct kyc_page {
	struct kyc_listed *sessions; /* in the arena */
	size_t count;
	bool more;     /* there is a page behind this one, in the direction
			* that was asked for */
	int64_t total; /* of all but kyc_list_detailed, as the next one */
	bool capped;   /* a search with more hits than KYC_SEARCH_CAP - 1 */
};

/* A page, with the checks of each and the total. Writes the tenant's due
 * expiries first, so that states and totals agree. */
int kyc_list(struct kyc *k, const struct kyc_filter *filter,
	     struct kyc_page *out, struct fault *f);

/* A page of the sessions alone; nothing is counted where with_total is false.
 * Writes the due expiries first as well, as the next two do. */
int kyc_list_plain(struct kyc *k, const struct kyc_filter *filter,
		   bool with_total, struct kyc_page *out, struct fault *f);

/* A page with the workflow and the entity of each, and the total. */
int kyc_list_applicants(struct kyc *k, const struct kyc_filter *filter,
			struct kyc_page *out, struct fault *f);

/* A page with what an operator's list shows, and the sums over all that match
 * the filter; nothing is counted where summary is NULL. Writes the due
 * expiries first as well. */
int kyc_list_detailed(struct kyc *k, const struct kyc_filter *filter,
		      struct kyc_page *out, struct kyc_summary *summary,
		      struct fault *f);

#endif
