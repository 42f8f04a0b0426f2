// SPDX-License-Identifier: GPL-3.0-or-later
/* Running a check of a session. */
#include "base/log.h"
#include "job/job.h"
#include "kyc/trial.h"

struct finish {
	const struct kyc_job *job;
	const struct kyc_result *result;
};

/* The findings, the decision and the end of the job are one transaction; a
 * crash before it runs the job again. */
static int finish(struct kyc *k, void *ctx, struct fault *f)
{
	const struct finish *end = ctx;
	const struct kyc_job *job = end->job;

	if (kyc_check_end(k, &job->subject, (enum kyc_check_kind)job->argument,
			  end->result, f))
		return -1;
	return kyc_job_done(k, job, f);
}

/* In test mode a name may say how a check ends. 1: later. */
static int try_name(struct kyc *k, const struct kyc_job *job,
		    struct kyc_result *result, struct fault *f)
{
	const struct kyc_trial *trial;
	struct kyc_session s;
	int64_t left;

	if (kyc_session_load(k, &job->subject, false, &s, f) ||
	    kyc_trial_load(k, &s, &trial, f))
		return -1;
	if (!trial)
		return 0;
	left = job->created_at + trial->delay_ms - clock_now_ms();
	if (left > 0)
		return kyc_job_retry(k, job, left, "a trial that is slow", f)
			       ? -1
			       : 1;
	return kyc_trial_result(k, &s, trial,
				(enum kyc_check_kind)job->argument, result, f);
}

/* This build has no engine for any kind, so a check ends as an error that a
 * person decides on: what did not run is never clear. */
static int attempt(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	struct kyc_result result = { .outcome = KYC_OUTCOME_ERROR,
				     .reason = KYC_REASON_TECHNICAL_ERROR };
	struct finish end = { job, &result };
	int rc;

	if (kyc_check_start(k, &job->subject,
			    (enum kyc_check_kind)job->argument,
			    job->kind == KYC_JOB_CHECK, f))
		return -1;
	rc = try_name(k, job, &result, f);
	if (rc)
		return rc < 0 ? -1 : 0;
	return kyc_transact(k, finish, &end, f);
}

/* A check that fails for days would hold its session for ever: it ends as one
 * that could not run. */
int job_check(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	const struct kyc_result result = { .outcome = KYC_OUTCOME_ERROR,
					   .reason =
						   KYC_REASON_TECHNICAL_ERROR };
	struct finish end = { job, &result };

	if (!attempt(k, job, f))
		return 0;
	if (f->code != FAULT_INTERNAL || !job_is_old(job))
		return -1;
	log_warn("job: a check is given up: %s %s", f->message, f->detail);
	fault_clear(f);
	return kyc_transact(k, finish, &end, f);
}
