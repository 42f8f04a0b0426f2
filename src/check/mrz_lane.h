// SPDX-License-Identifier: GPL-3.0-or-later
/* Sixteen bytes at a time: what any x86-64 and ARM does at once. */
#ifndef CHECK_MRZ_LANE_H
#define CHECK_MRZ_LANE_H

#include <stdbool.h>
#include <stddef.h>

enum { MRZ_LANE = 16 };

typedef unsigned char mrz_lane
	__attribute__((vector_size(MRZ_LANE), aligned(1), may_alias));

/* a[i] = the larger, or smaller, of a[i] and b[i], where b is ahead of a. Bytes
 * behind the last whole lane of n are left alone. */
static inline __attribute__((always_inline)) void
mrz_lane_extreme(unsigned char *a, const unsigned char *b, size_t n, bool least)
{
	size_t i, k;

	for (i = 0; i + MRZ_LANE <= n; i += MRZ_LANE) {
		mrz_lane x = *(const mrz_lane *)(a + i);
		mrz_lane y = *(const mrz_lane *)(b + i);

		/* written so that it becomes one instruction */
		if (least) {
			for (k = 0; k < MRZ_LANE; k++)
				x[k] = x[k] < y[k] ? x[k] : y[k];
		} else {
			for (k = 0; k < MRZ_LANE; k++)
				x[k] = x[k] > y[k] ? x[k] : y[k];
		}
		*(mrz_lane *)(a + i) = x;
	}
}

#endif
