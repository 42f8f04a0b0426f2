// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files that look for proof of address. */
#ifndef CHECK_ADDRESS_PART_H
#define CHECK_ADDRESS_PART_H

#include "check/address_proof.h"

struct address_pages {
	const struct names *n; /* NULL: neither names nor addresses */
	const struct words *list;
	size_t count;
};

/* Adds the line of the word to what proves a part, once. */
void address_add_line(const struct address_pages *p, size_t page, size_t word,
		      struct address_part *part);
void address_set(struct address_part *part, enum address_verdict verdict,
		 const char *reason);

void address_find_name(const struct address_pages *p,
		       const struct address_claim *claim,
		       struct address_part *out);
void address_find_place(const struct address_pages *p,
			const struct address_claim *claim,
			struct address_proof *out);
void address_find_date(const struct address_pages *p,
		       const struct address_claim *claim,
		       struct address_proof *out);

#endif
