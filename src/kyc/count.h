// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of sessions by tenant, workflow, day and state. */
#ifndef KYC_COUNT_H
#define KYC_COUNT_H

#include "kyc/session.h"

/* Writes what has changed since s->counted, as rows that are only inserted,
 * in the caller's transaction; nothing where nothing that counts has. Called
 * by whoever writes session rows. */
int kyc_count_note(struct kyc *k, struct kyc_session *s, struct fault *f);

/* Takes a session out of the counters, in the transaction that deletes it. */
int kyc_count_forget(struct kyc *k, const struct kyc_session *s,
		     struct fault *f);

/* Adds what was noted to the counters, batch after batch until nothing is left
 * or max_batches are done; how many changes, or -1. Transactions of its own;
 * several processes and hosts may fold at once. */
int64_t kyc_count_fold(struct kyc *k, int max_batches, struct fault *f);

#endif
