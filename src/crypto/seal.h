// SPDX-License-Identifier: GPL-3.0-or-later
/* Sealing: AES-256-GCM for boxes, streams and wrapped keys, in one format. */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include <stdbool.h>

#include "base/uuid.h"
#include "crypto/keyring.h"

/* A sealed object is a header and chunks:
 *
 *	"VSFS"  version 1  key id (4, big endian)  salt (16)  prefix (7)
 *	up to 65,536 bytes, encrypted, and a tag (16)     … again and again
 *
 * The object's own key is HMAC-SHA-256(data key, "vouchsafe/1/object" salt 01),
 * which is HKDF-Expand (RFC 5869), so that a data key may seal any number of
 * objects. A chunk's nonce is prefix, counter (4, big endian), 01 in the last
 * chunk and 00 before: STREAM (Hoang, Reyhanitabar, Rogaway, Vizár: Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015). Every
 * chunk authenticates the header, tenant, session and object as well. Every
 * chunk but the last is full; the last is empty only where the object is. */
enum {
	SEAL_KEY_SIZE = 32,
	SEAL_HEADER_SIZE = 32,
	SEAL_CHUNK_SIZE = 65536, /* plain */
	SEAL_TAG_SIZE = 16,
	SEAL_PREFIX_SIZE = 7,
	SEAL_WRAPPED_SIZE = SEAL_HEADER_SIZE + SEAL_KEY_SIZE + SEAL_TAG_SIZE
};

/* Where a sealed object belongs; it opens nowhere else. */
struct seal_context {
	struct uuid tenant;
	struct uuid session; /* nil for what belongs to the tenant */
	const char *object;  /* NULL counts as "" */
};

/* A new data key. */
void seal_key_create(uint8_t key[SEAL_KEY_SIZE]);

/* Adds SEAL_WRAPPED_SIZE bytes to out: the data key, sealed with the newest
 * key of the keyring. */
void seal_wrap(const struct keyring *kr, const struct seal_context *ctx,
	       const uint8_t key[SEAL_KEY_SIZE], struct buf *out);
/* 0, or -1 where it was altered, moved, or wrapped by an unknown key. */
int seal_unwrap(const struct keyring *kr, const struct seal_context *ctx,
		const void *wrapped, size_t len, uint8_t key[SEAL_KEY_SIZE]);

/* The key id in a header: of a wrapped key the keyring's, else 0. Not
 * authenticated; 0, or -1 where it is no header. */
int seal_key_id(const void *sealed, size_t len, uint32_t *key_id);

/* All at once: adds to out. */
void seal_box(const uint8_t key[SEAL_KEY_SIZE], const struct seal_context *ctx,
	      const void *plain, size_t len, struct buf *out);
/* 0, or -1 with out as it was. */
int seal_open(const uint8_t key[SEAL_KEY_SIZE], const struct seal_context *ctx,
	      const void *sealed, size_t len, struct buf *out);

/* Sizes in bytes; none is negative. */
int64_t seal_sealed_size(int64_t plain_size);
/* -1 where no object has this size. Only opening the last chunk proves it. */
int64_t seal_plain_size(int64_t sealed_size);
/* Where the chunk that holds a plain offset starts in the sealed object. */
int64_t seal_sealed_offset(int64_t plain_offset);

/* One object, chunk by chunk in any order; all the rest is built on it. */
struct seal_object {
	struct evp_cipher_ctx_st *cipher;
	struct buf extra; /* what every chunk authenticates */
	uint8_t prefix[SEAL_PREFIX_SIZE];
};

/* For sealing: makes a header. key_id is 0 for a data key. */
void seal_object_create(struct seal_object *o, const uint8_t key[SEAL_KEY_SIZE],
			uint32_t key_id, const struct seal_context *ctx,
			uint8_t header[SEAL_HEADER_SIZE]);
/* For opening; -1 where the header is none, with nothing to release. */
int seal_object_open(struct seal_object *o, const uint8_t key[SEAL_KEY_SIZE],
		     const struct seal_context *ctx,
		     const uint8_t header[SEAL_HEADER_SIZE]);
/* len plain bytes become len + SEAL_TAG_SIZE bytes; out may be in. */
void seal_chunk(struct seal_object *o, uint32_t n, bool last, const void *in,
		size_t len, void *out);
/* len includes the tag. 0, or -1 with what was written to out wiped. */
int seal_chunk_open(struct seal_object *o, uint32_t n, bool last,
		    const void *in, size_t len, void *out);
void seal_object_finish(struct seal_object *o); /* again is fine */

/* A stream of unknown length. */
struct seal_writer {
	struct seal_object object;
	uint8_t *chunk; /* SEAL_CHUNK_SIZE plain bytes, wiped in the end */
	size_t filled;
	uint32_t n;
};

/* Adds the header to sink. */
void seal_writer_init(struct seal_writer *w, const uint8_t key[SEAL_KEY_SIZE],
		      const struct seal_context *ctx, struct buf *sink);
/* Adds the chunks that are full to sink. */
void seal_writer_update(struct seal_writer *w, const void *bytes, size_t len,
			struct buf *sink);
/* Adds the last chunk and releases; sink NULL gives up. Again is fine. */
void seal_writer_finish(struct seal_writer *w, struct buf *sink_or_null);

/* The way back. Bytes that it gave are authentic, but only finish says that
 * none are missing at the end. */
struct seal_reader {
	struct seal_object object;
	uint8_t *chunk; /* SEAL_CHUNK_SIZE + SEAL_TAG_SIZE sealed bytes */
	size_t filled;
	uint32_t n;
	bool failed;
};

/* The sealed bytes that follow begin at chunk first (offset
 * seal_sealed_offset(first * SEAL_CHUNK_SIZE)). -1 where the header is none. */
int seal_reader_init(struct seal_reader *r, const uint8_t key[SEAL_KEY_SIZE],
		     const struct seal_context *ctx,
		     const uint8_t header[SEAL_HEADER_SIZE], uint32_t first);
/* Adds to sink; 0, or -1 for good where a chunk is not what it should be. */
int seal_reader_update(struct seal_reader *r, const void *sealed, size_t len,
		       struct buf *sink);
/* Adds the last chunk and releases; sink NULL gives up. 0 only where all that
 * was sealed has been read. */
int seal_reader_finish(struct seal_reader *r, struct buf *sink_or_null);

#endif
