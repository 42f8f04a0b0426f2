// SPDX-License-Identifier: GPL-3.0-or-later
/* The black top-hat: what is darker than its surroundings, and narrow.
 *
 * The largest of 9 neighbours is made of runs of 2, 4 and 8, sixteen pixels at
 * a time. A run begins at its pixel, so all moves up and to the left: by 8 in
 * the end, which is the border that repeats the photo's edge. */
#include <leptonica/allheaders.h>
#include <stdbool.h>

#include "base/mem.h"
#include "check/mrz_hat.h"

enum { BORDER = 8, LANE = 16 };

typedef unsigned char lane
	__attribute__((vector_size(LANE), aligned(1), may_alias));

struct plane {
	unsigned char *at;
	size_t stride, rows;
};

/* a[i] = the larger, or smaller, of a[i] and b[i], where b is ahead of a. */
static inline __attribute__((always_inline)) void
extreme(unsigned char *a, const unsigned char *b, size_t n, bool least)
{
	size_t i;

	for (i = 0; i + LANE <= n; i += LANE) {
		lane x = *(const lane *)(a + i), y = *(const lane *)(b + i);
		lane more = (lane)(x > y);

		if (least)
			more = ~more;
		*(lane *)(a + i) = (x & more) | (y & ~more);
	}
}

static inline __attribute__((always_inline)) void sweep(struct plane *p,
							bool least)
{
	static const size_t runs[] = { 1, 2, 4, 1 };
	size_t k, y;

	for (y = 0; y < p->rows; y++) {
		unsigned char *row = p->at + y * p->stride;

		for (k = 0; k < ARRAY_SIZE(runs); k++)
			extreme(row, row + runs[k], p->stride - LANE, least);
	}
	for (k = 0; k < ARRAY_SIZE(runs); k++) {
		for (y = 0; y + runs[k] < p->rows; y++) {
			unsigned char *row = p->at + y * p->stride;

			extreme(row, row + runs[k] * p->stride, p->stride,
				least);
		}
	}
}

static void fill(struct plane *p, PIX *grey, size_t w, size_t h)
{
	const l_uint32 *data = pixGetData(grey);
	size_t wpl = (size_t)pixGetWpl(grey), y, x;

	for (y = 0; y < p->rows; y++) {
		unsigned char *row = p->at + y * p->stride;
		size_t from = y < BORDER ? 0 : y - BORDER;
		const l_uint32 *line = data + (from < h ? from : h - 1) * wpl;

		for (x = 0; x < w; x++)
			row[x + BORDER] = GET_DATA_BYTE(line, x);
		memset(row, row[BORDER], BORDER);
		memset(row + BORDER + w, row[BORDER + w - 1],
		       p->stride - BORDER - w);
	}
}

PIX *mrz_hat(PIX *grey)
{
	size_t w = (size_t)pixGetWidth(grey), h = (size_t)pixGetHeight(grey);
	/* a lane more, which the runs read and never write */
	struct plane p = { .stride = (w + 2 * BORDER + 2 * LANE) / LANE * LANE,
			   .rows = h + 2 * BORDER };
	PIX *hat = pixCreateTemplate(grey);
	size_t y, x;

	if (!hat)
		return NULL;
	p.at = mem_alloc(p.stride * p.rows + LANE);
	fill(&p, grey, w, h);
	sweep(&p, false);
	sweep(&p, true);
	for (y = 0; y < h; y++) {
		const unsigned char *row = p.at + y * p.stride;
		const l_uint32 *from =
			pixGetData(grey) + y * (size_t)pixGetWpl(grey);
		l_uint32 *to = pixGetData(hat) + y * (size_t)pixGetWpl(hat);

		for (x = 0; x < w; x++) {
			int d = row[x] - GET_DATA_BYTE(from, x);

			SET_DATA_BYTE(to, x, d);
		}
	}
	free(p.at);
	return hat;
}
