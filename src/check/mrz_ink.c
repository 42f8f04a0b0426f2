// SPDX-License-Identifier: GPL-3.0-or-later
/* What is ink in a photo: darker than its surroundings and no wider than a
 * stroke. leptonica could do all of it, in four times the time. */
#include <endian.h>
#include <leptonica/allheaders.h>
#include <stdint.h>

#include "base/mem.h"
#include "check/mrz_hat.h"
#include "check/mrz_ink.h"

enum {
	TILE = 72,  /* of the threshold */
	FAINT = 10, /* less than so much of 255 is no ink */
	LANE = MRZ_LANE,
	ONE = 1 << 16 /* a pixel of the photo */
};

typedef uint16_t shorts
	__attribute__((vector_size(2 * LANE), aligned(2), may_alias));

/* Two rows of the photo in one, 256 times as bright: the lower one has a share
 * of fy of 256. Bytes are where leptonica has them. */
static void mix(uint16_t *out, const l_uint32 *row, const l_uint32 *next,
		int fy, size_t words)
{
	const unsigned char *a = (const unsigned char *)row;
	const unsigned char *b = (const unsigned char *)next;
	uint16_t upper = (uint16_t)(256 - fy), lower = (uint16_t)fy;
	size_t i, n = words * 4;

	for (i = 0; i + LANE <= n; i += LANE)
		*(shorts *)(out + i) =
			__builtin_convertvector(*(const mrz_lane *)(a + i),
						shorts) *
				upper +
			__builtin_convertvector(*(const mrz_lane *)(b + i),
						shorts) *
				lower;
	for (; i < n; i++)
		out[i] = (uint16_t)(a[i] * upper + b[i] * lower);
}

struct column {
	uint32_t left, right; /* of the two it is made of */
	uint32_t share;	      /* of the right one, of 256 */
};

/* Where a pixel of the scaled photo is between two of the photo. */
static struct column between(size_t i, double scale, int most)
{
	double at = ((double)i + 0.5) / scale - 0.5;
	struct column c;

	at = at < 0 ? 0 : at > most ? most : at;
	c.left = (uint32_t)at;
	c.share = (uint32_t)((at - c.left) * 256);
	c.right = c.left + (c.left < (uint32_t)most);
	return c;
}

/* In the order of leptonica, which packs bytes into words from the top. */
static uint32_t byte_of(uint32_t i)
{
#if __BYTE_ORDER == __LITTLE_ENDIAN
	return i ^ 3;
#else
	return i;
#endif
}

static void scale_rows(struct mrz_plane *p, PIX *grey, double scale)
{
	struct column *columns = mem_alloc(p->width * sizeof(*columns));
	size_t words = (size_t)pixGetWpl(grey), x, y;
	uint16_t *row = mem_alloc(words * 4 * sizeof(*row));
	const l_uint32 *data = pixGetData(grey);

	for (x = 0; x < p->width; x++) {
		columns[x] = between(x, scale, pixGetWidth(grey) - 1);
		columns[x].left = byte_of(columns[x].left);
		columns[x].right = byte_of(columns[x].right);
	}
	for (y = 0; y < p->height; y++) {
		struct column r = between(y, scale, pixGetHeight(grey) - 1);
		unsigned char *out = p->at + y * p->stride;

		mix(row, data + r.left * words, data + r.right * words,
		    (int)r.share, words);
		for (x = 0; x < p->width; x++) {
			const struct column *c = &columns[x];

			out[x] = (unsigned char)((row[c->left] *
							  (256 - c->share) +
						  row[c->right] * c->share) >>
						 16);
		}
	}
	free(columns);
	free(row);
}

/* Splits what is counted in two so that these differ most (Otsu 1979). */
static int split(const uint32_t *count)
{
	double all = 0, sum = 0, n = 0, part = 0, most = 0;
	int i, best = 0;

	for (i = 0; i < 256; i++) {
		all += count[i];
		sum += (double)count[i] * i;
	}
	for (i = 0; i < 255; i++) {
		double d, score;

		n += count[i];
		part += (double)count[i] * i;
		if (n <= 0 || n >= all)
			continue;
		d = part / n - (sum - part) / (all - n);
		score = n * (all - n) * d * d;
		if (score > most * (1 + 1e-9)) {
			most = score;
			best = i;
		}
	}
	return best + 1;
}

struct tiles {
	size_t across, down, width, height;
	unsigned char *split;
};

static int tile_split(const struct mrz_plane *p, const struct tiles *t,
		      size_t tx, size_t ty)
{
	size_t from = tx * t->width, x, y, up = ty * t->height;
	size_t to = tx + 1 < t->across ? from + t->width : p->width;
	size_t down = ty + 1 < t->down ? up + t->height : p->height;
	/* two, as the same count twice in a row would wait for itself */
	uint32_t count[2][256] = { { 0 } };

	for (y = up; y < down; y++) {
		const unsigned char *row = p->at + y * p->stride;

		for (x = from; x + 1 < to; x += 2) {
			count[0][row[x]]++;
			count[1][row[x + 1]]++;
		}
		if (x < to)
			count[0][row[x]]++;
	}
	for (x = 0; x < 256; x++)
		count[0][x] += count[1][x];
	return split(count[0]);
}

static void tiles_make(struct tiles *t, const struct mrz_plane *p)
{
	size_t x, y;

	t->across = p->width / TILE ? p->width / TILE : 1;
	t->down = p->height / TILE ? p->height / TILE : 1;
	t->width = p->width / t->across;
	t->height = p->height / t->down;
	t->split = mem_alloc(t->across * t->down);
	for (y = 0; y < t->down; y++) {
		for (x = 0; x < t->across; x++)
			t->split[y * t->across + x] =
				(unsigned char)tile_split(p, t, x, y);
	}
}

/* The mean of a tile and those around it. */
static unsigned char tile_mean(const struct tiles *t, size_t tx, size_t ty)
{
	size_t x, y, sum = 0, n = 0;

	for (y = ty ? ty - 1 : 0; y <= ty + 1 && y < t->down; y++) {
		for (x = tx ? tx - 1 : 0; x <= tx + 1 && x < t->across; x++) {
			sum += t->split[y * t->across + x];
			n++;
		}
	}
	sum = (sum + n / 2) / n;
	return sum < FAINT ? FAINT : (unsigned char)sum;
}

/* Eight bytes of 0 or 1 as bits, the first one on top. */
static uint32_t eight_bits(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return (uint32_t)(le64toh(v) * 0x8040201008040201 >> 56);
}

/* A bit for each pixel of a row that is at least as dark as its limit. */
static void row_bits(l_uint32 *out, const unsigned char *row,
		     const unsigned char *limit, size_t width)
{
	unsigned char on[2 * LANE];
	size_t x, k;

	for (x = 0; x < width; x += 2 * LANE) {
		for (k = 0; k < 2 * LANE; k += LANE) {
			mrz_lane a = *(const mrz_lane *)(row + x + k);
			mrz_lane b = *(const mrz_lane *)(limit + x + k);

			*(mrz_lane *)(on + k) = (mrz_lane)(a >= b) & 1;
		}
		*out++ = eight_bits(on) << 24 | eight_bits(on + 8) << 16 |
			 eight_bits(on + 16) << 8 | eight_bits(on + 24);
	}
}

/* The limits of a row of tiles. What is behind the end of a row is no ink. */
static void limits(unsigned char *out, const struct tiles *t, size_t ty,
		   const struct mrz_plane *p)
{
	size_t tx;

	memset(out, 255, p->stride);
	for (tx = 0; tx < t->across; tx++) {
		size_t from = tx * t->width;

		memset(out + from, tile_mean(t, tx, ty),
		       tx + 1 < t->across ? t->width : p->width - from);
	}
}

static void plane_bits(const struct mrz_plane *p, PIX *ink)
{
	size_t words = (size_t)pixGetWpl(ink), y;
	unsigned char *limit = mem_alloc(p->stride);
	l_uint32 *data = pixGetData(ink);
	struct tiles t;

	tiles_make(&t, p);
	for (y = 0; y < p->height; y++) {
		size_t ty = y / t.height;

		if (y % t.height == 0 && ty < t.down)
			limits(limit, &t, ty, p);
		row_bits(data + y * words, p->at + y * p->stride, limit,
			 p->width);
	}
	free(t.split);
	free(limit);
}

PIX *mrz_ink(PIX *grey, double scale)
{
	int w = (int)(pixGetWidth(grey) * scale + 0.5);
	int h = (int)(pixGetHeight(grey) * scale + 0.5);
	PIX *ink = w > 0 && h > 0 ? pixCreate(w, h, 1) : NULL;
	struct mrz_plane p = { .width = (size_t)w, .height = (size_t)h };
	size_t y;

	if (!ink)
		return NULL;
	p.stride = (p.width + 2 * LANE - 1) / (2 * LANE) * (2 * LANE);
	p.at = mem_alloc(p.stride * p.height + LANE);
	scale_rows(&p, grey, scale);
	mrz_hat(&p);
	for (y = 0; y < p.height; y++)
		memset(p.at + y * p.stride + p.width, 0, p.stride - p.width);
	plane_bits(&p, ink);
	free(p.at);
	return ink;
}
