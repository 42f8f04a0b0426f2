// SPDX-License-Identifier: GPL-3.0-or-later
/* Ink turned, and long bars of it. Bits of a row lie in words from the top,
 * so that a word and the one behind it make each part of a row. */
#include <leptonica/allheaders.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "check/mrz_ink.h"

enum { WORD = 32, HIGH = 4 }; /* bits; rows of a bar */

typedef uint32_t words __attribute__((vector_size(16), aligned(4), may_alias));

/* Rows become columns (Warren, Hacker's Delight, 7-3). */
static void transpose(uint32_t *a)
{
	uint32_t mask = 0xffff, t;
	unsigned int j, k;

	for (j = 16; j; j /= 2, mask ^= mask << j) {
		for (k = 0; k < WORD; k = (k + j + 1) & ~j) {
			t = (a[k] ^ a[k + j] >> j) & mask;
			a[k] ^= t;
			a[k + j] ^= t << j;
		}
	}
}

PIX *mrz_ink_turned(PIX *ink)
{
	int w = pixGetWidth(ink), h = pixGetHeight(ink), wide, x, y, k;
	PIX *out = pixCreate(h, w, 1);
	ptrdiff_t from = pixGetWpl(ink);
	uint32_t block[WORD], any;

	if (!out)
		return NULL;
	wide = pixGetWpl(out);
	for (y = 0; y < wide; y++) {
		for (x = 0; x < from; x++) {
			l_uint32 *to = pixGetData(out) +
				       (ptrdiff_t)x * WORD * wide + y;

			for (k = 0, any = 0; k < WORD; k++) {
				int row = h - 1 - y * WORD - k;

				block[k] =
					row < 0 ? 0
						: pixGetData(
							  ink)[row * from + x];
				any |= block[k];
			}
			if (!any)
				continue;
			transpose(block);
			for (k = 0; k < WORD && x * WORD + k < w; k++)
				to[(ptrdiff_t)k * wide] = block[k];
		}
	}
	return out;
}

/* Each bit with the one so many places on: any of the two, or both. */
static inline __attribute__((always_inline)) void ahead(uint32_t *a, size_t n,
							int by, bool both)
{
	size_t i;

	for (i = 0; i < n; i += 4) {
		words x = *(const words *)(a + i);
		words y = x << by | *(const words *)(a + i + 1) >> (WORD - by);

		*(words *)(a + i) = both ? x & y : x | y;
	}
}

/* The same with the one so many places before. */
static inline __attribute__((always_inline)) void behind(uint32_t *a, size_t n,
							 int by, bool both)
{
	size_t i;

	for (i = n; i > 0; i -= 4) {
		words x = *(const words *)(a + i - 4);
		words y = x >> by | *(const words *)(a + i - 5) << (WORD - by);

		*(words *)(a + i - 4) = both ? x & y : x | y;
	}
}

/* Of 16 bits: 1, 2, 4 and 8 on. */
static inline __attribute__((always_inline)) void sixteen(uint32_t *a, size_t n,
							  bool back, bool both)
{
	int by;

	for (by = 1; by <= 8; by *= 2) {
		if (back)
			behind(a, n, by, both);
		else
			ahead(a, n, by, both);
	}
}

/* Rows are closed, and what is left of them where bars of 16 would begin. */
static void rows_begin(uint32_t *a, PIX *ink, size_t stride)
{
	size_t wpl = (size_t)pixGetWpl(ink), y;
	size_t h = (size_t)pixGetHeight(ink);

	for (y = 0; y < h; y++, a += stride) {
		memcpy(a + 1, pixGetData(ink) + y * wpl, wpl * sizeof(*a));
		sixteen(a, stride, false, false);
		sixteen(a, stride, true, true);
		sixteen(a, stride, false, true);
	}
}

/* Four rows below each other, then all of what they cover. */
static void rows_high(uint32_t *a, size_t h, size_t stride)
{
	size_t i, n = h * stride;

	for (i = 0; i < n; i += 4) {
		words x = *(const words *)(a + i);
		int k;

		for (k = 1; k < HIGH; k++)
			x &= *(const words *)(a + i + (size_t)k * stride);
		*(words *)(a + i) = x;
	}
	for (i = n; i > 0; i -= 4) {
		words x = *(const words *)(a + i - 4);
		int k;

		for (k = 1; k < HIGH; k++)
			x |= *(const words *)(a + i - 4 - (size_t)k * stride);
		*(words *)(a + i - 4) = x;
	}
}

PIX *mrz_ink_bars(PIX *ink)
{
	size_t wpl = (size_t)pixGetWpl(ink), y;
	size_t h = (size_t)pixGetHeight(ink);
	/* a word without ink before each row and behind it */
	size_t stride = (wpl + 2 + 3) / 4 * 4;
	uint32_t *all = mem_alloc(((h + 2 * HIGH) * stride + 8) * sizeof(*all));
	uint32_t *a = all + HIGH * stride;
	PIX *out = pixCreateTemplate(ink);

	if (out) {
		rows_begin(a, ink, stride);
		rows_high(a, h, stride);
	}
	for (y = 0; out && y < h; y++, a += stride) {
		sixteen(a, stride, true, false);
		memcpy(pixGetData(out) + y * wpl, a + 1, wpl * sizeof(*a));
	}
	free(all);
	return out;
}
