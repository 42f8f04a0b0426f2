// SPDX-License-Identifier: GPL-3.0-or-later
/* Sealed streams: bytes in, chunks out, and back. */
#include "crypto/digest.h"
#include "crypto/internal.h"
#include "crypto/seal.h"

enum { FULL = SEAL_CHUNK_SIZE + SEAL_TAG_SIZE };

static size_t fill(uint8_t *chunk, size_t *filled, size_t cap,
		   const uint8_t *bytes, size_t len)
{
	size_t n = cap - *filled < len ? cap - *filled : len;

	memcpy(chunk + *filled, bytes, n);
	*filled += n;
	return n;
}

void seal_writer_init(struct seal_writer *w, const uint8_t key[SEAL_KEY_SIZE],
		      const struct seal_context *ctx, struct buf *sink)
{
	uint8_t header[SEAL_HEADER_SIZE];

	*w = (struct seal_writer){ .chunk = mem_alloc(SEAL_CHUNK_SIZE) };
	seal_object_create(&w->object, key, 0, ctx, header);
	buf_add(sink, header, sizeof(header));
}

static void put_chunk(struct seal_writer *w, bool last, struct buf *sink)
{
	void *out = buf_reserve(sink, w->filled + SEAL_TAG_SIZE);

	seal_chunk(&w->object, w->n, last, w->chunk, w->filled, out);
	crypto_must(last || w->n < UINT32_MAX, "counting chunks");
	sink->len += w->filled + SEAL_TAG_SIZE;
	sink->data[sink->len] = '\0';
	w->filled = 0;
	w->n++;
}

void seal_writer_update(struct seal_writer *w, const void *bytes, size_t len,
			struct buf *sink)
{
	const uint8_t *p = bytes;
	size_t n;

	while (len) {
		/* A full chunk waits: it may be the last. */
		if (w->filled == SEAL_CHUNK_SIZE)
			put_chunk(w, false, sink);
		n = fill(w->chunk, &w->filled, SEAL_CHUNK_SIZE, p, len);
		p += n;
		len -= n;
	}
}

void seal_writer_finish(struct seal_writer *w, struct buf *sink)
{
	if (!w->chunk)
		return;
	if (sink)
		put_chunk(w, true, sink);
	crypto_wipe(w->chunk, SEAL_CHUNK_SIZE);
	free(w->chunk);
	w->chunk = NULL;
	seal_object_finish(&w->object);
}

int seal_reader_init(struct seal_reader *r, const uint8_t key[SEAL_KEY_SIZE],
		     const struct seal_context *ctx,
		     const uint8_t header[SEAL_HEADER_SIZE], uint32_t first)
{
	*r = (struct seal_reader){ .n = first };
	if (seal_object_open(&r->object, key, ctx, header))
		return -1;
	r->chunk = mem_alloc(FULL);
	return 0;
}

static int take_chunk(struct seal_reader *r, bool last, struct buf *sink)
{
	void *out = buf_reserve(sink, SEAL_CHUNK_SIZE);

	if (seal_chunk_open(&r->object, r->n, last, r->chunk, r->filled, out)) {
		sink->data[sink->len] = '\0';
		r->failed = true;
		return -1;
	}
	sink->len += r->filled - SEAL_TAG_SIZE;
	sink->data[sink->len] = '\0';
	r->filled = 0;
	r->n++;
	return 0;
}

int seal_reader_update(struct seal_reader *r, const void *sealed, size_t len,
		       struct buf *sink)
{
	const uint8_t *p = sealed;
	size_t n;

	while (len && !r->failed) {
		if (r->filled == FULL && take_chunk(r, false, sink))
			break;
		n = fill(r->chunk, &r->filled, FULL, p, len);
		p += n;
		len -= n;
	}
	return r->failed ? -1 : 0;
}

int seal_reader_finish(struct seal_reader *r, struct buf *sink)
{
	int failed = -1;

	if (!r->chunk)
		return -1;
	if (sink && !r->failed)
		failed = take_chunk(r, true, sink);
	free(r->chunk);
	r->chunk = NULL;
	seal_object_finish(&r->object);
	return failed;
}
