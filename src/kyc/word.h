// SPDX-License-Identifier: GPL-3.0-or-later
/* Search words: what a session is found by. */
#ifndef KYC_WORD_H
#define KYC_WORD_H

#include "kyc/session.h"

enum { KYC_WORD_BYTES = 254 };

/* Writes the words of id, external id, name and mail address. */
int kyc_word_index(struct kyc *k, const struct kyc_session *s, struct fault *f);

/* The same for a session whose address has changed: the old words go. */
int kyc_word_replace(struct kyc *k, const struct kyc_session *s,
		     struct fault *f);

/* Splits a query at blanks into at most max prefixes, each made fit for LIKE
 * (%, _ and \ escaped, % appended). Returns how many. */
size_t kyc_word_prefixes(struct arena *a, const char *query, size_t max,
			 const char **out);

#endif
