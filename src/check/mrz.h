// SPDX-License-Identifier: GPL-3.0-or-later
/* The text of a machine readable zone: fields out, and what is wrong with it. */
#ifndef CHECK_MRZ_H
#define CHECK_MRZ_H

#include "base/buf.h"
#include "base/date.h"
#include "check/mrz_layout.h"

enum mrz_error_code {
	MRZ_WRONG_LINES,     /* no format has so many lines */
	MRZ_WRONG_LENGTH,    /* of a line */
	MRZ_WRONG_CHARACTER, /* not one of those that its position allows */
	MRZ_WRONG_CODE,	     /* a kind of document that there isn't */
	MRZ_WRONG_STATE,     /* a code that is not ICAO's */
	MRZ_WRONG_NUMBER,    /* empty, or its rest is lost */
	MRZ_WRONG_DATE,	     /* not in the calendar */
	MRZ_WRONG_NAME,	     /* empty, or fillers where none may be */
	MRZ_WRONG_DIGIT	     /* a check digit */
};

enum { MRZ_ERRORS_MAX = 24, MRZ_REASON = 96 };

struct mrz_error {
	enum mrz_error_code code;
	int line;   /* from 1 */
	int column; /* from 1, as Doc 9303 counts positions */
	char reason[MRZ_REASON];
};

/* A date of which parts may be unknown (Doc 9303-3 section 4.8): such a part
 * is 0. Where the year is, the others say little. */
struct mrz_date {
	struct date date;
	bool there; /* it could be read, and is not wholly unknown */
};

/* Text is as it stands in the zone with the fillers taken off the end, or ""
 * where it can't be read; of states the code without fillers ("D"). */
struct mrz {
	enum mrz_format format;
	char lines[MRZ_LINES][MRZ_LENGTH + 1];
	char document_code[3];
	char issuer[4];
	char document_number[24]; /* of a long one all of it */
	char nationality[4];
	char optional[2][17]; /* what a long number left of the first */
	char sex;	      /* M, F, X for unspecified; 0 where unreadable */
	struct mrz_date birth;
	struct mrz_date expiry;
	char surname[MRZ_LENGTH + 1]; /* readable: "Eriksson" */
	char given_names[MRZ_LENGTH + 1];
	/* A letter in the last place: more of the name may have been cut off
	 * (Doc 9303-3 section 4.6). */
	bool names_cut;
	bool check_there[MRZ_CHECKS];
	bool check_right[MRZ_CHECKS];
	size_t error_count;
	struct mrz_error errors[MRZ_ERRORS_MAX];
};

/* 0 where nothing is wrong, else -1 with at least one error. What could be
 * read is there in either case. The century of a date is found by its meaning:
 *   - an expiry is less than 50 years before today, or at most 50 ahead;
 *   - a birth is not after today, and not after the expiry; of the years that
 *     are left the latest.
 * Of this rule a person of more than 100 years is taken for a child: a zone
 * has no more than two digits of the year. */
int mrz_parse(const char *const *lines, size_t count, struct mrz *out);
int mrz_parse_on(const char *const *lines, size_t count,
		 const struct date *today, struct mrz *out);

/* In words, or NULL where it is none of them: "passport", "id_card",
 * "residence_permit", "visa"; "male", "female", "other". */
const char *mrz_document_type(const struct mrz *m);
const char *mrz_gender(const struct mrz *m);
/* It was made out by Utopia, the state of ICAO's specimens. */
bool mrz_is_specimen(const struct mrz *m);

/* YYYY-MM-DD; YYYY-MM or YYYY where the rest is unknown; "" where the year
 * is. out holds 11 bytes. */
void mrz_date_text(const struct mrz_date *d, char out[11]);

/* One object: format, document_code, document_type, issuer, issuer_country,
 * document_number, nationality, nationality_country (both countries by ISO
 * 3166-1 alpha-2), date_of_birth, sex, gender, expiry_date, surname,
 * given_names, names_cut, optional_data, check_digits {name: bool}, valid,
 * specimen, errors [{line, column, code, reason}]. What is not there or can't
 * be read is null. */
void mrz_json(struct buf *b, const struct mrz *m);

#endif
