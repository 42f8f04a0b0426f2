// SPDX-License-Identifier: GPL-3.0-or-later
/* The black top-hat: what is darker than its surroundings, and narrow.
 *
 * The largest of 9 neighbours is made of runs of 2, 4 and 8, sixteen pixels at
 * a time. A run begins at its pixel, so all moves up and to the left: by 8 in
 * the end, which is the border that repeats the photo's edge. */
#include "base/mem.h"
#include "check/mrz_hat.h"

enum { BORDER = 8, LANE = MRZ_LANE };

static const size_t runs[] = { 1, 2, 4, 1 };

static inline __attribute__((always_inline)) void sweep(struct mrz_plane *p,
							bool least)
{
	size_t k, y;

	for (y = 0; y < p->height; y++) {
		unsigned char *row = p->at + y * p->stride;

		for (k = 0; k < ARRAY_SIZE(runs); k++)
			mrz_lane_extreme(row, row + runs[k], p->stride - LANE,
					 least);
	}
	for (k = 0; k < ARRAY_SIZE(runs); k++) {
		for (y = 0; y + runs[k] < p->height; y++) {
			unsigned char *row = p->at + y * p->stride;

			mrz_lane_extreme(row, row + runs[k] * p->stride,
					 p->stride, least);
		}
	}
}

static void fill(struct mrz_plane *p, const struct mrz_plane *from)
{
	size_t w = from->width, y;

	for (y = 0; y < p->height; y++) {
		unsigned char *row = p->at + y * p->stride;
		size_t n = y < BORDER ? 0 : y - BORDER;

		n = n < from->height ? n : from->height - 1;
		memcpy(row + BORDER, from->at + n * from->stride, w);
		memset(row, row[BORDER], BORDER);
		memset(row + BORDER + w, row[BORDER + w - 1],
		       p->stride - BORDER - w);
	}
}

void mrz_hat(struct mrz_plane *p)
{
	size_t w = p->width + 2 * BORDER, y, x;
	/* a lane more, which the runs read and never write */
	struct mrz_plane wide = { .width = w,
				  .height = p->height + 2 * BORDER,
				  .stride = (w + 2 * LANE) / LANE * LANE };

	wide.at = mem_alloc(wide.stride * wide.height + LANE);
	fill(&wide, p);
	sweep(&wide, false);
	sweep(&wide, true);
	for (y = 0; y < p->height; y++) {
		const unsigned char *from = wide.at + y * wide.stride;
		unsigned char *to = p->at + y * p->stride;

		for (x = 0; x < p->width; x += LANE)
			*(mrz_lane *)(to + x) = *(const mrz_lane *)(from + x) -
						*(mrz_lane *)(to + x);
	}
	free(wide.at);
}
