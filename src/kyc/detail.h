// SPDX-License-Identifier: GPL-3.0-or-later
/* What is personal in a session and neither searched nor sorted by: sealed. */
#ifndef KYC_DETAIL_H
#define KYC_DETAIL_H

#include "crypto/seal.h"
#include "kyc/session.h"

struct json_object;

/* Strings live in the arena, NULL where absent. */
struct kyc_detail {
	const char *metadata; /* JSON text of the operator's own object */
	const char *label;    /* of a subsession: "Juan Garcia - UBO" */
	/* JSON text of an array, oldest first: what reviewers wrote beside a
	 * change or an extension. {"at": ms, "by": id of the API key or null,
	 * "action": "update" or "extend", "text": "…"}. The notes of a decision
	 * stand in its review row. */
	const char *notes;
	const char
		*callback_url;	 /* where the customer's browser goes at last */
	const char *webhook_url; /* told of this session's events */
};

enum { KYC_METADATA_MAX = 16 * 1024, KYC_NOTES_MAX = 200 };

/* All NULL where there is no row. */
int kyc_detail_load(struct kyc *k, const struct uuid *session,
		    struct kyc_detail *out, struct fault *f);

/* Writes the whole, in the caller's transaction; callers that change a part
 * hold the session's row locked. */
int kyc_detail_save(struct kyc *k, const struct uuid *session,
		    const struct kyc_detail *d, struct fault *f);

/* The same where the session's key is at hand. */
int kyc_detail_write(struct kyc *k, const struct uuid *session,
		     const uint8_t key[SEAL_KEY_SIZE],
		     const struct kyc_detail *d, struct fault *f);

/* From the sealed column, which a statement has joined; len 0 for no row. */
int kyc_detail_open(struct kyc *k, const struct uuid *session,
		    const uint8_t key[SEAL_KEY_SIZE], const void *sealed,
		    size_t len, struct kyc_detail *out, struct fault *f);

/* The operator's object as JSON text: at most KYC_METADATA_MAX bytes, strings
 * and names without control characters. Its user_name (1 to 255 characters)
 * and user_email, where they are there, into *name and *email (else NULL).
 * FAULT_INVALID names "metadata" or the member. */
int kyc_detail_metadata(struct kyc *k, struct json_object *object,
			const char **text, const char **name,
			const char **email, struct fault *f);

/* Appends a note to d->notes; FAULT_CONFLICT where there are KYC_NOTES_MAX. */
int kyc_detail_note(struct kyc *k, struct kyc_detail *d, const char *action,
		    const char *text, struct fault *f);

#endif
