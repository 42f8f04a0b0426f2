// SPDX-License-Identifier: GPL-3.0-or-later
/* Access tokens of an outside OIDC issuer, and its keys. */
#ifndef KYC_ISSUER_H
#define KYC_ISSUER_H

#include "kyc/kyc.h"

/* Strings live in the arena. Times are ms, -1 where absent. */
struct kyc_issuer_token {
	const char *subject;	  /* sub: 1 to 255 characters */
	const char *client_id;	  /* client_id or azp; NULL for none */
	unsigned int permissions; /* of KYC_MAY_EKYC; 0 for none that we know */
	int64_t issued_at;
	int64_t expires_at;
};

/* A token of the configured issuer for the configured audience, signed by one
 * of its keys, begun and not expired. FAULT_UNAUTHENTICATED, with one message
 * for all that can be wrong with it, and where no issuer is configured; that
 * of the database where the keys can't be read. Leaves k->who alone.
 *
 * The keys stay in the process and are read again once a minute, and for a
 * token by an unknown key once a second; one that is unknown still asks for a
 * fetch. All else costs no statement. */
int kyc_issuer_verify(struct kyc *k, const char *token,
		      struct kyc_issuer_token *out, struct fault *f);
void kyc_issuer_destroy(struct kyc_issuer *is); /* NULL is fine */

/* For the job that fetches keys; an issuer must be configured. */

/* The next claim may fetch, whatever the age of the keys. */
int kyc_issuer_want(struct kyc *k, struct fault *f);

/* Whether the caller must fetch now: the keys were never fetched, are old or
 * wanted, and nobody has tried within a minute. 1, 0, or -1. */
int kyc_issuer_claim(struct kyc *k, struct fault *f);

/* Keeps a set that was fetched: how many keys of it can be used, or -1;
 * FAULT_INVALID where it has none or is no set: the old one stays. */
int kyc_issuer_store(struct kyc *k, const char *jwks, size_t len,
		     struct fault *f);

/* Notes why there is none; no secret, no URL. */
int kyc_issuer_fail(struct kyc *k, const char *why, struct fault *f);

#endif
