// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files of the chain; no other file includes this. */
#ifndef KYC_CHAIN_ROW_H
#define KYC_CHAIN_ROW_H

#include "kyc/chain.h"

/* What a hash covers of a row, in its order, with the alias a. */
#define CHAIN_COLUMNS                                                          \
	"a.id, a.actor, a.actor_id, a.verb, a.session_id, a.object_id,"        \
	" a.from_state, a.to_state, a.addr_digest, a.created_at"
enum { CHAIN_COLUMN_COUNT = 10 };

struct chain {
	uint8_t key[DIGEST_SIZE];
	struct uuid tenant;
	int64_t seq;		   /* of the row */
	uint8_t hash[DIGEST_SIZE]; /* of the one before; zeros for the first */
};

int chain_key(struct kyc *k, uint8_t out[DIGEST_SIZE], struct fault *f);

/* The hash of the row whose columns begin at first; form is for reuse. */
void chain_row_hash(const struct chain *c, const struct db_rows *rows,
		    unsigned int first, struct buf *form,
		    uint8_t out[DIGEST_SIZE]);

#endif
