// SPDX-License-Identifier: GPL-3.0-or-later
/* How long what is kept, and what is kept whatever that says. */
#ifndef KYC_RETENTION_H
#define KYC_RETENTION_H

#include "kyc/session.h"

enum { KYC_RETENTION_DAYS_MAX = 3650 };

/* Days after a session's end: its decision, expiry, revocation or failure;
 * 0: without an end of its own. */
struct kyc_retention {
	int64_t documents;  /* identity documents, proofs of address */
	int64_t biometrics; /* selfies, liveness frames */
	int64_t sessions;   /* all of it, subsessions included */
};

/* Of k->who.tenant. */
int kyc_retention_get(struct kyc *k, struct kyc_retention *out,
		      struct fault *f);
/* Sets what is not negative; FAULT_INVALID names the field. Audited. */
int kyc_retention_set(struct kyc *k, const struct kyc_retention *r,
		      struct fault *f);

/* While a session is under legal hold nothing of it is erased, nor of its
 * subsessions. A key needs
 * tenant:manage (FAULT_FORBIDDEN). Writes the session (compare-and-swap); as
 * it was already: nothing. Audited. In the caller's transaction. */
int kyc_hold_set(struct kyc *k, struct kyc_session *s, bool hold,
		 struct fault *f);
int kyc_hold_get(struct kyc *k, const struct uuid *session, bool *hold,
		 struct fault *f);
/* FAULT_CONFLICT where it, or one that it is a subsession of, is held. */
int kyc_hold_check(struct kyc *k, const struct uuid *session, struct fault *f);

/* Erases what is due, of every tenant: each session in a transaction of its
 * own, so that a crash leaves the rest for the next run, and several hosts
 * share the work. Changes k->who. How many sessions were touched, or -1. */
int64_t kyc_retention_run(struct kyc *k, struct fault *f);

#endif
