// SPDX-License-Identifier: GPL-3.0-or-later
/* A picture in JPEG's blocks: the frequencies of each, in the file's steps. */
#include <math.h>

#include "check/editing_part.h"

enum {
	SIDE = 8,
	/* u + v < WAVES are the low frequencies. Those with u or v 0 are left
	 * out: straight stripes make the same levels again and again. */
	WAVES = 7,
	DARKEST = 8, /* of any colour: nearer to the ends it is cut off */
	LIGHTEST = 247,
	ACROSS_MAX = 40000 /* blocks that are enough */
};

struct dct {
	float wave[WAVES][SIDE / 2];
	float inverse[HISTORY_FREQS];
	uint8_t u[HISTORY_FREQS], v[HISTORY_FREQS];
};

static void dct_make(struct dct *d)
{
	int u, v, x, n = 0;

	for (u = 0; u < WAVES; u++) {
		for (x = 0; x < SIDE / 2; x++)
			d->wave[u][x] =
				(float)(cos((2 * x + 1) * u * M_PI / 16) *
					(u ? 0.5 : sqrt(0.125)));
	}
	for (v = 1; v < WAVES; v++) {
		for (u = 1; u + v < WAVES; u++) {
			d->u[n] = (uint8_t)u;
			d->v[n++] = (uint8_t)v;
		}
	}
}

/* The heights of a block's lowest frequencies, without sign: that depends on
 * how a picture is turned. */
static void dct_block(const struct dct *d, const uint8_t *grey, size_t stride,
		      float out[HISTORY_FREQS])
{
	float even[4][SIDE], odd[4][SIDE], t[WAVES][SIDE];
	int x, y, u, v, n = 0;

	for (y = 0; y < 4; y++) {
		const uint8_t *a = grey + (size_t)y * stride;
		const uint8_t *b = grey + (size_t)(7 - y) * stride;

		for (x = 0; x < SIDE; x++) {
			even[y][x] = (float)(a[x] + b[x]);
			odd[y][x] = (float)(a[x] - b[x]);
		}
	}
	for (v = 1; v < WAVES; v++) {
		const float *w = d->wave[v];
		float(*from)[SIDE] = v & 1 ? odd : even;

		for (x = 0; x < SIDE; x++)
			t[v][x] = w[0] * from[0][x] + w[1] * from[1][x] +
				  w[2] * from[2][x] + w[3] * from[3][x];
	}
	for (v = 1; v < WAVES; v++) {
		float e[4], o[4];

		for (x = 0; x < 4; x++) {
			e[x] = t[v][x] + t[v][7 - x];
			o[x] = t[v][x] - t[v][7 - x];
		}
		for (u = 1; u + v < WAVES; u++) {
			const float *w = d->wave[u], *from = u & 1 ? o : e;

			out[n++] = fabsf(w[0] * from[0] + w[1] * from[1] +
					 w[2] * from[2] + w[3] * from[3]);
		}
	}
}

/* Where it is, most neighbours are: one pixel in four is looked at. */
static bool is_cut_off(const struct image *image, size_t x0, size_t y0)
{
	uint8_t rgb[3], most = 0, least = 255;
	size_t x, y, c;

	for (y = y0; y < y0 + SIDE; y += 2) {
		for (x = x0; x < x0 + SIDE; x += 2) {
			image_colour(image, (int)x, (int)y, rgb);
			for (c = 0; c < 3; c++) {
				most = rgb[c] > most ? rgb[c] : most;
				least = rgb[c] < least ? rgb[c] : least;
			}
		}
	}
	return most > LIGHTEST || least < DARKEST;
}

static void add_block(struct history_blocks *b, const struct dct *d,
		      const uint8_t *grey, size_t stride, uint8_t *level)
{
	float height[HISTORY_FREQS];
	int i, k;

	dct_block(d, grey, stride, height);
	for (i = 0; i < HISTORY_FREQS; i++) {
		k = (int)(height[i] * d->inverse[i] + 0.5f);
		level[i] = (uint8_t)(k < HISTORY_LEVELS ? k : 0);
		b->count[i][level[i]]++;
	}
}

static void add_across(struct history_blocks *b, const struct dct *d,
		       const uint8_t *grey, size_t stride)
{
	float height[HISTORY_FREQS];
	int i, k;

	dct_block(d, grey, stride, height);
	for (i = 0; i < HISTORY_FREQS; i++) {
		k = (int)(height[i] + 0.5f);
		if (k < HISTORY_HEIGHTS)
			b->across[i][k]++;
	}
}

/* Where JPEG's blocks begin: a picture that was turned has the part of one at
 * its other end. */
static void find_blocks(const struct image *image,
			const struct history_steps *steps,
			struct history_blocks *b, struct dct *d, size_t *x0,
			size_t *y0)
{
	int o = steps->orientation, i;
	bool from_right = o == 2 || o == 3 || o == 6 || o == 7;
	bool from_bottom = o == 3 || o == 4 || o == 7 || o == 8;

	*x0 = from_right ? (size_t)image->width % SIDE : 0;
	*y0 = from_bottom ? (size_t)image->height % SIDE : 0;
	b->width = image->width / SIDE;
	b->height = image->height / SIDE;
	for (i = 0; i < HISTORY_FREQS; i++) {
		int at = o > 4 ? d->u[i] * SIDE + d->v[i]
			       : d->v[i] * SIDE + d->u[i];

		b->step[i] = steps->step[at];
		d->inverse[i] = 1 / (float)b->step[i];
	}
}

void history_blocks_make(const struct image *image,
			 const struct history_steps *steps,
			 struct history_blocks *out)
{
	size_t w = (size_t)image->width, x0, y0, x, y, width, height, every;
	struct dct d;

	*out = (struct history_blocks){ .level = NULL };
	dct_make(&d);
	find_blocks(image, steps, out, &d, &x0, &y0);
	width = (size_t)out->width;
	height = (size_t)out->height;
	every = width * height / ACROSS_MAX + 1;
	out->level = mem_alloc(width * height * HISTORY_FREQS + 1);
	for (y = 0; y < height; y++) {
		for (x = 0; x < width; x++) {
			size_t at = (y0 + y * SIDE) * w + x0 + x * SIDE;

			if (is_cut_off(image, x0 + x * SIDE, y0 + y * SIDE))
				continue;
			add_block(out, &d, image->grey + at, w,
				  out->level + (y * width + x) * HISTORY_FREQS);
			if ((x + y) % every == 0 && x + 1 < width &&
			    y + 1 < height)
				add_across(out, &d,
					   image->grey + at + 4 * w + 4, w);
		}
	}
}

void history_blocks_finish(struct history_blocks *b)
{
	free(b->level);
	b->level = NULL;
}
