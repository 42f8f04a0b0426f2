// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256 and what is made of it; comparing and wiping secrets. */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32 };

/* None of these is thread-safe: contexts are kept from call to call. */

/* SHA-256 (FIPS 180-4). */
void digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_SIZE]);

/* HMAC-SHA-256 (RFC 2104) with a key of any length. */
void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
		 uint8_t out[DIGEST_SIZE]);

/* HKDF-SHA-256 (RFC 5869), extract and expand. salt may be NULL with length
 * 0; out_len is at most 255 * 32. */
void digest_hkdf(const void *key, size_t key_len, const void *salt,
		 size_t salt_len, const void *info, size_t info_len, void *out,
		 size_t out_len);

/* SHA-256 bit by bit, for a request that is hashed while it is read. */
struct digest {
	struct evp_md_ctx_st *ctx;
};

void digest_init(struct digest *d);
void digest_update(struct digest *d, const void *bytes, size_t len);
/* Releases d; out NULL drops the result. A second call does nothing. */
void digest_finish(struct digest *d, uint8_t out_or_null[DIGEST_SIZE]);

/* Time depends on len only, not on the bytes. */
bool crypto_equal(const void *a, const void *b, size_t len);

/* Zeroes memory in a way that no compiler removes; NULL with 0 is fine. */
void crypto_wipe(void *p, size_t len);

#endif
