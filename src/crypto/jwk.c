// SPDX-License-Identifier: GPL-3.0-or-later
/* Public keys of others: a JWK Set (RFC 7517), verifying by OpenSSL's EVP. */
#include <json-c/json.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/internal.h"
#include "crypto/jose.h"
#include "crypto/jwk.h"

enum { HALF = 32, POINT_SIZE = 1 + 2 * HALF, DER_MAX = 80, EXPONENT_MAX = 8 };

/* An algorithm belongs to a type of key and no other (RFC 8725 section 3.1). */
struct kind {
	const char *kty;
	const char *crv; /* NULL: the type has none */
	const char *alg;
	bool hashes;	       /* a digest is verified, not the text */
	int padding;	       /* of RSA, else 0 */
	size_t signature_size; /* 0: the key's own */
	EVP_PKEY *(*read)(struct json_object *key);
	bool (*verify)(const struct jwk *key, const void *bytes, size_t len,
		       const uint8_t *signature);
};

struct jwk {
	char *kid; /* NULL for none */
	const struct kind *kind;
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *ctx; /* set up to verify digests; NULL for Ed25519 */
	size_t signature_size;
};

struct jwk_set {
	size_t count;
	struct jwk keys[JWK_KEYS_MAX];
	/* each where its first byte says; all zero is nobody's digest */
	uint8_t tokens[JWK_TOKENS][DIGEST_SIZE];
};

_Static_assert(JWK_TOKENS == UINT8_MAX + 1, "a digest's byte is a place");

/* The member's bytes, of at least min and at most max; 0 or -1. */
static int read_bytes(struct json_object *key, const char *name, size_t min,
		      size_t max, struct buf *out)
{
	const char *text = jose_text(key, name);

	if (!text || str_unbase64url(out, text, strlen(text)))
		return -1;
	return out->len >= min && out->len <= max ? 0 : -1;
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	crypto_must(ctx && EVP_PKEY_fromdata_init(ctx) == 1, type);
	if (EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

/* A point off the curve, an exponent of 1, a modulus that is even. */
static EVP_PKEY *if_sound(EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx;
	bool sound;

	if (!pkey)
		return NULL;
	ctx = EVP_PKEY_CTX_new(pkey, NULL);
	sound = ctx && EVP_PKEY_public_check(ctx) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (sound)
		return pkey;
	EVP_PKEY_free(pkey);
	return NULL;
}

static EVP_PKEY *make_rsa(const struct buf *n, const struct buf *e)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *bn_n = BN_bin2bn((const uint8_t *)n->data, (int)n->len, NULL);
	BIGNUM *bn_e = BN_bin2bn((const uint8_t *)e->data, (int)e->len, NULL);
	OSSL_PARAM *params;
	EVP_PKEY *pkey = NULL;
	int bits;

	crypto_must(bld && bn_n && bn_e &&
			    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N,
						   bn_n) == 1 &&
			    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E,
						   bn_e) == 1,
		    "RSA");
	bits = BN_num_bits(bn_n);
	if (bits >= JWK_RSA_BITS_MIN && bits <= JWK_RSA_BITS_MAX) {
		params = OSSL_PARAM_BLD_to_param(bld);
		pkey = if_sound(from_params("RSA", params));
		OSSL_PARAM_free(params);
	}
	OSSL_PARAM_BLD_free(bld);
	BN_free(bn_n);
	BN_free(bn_e);
	return pkey;
}

static EVP_PKEY *read_rsa(struct json_object *key)
{
	struct buf n = BUF_INIT, e = BUF_INIT;
	EVP_PKEY *pkey = NULL;

	if (!read_bytes(key, "n", 1, JWK_RSA_BITS_MAX / 8, &n) &&
	    !read_bytes(key, "e", 1, EXPONENT_MAX, &e))
		pkey = make_rsa(&n, &e);
	buf_finish(&n);
	buf_finish(&e);
	return pkey;
}

/* A zero in front may be missing, though RFC 7518 section 6.2.1.2 wants it:
 * there are issuers that leave it out. The number is the same. */
static void put_number(const struct buf *bytes, uint8_t out[HALF])
{
	memset(out, 0, HALF);
	memcpy(out + HALF - bytes->len, bytes->data, bytes->len);
}

static EVP_PKEY *make_p256(const struct buf *x, const struct buf *y)
{
	char curve[] = "P-256";
	uint8_t point[POINT_SIZE] = { POINT_CONVERSION_UNCOMPRESSED };
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
						  point, sizeof(point)),
		OSSL_PARAM_construct_end(),
	};

	put_number(x, point + 1);
	put_number(y, point + 1 + HALF);
	return if_sound(from_params("EC", params));
}

static EVP_PKEY *read_p256(struct json_object *key)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	EVP_PKEY *pkey = NULL;

	if (!read_bytes(key, "x", 1, HALF, &x) &&
	    !read_bytes(key, "y", 1, HALF, &y))
		pkey = make_p256(&x, &y);
	buf_finish(&x);
	buf_finish(&y);
	return pkey;
}

static EVP_PKEY *read_ed25519(struct json_object *key)
{
	struct buf x = BUF_INIT;
	EVP_PKEY *pkey = NULL;

	if (!read_bytes(key, "x", HALF, HALF, &x))
		pkey = EVP_PKEY_new_raw_public_key(
			EVP_PKEY_ED25519, NULL, (const uint8_t *)x.data, HALF);
	buf_finish(&x);
	return pkey;
}

static bool verify_digest(const struct jwk *key, const void *bytes, size_t len,
			  const uint8_t *signature, size_t signature_len)
{
	uint8_t digest[DIGEST_SIZE];

	digest_sha256(bytes, len, digest);
	return EVP_PKEY_verify(key->ctx, signature, signature_len, digest,
			       sizeof(digest)) == 1;
}

static bool verify_rs256(const struct jwk *key, const void *bytes, size_t len,
			 const uint8_t *signature)
{
	return verify_digest(key, bytes, len, signature, key->signature_size);
}

/* OpenSSL wants the two numbers in DER, a token has them side by side. */
static bool verify_es256(const struct jwk *key, const void *bytes, size_t len,
			 const uint8_t *signature)
{
	uint8_t der[DER_MAX], *end = der;
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int n;

	crypto_must(sig && ECDSA_SIG_set0(sig, BN_bin2bn(signature, HALF, NULL),
					  BN_bin2bn(signature + HALF, HALF,
						    NULL)) == 1,
		    "ECDSA");
	n = i2d_ECDSA_SIG(sig, &end);
	ECDSA_SIG_free(sig);
	return n > 0 && verify_digest(key, bytes, len, der, (size_t)n);
}

/* Ed25519 hashes by itself, twice, so that it has no digest to begin with. */
static bool verify_eddsa(const struct jwk *key, const void *bytes, size_t len,
			 const uint8_t *signature)
{
	static EVP_MD_CTX *ctx;
	bool valid;

	if (!ctx)
		ctx = EVP_MD_CTX_new();
	crypto_must(ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL,
						key->pkey) == 1,
		    "Ed25519");
	valid = EVP_DigestVerify(ctx, signature, key->signature_size, bytes,
				 len) == 1;
	EVP_MD_CTX_reset(ctx);
	return valid;
}

static const struct kind kinds[] = {
	{ "RSA", NULL, "RS256", true, RSA_PKCS1_PADDING, 0, read_rsa,
	  verify_rs256 },
	{ "EC", "P-256", "ES256", true, 0, 2 * HALF, read_p256, verify_es256 },
	{ "OKP", "Ed25519", "EdDSA", false, 0, 2 * HALF, read_ed25519,
	  verify_eddsa },
};

/* Where the member is there it must say so. */
static bool agrees(struct json_object *key, const char *name, const char *want)
{
	const char *is;

	if (!json_object_object_get_ex(key, name, NULL))
		return true;
	is = jose_text(key, name);
	return is && !strcmp(is, want);
}

static bool may_verify(struct json_object *key)
{
	struct json_object *ops;
	size_t i, n;

	if (!json_object_object_get_ex(key, "key_ops", &ops))
		return true;
	n = json_object_is_type(ops, json_type_array)
		    ? json_object_array_length(ops)
		    : 0;
	for (i = 0; i < n; i++) {
		const char *op = jose_string(json_object_array_get_idx(ops, i));

		if (op && !strcmp(op, "verify"))
			return true;
	}
	return false;
}

static const struct kind *kind_of(struct json_object *key)
{
	const char *kty = jose_text(key, "kty"), *crv = jose_text(key, "crv");
	size_t i;

	for (i = 0; kty && i < ARRAY_SIZE(kinds); i++) {
		const struct kind *kind = &kinds[i];

		if (!strcmp(kind->kty, kty) &&
		    (!kind->crv || (crv && !strcmp(kind->crv, crv))))
			return agrees(key, "alg", kind->alg) ? kind : NULL;
	}
	return NULL;
}

static EVP_PKEY_CTX *digest_context(const struct kind *kind, EVP_PKEY *pkey)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

	crypto_must(ctx && EVP_PKEY_verify_init(ctx) == 1, kind->alg);
	if (kind->padding)
		crypto_must(EVP_PKEY_CTX_set_rsa_padding(ctx, kind->padding),
			    kind->alg);
	crypto_must(EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()),
		    kind->alg);
	return ctx;
}

/* 0, or -1 for a key that is left out. */
static int read_key(struct json_object *o, struct jwk *out)
{
	const struct kind *kind;
	struct json_object *kid;
	EVP_PKEY *pkey;

	if (!json_object_is_type(o, json_type_object))
		return -1;
	kind = kind_of(o);
	if (!kind || !agrees(o, "use", "sig") || !may_verify(o))
		return -1;
	if (json_object_object_get_ex(o, "kid", &kid) && !jose_string(kid))
		return -1;
	pkey = kind->read(o);
	if (!pkey)
		return -1;
	*out = (struct jwk){
		.kind = kind,
		.pkey = pkey,
		.ctx = kind->hashes ? digest_context(kind, pkey) : NULL,
		.signature_size = kind->signature_size
					  ? kind->signature_size
					  : (size_t)EVP_PKEY_get_size(pkey),
	};
	if (jose_text(o, "kid"))
		out->kid = mem_strdup(jose_text(o, "kid"));
	return 0;
}

struct jwk_set *jwk_set_read(const char *json, size_t len)
{
	struct json_object *o, *keys;
	struct jwk_set *set = NULL;
	size_t i, n;

	o = len <= JWK_SET_MAX ? jose_object(json, len) : NULL;
	if (!o || !json_object_object_get_ex(o, "keys", &keys) ||
	    !json_object_is_type(keys, json_type_array))
		goto out;
	set = mem_alloc(sizeof(*set));
	n = json_object_array_length(keys);
	for (i = 0; i < n && set->count < JWK_KEYS_MAX; i++) {
		if (!read_key(json_object_array_get_idx(keys, i),
			      &set->keys[set->count]))
			set->count++;
	}
	ERR_clear_error();
out:
	json_object_put(o);
	return set;
}

void jwk_set_destroy(struct jwk_set *set)
{
	size_t i;

	for (i = 0; set && i < set->count; i++) {
		EVP_PKEY_CTX_free(set->keys[i].ctx);
		EVP_PKEY_free(set->keys[i].pkey);
		free(set->keys[i].kid);
	}
	free(set);
}

size_t jwk_set_count(const struct jwk_set *set)
{
	return set ? set->count : 0;
}

/* Without a kid the only key is meant. */
static bool is_meant(const struct jwk_set *set, size_t i, const char *kid)
{
	if (!kid)
		return set->count == 1;
	return set->keys[i].kid && !strcmp(set->keys[i].kid, kid);
}

bool jwk_set_knows(const struct jwk_set *set, const char *kid)
{
	size_t i;

	for (i = 0; i < jwk_set_count(set); i++) {
		if (is_meant(set, i, kid))
			return true;
	}
	return false;
}

bool jwk_is_algorithm(const char *alg)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].alg, alg))
			return true;
	}
	return false;
}

const struct jwk *jwk_find(const struct jwk_set *set, const char *kid,
			   const char *alg)
{
	size_t i;

	for (i = 0; i < jwk_set_count(set); i++) {
		if (is_meant(set, i, kid) &&
		    !strcmp(set->keys[i].kind->alg, alg))
			return &set->keys[i];
	}
	return NULL;
}

bool jwk_verify(const struct jwk *key, const void *bytes, size_t len,
		const void *signature, size_t signature_len)
{
	bool valid = signature_len == key->signature_size &&
		     key->kind->verify(key, bytes, len, signature);

	if (!valid)
		ERR_clear_error();
	return valid;
}

bool jwk_set_remembers(const struct jwk_set *set,
		       const uint8_t token[DIGEST_SIZE])
{
	return set && crypto_equal(set->tokens[token[0]], token, DIGEST_SIZE);
}

void jwk_set_remember(struct jwk_set *set, const uint8_t token[DIGEST_SIZE])
{
	memcpy(set->tokens[token[0]], token, DIGEST_SIZE);
}
