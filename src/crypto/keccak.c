// SPDX-License-Identifier: GPL-3.0-or-later
/* Keccak-256 as Ethereum uses it, which OpenSSL has only since 3.2. */
#include <string.h>

#include "crypto/keccak.h"

enum { LANES = 25, ROUNDS = 24, RATE = 136 };

/* FIPS 202, 3.2.5: the round constants. */
static const uint64_t constants[ROUNDS] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
	0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
	0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
	0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
	0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
	0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
	0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* 3.2.2 and 3.2.3: rotations and places, in the order in which lane 1 goes
 * round. */
static const unsigned char turns[LANES - 1] = {
	1,  3,	6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
	27, 41, 56, 8,	25, 43, 62, 18, 39, 61, 20, 44,
};
static const unsigned char places[LANES - 1] = {
	10, 7,	11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
	15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1,
};

static uint64_t rotate(uint64_t v, unsigned int n)
{
	return v << n | v >> (64 - n);
}

static void theta(uint64_t a[LANES])
{
	uint64_t c[5], d;
	int x, y;

	for (x = 0; x < 5; x++)
		c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
	for (x = 0; x < 5; x++) {
		d = c[(x + 4) % 5] ^ rotate(c[(x + 1) % 5], 1);
		for (y = 0; y < LANES; y += 5)
			a[x + y] ^= d;
	}
}

static void rho_pi(uint64_t a[LANES])
{
	uint64_t carried = a[1], next;
	int i;

	for (i = 0; i < LANES - 1; i++) {
		next = a[places[i]];
		a[places[i]] = rotate(carried, turns[i]);
		carried = next;
	}
}

static void chi(uint64_t a[LANES])
{
	uint64_t row[5];
	int x, y;

	for (y = 0; y < LANES; y += 5) {
		memcpy(row, a + y, sizeof(row));
		for (x = 0; x < 5; x++)
			a[x + y] =
				row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
	}
}

void keccak_256(const void *bytes, size_t len, uint8_t out[KECCAK_SIZE])
{
	uint8_t block[RATE] = { 0 };
	uint64_t a[LANES] = { 0 };
	size_t i;

	memcpy(block, bytes, len);
	block[len] = 0x01;
	block[RATE - 1] |= 0x80;
	for (i = 0; i < RATE; i++)
		a[i / 8] |= (uint64_t)block[i] << 8 * (i % 8);
	for (i = 0; i < ROUNDS; i++) {
		theta(a);
		rho_pi(a);
		chi(a);
		a[0] ^= constants[i];
	}
	for (i = 0; i < KECCAK_SIZE; i++)
		out[i] = (uint8_t)(a[i / 8] >> 8 * (i % 8));
}
