// SPDX-License-Identifier: GPL-3.0-or-later
/* Boxes and wrapped keys: sealed objects that fit in memory. */
#include "crypto/digest.h"
#include "crypto/internal.h"
#include "crypto/random.h"
#include "crypto/seal.h"

enum { FULL = SEAL_CHUNK_SIZE + SEAL_TAG_SIZE };

void seal_key_create(uint8_t key[SEAL_KEY_SIZE])
{
	crypto_random(key, SEAL_KEY_SIZE);
}

int64_t seal_sealed_size(int64_t plain_size)
{
	int64_t chunks = (plain_size + SEAL_CHUNK_SIZE - 1) / SEAL_CHUNK_SIZE;

	if (!chunks)
		chunks = 1;
	return SEAL_HEADER_SIZE + plain_size + chunks * SEAL_TAG_SIZE;
}

int64_t seal_plain_size(int64_t sealed_size)
{
	const int64_t most = SEAL_HEADER_SIZE + UINT32_MAX * (int64_t)FULL;
	int64_t body, chunks, size;

	if (sealed_size < SEAL_HEADER_SIZE + SEAL_TAG_SIZE ||
	    sealed_size > most)
		return -1;
	body = sealed_size - SEAL_HEADER_SIZE;
	chunks = (body + FULL - 1) / FULL;
	size = body - chunks * SEAL_TAG_SIZE;
	return seal_sealed_size(size) == sealed_size ? size : -1;
}

int64_t seal_sealed_offset(int64_t plain_offset)
{
	return SEAL_HEADER_SIZE + plain_offset / SEAL_CHUNK_SIZE * FULL;
}

static void box(const uint8_t key[SEAL_KEY_SIZE], uint32_t key_id,
		const struct seal_context *ctx, const uint8_t *plain,
		size_t len, struct buf *out)
{
	size_t whole = (size_t)seal_sealed_size((int64_t)len);
	struct seal_object o;
	uint32_t n = 0;
	uint8_t *p = (uint8_t *)buf_reserve(out, whole);

	seal_object_create(&o, key, key_id, ctx, p);
	p += SEAL_HEADER_SIZE;
	while (len > SEAL_CHUNK_SIZE) {
		seal_chunk(&o, n++, false, plain, SEAL_CHUNK_SIZE, p);
		plain += SEAL_CHUNK_SIZE;
		len -= SEAL_CHUNK_SIZE;
		p += FULL;
	}
	seal_chunk(&o, n, true, plain, len, p);
	seal_object_finish(&o);
	out->len += whole;
	out->data[out->len] = '\0';
}

void seal_box(const uint8_t key[SEAL_KEY_SIZE], const struct seal_context *ctx,
	      const void *plain, size_t len, struct buf *out)
{
	box(key, 0, ctx, plain, len, out);
}

static int open_chunks(struct seal_object *o, const uint8_t *in, size_t len,
		       uint8_t *out)
{
	uint32_t n = 0;

	while (len > FULL) {
		if (seal_chunk_open(o, n++, false, in, FULL, out))
			return -1;
		in += FULL;
		len -= FULL;
		out += SEAL_CHUNK_SIZE;
	}
	return seal_chunk_open(o, n, true, in, len, out);
}

int seal_open(const uint8_t key[SEAL_KEY_SIZE], const struct seal_context *ctx,
	      const void *sealed, size_t len, struct buf *out)
{
	int64_t size = seal_plain_size((int64_t)len);
	const uint8_t *in = sealed;
	struct seal_object o;
	uint8_t *plain;
	int failed;

	if (size < 0 || seal_object_open(&o, key, ctx, in))
		return -1;
	plain = (uint8_t *)buf_reserve(out, (size_t)size);
	failed = open_chunks(&o, in + SEAL_HEADER_SIZE, len - SEAL_HEADER_SIZE,
			     plain);
	seal_object_finish(&o);
	if (failed)
		crypto_wipe(plain, (size_t)size);
	else
		out->len += (size_t)size;
	out->data[out->len] = '\0';
	return failed;
}

void seal_wrap(const struct keyring *kr, const struct seal_context *ctx,
	       const uint8_t key[SEAL_KEY_SIZE], struct buf *out)
{
	uint32_t id = keyring_newest(kr);

	box(keyring_subkey(kr, id, KEYRING_WRAP), id, ctx, key, SEAL_KEY_SIZE,
	    out);
}

int seal_unwrap(const struct keyring *kr, const struct seal_context *ctx,
		const void *wrapped, size_t len, uint8_t key[SEAL_KEY_SIZE])
{
	const uint8_t *in = wrapped;
	const uint8_t *wrap;
	struct seal_object o;
	uint32_t id;
	int failed;

	if (len != SEAL_WRAPPED_SIZE || seal_key_id(in, len, &id))
		return -1;
	wrap = keyring_subkey(kr, id, KEYRING_WRAP);
	if (!wrap || seal_object_open(&o, wrap, ctx, in))
		return -1;
	failed = seal_chunk_open(&o, 0, true, in + SEAL_HEADER_SIZE,
				 len - SEAL_HEADER_SIZE, key);
	seal_object_finish(&o);
	return failed;
}
