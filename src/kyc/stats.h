// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures of a tenant: by status, by workflow, by day. */
#ifndef KYC_STATS_H
#define KYC_STATS_H

#include "kyc/summary.h"

struct kyc_workflow_sum {
	struct uuid workflow;
	const char *name; /* of its newest version; NULL where it is gone */
	struct kyc_summary sum;
};

struct kyc_day {
	int64_t day; /* since 1970, UTC */
	struct kyc_summary sum;
};

/* Arrays live in the arena. */
struct kyc_stats {
	struct kyc_summary sum;
	struct kyc_workflow_sum *workflows; /* that have sessions, by id */
	size_t workflow_count;
	struct kyc_day *days; /* every day of the range, oldest first */
	size_t day_count;
};

/* The whole tenant by status and by workflow, and the sessions created on the
 * days first to last (both included): from the counters and what is not
 * folded yet. Writes the due expiries first. */
int kyc_stats(struct kyc *k, int64_t first, int64_t last, struct kyc_stats *out,
	      struct fault *f);

#endif
