// SPDX-License-Identifier: GPL-3.0-or-later
/* Looking at a document: signed tokens, and the plain bytes that they open. */
#ifndef KYC_FILE_H
#define KYC_FILE_H

#include "kyc/document.h"

enum { KYC_FILE_TTL_MS = 5 * CLOCK_MINUTE };

/* A token for whoever k->who is, in the arena. Nothing is stored: it names
 * tenant, session, document, who asked and when it ends, under an HMAC of the
 * keyring's purpose "url", which signs nothing else. */
const char *kyc_file_token(struct kyc *k, const struct uuid *session,
			   const struct uuid *document, int64_t expires_at);

struct store_reader;

struct kyc_file {
	struct kyc_document document;
	struct store_reader *reader; /* the caller destroys */
};

/* Opens what the token names and makes k->who the one who asked for it.
 * FAULT_NOT_FOUND where it is forged or the document is gone, FAULT_GONE once
 * its time is up. */
int kyc_file_open(struct kyc *k, const char *token, struct kyc_file *out,
		  struct fault *f);

/* All of a document, for a job of ours: nobody looks at it. Appended to out;
 * FAULT_NOT_FOUND where the object is gone. */
int kyc_file_bytes(struct kyc *k, const struct uuid *session,
		   const struct uuid *document, struct buf *out,
		   struct fault *f);

/* The audit row of the view, before the first byte goes out: one a token, so
 * that a viewer that fetches in parts is seen once. */
int kyc_file_viewed(struct kyc *k, const char *token, struct fault *f);

#endif
