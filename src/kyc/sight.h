// SPDX-License-Identifier: GPL-3.0-or-later
/* What the jailed child saw in one picture. Nothing that it says is believed
 * beyond its type and its length: the picture may have taken it over. */
#ifndef KYC_SIGHT_H
#define KYC_SIGHT_H

#include "kyc/extracted.h"

struct json_object;

/* A machine readable zone or a barcode. NULL for what it does not say;
 * strings are UTF-8 of moderate length. */
struct kyc_source {
	bool there; /* of a zone: each check digit was right */
	bool valid; /* and nothing in it breaks its standard */
	const char *field[KYC_READ_FIELDS];
	const char *full_name;
	bool names_cut;	    /* there was no room for all of the name */
	const char *issuer; /* by the code that the source has for it */
	/* To be compared: ISO 3166-1 alpha-2, where there is none ICAO's. */
	const char *country;
	const char *nationality;
	bool specimen;
	bool has_address;
	const char *address[KYC_READ_ADDRESS_PARTS];
};

struct kyc_sight {
	struct json_object *json; /* borrowed */
	bool decoded;		  /* it is a picture */
	bool zone_seen;		  /* a machine readable zone, read or not */
	struct kyc_source mrz;
	struct kyc_source barcode;
	/* CLEAR, CONSIDER or ISSUE; PENDING where that is not known. Signs that
	 * a picture was taken of a screen or edited are never more than a
	 * reason to look. */
	enum kyc_outcome quality;
	enum kyc_outcome recapture;
	enum kyc_outcome editing;
};

/* picture: a file's object, or that of a PDF's page; NULL is fine. */
void kyc_sight_read(struct arena *a, struct json_object *picture,
		    struct kyc_sight *out);

/* The member where it is an object, or NULL. */
struct json_object *kyc_sight_member(struct json_object *o, const char *name);
/* The member where it is a string as above, in the arena; or NULL. */
const char *kyc_sight_text(struct arena *a, struct json_object *o,
			   const char *name);

#endif
