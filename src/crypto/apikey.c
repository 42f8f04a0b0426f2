// SPDX-License-Identifier: GPL-3.0-or-later
/* The form of API keys: random digits and a checksum. */
#include <stdint.h>

#include "base/mem.h"
#include "crypto/apikey.h"
#include "crypto/random.h"

enum { PREFIX = 8, RANDOM = 30, SUM = 6, BASE = 62 };

static const char digits[] = "0123456789"
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz";
static const char prefixes[2][PREFIX + 1] = { "vs_test_", "vs_live_" };

static uint32_t crc32_of(const char *s, size_t len)
{
	uint32_t crc = UINT32_MAX;
	int bit;

	while (len--) {
		crc ^= (uint8_t)*s++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static void put_sum(const char *s, char out[SUM])
{
	uint32_t crc = crc32_of(s, PREFIX + RANDOM);
	int i;

	for (i = SUM - 1; i >= 0; i--) {
		out[i] = digits[crc % BASE];
		crc /= BASE;
	}
}

static char random_digit(void)
{
	uint8_t byte;

	do
		crypto_random(&byte, 1);
	while (byte >= 256 / BASE * BASE); /* the rest would favour some */
	return digits[byte % BASE];
}

void apikey_create(bool live, char out[APIKEY_SIZE])
{
	int i;

	memcpy(out, prefixes[live], PREFIX);
	for (i = 0; i < RANDOM; i++)
		out[PREFIX + i] = random_digit();
	put_sum(out, out + PREFIX + RANDOM);
	out[APIKEY_LENGTH] = '\0';
}

int apikey_parse(const char *s, bool *live)
{
	char sum[SUM];
	bool is_live;

	if (strnlen(s, APIKEY_SIZE) != APIKEY_LENGTH)
		return -1;
	is_live = !memcmp(s, prefixes[true], PREFIX);
	if (!is_live && memcmp(s, prefixes[false], PREFIX))
		return -1;
	if (strspn(s + PREFIX, digits) != RANDOM + SUM)
		return -1;
	put_sum(s, sum);
	if (memcmp(sum, s + PREFIX + RANDOM, SUM))
		return -1;
	*live = is_live;
	return 0;
}
