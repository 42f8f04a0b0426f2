// SPDX-License-Identifier: GPL-3.0-or-later
/* Invented holders of documents: what is printed, and in which zone. */
#ifndef CMD_SPECIMEN_TRUTH_H
#define CMD_SPECIMEN_TRUTH_H

#include "base/buf.h"
#include "check/mrz_layout.h"
#include "cmd/specimen/chance.h"

enum { TRUTH_NAME = 96 };

struct truth {
	char surname[TRUTH_NAME], given[TRUTH_NAME]; /* as printed, UTF-8 */
	char zone_name[2 * TRUTH_NAME];		     /* as in the zone */
	char number[24];
	char state[4], nation[4]; /* with fillers: "D<<" */
	char birth[7], expiry[7]; /* YYMMDD; fillers where unknown */
	char sex;		  /* M, F or < */
	char place[48];		  /* of birth */
	char street[64], city[32], postcode[12];
	char code[3]; /* the document's: "P<" */
	size_t line_count;
	char lines[MRZ_LINES][MRZ_LENGTH + 1];
	char barcode[1024]; /* a licence's text; "" elsewhere */
	size_t barcode_len;
};

/* MRZ_NONE: a licence, with a barcode and without a zone. */
void truth_make(struct chance *c, enum mrz_format format, struct truth *out);
/* "12.08.1974" and the like, in the way that the document has. */
void truth_date(const char date[7], int way, char out[24]);

#endif
