// SPDX-License-Identifier: GPL-3.0-or-later
/* Folding what is only inserted: no row of the database is hot. */
#include "base/log.h"
#include "job/job.h"
#include "kyc/count.h"

enum { BATCHES_A_TURN = 200 };

int job_fold(struct kyc *k)
{
	struct fault f = { 0 };

	arena_reset(k->arena);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	if (kyc_count_fold(k, BATCHES_A_TURN, &f) >= 0)
		return 0;
	log_warn("fold: counters: %s", f.detail);
	return f.code == FAULT_UNAVAILABLE ? -1 : 0;
}
