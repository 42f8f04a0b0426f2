// SPDX-License-Identifier: GPL-3.0-or-later
/* The data keys of sessions and tenants, kept wrapped in a database apart. */
#ifndef KYC_SECRET_H
#define KYC_SECRET_H

#include "crypto/seal.h"
#include "kyc/kyc.h"

/* Makes a session's key and writes it wrapped, in the caller's transaction. */
int kyc_secret_create(struct kyc *k, const struct uuid *session,
		      uint8_t key[SEAL_KEY_SIZE], struct fault *f);

/* Reads it; FAULT_GONE where it was shredded. Wipe key after use. */
int kyc_secret_load(struct kyc *k, const struct uuid *session,
		    uint8_t key[SEAL_KEY_SIZE], struct fault *f);

/* From the wrapped column that a statement has joined. */
int kyc_secret_open(struct kyc *k, const struct uuid *session,
		    const void *wrapped, size_t len, uint8_t key[SEAL_KEY_SIZE],
		    struct fault *f);

/* The same for the tenant's own key. */
int kyc_secret_create_tenant(struct kyc *k, struct fault *f);
int kyc_secret_load_tenant(struct kyc *k, uint8_t key[SEAL_KEY_SIZE],
			   struct fault *f);
int kyc_secret_open_tenant(struct kyc *k, const void *wrapped, size_t len,
			   uint8_t key[SEAL_KEY_SIZE], struct fault *f);

/* The AAD of an object of a session. */
struct seal_context kyc_secret_context(const struct kyc *k,
				       const struct uuid *session,
				       const char *object);

#endif
