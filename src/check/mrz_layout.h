// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine readable zones of ICAO Doc 9303 parts 4 to 7: what stands where. */
#ifndef CHECK_MRZ_LAYOUT_H
#define CHECK_MRZ_LAYOUT_H

#include <stdbool.h>

#include "base/mem.h"

enum mrz_format {
	MRZ_NONE,
	MRZ_TD1,   /* cards of 3 lines, part 5 */
	MRZ_TD2,   /* cards of 2 lines, part 6 */
	MRZ_TD3,   /* passports, part 4 */
	MRZ_MRV_A, /* visas of a passport page's size, part 7 */
	MRZ_MRV_B, /* smaller visas, part 7 */
	MRZ_FORMATS
};

/* The characters of a position, as a sum of: */
enum mrz_class {
	MRZ_LETTER = 1, /* A to Z */
	MRZ_DIGIT = 2,	/* 0 to 9 */
	MRZ_FILLER = 4, /* < */
	MRZ_SEX = 8,	/* M, F or < */
	MRZ_VISA = 16,	/* V */
	MRZ_PASS = 32,	/* P */
	MRZ_CARD = 64	/* A, C or I */
};

enum mrz_field {
	MRZ_DOCUMENT_CODE,
	MRZ_ISSUER,
	MRZ_DOCUMENT_NUMBER,
	MRZ_NATIONALITY,
	MRZ_DATE_OF_BIRTH,
	MRZ_SEX_FIELD,
	MRZ_EXPIRY_DATE,
	MRZ_NAMES,
	MRZ_OPTIONAL, /* of TD1 the one of line 1; of TD3 the personal number */
	MRZ_OPTIONAL_2, /* of TD1, line 2 */
	MRZ_FIELDS
};

enum mrz_check {
	MRZ_CHECK_NUMBER,
	MRZ_CHECK_BIRTH,
	MRZ_CHECK_EXPIRY,
	MRZ_CHECK_PERSONAL,  /* TD3 alone */
	MRZ_CHECK_COMPOSITE, /* not on visas */
	MRZ_CHECKS
};

enum { MRZ_LINES = 3, MRZ_LENGTH = 44, MRZ_RANGES = 4 };

/* So many positions of a line; lines and columns count from 0 here. */
struct mrz_range {
	unsigned char line;
	unsigned char column;
	unsigned char length;
};

/* A check digit: where it stands, and the ranges that it covers one after the
 * other. Where filler_too is set a < may stand there: for a TD3's personal
 * number that is empty, and for a TD1's or TD2's document number that runs on
 * in the optional data (mrz_long_number). */
struct mrz_check_place {
	unsigned char line;
	unsigned char column;
	bool filler_too;
	unsigned char range_count; /* 0: the format has no such digit */
	struct mrz_range ranges[MRZ_RANGES];
};

struct mrz_layout {
	const char *name; /* "TD1" */
	unsigned char lines;
	unsigned char length;
	struct mrz_range fields[MRZ_FIELDS]; /* length 0: not there */
	struct mrz_check_place checks[MRZ_CHECKS];
};

/* One row a format; MRZ_NONE's has no lines. */
extern const struct mrz_layout mrz_layouts[MRZ_FORMATS];
/* "document_number" and so on. */
extern const char *const mrz_check_names[MRZ_CHECKS];

/* The classes that a position allows, 0 outside of the format. */
unsigned int mrz_class_at(enum mrz_format format, size_t line, size_t column);
bool mrz_class_has(unsigned int classes, char c);

/* The format of lines of such a number and length; first is the first
 * character of the first line, which tells visas from other documents. */
enum mrz_format mrz_format_of(size_t lines, size_t length, char first);

/* Doc 9303-3 section 4.9: weights 7, 3, 1 again and again, modulo 10. A is
 * 10, Z is 35, < is 0. 0 to 9, or -1 where another character is in it. */
int mrz_check_digit(const char *s, size_t n);

/* What the digit of that name must be, for whole lines of the format; -1
 * where the format has none or a character can't be. The number of a TD1 or
 * TD2 that runs on is taken whole. */
int mrz_check_expected(enum mrz_format format, const char *const *lines,
		       enum mrz_check check);

/* A TD1's or TD2's number of more than 9 characters (Doc 9303-5 section 4.2.2
 * and 9303-6 section 4.2.2): a < in place of its check digit, and the rest with
 * the check digit behind it at the start of the optional data, then a <. The
 * length of the rest without its digit, or 0 where the number is a short one. */
size_t mrz_long_number(enum mrz_format format, const char *const *lines);

#endif
