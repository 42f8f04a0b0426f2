// SPDX-License-Identifier: GPL-3.0-or-later
/* Grey pictures of a wanted size. */
#include "check/plane.h"

struct plane plane_shrink(const struct image *image, int side)
{
	int longer =
		image->width > image->height ? image->width : image->height;
	struct plane p = { image->width, image->height, NULL };
	int x, y, sx, sy;
	uint8_t *to;

	if (longer > side) {
		p.width = (int)((int64_t)image->width * side / longer);
		p.height = (int)((int64_t)image->height * side / longer);
		p.width += p.width < 1;
		p.height += p.height < 1;
	}
	to = p.grey = mem_alloc((size_t)p.width * (size_t)p.height);
	for (y = 0; y < p.height; y++) {
		int y0 = (int)((int64_t)y * image->height / p.height);
		int y1 = (int)((int64_t)(y + 1) * image->height / p.height);

		for (x = 0; x < p.width; x++) {
			int x0 = (int)((int64_t)x * image->width / p.width);
			int x1 = (int)((int64_t)(x + 1) * image->width /
				       p.width);
			uint32_t sum = 0;

			for (sy = y0; sy < y1; sy++) {
				const uint8_t *row =
					image->grey +
					(size_t)sy * (size_t)image->width;

				for (sx = x0; sx < x1; sx++)
					sum += row[sx];
			}
			*to++ = (uint8_t)(sum /
					  (uint32_t)((x1 - x0) * (y1 - y0)));
		}
	}
	return p;
}
