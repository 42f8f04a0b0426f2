// SPDX-License-Identifier: GPL-3.0-or-later
/* Sharpness: the Laplacian's variance against the picture's, in tiles. */
#include "check/quality_part.h"

enum {
	TILE = 50,
	TILES_MIN = 4,	       /* with fewer there is nothing to read */
	CONTRAST_MIN = 20 * 20 /* variance of a tile that shows something */
};

struct tile {
	double variance;
	double laplacian; /* its variance */
};

static struct tile measure(const struct plane *p, int x0, int y0)
{
	double sum = 0, squares = 0, lsum = 0, lsquares = 0;
	const double n = TILE * TILE;
	int w = p->width, x, y;

	for (y = y0; y < y0 + TILE; y++) {
		const uint8_t *g = p->grey + (size_t)y * (size_t)w;

		for (x = x0; x < x0 + TILE; x++) {
			int l = g[x - 1] + g[x + 1] + g[x - w] + g[x + w] -
				4 * g[x];

			sum += g[x];
			squares += (double)g[x] * g[x];
			lsum += l;
			lsquares += (double)l * l;
		}
	}
	return (struct tile){ squares / n - sum * sum / (n * n),
			      lsquares / n - lsum * lsum / (n * n) };
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Three of four tiles with contrast are less sharp than this. What the flat
 * ones have of it is noise. */
static double rate(const struct tile *tiles, size_t count)
{
	double *v = mem_alloc((count + 1) * sizeof(*v)), noise, sharp = 0;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		v[i] = tiles[i].laplacian;
	qsort(v, count, sizeof(*v), by_value);
	noise = v[count / 10];
	for (i = 0; i < count; i++) {
		const struct tile *t = &tiles[i];

		if (t->variance >= CONTRAST_MIN)
			v[n++] = (t->laplacian - noise) / t->variance;
	}
	qsort(v, n, sizeof(*v), by_value);
	if (n >= TILES_MIN)
		sharp = v[n * 3 / 4];
	free(v);
	return sharp > 0 ? sharp : 0;
}

/* Binomial, 3 by 3: noise is the finest of all, print is coarser. */
static struct plane smoothed(const struct plane *p)
{
	struct plane s = { p->width, p->height, NULL };
	size_t w = (size_t)p->width, n = w * (size_t)p->height;
	int x, y;

	s.grey = mem_alloc(n);
	memcpy(s.grey, p->grey, n);
	for (y = 1; y < p->height - 1; y++) {
		for (x = 1; x < p->width - 1; x++) {
			size_t at = (size_t)y * w + (size_t)x;
			const uint8_t *g = p->grey + at, *up = g - w,
				      *down = g + w;

			s.grey[at] = (uint8_t)((up[-1] + 2 * up[0] + up[1] +
						2 * (g[-1] + 2 * g[0] + g[1]) +
						down[-1] + 2 * down[0] +
						down[1] + 8) /
					       16);
		}
	}
	return s;
}

double quality_sharpness(const struct plane *original)
{
	struct plane smooth = smoothed(original), *p = &smooth;
	int across = (p->width - 2) / TILE, down = (p->height - 2) / TILE;
	struct tile *tiles;
	size_t count = 0;
	double value;
	int x, y;

	if (across < 1 || down < 1) {
		free(smooth.grey);
		return 0;
	}
	tiles = mem_alloc((size_t)across * (size_t)down * sizeof(*tiles));
	for (y = 0; y < down; y++) {
		for (x = 0; x < across; x++)
			tiles[count++] = measure(p, 1 + x * TILE, 1 + y * TILE);
	}
	value = rate(tiles, count);
	free(tiles);
	free(smooth.grey);
	return value;
}
