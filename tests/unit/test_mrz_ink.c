// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of what the MRZ reader works out many bytes at a time: it is what
 * leptonica, or a plain loop, makes of pictures of any size. */
#include <leptonica/allheaders.h>

#include "check/mrz_hat.h"
#include "check/mrz_ink.h"
/* before it is compiled for what this machine has */
#define WIDE 4
#include "check/mrz_net_pass.h"
#include "unit.h"

enum { ROUNDS = 300, SIDE = 150, EDGE = 8 };

static unsigned int next(void)
{
	static unsigned int state = 1;

	state = state * 1103515245u + 12345u;
	return state >> 16 & 0x7fff;
}

static int grey_near(const unsigned char *grey, int w, int h, int x, int y)
{
	x = x < 0 ? 0 : x >= w ? w - 1 : x;
	y = y < 0 ? 0 : y >= h ? h - 1 : y;
	return grey[y * w + x];
}

static int brightest(const unsigned char *grey, int w, int h, int x, int y)
{
	int most = 0, i, k;

	for (k = -4; k <= 4; k++) {
		for (i = -4; i <= 4; i++) {
			int v = grey_near(grey, w, h, x + i, y + k);

			most = v > most ? v : most;
		}
	}
	return most;
}

static int hat(const unsigned char *grey, int w, int h, int x, int y)
{
	int least = 255, i, k;

	for (k = -4; k <= 4; k++) {
		for (i = -4; i <= 4; i++) {
			int v = brightest(grey, w, h, x + i, y + k);

			least = v < least ? v : least;
		}
	}
	return least - grey[y * w + x];
}

START_TEST(the_hat_is_of_nine_by_nine)
{
	static const int sizes[][2] = { { 1, 1 },   { 1, 40 },	{ 40, 1 },
					{ 31, 17 }, { 32, 16 }, { 33, 9 },
					{ 50, 40 } };
	size_t i;
	int x, y;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		int w = sizes[i][0], h = sizes[i][1];
		struct mrz_plane p = { .width = (size_t)w,
				       .height = (size_t)h,
				       .stride = ((size_t)w + 31) / 32 * 32 };
		unsigned char *grey = mem_alloc((size_t)w * (size_t)h);

		p.at = mem_alloc(p.stride * p.height + MRZ_LANE);
		for (y = 0; y < h; y++) {
			for (x = 0; x < w; x++)
				grey[y * w + x] =
					p.at[(size_t)y * p.stride + (size_t)x] =
						(unsigned char)next();
		}
		mrz_hat(&p);
		for (y = 0; y < h; y++) {
			for (x = 0; x < w; x++)
				ck_assert_int_eq(
					p.at[(size_t)y * p.stride + (size_t)x],
					hat(grey, w, h, x, y));
		}
		free(p.at);
		free(grey);
	}
}
END_TEST

/* Specks, gaps and stripes. */
static PIX *ink_of(int w, int h, unsigned int kind)
{
	PIX *p = pixCreate(w, h, 1);
	int x, y;

	for (y = 0; y < h; y++) {
		for (x = 0; x < w; x++) {
			bool on;

			if (kind < 2)
				on = next() % (kind ? 12 : 2) != 0;
			else
				on = kind == 2 ? next() % 12 == 0
					       : (x / 20 + y / 5) % 2 != 0;
			if (on)
				pixSetPixel(p, x, y, 1);
		}
	}
	return p;
}

static void ck_same(PIX *a, PIX *b, const char *what, int i)
{
	l_int32 same = 0;

	pixEqual(a, b, &same);
	ck_assert_msg(same, "%s, %d: %d x %d", what, i, pixGetWidth(a),
		      pixGetHeight(a));
	pixDestroy(&a);
	pixDestroy(&b);
}

START_TEST(ink_is_turned_and_closed_as_leptonica_does)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		int w = 1 + (int)(next() % SIDE), h = 1 + (int)(next() % SIDE);
		PIX *ink = ink_of(w, h, (unsigned int)i % 4), *closed;

		ck_same(mrz_ink_turned(ink), pixRotate90(ink, 1), "turned", i);
		closed = pixCloseSafeBrick(NULL, ink, 16, 1);
		ck_same(mrz_ink_bars(ink), pixOpenBrick(NULL, closed, 16, 4),
			"bars", i);
		pixDestroy(&closed);
		pixDestroy(&ink);
	}
}
END_TEST

/* Dark strokes on paper are ink, wherever a photo's light goes; the paper is
 * none, nor what is left of a word behind the end of a row. */
START_TEST(strokes_are_ink)
{
	PIX *grey = pixCreate(211, 200, 8), *ink;
	l_uint32 v;
	int x, y, count = 0;

	for (y = 0; y < 200; y++) {
		for (x = 0; x < 211; x++)
			pixSetPixel(grey, x, y,
				    (l_uint32)(x % 12 < 3 && y % 20 < 12
						       ? 40 + x / 4
						       : 140 + x / 4));
	}
	ink = mrz_ink(grey, 1);
	ck_assert_ptr_nonnull(ink);
	for (y = EDGE; y < 200 - EDGE; y++) {
		for (x = EDGE; x < 211 - EDGE; x++) {
			pixGetPixel(ink, x, y, &v);
			count += v != (x % 12 < 3 && y % 20 < 12);
		}
	}
	ck_assert_int_eq(count, 0);
	for (y = 0; y < 200; y++)
		ck_assert_uint_eq(pixGetData(ink)[(y + 1) * pixGetWpl(ink) - 1]
					  << 211 % 32,
				  0);
	pixDestroy(&ink);
	pixDestroy(&grey);
}
END_TEST

static void ck_net(const struct mrz_net *n, size_t width)
{
	size_t places = n->pool == 1 ? mrz_net_places(width) : 1, i;
	size_t count = places * n->classes;
	float *strip = mem_alloc(30 * width * sizeof(*strip));
	float *scratch = mem_alloc(mrz_net_scratch(n, width) * sizeof(*strip));
	float *one = mem_alloc(count * sizeof(*strip));
	float *other = mem_alloc(count * sizeof(*strip));

	for (i = 0; i < 30 * width; i++)
		strip[i] = (float)(next() % 600) / 100 - 2;
	mrz_net_run(n, strip, width, width, scratch, one);
	run(n, strip, width, width, scratch, other);
	for (i = 0; i < count; i++)
		ck_assert_msg(one[i] == other[i], "width %zu, output %zu",
			      width, i);
	free(strip);
	free(scratch);
	free(one);
	free(other);
}

START_TEST(networks_are_the_same_on_all_machines)
{
	FILE *f = fopen(MODELS "/ocrb.bin", "rb");
	char *bytes = mem_alloc(1 << 20);
	struct mrz_nets nets;
	size_t width, len;

	ck_assert_ptr_nonnull(f);
	len = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	ck_assert_int_eq(mrz_nets_load(&nets, bytes, len), 0);
	for (width = MRZ_PATCH; width <= 200; width += width < 60 ? 1 : 7)
		ck_net(&nets.finding, width);
	ck_net(&nets.reading, MRZ_PATCH);
	mrz_nets_drop(&nets);
	free(bytes);
}
END_TEST

UNIT_MAIN("mrz_ink", the_hat_is_of_nine_by_nine,
	  ink_is_turned_and_closed_as_leptonica_does, strokes_are_ink,
	  networks_are_the_same_on_all_machines)
