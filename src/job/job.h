// SPDX-License-Identifier: GPL-3.0-or-later
/* The work outside requests: one file a kind, one process a lane. */
#ifndef JOB_JOB_H
#define JOB_JOB_H

#include "kyc/job.h"

/* Each does a leased job and ends it (done, retried or given up). 0, or -1
 * with a fault: the lease runs out, and then it is tried again. */
int job_mail(struct kyc *k, const struct kyc_job *job, struct fault *f);
int job_check(struct kyc *k, const struct kyc_job *job, struct fault *f);

/* What is due at times rather than queued: expiry, old answers, objects
 * without a row. Safe to run on several hosts at once. */
void job_upkeep(struct kyc *k);

/* Runs what is due in a lane; how many jobs. */
int job_drain(struct kyc *k, enum kyc_lane lane);

/* Serves a lane until asked to stop (TERM). */
void job_loop(struct kyc *k, enum kyc_lane lane);
/* Async-signal-safe. */
void job_stop(void);

#endif
