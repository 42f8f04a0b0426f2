// SPDX-License-Identifier: GPL-3.0-or-later
/* Tokens that this server makes and reads: JWS with HS256. */
#ifndef CRYPTO_JWT_H
#define CRYPTO_JWT_H

#include "crypto/keyring.h"

enum { JWT_MAX = 4096 }; /* bytes of a token */

/* A token of one purpose is none of another.
 *
 * Adds the compact form (RFC 7515 section 3.1) to out; the header's kid is the
 * id of the keyring's newest key. claims_json is an object; the token must
 * come to at most JWT_MAX bytes. */
void jwt_sign(const struct keyring *kr, enum keyring_purpose purpose,
	      const char *claims_json, struct buf *out);

/* Adds the claims to claims_json; 0, or -1 with the buffer as it was. Takes
 * only alg HS256, typ JWT, a kid of the keyring and no crit. The claims are as
 * they were signed: exp and the rest are for the caller to check. */
int jwt_verify(const struct keyring *kr, enum keyring_purpose purpose,
	       const char *token, struct buf *claims_json);

#endif
