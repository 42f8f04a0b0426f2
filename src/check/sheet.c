// SPDX-License-Identifier: GPL-3.0-or-later
/* A piece of a photo laid straight, with the edges in it summed up. */
#include <math.h>

#include "check/sheet.h"

enum {
	FAINT = 3,  /* a step of less is none */
	PIECES = 4, /* of a line that leans */
	LEANS = 4   /* pixels at its ends */
};

/* A side may be off its line by so many pixels. */
static const int reach[SHEET_MARKS] = { 3, 1 };
static const double typical = 1.5; /* of the median step, to be an edge */
static const double leaning = 1.5; /* a step across, of the one along */

/* Linear between four pixels; beyond the picture its border goes on. */
static uint8_t sample(const struct plane *p, double x, double y)
{
	double fx, fy;
	const uint8_t *g;
	int x0, y0;

	x = fmin(fmax(x, 0), p->width - 1.001);
	y = fmin(fmax(y, 0), p->height - 1.001);
	x0 = (int)x;
	y0 = (int)y;
	fx = x - x0;
	fy = y - y0;
	g = p->grey + (size_t)y0 * (size_t)p->width + (size_t)x0;
	return (uint8_t)((1 - fy) * ((1 - fx) * g[0] + fx * g[1]) +
			 fy * ((1 - fx) * g[p->width] + fx * g[p->width + 1]) +
			 0.5);
}

static void lay(struct sheet *s, const struct plane *p)
{
	const struct sheet_frame *f = &s->frame;
	uint8_t *to = s->grey;
	int x, y;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++)
			*to++ = sample(p, f->x + x * f->right_x + y * f->down_x,
				       f->y + x * f->right_y + y * f->down_y);
	}
}

static void sum_up(struct sheet *s)
{
	size_t w = (size_t)s->width + 1, x, y;

	for (y = 0; y < (size_t)s->height; y++) {
		const uint8_t *g = s->grey + y * (w - 1);
		uint32_t sum = 0;
		uint64_t squares = 0;

		for (x = 0; x + 1 < w; x++) {
			sum += g[x];
			squares += (uint64_t)g[x] * g[x];
			s->sums[(y + 1) * w + x + 1] =
				s->sums[y * w + x + 1] + sum;
			s->squares[(y + 1) * w + x + 1] =
				s->squares[y * w + x + 1] + squares;
		}
	}
}

/* Sobel's steps across and along, each to a scale of one pixel. */
static void step(const uint8_t *g, int w, double *across, double *along)
{
	*across = (g[1 - w] - g[-1 - w] + 2 * (g[1] - g[-1]) + g[1 + w] -
		   g[w - 1]) /
		  8.0;
	*along = (g[w - 1] - g[-w - 1] + 2 * (g[w] - g[-w]) + g[w + 1] -
		  g[1 - w]) /
		 8.0;
}

/* Half of the steps are smaller. */
static double median_step(const struct sheet *s)
{
	int counts[512] = { 0 }, seen = 0, v, x, y;
	double dx, dy;

	for (y = 1; y < s->height - 1; y++) {
		for (x = 1; x < s->width - 1; x++) {
			step(s->grey + y * s->width + x, s->width, &dx, &dy);
			v = (int)(2 * hypot(dx, dy));
			counts[v < 511 ? v : 511]++;
		}
	}
	for (v = 0; v < 511; v++) {
		seen += counts[v];
		if (2 * seen > (s->width - 2) * (s->height - 2))
			break;
	}
	return v / 2.0;
}

/* Marks the pixels around an edge, in a map where step is the way across. */
static void mark(uint16_t *map, int at, int place, int length, int step,
		 int wide)
{
	int k;

	for (k = -wide; k <= wide; k++) {
		if (place + k >= 0 && place + k < length)
			map[at + k * step] = 1;
	}
}

static void mark_all(struct sheet *s)
{
	double least = fmax(FAINT, typical * median_step(s)), dx, dy;
	int w = s->width, x, y, m;

	for (y = 1; y < s->height - 1; y++) {
		for (x = 1; x < w - 1; x++) {
			int at = y * w + x;

			step(s->grey + at, w, &dx, &dy);
			dx = fabs(dx);
			dy = fabs(dy);
			for (m = 0; m < SHEET_MARKS; m++) {
				if (dx > least && dx > leaning * dy)
					mark(s->down[m], at, x, w, 1, reach[m]);
				if (dy > least && dy > leaning * dx)
					mark(s->across[m], at, y, s->height, w,
					     reach[m]);
			}
		}
	}
}

/* From here on a difference of two is the number between them. */
static void accumulate(struct sheet *s)
{
	int w = s->width, x, y, m;

	for (m = 0; m < SHEET_MARKS; m++) {
		for (y = 0; y < s->height; y++) {
			uint16_t *down = s->down[m] + y * w;
			uint16_t *across = s->across[m] + y * w;

			for (x = 0; x < w; x++) {
				if (y)
					down[x] = (uint16_t)(down[x] +
							     down[x - w]);
				if (x)
					across[x] = (uint16_t)(across[x] +
							       across[x - 1]);
			}
		}
	}
}

void sheet_open(struct sheet *s, const struct plane *p,
		const struct sheet_frame *frame, int width, int height)
{
	size_t n = (size_t)width * (size_t)height;
	size_t wider = (size_t)(width + 1) * (size_t)(height + 1);
	int m;

	*s = (struct sheet){ .width = width,
			     .height = height,
			     .frame = *frame };
	s->grey = mem_alloc(n);
	for (m = 0; m < SHEET_MARKS; m++) {
		s->down[m] = mem_alloc(n * sizeof(*s->down[m]));
		s->across[m] = mem_alloc(n * sizeof(*s->across[m]));
	}
	s->sums = mem_alloc(wider * sizeof(*s->sums));
	s->squares = mem_alloc(wider * sizeof(*s->squares));
	lay(s, p);
	sum_up(s);
	mark_all(s);
	accumulate(s);
}

void sheet_finish(struct sheet *s)
{
	int m;

	free(s->grey);
	for (m = 0; m < SHEET_MARKS; m++) {
		free(s->down[m]);
		free(s->across[m]);
	}
	free(s->sums);
	free(s->squares);
}

double sheet_left(const struct sheet *s, int x, int y, int height)
{
	const uint16_t *column = s->down[SHEET_BROAD] + x;

	return (double)(column[(y + height - 1) * s->width] -
			column[y * s->width]) /
	       (height - 1);
}

double sheet_top(const struct sheet *s, int x, int y, int width)
{
	const uint16_t *row = s->across[SHEET_BROAD] + y * s->width;

	return (double)(row[x + width - 1] - row[x]) / (width - 1);
}

/* The marks along a line in pieces; from one pixel of it to the next is step,
 * and aside from one line to the next, of which there are as many. */
static double line(const uint16_t *map, int place, int lines, int aside,
		   int start, int length, int step)
{
	int best = 0, piece = (length - 1) / PIECES, lean, k;

	for (lean = -LEANS; lean <= LEANS; lean += 2) {
		int sum = 0;

		for (k = 0; k < PIECES; k++) {
			int at = place + lean * (2 * k + 1 - PIECES) / PIECES;
			const uint16_t *p;

			if (at < 0 || at >= lines)
				continue;
			p = map + at * aside + (start + k * piece) * step;
			/* round things touch a frame in its middle */
			sum += (p[piece * step] - p[0]) *
			       (k == 0 || k == PIECES - 1 ? 2 : 1);
		}
		best = sum > best ? sum : best;
	}
	return (double)best / ((PIECES + 2) * piece);
}

double sheet_left_line(const struct sheet *s, int x, int y, int height)
{
	return line(s->down[SHEET_THIN], x, s->width, 1, y, height, s->width);
}

double sheet_top_line(const struct sheet *s, int x, int y, int width)
{
	return line(s->across[SHEET_THIN], y, s->height, s->width, x, width, 1);
}

double sheet_mean(const struct sheet *s, const struct sheet_box *b,
		  double *variance)
{
	size_t w = (size_t)s->width + 1;
	size_t from = (size_t)b->y * w + (size_t)b->x;
	size_t to = from + (size_t)b->height * w;
	size_t wide = (size_t)b->width;
	double n = (double)b->width * b->height;
	double sum = s->sums[to + wide] - s->sums[to] - s->sums[from + wide] +
		     s->sums[from];
	double squares = (double)(s->squares[to + wide] - s->squares[to] -
				  s->squares[from + wide] + s->squares[from]);

	*variance = fmax(squares / n - sum * sum / (n * n), 0);
	return sum / n;
}
