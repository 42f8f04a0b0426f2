// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of sealing: boxes, streams, wrapped keys. */
#include <unistd.h>

#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "crypto/seal.h"
#include "unit.h"

static uint8_t key[SEAL_KEY_SIZE];
static struct seal_context here;

/* Key: 0 to 31. Tenant and session: bytes 11 and 22. */
static void setup(void)
{
	int i;

	for (i = 0; i < SEAL_KEY_SIZE; i++)
		key[i] = (uint8_t)i;
	memset(&here.tenant, 0x11, sizeof(here.tenant));
	memset(&here.session, 0x22, sizeof(here.session));
	here.object = "doc";
}

static char *plain_bytes(size_t len)
{
	char *p = mem_alloc(len);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (char)(i * 7 % 251);
	return p;
}

static void unhex(const char *hex, struct buf *out)
{
	size_t n = strlen(hex) / 2;

	ck_assert_int_eq(str_unhex(hex, 2 * n, buf_reserve(out, n), n), 0);
	out->len += n;
}

/* Nothing may open what an attacker touched; out must stay as it was. */
static void refuse(const struct seal_context *ctx, const void *sealed,
		   size_t len)
{
	struct buf out = BUF_INIT;

	buf_str(&out, "kept");
	ck_assert_int_eq(seal_open(key, ctx, sealed, len, &out), -1);
	ck_assert_str_eq(out.data, "kept");
	ck_assert_uint_eq(out.len, 4);
	buf_finish(&out);
}

/* The box comes from a second implementation, in another language. */
START_TEST(format_stays_as_it_is)
{
	struct buf sealed = BUF_INIT, out = BUF_INIT;

	setup();
	unhex("565346530100000000a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
	      "c0c1c2c3c4c5c613a11bff87445c1340726d8895c32d872d66"
	      "a78719217dacd27e6347922528d3280125",
	      &sealed);
	ck_assert_int_eq(seal_open(key, &here, sealed.data, sealed.len, &out),
			 0);
	ck_assert_str_eq(out.data, "hello, sealed world");
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

static const size_t sizes[] = { 0,	1,	15,	   16,	  17,
				1000,	65535,	65536,	   65537, 131071,
				131072, 131073, 200 * 1024 };

START_TEST(boxes_round_trip)
{
	struct buf sealed = BUF_INIT, out = BUF_INIT;
	char *plain = plain_bytes(200 * 1024);
	size_t i;

	setup();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		buf_reset(&sealed);
		buf_reset(&out);
		buf_str(&sealed, "x"); /* adds behind what is there */
		seal_box(key, &here, plain, sizes[i], &sealed);
		ck_assert_int_eq((int64_t)sealed.len - 1,
				 seal_sealed_size((int64_t)sizes[i]));
		ck_assert_int_eq(seal_plain_size((int64_t)sealed.len - 1),
				 (int64_t)sizes[i]);
		ck_assert_int_eq(seal_open(key, &here, sealed.data + 1,
					   sealed.len - 1, &out),
				 0);
		ck_assert_uint_eq(out.len, sizes[i]);
		ck_assert(!memcmp(buf_cstr(&out), plain, sizes[i]));
	}
	free(plain);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

START_TEST(sizes_that_cannot_be)
{
	int64_t full = SEAL_CHUNK_SIZE + SEAL_TAG_SIZE;

	ck_assert_int_eq(seal_plain_size(-1), -1);
	ck_assert_int_eq(seal_plain_size(0), -1);
	ck_assert_int_eq(seal_plain_size(47), -1);
	ck_assert_int_eq(seal_plain_size(48), 0);
	ck_assert_int_eq(seal_plain_size(32 + full), SEAL_CHUNK_SIZE);
	ck_assert_int_eq(seal_plain_size(32 + full + 1), -1);
	ck_assert_int_eq(seal_plain_size(32 + full + 16), -1);
	ck_assert_int_eq(seal_plain_size(32 + full + 17), SEAL_CHUNK_SIZE + 1);
	ck_assert_int_eq(seal_plain_size(INT64_MAX), -1);
	ck_assert_int_eq(seal_sealed_offset(0), 32);
	ck_assert_int_eq(seal_sealed_offset(65535), 32);
	ck_assert_int_eq(seal_sealed_offset(65536), 32 + full);
}
END_TEST

START_TEST(every_byte_counts)
{
	struct buf sealed = BUF_INIT;
	size_t i;
	int bit;

	setup();
	seal_box(key, &here, "a passport", 10, &sealed);
	for (i = 0; i < sealed.len; i++) {
		for (bit = 0; bit < 8; bit++) {
			sealed.data[i] ^= (char)(1 << bit);
			refuse(&here, sealed.data, sealed.len);
			sealed.data[i] ^= (char)(1 << bit);
		}
		refuse(&here, sealed.data, i); /* cut */
	}
	buf_chr(&sealed, '\0');
	refuse(&here, sealed.data, sealed.len); /* longer */
	key[0] ^= 1;
	refuse(&here, sealed.data, sealed.len - 1);
	buf_finish(&sealed);
}
END_TEST

START_TEST(opens_nowhere_else)
{
	struct seal_context ctx;
	struct buf sealed = BUF_INIT, out = BUF_INIT;

	setup();
	seal_box(key, &here, "a passport", 10, &sealed);
	ctx = here;
	ctx.tenant.b[15] ^= 1;
	refuse(&ctx, sealed.data, sealed.len);
	ctx = here;
	ctx.session.b[0] ^= 1;
	refuse(&ctx, sealed.data, sealed.len);
	ctx = here;
	ctx.object = "doc2";
	refuse(&ctx, sealed.data, sealed.len);
	ctx.object = NULL;
	refuse(&ctx, sealed.data, sealed.len);
	/* NULL and "" are one name. */
	buf_reset(&sealed);
	seal_box(key, &ctx, "x", 1, &sealed);
	ctx.object = "";
	ck_assert_int_eq(seal_open(key, &ctx, sealed.data, sealed.len, &out),
			 0);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

START_TEST(chunks_stay_in_place)
{
	enum { FULL = SEAL_CHUNK_SIZE + SEAL_TAG_SIZE, LEN = 3 * 65536 };
	struct buf a = BUF_INIT, b = BUF_INIT, forged = BUF_INIT;
	char *plain = plain_bytes(LEN);

	setup();
	seal_box(key, &here, plain, LEN, &a);
	seal_box(key, &here, plain, LEN, &b);
	ck_assert(memcmp(a.data, b.data, a.len) != 0);
	refuse(&here, a.data, a.len - FULL); /* cut between chunks */
	refuse(&here, a.data, a.len - 2 * FULL);
	/* Swapped within the object. */
	buf_add(&forged, a.data, 32);
	buf_add(&forged, a.data + 32 + FULL, FULL);
	buf_add(&forged, a.data + 32, FULL);
	buf_add(&forged, a.data + 32 + 2 * FULL, FULL);
	refuse(&here, forged.data, forged.len);
	/* A chunk of another object of the same key and name. */
	memcpy(a.data + 32 + FULL, b.data + 32 + FULL, FULL);
	refuse(&here, a.data, a.len);
	/* One left out. */
	buf_reset(&forged);
	buf_add(&forged, b.data, 32 + FULL);
	buf_add(&forged, b.data + 32 + 2 * FULL, FULL);
	refuse(&here, forged.data, forged.len);
	free(plain);
	buf_finish(&a);
	buf_finish(&b);
	buf_finish(&forged);
}
END_TEST

/* Writes plain in pieces of step bytes. */
static void stream(const char *plain, size_t len, size_t step,
		   struct buf *sealed)
{
	struct seal_writer w;
	size_t at, n;

	seal_writer_init(&w, key, &here, sealed);
	for (at = 0; at < len; at += n) {
		n = len - at < step ? len - at : step;
		seal_writer_update(&w, plain + at, n, sealed);
	}
	seal_writer_finish(&w, sealed);
	seal_writer_finish(&w, NULL);
}

/* Reads from chunk first in pieces of step bytes; 0 or -1. */
static int unstream(const struct buf *sealed, uint32_t first, size_t step,
		    struct buf *out)
{
	size_t at = (size_t)seal_sealed_offset((int64_t)first * 65536);
	struct seal_reader r;
	size_t n;

	if (seal_reader_init(&r, key, &here, (const uint8_t *)sealed->data,
			     first))
		return -1;
	for (; at < sealed->len; at += n) {
		n = sealed->len - at < step ? sealed->len - at : step;
		if (seal_reader_update(&r, sealed->data + at, n, out)) {
			ck_assert_int_eq(seal_reader_update(&r, "", 1, out),
					 -1);
			break;
		}
	}
	return seal_reader_finish(&r, out);
}

START_TEST(streams_are_boxes)
{
	static const size_t steps[] = { 7000, 65536, 65552, 1000000 };
	struct buf sealed = BUF_INIT, out = BUF_INIT;
	char *plain = plain_bytes(200 * 1024);
	size_t i, j;

	setup();
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		for (j = 0; j < ARRAY_SIZE(steps); j++) {
			buf_reset(&sealed);
			buf_reset(&out);
			stream(plain, sizes[i], steps[j], &sealed);
			ck_assert_int_eq(seal_open(key, &here, sealed.data,
						   sealed.len, &out),
					 0);
			ck_assert_uint_eq(out.len, sizes[i]);
			buf_reset(&out);
			ck_assert_int_eq(unstream(&sealed, 0, steps[j], &out),
					 0);
			ck_assert_uint_eq(out.len, sizes[i]);
			ck_assert(!memcmp(buf_cstr(&out), plain, sizes[i]));
		}
	free(plain);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

START_TEST(streams_start_at_a_chunk)
{
	struct buf sealed = BUF_INIT, out = BUF_INIT;
	char *plain = plain_bytes(200 * 1024);
	uint32_t n;

	setup();
	stream(plain, 200 * 1024, 50000, &sealed);
	for (n = 0; n < 4; n++) {
		buf_reset(&out);
		ck_assert_int_eq(unstream(&sealed, n, 10000, &out), 0);
		ck_assert_uint_eq(out.len, 200 * 1024 - n * 65536);
		ck_assert(!memcmp(out.data, plain + n * 65536, out.len));
	}
	ck_assert_int_eq(unstream(&sealed, 4, 10000, &out), -1);
	free(plain);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

START_TEST(streams_notice)
{
	struct buf sealed = BUF_INIT, out = BUF_INIT;
	char *plain = plain_bytes(2 * 65536);
	struct seal_reader r;
	size_t whole;

	setup();
	stream(plain, 2 * 65536, 65536, &sealed);
	whole = sealed.len;
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), 0);
	sealed.len = whole - 1; /* cut in a chunk */
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), -1);
	sealed.len = whole - 65552; /* between chunks */
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), -1);
	sealed.len = 32; /* nothing but a header */
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), -1);
	sealed.len = whole;
	buf_reset(&out);
	sealed.data[32 + 70000] ^= 1; /* in the second chunk */
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), -1);
	ck_assert_uint_eq(out.len, 65536); /* the first was authentic */
	sealed.data[32 + 70000] ^= 1;
	sealed.data[40] ^= 1; /* in the first */
	buf_reset(&out);
	ck_assert_int_eq(unstream(&sealed, 0, 4096, &out), -1);
	ck_assert_uint_eq(out.len, 0);
	sealed.data[0] = 'X';
	ck_assert_int_eq(seal_reader_init(&r, key, &here,
					  (const uint8_t *)sealed.data, 0),
			 -1);
	ck_assert_int_eq(seal_reader_finish(&r, NULL), -1);
	free(plain);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

/* The same 65,536 bytes with an empty chunk behind, by one who has the key. */
START_TEST(an_object_has_one_spelling)
{
	struct buf sealed = BUF_INIT, out = BUF_INIT;
	char *plain = plain_bytes(SEAL_CHUNK_SIZE);
	struct seal_object o;
	char *p;

	setup();
	p = buf_reserve(&sealed, 32 + 65552 + 16);
	sealed.len = 32 + 65552 + 16;
	seal_object_create(&o, key, 0, &here, (uint8_t *)p);
	seal_chunk(&o, 0, false, plain, SEAL_CHUNK_SIZE, p + 32);
	seal_chunk(&o, 1, true, plain, 0, p + 32 + 65552);
	seal_object_finish(&o);
	refuse(&here, sealed.data, sealed.len);
	ck_assert_int_eq(unstream(&sealed, 0, 5000, &out), -1);
	free(plain);
	buf_finish(&sealed);
	buf_finish(&out);
}
END_TEST

static struct keyring *load(const char *text)
{
	char path[] = "/tmp/test-seal-XXXXXX"; /* mkstemp makes it 0600 */
	struct buf error = BUF_INIT;
	int fd = mkstemp(path);
	struct keyring *kr;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	kr = keyring_load(path, &error);
	unlink(path);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	buf_finish(&error);
	return kr;
}

#define HEX64 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define HEX64_2                                                                \
	"ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* Key 7, the same contexts; again by the second implementation. */
START_TEST(wrapping_stays_as_it_is)
{
	struct keyring *kr = load("7 1000 " HEX64 "\n");
	struct buf wrapped = BUF_INIT;
	uint8_t got[SEAL_KEY_SIZE];
	uint32_t id = 0;
	int i;

	setup();
	here.object = NULL;
	unhex("565346530100000007a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
	      "c0c1c2c3c4c5c63d79dea055b064b1cd1ec709aaaaa23e5b8a"
	      "6602c65640b684ae53414d8bae5b39e07c7ed4469c9c3a9304"
	      "3927de91ef",
	      &wrapped);
	ck_assert_int_eq(seal_unwrap(kr, &here, wrapped.data, wrapped.len, got),
			 0);
	for (i = 0; i < SEAL_KEY_SIZE; i++)
		ck_assert_int_eq(got[i], 32 + i);
	ck_assert_int_eq(seal_key_id(wrapped.data, wrapped.len, &id), 0);
	ck_assert_uint_eq(id, 7);
	buf_finish(&wrapped);
	keyring_destroy(kr);
}
END_TEST

START_TEST(keys_are_wrapped)
{
	struct keyring *old = load("7 1000 " HEX64 "\n");
	struct keyring *rotated =
		load("7 1000 " HEX64 "\n9 2000 " HEX64_2 "\n");
	struct buf wrapped = BUF_INIT, newer = BUF_INIT;
	uint8_t data_key[SEAL_KEY_SIZE], got[SEAL_KEY_SIZE];
	struct seal_context ctx;
	size_t i;

	setup();
	seal_key_create(data_key);
	seal_wrap(old, &here, data_key, &wrapped);
	ck_assert_uint_eq(wrapped.len, SEAL_WRAPPED_SIZE);
	ck_assert_int_eq(
		seal_unwrap(rotated, &here, wrapped.data, wrapped.len, got), 0);
	ck_assert(!memcmp(got, data_key, sizeof(got)));
	seal_wrap(rotated, &here, data_key, &newer);
	ck_assert_int_eq(seal_unwrap(old, &here, newer.data, newer.len, got),
			 -1);
	ctx = here;
	ctx.session.b[3] ^= 4;
	ck_assert_int_eq(seal_unwrap(old, &ctx, wrapped.data, wrapped.len, got),
			 -1);
	for (i = 0; i < wrapped.len; i++) {
		wrapped.data[i] ^= 1;
		ck_assert_int_eq(
			seal_unwrap(old, &here, wrapped.data, wrapped.len, got),
			-1);
		wrapped.data[i] ^= 1;
		ck_assert_int_eq(seal_unwrap(old, &here, wrapped.data, i, got),
				 -1);
	}
	buf_finish(&wrapped);
	buf_finish(&newer);
	keyring_destroy(old);
	keyring_destroy(rotated);
}
END_TEST

UNIT_MAIN("seal", format_stays_as_it_is, boxes_round_trip, sizes_that_cannot_be,
	  every_byte_counts, opens_nowhere_else, chunks_stay_in_place,
	  streams_are_boxes, streams_start_at_a_chunk, streams_notice,
	  an_object_has_one_spelling, wrapping_stays_as_it_is, keys_are_wrapped)
