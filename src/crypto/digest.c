// SPDX-License-Identifier: GPL-3.0-or-later
/* SHA-256, HMAC and HKDF by OpenSSL's EVP, with contexts that are kept. */
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/internal.h"

void crypto_must(int ok, const char *what)
{
	char text[160];

	if (ok == 1)
		return;
	ERR_error_string_n(ERR_get_error(), text, sizeof(text));
	log_error("crypto: %s failed: %s", what, text);
	abort();
}

/* Looking an algorithm up costs more than hashing a short text: once. */
static const EVP_MD *sha256(void)
{
	static EVP_MD *md;

	if (!md)
		md = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	crypto_must(md != NULL, "SHA-256");
	return md;
}

void digest_sha256(const void *bytes, size_t len, uint8_t out[DIGEST_SIZE])
{
	static EVP_MD_CTX *ctx;

	if (!ctx)
		ctx = EVP_MD_CTX_new();
	crypto_must(ctx && EVP_DigestInit_ex2(ctx, sha256(), NULL) == 1 &&
			    EVP_DigestUpdate(ctx, bytes, len) == 1 &&
			    EVP_DigestFinal_ex(ctx, out, NULL) == 1,
		    "SHA-256");
}

void digest_init(struct digest *d)
{
	d->ctx = EVP_MD_CTX_new();
	crypto_must(d->ctx && EVP_DigestInit_ex2(d->ctx, sha256(), NULL) == 1,
		    "SHA-256");
}

void digest_update(struct digest *d, const void *bytes, size_t len)
{
	crypto_must(EVP_DigestUpdate(d->ctx, bytes, len), "SHA-256");
}

void digest_finish(struct digest *d, uint8_t out[DIGEST_SIZE])
{
	if (d->ctx && out)
		crypto_must(EVP_DigestFinal_ex(d->ctx, out, NULL), "SHA-256");
	EVP_MD_CTX_free(d->ctx);
	d->ctx = NULL;
}

static EVP_MAC_CTX *hmac_new(void)
{
	static EVP_MAC *hmac;
	char name[] = "SHA2-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name,
						 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *mac;

	if (!hmac)
		hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	crypto_must(hmac != NULL, "HMAC");
	mac = EVP_MAC_CTX_new(hmac);
	crypto_must(mac && EVP_MAC_CTX_set_params(mac, params) == 1, "HMAC");
	return mac;
}

/* EVP_MAC_init takes a NULL key for "the same again". */
static void hmac_start(EVP_MAC_CTX *mac, const void *key, size_t key_len)
{
	crypto_must(EVP_MAC_init(mac, key_len ? key : "", key_len, NULL),
		    "HMAC");
}

static void hmac_end(EVP_MAC_CTX *mac, const void *bytes, size_t len,
		     uint8_t out[DIGEST_SIZE])
{
	size_t n;

	crypto_must(EVP_MAC_update(mac, bytes, len) == 1 &&
			    EVP_MAC_final(mac, out, &n, DIGEST_SIZE) == 1,
		    "HMAC");
}

void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
		 uint8_t out[DIGEST_SIZE])
{
	static EVP_MAC_CTX *mac;

	if (!mac)
		mac = hmac_new();
	hmac_start(mac, key, key_len);
	hmac_end(mac, bytes, len, out);
}

EVP_MAC_CTX *digest_hmac_keyed(const void *key, size_t key_len)
{
	EVP_MAC_CTX *mac = hmac_new();

	hmac_start(mac, key, key_len);
	return mac;
}

void digest_hmac_again(EVP_MAC_CTX *mac, const void *bytes, size_t len,
		       uint8_t out[DIGEST_SIZE])
{
	crypto_must(EVP_MAC_init(mac, NULL, 0, NULL), "HMAC");
	hmac_end(mac, bytes, len, out);
}

static OSSL_PARAM octets(const char *name, const void *bytes, size_t len)
{
	/* OSSL_PARAM has no const, but deriving only reads. */
	union {
		const void *in;
		void *out;
	} p = { .in = len ? bytes : "" };

	return OSSL_PARAM_construct_octet_string(name, p.out, len);
}

void digest_hkdf(const void *key, size_t key_len, const void *salt,
		 size_t salt_len, const void *info, size_t info_len, void *out,
		 size_t out_len)
{
	char name[] = "SHA2-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name,
						 0),
		octets(OSSL_KDF_PARAM_KEY, key, key_len),
		octets(OSSL_KDF_PARAM_INFO, info, info_len),
		octets(OSSL_KDF_PARAM_SALT, salt, salt_len),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;

	if (!salt_len)
		params[3] = OSSL_PARAM_construct_end();
	crypto_must(ctx ? EVP_KDF_derive(ctx, out, out_len, params) : 0,
		    "HKDF");
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

bool crypto_equal(const void *a, const void *b, size_t len)
{
	return !len || !CRYPTO_memcmp(a, b, len);
}

void crypto_wipe(void *p, size_t len)
{
	if (len)
		OPENSSL_cleanse(p, len);
}
