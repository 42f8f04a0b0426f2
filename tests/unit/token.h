// SPDX-License-Identifier: GPL-3.0-or-later
/* What an issuer does: keys, their JWK and tokens, by OpenSSL alone. */
#ifndef TOKEN_H
#define TOKEN_H

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define B64URL                                                                 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"                                           \
	"abcdefghijklmnopqrstuvwxyz0123456789-_"

struct signer {
	const char *alg;
	const char *kid;
	EVP_PKEY *key;
	int width; /* of numbers of EC; 0: without zeros in front */
};

static inline void signer_make(struct signer *s, const char *alg,
			       const char *kid)
{
	*s = (struct signer){ alg, kid, NULL, 32 };
	if (!strcmp(alg, "RS256"))
		s->key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	else if (!strcmp(alg, "ES256"))
		s->key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else
		s->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!s->key)
		abort();
}

/* A member of the key as base64url, in width bytes (0: as many as it has). */
static inline void signer_number(const struct signer *s, const char *param,
				 int width, struct buf *out)
{
	uint8_t bytes[1024];
	BIGNUM *bn = NULL;
	int len;

	if (EVP_PKEY_get_bn_param(s->key, param, &bn) != 1)
		abort();
	len = BN_bn2binpad(bn, bytes, width ? width : BN_num_bytes(bn));
	str_base64url(out, bytes, (size_t)len);
	BN_free(bn);
}

/* more: ",\"use\":\"sig\"" and the like. */
static inline void signer_jwk(const struct signer *s, const char *more,
			      struct buf *out)
{
	uint8_t raw[32];
	size_t len = sizeof(raw);

	buf_printf(out, "{\"kid\":\"%s\"%s,\"kty\":\"", s->kid, more);
	if (!strcmp(s->alg, "RS256")) {
		buf_str(out, "RSA\",\"n\":\"");
		signer_number(s, OSSL_PKEY_PARAM_RSA_N, 0, out);
		buf_str(out, "\",\"e\":\"");
		signer_number(s, OSSL_PKEY_PARAM_RSA_E, 0, out);
	} else if (!strcmp(s->alg, "ES256")) {
		buf_str(out, "EC\",\"crv\":\"P-256\",\"x\":\"");
		signer_number(s, OSSL_PKEY_PARAM_EC_PUB_X, s->width, out);
		buf_str(out, "\",\"y\":\"");
		signer_number(s, OSSL_PKEY_PARAM_EC_PUB_Y, s->width, out);
	} else {
		buf_str(out, "OKP\",\"crv\":\"Ed25519\",\"x\":\"");
		EVP_PKEY_get_raw_public_key(s->key, raw, &len);
		str_base64url(out, raw, len);
	}
	buf_str(out, "\"}");
}

/* OpenSSL's own form of a signature; sig holds 1024 bytes. */
static inline size_t signer_sign(const struct signer *s, const char *md,
				 const void *bytes, size_t len, uint8_t *sig)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t n = 1024;

	if (EVP_DigestSignInit_ex(ctx, NULL, md, NULL, NULL, s->key, NULL) !=
		    1 ||
	    EVP_DigestSign(ctx, sig, &n, bytes, len) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	return n;
}

/* r and s side by side, as tokens have them. */
static inline size_t raw_of_der(uint8_t *sig, size_t len)
{
	const uint8_t *p = sig;
	ECDSA_SIG *e = d2i_ECDSA_SIG(NULL, &p, (long)len);

	BN_bn2binpad(ECDSA_SIG_get0_r(e), sig, 32);
	BN_bn2binpad(ECDSA_SIG_get0_s(e), sig + 32, 32);
	ECDSA_SIG_free(e);
	return 64;
}

static inline void token_finish(const struct signer *s, const char *md,
				struct buf *text)
{
	uint8_t sig[1024];
	size_t n = signer_sign(s, md, text->data, text->len, sig);

	if (!strcmp(s->alg, "ES256"))
		n = raw_of_der(sig, n);
	buf_chr(text, '.');
	str_base64url(text, sig, n);
}

/* Each of these is the caller's to free. */
static inline char *token_sign_with(const struct signer *s, const char *md,
				    const char *header, const char *payload)
{
	struct buf text = BUF_INIT;

	str_base64url(&text, header, strlen(header));
	buf_chr(&text, '.');
	str_base64url(&text, payload, strlen(payload));
	token_finish(s, md, &text);
	return text.data;
}

static inline const char *signer_md(const struct signer *s)
{
	return strcmp(s->alg, "EdDSA") != 0 ? "SHA256" : NULL;
}

/* header NULL: alg, kid and typ of the signer. */
static inline char *token_sign(const struct signer *s, const char *header,
			       const char *payload)
{
	char own[128];

	snprintf(own, sizeof(own),
		 "{\"alg\":\"%s\",\"typ\":\"at+jwt\",\"kid\":\"%s\"}", s->alg,
		 s->kid);
	return token_sign_with(s, signer_md(s), header ? header : own, payload);
}

/* Parts as they are spelt. */
static inline char *token_sign_parts(const struct signer *s, const char *header,
				     const char *payload)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s.%s", header, payload);
	token_finish(s, signer_md(s), &text);
	return text.data;
}

#endif
