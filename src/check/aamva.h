// SPDX-License-Identifier: GPL-3.0-or-later
/* The PDF417 text of North American licences: the AAMVA DL/ID Card Design
 * Standard, annex D. */
#ifndef CHECK_AAMVA_H
#define CHECK_AAMVA_H

#include <stdbool.h>

#include "base/buf.h"

enum aamva_field {
	AAMVA_NUMBER,
	AAMVA_FIRST_NAME,
	AAMVA_MIDDLE_NAME,
	AAMVA_LAST_NAME,
	AAMVA_SUFFIX,
	AAMVA_FULL_NAME,
	AAMVA_BIRTH, /* YYYY-MM-DD, as all dates */
	AAMVA_ISSUED,
	AAMVA_EXPIRY,
	AAMVA_GENDER, /* male, female or other */
	AAMVA_LINE1,
	AAMVA_LINE2,
	AAMVA_CITY,
	AAMVA_STATE,	/* "VA" */
	AAMVA_POSTCODE, /* of the United States 12345 or 12345-6789 */
	AAMVA_COUNTRY,	/* ISO 3166-1 alpha-2 */
	AAMVA_FIELDS
};

enum { AAMVA_VALUE = 224, AAMVA_NOTES = 8, AAMVA_TEXT_MAX = 8192 };

/* Text is UTF-8, in the case that the barcode has; "" for what is not there.
 * Errors make it invalid; warnings tell of what issuers get wrong and what
 * could be read all the same. */
struct aamva {
	int version;	 /* 1 to 99: the standard's, not the issuer's */
	char issuer[7];	 /* the issuer's number, "636000" */
	bool is_licence; /* else an identification card */
	bool names_cut;	 /* the barcode says that a name was shortened */
	int height_cm;	 /* 0 for unknown */
	char field[AAMVA_FIELDS][AAMVA_VALUE];
	size_t error_count, warning_count;
	char errors[AAMVA_NOTES][96];
	char warnings[AAMVA_NOTES][96];
};

/* Whether it begins as such a barcode does. */
bool aamva_is(const void *bytes, size_t len);

/* 0, or -1 with at least one error. */
int aamva_parse(const void *bytes, size_t len, struct aamva *out);

/* One object: standard, version, issuer, document_type (driving_license or
 * id_card), document_number, first_name, middle_name, last_name, suffix,
 * full_name, date_of_birth, issue_date, expiry_date, gender, address {line1,
 * line2, city, state, postcode, country} or null, document_country,
 * names_cut, height_cm, valid, errors, warnings. What is not there is null. */
void aamva_json(struct buf *b, const struct aamva *a);

#endif
