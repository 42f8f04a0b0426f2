// SPDX-License-Identifier: GPL-3.0-or-later
/* Public keys of others: a JWK Set (RFC 7517). */
#ifndef CRYPTO_JWK_H
#define CRYPTO_JWK_H

#include <stdbool.h>
#include <stddef.h>

#include "crypto/digest.h"

enum {
	JWK_SET_MAX = 256 * 1024, /* bytes of a set */
	JWK_KEYS_MAX = 64,	  /* that are kept of it */
	JWK_RSA_BITS_MIN = 2048,
	JWK_RSA_BITS_MAX = 8192,
	JWK_TOKENS = 256 /* that a set remembers at most */
};

struct jwk;
struct jwk_set;

/* The keys of a set that verify signatures: RSA for RS256, EC P-256 for ES256,
 * OKP Ed25519 for EdDSA, each for its algorithm alone. Keys of another kind,
 * use or algorithm, broken and weak ones are left out, as RFC 7517 section 5
 * wants it. NULL where the text is no set. */
struct jwk_set *jwk_set_read(const char *json, size_t len);
void jwk_set_destroy(struct jwk_set *set);

/* How many were taken; a NULL set has none. */
size_t jwk_set_count(const struct jwk_set *set);

bool jwk_set_knows(const struct jwk_set *set, const char *kid);

/* One of RS256, ES256 and EdDSA: never HS256, whose secret a public key would
 * be, never none. */
bool jwk_is_algorithm(const char *alg);

/* The key that a header means, if it is one for this algorithm, or NULL.
 * Without a kid the only key is meant. */
const struct jwk *jwk_find(const struct jwk_set *set, const char *kid_or_null,
			   const char *alg);

/* Whether it signed these bytes. Not thread-safe: contexts are kept. */
bool jwk_verify(const struct jwk *key, const void *bytes, size_t len,
		const void *signature, size_t signature_len);

/* A client shows one token with every request. So a set remembers the digests
 * of whole tokens (header, payload and signature) that its keys were found to
 * have signed, until others take their places; what it says goes with it, so
 * that a key which an issuer withdrew vouches for nothing. */
bool jwk_set_remembers(const struct jwk_set *set,
		       const uint8_t token[DIGEST_SIZE]);
void jwk_set_remember(struct jwk_set *set, const uint8_t token[DIGEST_SIZE]);

#endif
