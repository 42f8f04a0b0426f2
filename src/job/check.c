// SPDX-License-Identifier: GPL-3.0-or-later
/* Running a check of a session. */
#include "base/log.h"
#include "check/names.h"
#include "job/job.h"
#include "job/look.h"
#include "kyc/trial.h"

enum { TRIES = 2, TRY_AGAIN_MS = 2000 };

struct finish {
	const struct kyc_job *job;
	struct kyc_judge *judge; /* NULL: the result is there */
	struct kyc_result result;
};

/* The findings, the decision and the end of the job are one transaction; a
 * crash before it runs the job again. */
static int finish(struct kyc *k, void *ctx, struct fault *f)
{
	const struct kyc_job *job;
	struct finish *end = ctx;

	job = end->job;
	if (end->judge && kyc_judge_result(k, end->judge, &end->result, f))
		return -1;
	if (kyc_check_end(k, &job->subject, (enum kyc_check_kind)job->argument,
			  &end->result, f))
		return -1;
	return kyc_job_done(k, job, f);
}

/* What did not run is never clear: a person decides. */
static int finish_error(struct kyc *k, const struct kyc_job *job,
			struct fault *f)
{
	struct finish end = {
		.job = job,
		.result = { .outcome = KYC_OUTCOME_ERROR,
			    .reason = KYC_REASON_TECHNICAL_ERROR },
	};

	return kyc_transact(k, finish, &end, f);
}

/* In test mode a name may say how a check ends. 1: it does not. */
static int try_name(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	struct finish end = { .job = job };
	const struct kyc_trial *trial;
	struct kyc_session s;
	int64_t left;

	if (kyc_session_load(k, &job->subject, false, &s, f) ||
	    kyc_trial_load(k, &s, &trial, f))
		return -1;
	if (!trial)
		return 1;
	left = job->created_at + trial->delay_ms - clock_now_ms();
	if (left > 0)
		return kyc_job_retry(k, job, left, "a trial that is slow", f);
	if (kyc_trial_result(k, &s, trial, (enum kyc_check_kind)job->argument,
			     &end.result, f))
		return -1;
	return kyc_transact(k, finish, &end, f);
}

/* Loaded at the first check of a process, which then serves many. */
static const struct names *names(void)
{
	static struct names *loaded;

	if (!loaded)
		loaded = names_create();
	return loaded;
}

/* The child may have died of what was wrong with the host for a moment; of a
 * file that kills it the second one dies too. */
static int examine(struct kyc *k, const struct kyc_job *job,
		   struct kyc_judge *judge, struct fault *f)
{
	struct finish end = { .job = job, .judge = judge };
	int rc = job_look(k, job, judge, f);

	if (rc < 0)
		return -1;
	if (rc && job->attempts < TRIES)
		return kyc_job_retry(k, job, TRY_AGAIN_MS,
				     "a document could not be looked at", f);
	if (rc)
		return finish_error(k, job, f);
	kyc_judge_read(k, judge);
	return kyc_transact(k, finish, &end, f);
}

static int attempt(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	enum kyc_check_kind kind = (enum kyc_check_kind)job->argument;
	struct kyc_judge *judge;
	int rc;

	if (kyc_check_start(k, &job->subject, kind, job->kind == KYC_JOB_CHECK,
			    f))
		return -1;
	rc = try_name(k, job, f);
	if (rc <= 0)
		return rc;
	/* no engine for any other kind is in this build */
	if (!kyc_judge_knows(kind))
		return finish_error(k, job, f);
	judge = kyc_judge_create(k, &job->subject, kind, names(), f);
	if (!judge)
		return -1;
	rc = examine(k, job, judge, f);
	kyc_judge_destroy(judge);
	return rc;
}

/* A check that fails for days would hold its session for ever: it ends as one
 * that could not run. */
int job_check(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	if (!attempt(k, job, f))
		return 0;
	if (f->code != FAULT_INTERNAL || !job_is_old(job))
		return -1;
	log_warn("job: a check is given up: %s %s", f->message, f->detail);
	fault_clear(f);
	return finish_error(k, job, f);
}
