// SPDX-License-Identifier: GPL-3.0-or-later
/* Names of a person from two sources: are they the same? */
#ifndef CHECK_NAMES_H
#define CHECK_NAMES_H

#include "check/compare.h"

/* The tables for writing any script in Latin letters (ICU). They are loaded
 * once and serve one thread. */
struct names;

struct names *names_create(void); /* NULL where ICU has none */
void names_destroy(struct names *n);

/* One name in whatever order and script, UTF-8. cut: it comes from a machine
 * readable zone that may have had no room for all of it. */
struct name {
	const char *text;
	bool cut;
};

/* MATCH: the same parts, whatever their order, script, accents, hyphens,
 * case, titles and particles (de, van, bin, al), and as much as a zone has
 * room for. PARTIAL: parts are missing on one side (middle names, second
 * surnames, patronymics), an initial or a short form stands for one, or the
 * spelling of one differs a little. MISMATCH: a part of the shorter one is
 * not in the other. UNKNOWN: one is empty, has more than 16 words or can't be
 * written in Latin letters. */
void names_compare(const struct names *n, const struct name *a,
		   const struct name *b, struct comparison *out);

/* The name in small Latin letters, parts with a blank between; icao: national
 * letters by the tables of Doc 9303-3 section 6 (ü as ue, ж as zh) instead of
 * without their marks. 0, or -1 where it is too long or no UTF-8. */
enum { NAMES_TEXT = 512 };
int names_fold(const struct names *n, const char *text, bool icao,
	       char out[NAMES_TEXT]);

#endif
