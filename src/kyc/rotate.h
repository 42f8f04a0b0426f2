// SPDX-License-Identifier: GPL-3.0-or-later
/* Moving from one master key to the next. */
#ifndef KYC_ROTATE_H
#define KYC_ROTATE_H

#include "kyc/kyc.h"

/* So long after its successor began, a key has nothing left on its way: open
 * transactions, addresses of documents. */
enum { KYC_RETIRE_AFTER_MS = 15 * CLOCK_MINUTE };

/* Wraps again, with the key that signs now, what older keys of the keyring
 * have wrapped: a number of batches, each in a transaction of its own. Where it
 * is killed the rows tell what is left; several hosts share the work, and one
 * whose keyring file lacks the newest key only moves rows as far as it can.
 * Changes k->who. How many rows, or -1. */
int64_t kyc_rotate_run(struct kyc *k, struct fault *f);

/* What still needs a master key. */
struct kyc_rotate_use {
	int64_t sessions; /* wrapped keys */
	int64_t tenants;
	int64_t api_keys; /* digests: each moves when its key is used */
	int64_t links;	  /* dossiers' links that it may have signed */
};

/* until: when its successor began to sign, -1 where it signs still, 0 where it
 * has not begun. */
int kyc_rotate_use(struct kyc *k, uint32_t key_id, int64_t until,
		   struct kyc_rotate_use *out, struct fault *f);

/* Ids of master keys that rows were made with, in the arena; how many. */
int kyc_rotate_known(struct kyc *k, uint32_t **ids, struct fault *f);

/* The key is not in use any more: /readyz does not ask for it. Before it goes
 * out of the file, or a crash in between would make that complain. */
int kyc_rotate_forget(struct kyc *k, uint32_t key_id, struct fault *f);

#endif
