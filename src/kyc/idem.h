// SPDX-License-Identifier: GPL-3.0-or-later
/* Idempotency keys: claimed beforehand, answered with the effect. */
#ifndef KYC_IDEM_H
#define KYC_IDEM_H

#include "crypto/digest.h"
#include "kyc/kyc.h"

enum { KYC_IDEM_KEEP_MS = 7 * CLOCK_DAY };

struct kyc_idem {
	uint8_t key[DIGEST_SIZE];     /* SHA-256 of the Idempotency-Key */
	uint8_t request[DIGEST_SIZE]; /* of method, path, query and body */
	struct uuid owner;
	struct uuid session; /* nil; or the answer tells of this one */
	int status;	     /* of a stored answer; 0: the claim is ours */
	struct buf answer;
};

/* Claims the key in a transaction of its own. 0: it is ours to run (status 0)
 * or was answered before (status and answer are filled). FAULT_CONFLICT while
 * another request runs, FAULT_IDEMPOTENCY_MISMATCH where the key was used with
 * another request. A claim whose process died is free after its lease. */
int kyc_idem_claim(struct kyc *k, struct kyc_idem *i, struct fault *f);

/* Stores the answer, sealed, in the caller's transaction. FAULT_CONFLICT
 * where the lease was lost: the transaction must not commit. */
int kyc_idem_store(struct kyc *k, const struct kyc_idem *i, int status,
		   const void *answer, size_t len, struct fault *f);

/* Lets go of a claim whose request had no lasting answer. */
void kyc_idem_release(struct kyc *k, const struct kyc_idem *i);

/* Forgets answers older than KYC_IDEM_KEEP_MS; how many, or -1. */
int64_t kyc_idem_forget(struct kyc *k, struct fault *f);

#endif
