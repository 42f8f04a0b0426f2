// SPDX-License-Identifier: GPL-3.0-or-later
/* Running a check of a session. */
#include "job/job.h"
#include "kyc/check.h"

/* This build has no engine for any kind, so a check ends as an error that a
 * person decides on: what did not run is never clear. The finding, the
 * decision and the end of the job are one transaction; a crash before it runs
 * the job again. */
static int finish(struct kyc *k, void *ctx, struct fault *f)
{
	const struct kyc_job *job = ctx;

	if (kyc_check_end(k, &job->subject, (enum kyc_check_kind)job->argument,
			  KYC_OUTCOME_ERROR, KYC_REASON_TECHNICAL_ERROR, f))
		return -1;
	return kyc_job_done(k, job, f);
}

int job_check(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	if (kyc_check_start(k, &job->subject,
			    (enum kyc_check_kind)job->argument, f))
		return -1;
	return kyc_transact(k, finish, (void *)(uintptr_t)job, f);
}
