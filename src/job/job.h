// SPDX-License-Identifier: GPL-3.0-or-later
/* The work outside requests: one file a kind, one process a lane. */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "kyc/event.h"
#include "kyc/job.h"

/* Each does a leased job and ends it. 0, or -1 with a fault: the job is tried
 * again later, or forgotten where what it was about is gone. */
int job_mail(struct kyc *k, const struct kyc_job *job, struct fault *f);
int job_check(struct kyc *k, const struct kyc_job *job, struct fault *f);
int job_erase(struct kyc *k, const struct kyc_job *job, struct fault *f);
int job_photo(struct kyc *k, const struct kyc_job *job, struct fault *f);

/* What is due at times rather than queued: expiry, old answers, objects
 * without a row. Safe to run on several hosts at once. */
void job_upkeep(struct kyc *k);
/* What is due within a second: chaining audit rows. Likewise. */
void job_tick(struct kyc *k);

/* What is only inserted, so that no row is hot, is folded here, within a
 * second: counters. 0, or -1 where the database can't be reached. */
int job_fold(struct kyc *k);

/* Puts a leased job back with a growing delay (15 s to 4 h), or gives it up
 * where it is 5 days old. why is for the admin: no personal data. */
int job_again(struct kyc *k, const struct kyc_job *job, const char *why,
	      struct fault *f);
bool job_is_old(const struct kyc_job *job);

/* Runs what is due in a lane; how many jobs, or -1 where the database can't
 * be reached. */
int job_drain(struct kyc *k, enum kyc_lane lane);

/* Serves a lane until asked to stop (TERM). */
void job_loop(struct kyc *k, enum kyc_lane lane);

/* The lane of webhooks, until asked to stop: fans events out and sends what is
 * due, many at a time. */
void job_hook_loop(struct kyc *k, const struct kyc_envelope *const *envelopes);
/* What is due now, once; 0, or -1 where the database can't be reached. */
int job_hook_once(struct kyc *k, const struct kyc_envelope *const *envelopes);

/* The lane of the outside issuer's keys, until asked to stop. */
void job_issuer_loop(struct kyc *k);
/* Fetches them where that is due; nothing where no issuer is configured. 0, or
 * -1 where the database can't be reached. */
int job_issuer_once(struct kyc *k);

/* Before anything else: TERM, INT and HUP are noticed between jobs only. */
void job_hold_signals(void);
/* Waits so long; false once the process was asked to stop. */
bool job_pause(int64_t ms);

#endif
