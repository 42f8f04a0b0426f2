// SPDX-License-Identifier: GPL-3.0-or-later
/* Proof of address: a bill or statement that shows a name, an address and a
 * date that is not long ago. */
#ifndef CHECK_ADDRESS_PROOF_H
#define CHECK_ADDRESS_PROOF_H

#include "base/date.h"
#include "check/names.h"
#include "check/words.h"

enum { ADDRESS_PROOF_DAYS = 90, ADDRESS_PROOF_LINES = 4, ADDRESS_TEXT = 200 };

/* What the customer says. NULL or "": it is not known. */
struct address_claim {
	const char *full_name;
	const char *street; /* with the house's number, in either order */
	const char *city;
	const char *postcode;
	const char *country; /* ISO 3166-1 alpha-2 or -3: how dates are read */
	struct date today;
	int max_age_days; /* 0: ADDRESS_PROOF_DAYS */
};

enum address_verdict {
	ADDRESS_UNKNOWN,   /* nothing to look for, or nothing could be read */
	ADDRESS_NOT_FOUND, /* there is text, but not this */
	ADDRESS_PARTIAL,   /* of an address some of its parts; of a name some
			    * of its words, or one spelled differently */
	ADDRESS_FOUND,
	ADDRESS_VERDICTS
};

extern const char *const address_verdict_names[ADDRESS_VERDICTS];

/* A line that proves something. */
struct address_line {
	int page; /* from 1 */
	int line; /* as of its words */
	int confidence;
	char text[ADDRESS_TEXT];
};

struct address_part {
	enum address_verdict verdict;
	const char *reason; /* constant, and without anybody's data */
	size_t line_count;
	struct address_line lines[ADDRESS_PROOF_LINES];
};

struct address_proof {
	struct address_part name;
	struct address_part address; /* street and (postcode or city) */
	struct address_part date;
	bool street, city, postcode; /* which of them were found */
	struct date day;	     /* of the document; year 0: none found */
	int age_days;		     /* of it; -1 where there is none */
	int max_age_days;
	bool fresh; /* a date was found, not older than that */
};

/* Looks at all pages of one document. The day is the document's own: of the
 * dates in it the one that its words say ("date", "statement", "issued"), else
 * the latest; never one of a birth, never one to come. Of a period the end
 * counts, if it is over. Where day and month can't be told apart the older
 * reading counts. */
void address_proof_find(const struct names *n, const struct words *pages,
			size_t page_count, const struct address_claim *claim,
			struct address_proof *out);

/* {name: {verdict, reason, lines: [{page, line, text, confidence}]}, address:
 * {…, street, city, postcode: bool}, date: {…, date, age_days, max_age_days,
 * fresh}}. */
void address_proof_json(struct buf *b, const char *key,
			const struct address_proof *p);

#endif
