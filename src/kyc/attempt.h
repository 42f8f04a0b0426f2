// SPDX-License-Identifier: GPL-3.0-or-later
/* Attempts: how often a customer may do a thing over again. */
#ifndef KYC_ATTEMPT_H
#define KYC_ATTEMPT_H

#include "kyc/session.h"

/* Counts one more attempt of the session, which the caller has locked and
 * opened, in the caller's transaction. 0; 1 where that was one too many for
 * the limit: the session is FAILED then, so that the caller writes nothing
 * else, commits, and answers with kyc_attempt_refuse; -1 with the fault. */
int kyc_attempt(struct kyc *k, struct kyc_session *s, int64_t limit,
		struct fault *f);

/* FAULT_CONFLICT that says so; returns -1. */
int kyc_attempt_refuse(struct fault *f);

#endif
