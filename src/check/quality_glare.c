// SPDX-License-Identifier: GPL-3.0-or-later
/* Glare: saturated blobs; and the document's edge across the border. */
#include "check/quality_part.h"

enum {
	SATURATED = 250,
	OPENING = 9,	    /* thinner highlights are print or edges */
	PAPER_PERCENT = 20, /* a larger blob at the border is paper or a wall */
	BORDER_PERMILLE = 12,
	WINDOW_PERMILLE = 30
};

/* The smallest (or largest) of OPENING neighbours, along one axis. */
static void extreme(uint8_t *mask, uint8_t *line, int n, size_t step, bool max)
{
	const int reach = OPENING / 2;
	int i, sum = 0;

	/* of zeros and ones, a window's sum tells both */
	for (i = 0; i < n; i++)
		line[i] = mask[(size_t)i * step];
	for (i = 0; i < reach && i < n; i++)
		sum += line[i];
	for (i = 0; i < n; i++) {
		int first = i - reach, last = i + reach;
		int width;

		if (last < n)
			sum += line[last];
		if (first > 0)
			sum -= line[first - 1];
		width = (last < n ? last : n - 1) - (first > 0 ? first : 0) + 1;
		mask[(size_t)i * step] = max ? sum > 0 : sum == width;
	}
}

static void filter(uint8_t *mask, const struct plane *p, uint8_t *line,
		   bool max)
{
	size_t w = (size_t)p->width;
	int i;

	for (i = 0; i < p->height; i++)
		extreme(mask + (size_t)i * w, line, p->width, 1, max);
	for (i = 0; i < p->width; i++)
		extreme(mask + i, line, p->height, w, max);
}

struct blob {
	size_t area;
	bool at_border;
};

/* Clears the blob that the pixel belongs to. todo holds one place a pixel. */
static struct blob take_blob(uint8_t *mask, const struct plane *p, size_t seed,
			     uint32_t *todo)
{
	size_t w = (size_t)p->width, h = (size_t)p->height, n = 0;
	struct blob blob = { 0, false };

	todo[n++] = (uint32_t)seed;
	mask[seed] = 0;
	while (n) {
		size_t at = todo[--n], x = at % w, y = at / w, i;
		size_t next[4] = { x ? at - 1 : at, x + 1 < w ? at + 1 : at,
				   y ? at - w : at, y + 1 < h ? at + w : at };

		blob.area++;
		for (i = 0; i < 4; i++) {
			blob.at_border |= next[i] == at;
			if (!mask[next[i]])
				continue;
			mask[next[i]] = 0;
			todo[n++] = (uint32_t)next[i];
		}
	}
	return blob;
}

static double blobs(uint8_t *mask, const struct plane *p)
{
	size_t total = (size_t)p->width * (size_t)p->height, i, area = 0;
	uint32_t *todo = mem_alloc(total * sizeof(*todo));

	for (i = 0; i < total; i++) {
		struct blob b;

		if (!mask[i])
			continue;
		b = take_blob(mask, p, i, todo);
		if (!b.at_border || b.area * 100 < total * PAPER_PERCENT)
			area += b.area;
	}
	free(todo);
	return 100.0 * (double)area / (double)total;
}

double quality_glare(const struct plane *p)
{
	size_t total = (size_t)p->width * (size_t)p->height, i;
	uint8_t *mask = mem_alloc(total);
	uint8_t *line = mem_alloc(
		(size_t)(p->width > p->height ? p->width : p->height));
	double share;

	for (i = 0; i < total; i++)
		mask[i] = p->grey[i] >= SATURATED;
	filter(mask, p, line, false);
	filter(mask, p, line, true);
	share = blobs(mask, p);
	free(line);
	free(mask);
	return share;
}

/* The largest difference of two windows that lie side by side in a profile. */
static double largest_step(const double *profile, int n, int window)
{
	double left = 0, right = 0, largest = 0;
	int i;

	if (n < 2 * window || window < 1)
		return 0;
	for (i = 0; i < window; i++) {
		left += profile[i];
		right += profile[window + i];
	}
	for (i = window;; i++) {
		double step = (left - right) / window;

		if (step < 0)
			step = -step;
		if (step > largest)
			largest = step;
		if (i + window >= n)
			return largest;
		left += profile[i] - profile[i - window];
		right += profile[i + window] - profile[i];
	}
}

/* A document that leaves the picture leaves its outline on the border. */
double quality_border_step(const struct plane *p)
{
	int longer = p->width > p->height ? p->width : p->height;
	int depth = 1 + longer * BORDER_PERMILLE / 1000;
	int window = longer * WINDOW_PERMILLE / 1000;
	double *profile = mem_alloc((size_t)longer * sizeof(*profile));
	double largest = 0, step;
	int side, i, d;

	for (side = 0; side < 4; side++) {
		bool upright = side & 1, far_side = side & 2;
		int n = upright ? p->height : p->width;
		int deep = upright ? p->width : p->height;

		for (i = 0; i < n; i++) {
			profile[i] = 0;
			for (d = 0; d < depth && d < deep; d++) {
				int off = far_side ? deep - 1 - d : d;
				int x = upright ? off : i,
				    y = upright ? i : off;

				profile[i] +=
					p->grey[(size_t)y * (size_t)p->width +
						(size_t)x];
			}
			profile[i] /= depth < deep ? depth : deep;
		}
		step = largest_step(profile, n, window);
		if (step > largest)
			largest = step;
	}
	free(profile);
	return largest;
}
