// SPDX-License-Identifier: GPL-3.0-or-later
/* Removing the files of what was erased. */
#include "job/job.h"
#include "kyc/erase.h"

/* The rows are gone already, so that a crash at any moment leaves files that
 * nobody can open; the job comes again and finds them. */
int job_erase(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	if (kyc_erase_objects(k, &job->subject, f))
		return -1;
	return kyc_job_done(k, job, f);
}
