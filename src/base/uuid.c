// SPDX-License-Identifier: GPL-3.0-or-later
/* UUIDs (RFC 9562). */
#include <sys/random.h>

#include "base/mem.h"
#include "base/str.h"
#include "base/uuid.h"

const struct uuid uuid_max = { { 255, 255, 255, 255, 255, 255, 255, 255, 255,
				 255, 255, 255, 255, 255, 255, 255 } };

static void random_bytes(void *out, size_t len)
{
	if (getrandom(out, len, 0) != (ssize_t)len)
		abort(); /* never short for up to 256 bytes (getrandom(2)) */
}

static void stamp(struct uuid *u, uint8_t version)
{
	u->b[6] = (uint8_t)((u->b[6] & 0x0f) | version << 4);
	u->b[8] = (uint8_t)((u->b[8] & 0x3f) | 0x80);
}

struct uuid uuid_v7(int64_t now_ms)
{
	static int64_t last_ms;
	static uint16_t counter;
	struct uuid u;
	int i;

	random_bytes(&u, sizeof(u));
	if (now_ms > last_ms) {
		last_ms = now_ms;
		counter = (uint16_t)((u.b[6] << 8 | u.b[7]) & 0x7ff);
	} else if (++counter > 0xfff) {
		last_ms++; /* 4,096 in one ms: borrow from the next */
		counter = 0;
	}
	for (i = 0; i < 6; i++)
		u.b[i] = (uint8_t)(last_ms >> (40 - 8 * i));
	u.b[6] = (uint8_t)(counter >> 8);
	u.b[7] = (uint8_t)counter;
	stamp(&u, 7);
	return u;
}

struct uuid uuid_v4(void)
{
	struct uuid u;

	random_bytes(&u, sizeof(u));
	stamp(&u, 4);
	return u;
}

static bool dash_before(int i)
{
	return i == 4 || i == 6 || i == 8 || i == 10;
}

void uuid_text(const struct uuid *u, char out[UUID_TEXT_SIZE])
{
	int i;

	for (i = 0; i < UUID_SIZE; i++) {
		if (dash_before(i))
			*out++ = '-';
		str_hex(&u->b[i], 1, out);
		out += 2;
	}
}

int uuid_parse(const char *s, struct uuid *out)
{
	int i;

	if (strlen(s) != UUID_TEXT_SIZE - 1)
		return -1;
	for (i = 0; i < UUID_SIZE; i++) {
		if (dash_before(i) && *s++ != '-')
			return -1;
		if (str_unhex(s, 2, &out->b[i], 1))
			return -1;
		s += 2;
	}
	return 0;
}

bool uuid_equal(const struct uuid *a, const struct uuid *b)
{
	return !memcmp(a, b, sizeof(*a));
}

int uuid_compare(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a, b, sizeof(*a));
}

bool uuid_is_nil(const struct uuid *u)
{
	static const struct uuid nil;

	return uuid_equal(u, &nil);
}

struct uuid uuid_v8(const uint8_t *digest)
{
	struct uuid u;

	memcpy(u.b, digest, UUID_SIZE);
	u.b[6] = (uint8_t)((u.b[6] & 0x0f) | 0x80);
	u.b[8] = (uint8_t)((u.b[8] & 0x3f) | 0x80);
	return u;
}
