// SPDX-License-Identifier: GPL-3.0-or-later
/* The customer's links: a random token, or a JWT that names a generation. */
#ifndef KYC_LINK_H
#define KYC_LINK_H

#include "crypto/seal.h"
#include "kyc/check.h"
#include "kyc/session.h"

enum { KYC_TOKEN_MAX = 1024 };

/* Makes a new token of the session's link_generation and writes it, in the
 * caller's transaction. */
int kyc_link_create(struct kyc *k, const struct kyc_session *s,
		    const uint8_t key[SEAL_KEY_SIZE],
		    char token[UUID_TEXT_SIZE], struct fault *f);

/* The JWT form of the session's valid link: sub, exp, gen and the tenant. */
const char *kyc_link_jwt(struct kyc *k, const struct kyc_session *s);

/* The address that the customer opens, in the form of the session's protocol;
 * token is what that form holds. */
const char *kyc_link_url(struct kyc *k, const struct kyc_session *s,
			 const char *token);

/* The same from the UUID form of the token, whatever form the address has. */
const char *kyc_link_from(struct kyc *k, const struct kyc_session *s,
			  const char *token);

/* The address in the native API's own form; token is the UUID form. */
const char *kyc_link_native(struct kyc *k, const char *token);

/* The token from a link's sealed column, which a statement has joined. */
int kyc_link_open(struct kyc *k, const struct uuid *session,
		  const uint8_t key[SEAL_KEY_SIZE], const void *sealed,
		  size_t len, const char **token, struct fault *f);

/* The session's valid link, made anew or unsealed, as a mail or a QR code
 * shows it. */
int kyc_link_show(struct kyc *k, const struct kyc_session *s, const char **url,
		  struct fault *f);

/* What a token leads to. Fills k->who for the customer. lock: the session's
 * row FOR UPDATE, inside a transaction. FAULT_NOT_FOUND for an unknown or
 * replaced one, FAULT_GONE where the session has expired or was revoked. */
struct kyc_visit {
	struct kyc_session session;
	struct kyc_checks checks;
	const char *organisation; /* its name */
};

int kyc_link_follow(struct kyc *k, const char *token, bool lock,
		    struct kyc_visit *out, struct fault *f);

#endif
