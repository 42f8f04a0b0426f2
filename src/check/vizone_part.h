// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files that look for values in printed words. */
#ifndef CHECK_VIZONE_PART_H
#define CHECK_VIZONE_PART_H

#include "check/names_part.h"
#include "check/vizone.h"

/* Read so well that what it says counts against a document. */
enum { VIZONE_SURE = 85 };

/* A word of the page as part of a name. */
struct vizone_piece {
	struct name_part part;
	size_t word;
};

struct vizone_page {
	const struct names *n; /* or NULL */
	const struct words *w;
	bool *skip; /* of each word: it belongs to a zone for machines */
	struct vizone_piece *pieces; /* without n there are none */
	size_t piece_count;
};

/* Sets the words from first up to last as what was found. */
void vizone_set(const struct vizone_page *p, size_t first, size_t last,
		enum vizone_verdict verdict, const char *reason,
		struct vizone_match *out);

void vizone_find_name(const struct vizone_page *p, const struct vizone_value *v,
		      struct vizone_match *out);

/* The number of the word that ends a label of the field, looked for from
 * number *at on, which is moved behind it; -1 where there is no more. */
int vizone_label(const struct words *w, const char *field, size_t *at);
/* It is a word of some label, and no value. */
bool vizone_is_label(const char *text);
/* How far the word stands from the label that it may belong to: beside it on
 * the right or below; -1 where it stands elsewhere. */
int vizone_distance(const struct word *label, const struct word *w);

#endif
