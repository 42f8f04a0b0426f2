// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of crypto/ share; no other room includes this. */
#ifndef CRYPTO_INTERNAL_H
#define CRYPTO_INTERNAL_H

#include "crypto/keyring.h"

/* OpenSSL's 1 is fine; anything else ends the process: the library is broken
 * or memory is out, and no caller could go on safely. */
void crypto_must(int ok, const char *what);

struct evp_mac_ctx_st;

/* A context that is bound to a key: free with EVP_MAC_CTX_free. */
struct evp_mac_ctx_st *digest_hmac_keyed(const void *key, size_t key_len);
/* The HMAC of data with the context's key; the context stays usable. */
void digest_hmac_again(struct evp_mac_ctx_st *mac, const void *data, size_t len,
		       uint8_t out[32]);

/* The 32-byte subkey, or NULL for an unknown id; the keyring owns it. */
const uint8_t *keyring_subkey(const struct keyring *kr, uint32_t key_id,
			      enum keyring_purpose purpose);

#endif
