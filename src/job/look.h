// SPDX-License-Identifier: GPL-3.0-or-later
/* Shows a session's documents to the jailed child, one child a document. */
#ifndef JOB_LOOK_H
#define JOB_LOOK_H

#include "kyc/judge.h"

/* 0 once the judge has heard of each document; 1 where the child could not
 * run, or a document is not where it should be, of which the log tells; -1. */
int job_look(struct kyc *k, const struct kyc_job *job, struct kyc_judge *judge,
	     struct fault *f);

#endif
