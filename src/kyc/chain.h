// SPDX-License-Identifier: GPL-3.0-or-later
/* The chain of audit rows: what was recorded can't be changed unseen. */
#ifndef KYC_CHAIN_H
#define KYC_CHAIN_H

#include "kyc/record.h"

/* Rows are inserted without a look at one another. Within a second a job gives
 * each a number of its tenant's and a hash: HMAC-SHA-256 over the hash before,
 * the number and every column that never changes, with a key derived from the
 * tenant's. Rows that were committed late get later numbers.
 *
 * So whoever can write to the database, but has not the keyring file, cannot
 * change, take away, insert or move a chained row without verify naming it.
 * It does not help against: somebody with the keyring file; what is done to a
 * row before it is chained; and the end of the chain being cut off together
 * with its audit rows, which only a note of an earlier head can show
 * (`vouchsafe audit verify --head`). Addresses are in the chain as salted
 * digests: erasing one of a deleted session breaks nothing, and erasing
 * another is named. */

/* Chains what is there, of every tenant, batch by batch, each in a transaction
 * of its own. Several hosts may do it at once: of two that chain the same rows
 * one commits. Changes k->who. How many rows, or -1. */
int64_t kyc_chain_run(struct kyc *k, struct fault *f);

enum kyc_chain_wrong {
	KYC_CHAIN_GAP,	   /* numbers are missing before seq */
	KYC_CHAIN_MISSING, /* the audit row is gone */
	KYC_CHAIN_CHANGED, /* row, hash or place is another */
	KYC_CHAIN_ADDRESS, /* the address is not what was recorded */
	KYC_CHAIN_ERASED,  /* the address is gone, the session is not */
	KYC_CHAIN_EXTRA,   /* said to be chained, but is not */
	KYC_CHAIN_HEAD,	   /* not the chain that the given head is of */
	KYC_CHAIN_WAITING, /* chained, but said to wait */
};

struct kyc_chain_report {
	/* Called for each thing that is wrong; seq 0 where it has none. */
	void (*wrong)(void *ctx, enum kyc_chain_wrong what,
		      const struct uuid *audit, int64_t seq);
	void *ctx;
	int64_t anchor; /* a number whose hash is known; 0: none */
	uint8_t anchor_hash[DIGEST_SIZE];
	/* filled in */
	int64_t wrongs;
	int64_t chained;
	int64_t head; /* the last number; 0: none */
	uint8_t head_hash[DIGEST_SIZE];
	int64_t tail; /* rows that wait to be chained */
	struct uuid oldest;
	int64_t oldest_at; /* -1: none */
};

/* Reads the whole chain of k->who.tenant; the service may go on meanwhile.
 * 0 where it could be read, whatever is wrong with it. */
int kyc_chain_verify(struct kyc *k, struct kyc_chain_report *r,
		     struct fault *f);

#endif
