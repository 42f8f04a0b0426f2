// SPDX-License-Identifier: GPL-3.0-or-later
/* What the checks read of a person, off all documents together. */
#ifndef KYC_EXTRACTED_H
#define KYC_EXTRACTED_H

#include "kyc/check.h"

enum kyc_extracted_field {
	KYC_READ_FIRST_NAME,
	KYC_READ_LAST_NAME,
	KYC_READ_DATE_OF_BIRTH, /* YYYY-MM-DD, as all dates */
	KYC_READ_DOCUMENT_TYPE, /* "passport", … */
	KYC_READ_DOCUMENT_NUMBER,
	KYC_READ_DOCUMENT_COUNTRY, /* ISO 3166-1 alpha-2 */
	KYC_READ_NATIONALITY,
	KYC_READ_EXPIRY_DATE,
	KYC_READ_GENDER, /* male, female or other */
	KYC_READ_FIELDS
};

enum kyc_extracted_address {
	KYC_READ_LINE1,
	KYC_READ_CITY,
	KYC_READ_POSTCODE,
	KYC_READ_COUNTRY,
	KYC_READ_ADDRESS_PARTS
};

/* Strings live in the arena, NULL where nothing was read. */
struct kyc_extracted {
	const char *field[KYC_READ_FIELDS];
	bool has_address;
	const char *address[KYC_READ_ADDRESS_PARTS];
};

/* The member of a paper that names the document which is its back. */
#define KYC_READ_BACK "back"

/* "first_name" and so on; "line1" and so on. */
extern const char *const kyc_extracted_names[KYC_READ_FIELDS];
extern const char *const kyc_extracted_address_names[KYC_READ_ADDRESS_PARTS];

/* From the findings of document_check and proof_of_address_check (see
 * kyc_checks_findings), which must be open. Of several documents the first
 * that has a field gives it. */
void kyc_extracted_of(struct arena *a, const struct kyc_checks *checks,
		      struct kyc_extracted *out);

/* A name where only the whole is known: its last word is the last name, all
 * before it the first; a name of one word is a last name, the first "". */
void kyc_name_split(struct arena *a, const char *name, const char **first,
		    const char **last);

#endif
