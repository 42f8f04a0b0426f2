// SPDX-License-Identifier: GPL-3.0-or-later
/* A sealed object: its header, its key, its chunks. */
#include <openssl/evp.h>

#include "crypto/digest.h"
#include "crypto/internal.h"
#include "crypto/random.h"
#include "crypto/seal.h"

static const uint8_t magic[5] = { 'V', 'S', 'F', 'S', 1 };
static const char object_info[] = "vouchsafe/1/object";

enum {
	KEY_ID_AT = sizeof(magic),
	SALT_AT = KEY_ID_AT + 4,
	SALT_SIZE = 16,
	PREFIX_AT = SALT_AT + SALT_SIZE,
	NONCE_SIZE = 12
};

_Static_assert(PREFIX_AT + SEAL_PREFIX_SIZE == SEAL_HEADER_SIZE, "header");

static void put_32(uint8_t out[4], uint32_t v)
{
	out[0] = (uint8_t)(v >> 24);
	out[1] = (uint8_t)(v >> 16);
	out[2] = (uint8_t)(v >> 8);
	out[3] = (uint8_t)v;
}

static void derive(const uint8_t key[SEAL_KEY_SIZE],
		   const uint8_t salt[SALT_SIZE], uint8_t out[SEAL_KEY_SIZE])
{
	uint8_t info[sizeof(object_info) - 1 + SALT_SIZE + 1];

	memcpy(info, object_info, sizeof(object_info) - 1);
	memcpy(info + sizeof(object_info) - 1, salt, SALT_SIZE);
	info[sizeof(info) - 1] = 1;
	digest_hmac(key, SEAL_KEY_SIZE, info, sizeof(info), out);
}

static void setup(struct seal_object *o, const uint8_t key[SEAL_KEY_SIZE],
		  const struct seal_context *ctx,
		  const uint8_t header[SEAL_HEADER_SIZE], int encrypt)
{
	static EVP_CIPHER *aes;
	uint8_t own[SEAL_KEY_SIZE];

	if (!aes)
		aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	crypto_must(aes != NULL, "AES-256-GCM");
	*o = (struct seal_object){ .cipher = EVP_CIPHER_CTX_new() };
	memcpy(o->prefix, header + PREFIX_AT, SEAL_PREFIX_SIZE);
	/* The object's name is last: all before it has a fixed length. */
	buf_add(&o->extra, header, SEAL_HEADER_SIZE);
	buf_add(&o->extra, ctx->tenant.b, UUID_SIZE);
	buf_add(&o->extra, ctx->session.b, UUID_SIZE);
	buf_str(&o->extra, ctx->object ? ctx->object : "");
	derive(key, header + SALT_AT, own);
	crypto_must(o->cipher ? EVP_CipherInit_ex2(o->cipher, aes, own, NULL,
						   encrypt, NULL)
			      : 0,
		    "AES-256-GCM");
	crypto_wipe(own, sizeof(own));
}

void seal_object_create(struct seal_object *o, const uint8_t key[SEAL_KEY_SIZE],
			uint32_t key_id, const struct seal_context *ctx,
			uint8_t header[SEAL_HEADER_SIZE])
{
	memcpy(header, magic, sizeof(magic));
	put_32(header + KEY_ID_AT, key_id);
	crypto_random(header + SALT_AT, SEAL_HEADER_SIZE - SALT_AT);
	setup(o, key, ctx, header, 1);
}

int seal_object_open(struct seal_object *o, const uint8_t key[SEAL_KEY_SIZE],
		     const struct seal_context *ctx,
		     const uint8_t header[SEAL_HEADER_SIZE])
{
	*o = (struct seal_object){ .cipher = NULL };
	if (memcmp(header, magic, sizeof(magic)))
		return -1;
	setup(o, key, ctx, header, 0);
	return 0;
}

void seal_object_finish(struct seal_object *o)
{
	EVP_CIPHER_CTX_free(o->cipher); /* wipes the key */
	o->cipher = NULL;
	buf_finish(&o->extra);
}

int seal_key_id(const void *sealed, size_t len, uint32_t *key_id)
{
	const uint8_t *h = sealed;

	if (len < SEAL_HEADER_SIZE || memcmp(h, magic, sizeof(magic)))
		return -1;
	h += KEY_ID_AT;
	*key_id = (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 |
		  (uint32_t)h[2] << 8 | h[3];
	return 0;
}

/* Everything up to the chunk's bytes, in either direction. */
static void start_chunk(struct seal_object *o, uint32_t n, bool last)
{
	uint8_t nonce[NONCE_SIZE];
	int unused;

	memcpy(nonce, o->prefix, SEAL_PREFIX_SIZE);
	put_32(nonce + SEAL_PREFIX_SIZE, n);
	nonce[NONCE_SIZE - 1] = last;
	crypto_must(EVP_CipherInit_ex2(o->cipher, NULL, NULL, nonce, -1, NULL),
		    "nonce");
	crypto_must(EVP_CipherUpdate(o->cipher, NULL, &unused,
				     (const uint8_t *)o->extra.data,
				     (int)o->extra.len),
		    "authenticated data");
}

void seal_chunk(struct seal_object *o, uint32_t n, bool last, const void *in,
		size_t len, void *out)
{
	uint8_t *tag = (uint8_t *)out + len;
	int done;

	start_chunk(o, n, last);
	if (len)
		crypto_must(
			EVP_CipherUpdate(o->cipher, out, &done, in, (int)len),
			"sealing");
	crypto_must(EVP_CipherFinal_ex(o->cipher, tag, &done), "sealing");
	crypto_must(EVP_CIPHER_CTX_ctrl(o->cipher, EVP_CTRL_AEAD_GET_TAG,
					SEAL_TAG_SIZE, tag),
		    "tag");
}

int seal_chunk_open(struct seal_object *o, uint32_t n, bool last,
		    const void *in, size_t len, void *out)
{
	uint8_t tag[SEAL_TAG_SIZE];
	int done;

	if (len < SEAL_TAG_SIZE || len > SEAL_CHUNK_SIZE + SEAL_TAG_SIZE)
		return -1;
	len -= SEAL_TAG_SIZE;
	/* A second spelling of the same object: full before, then empty. */
	if (!last ? len != SEAL_CHUNK_SIZE : !len && n)
		return -1;
	memcpy(tag, (const uint8_t *)in + len, SEAL_TAG_SIZE);
	start_chunk(o, n, last);
	if (len)
		crypto_must(
			EVP_CipherUpdate(o->cipher, out, &done, in, (int)len),
			"opening");
	crypto_must(EVP_CIPHER_CTX_ctrl(o->cipher, EVP_CTRL_AEAD_SET_TAG,
					SEAL_TAG_SIZE, tag),
		    "tag");
	if (EVP_CipherFinal_ex(o->cipher, tag, &done) == 1)
		return 0;
	crypto_wipe(out, len);
	return -1;
}
