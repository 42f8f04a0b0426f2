// SPDX-License-Identifier: GPL-3.0-or-later
/* Tokens that others sign: JWS in compact form with RS256, ES256 or EdDSA. */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include "base/buf.h"
#include "crypto/jwk.h"

enum { JWS_MAX = 8192 }; /* bytes of a token */

enum jws_result {
	JWS_VALID,
	JWS_BAD,	/* no such token, or not signed by that key */
	JWS_UNKNOWN_KEY /* well-formed, by a key that the set does not have */
};

/* Adds what was signed to payload where the token is valid. The key is the one
 * that the header's kid names; a header without kid fits a set of one key. The
 * algorithm is the key's: a header that says another is bad, and so is one
 * with crit. Parts have one spelling. keys may be NULL, which knows none. A token that
 * they verified lately is known by its digest and not verified again. */
enum jws_result jws_verify(struct jwk_set *keys, const char *token,
			   struct buf *payload);

#endif
