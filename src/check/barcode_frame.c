// SPDX-License-Identifier: GPL-3.0-or-later
/* Finds the part of a picture that is full of edges, and the two points at
 * which its bars and its rows meet: they say how to lay it straight. */
#include <math.h>

#include "base/str.h"
#include "check/barcode_frame.h"
#include "check/plane.h"

enum {
	CELL = 8,
	LEAST_CELLS = 30, /* of a part */
	LEAST_EDGE = 12,  /* a mean step that is no noise */
	ROUNDS = 8
};

static const double dense = 0.42;   /* of the most edges that there are */
static const double margin = 0.1;   /* of the width, at each end */
static const double upright = 0.65; /* of the power of edges: print has less */

struct cells {
	struct plane plane;
	int width, height;
	float *edges;
	int *part;  /* 0 for none */
	int *stack; /* room for all, to mark a part by */
};

/* The part's points are taken from its middle, turned so that rows of bars run
 * along u; lengths are in units of its size. */
struct tilt {
	double x, y, unit, cosine, sine;
	double bars[2]; /* bars meet at (bars[0], 1, bars[1]) */
	double rows[2]; /* rows meet at (1, rows[0], rows[1]) */
};

static void slope(const struct plane *p, int x, int y, double *gx, double *gy)
{
	int w = p->width;
	const uint8_t *g = p->grey + (size_t)y * (size_t)w + x;
	/* a mean of three rows sees directions finely */
	int dx =
		g[1 - w] - g[-1 - w] + 2 * (g[1] - g[-1]) + g[1 + w] - g[w - 1];
	int dy =
		g[w - 1] - g[-w - 1] + 2 * (g[w] - g[-w]) + g[w + 1] - g[1 - w];

	*gx = dx / 8.0;
	*gy = dy / 8.0;
}

static float edges_of(const struct plane *p, int cx, int cy)
{
	double sum = 0, gx, gy;
	int x, y;

	for (y = cy * CELL; y < (cy + 1) * CELL; y++) {
		for (x = cx * CELL; x < (cx + 1) * CELL; x++) {
			if (x < 1 || y < 1 || x >= p->width - 1 ||
			    y >= p->height - 1)
				continue;
			slope(p, x, y, &gx, &gy);
			sum += sqrt(gx * gx + gy * gy);
		}
	}
	return (float)(sum / (CELL * CELL));
}

/* Each cell has the mean of it and those around it, so that wide bars leave no
 * gap and single edges count for little. */
static void cells_open(struct cells *c, const struct image *image, int side)
{
	float *own;
	int x, y, i, k;
	size_t n;

	c->plane = plane_shrink(image, side);
	c->width = c->plane.width / CELL;
	c->height = c->plane.height / CELL;
	n = (size_t)c->width * (size_t)c->height;
	own = mem_alloc(n * sizeof(*own));
	c->edges = mem_alloc(n * sizeof(*c->edges));
	c->part = mem_alloc(n * sizeof(*c->part));
	c->stack = mem_alloc(n * sizeof(*c->stack));
	for (y = 0; y < c->height; y++) {
		for (x = 0; x < c->width; x++)
			own[y * c->width + x] = edges_of(&c->plane, x, y);
	}
	for (y = 0; y < c->height; y++) {
		for (x = 0; x < c->width; x++) {
			float sum = 0;

			for (k = -1; k <= 1; k++) {
				for (i = -1; i <= 1; i++) {
					if (x + i >= 0 && y + k >= 0 &&
					    x + i < c->width &&
					    y + k < c->height)
						sum += own[(y + k) * c->width +
							   x + i];
				}
			}
			c->edges[y * c->width + x] = sum / 9;
		}
	}
	free(own);
}

static void cells_drop(struct cells *c)
{
	free(c->plane.grey);
	free(c->edges);
	free(c->part);
	free(c->stack);
}

/* Marks the cells that hang together with this one; returns the sum of their
 * edges, 0 where they are too few. */
static double part_mark(struct cells *c, int from, int mark, float least)
{
	int n = c->width * c->height, top = 0, count = 0;
	double sum = 0;

	c->stack[top++] = from;
	c->part[from] = mark;
	while (top) {
		int at = c->stack[--top], x = at % c->width, i;
		const int next[4] = { x ? at - 1 : -1,
				      x + 1 < c->width ? at + 1 : -1,
				      at - c->width, at + c->width };

		sum += (double)c->edges[at];
		count++;
		for (i = 0; i < 4; i++) {
			if (next[i] < 0 || next[i] >= n || c->part[next[i]] ||
			    c->edges[next[i]] < least)
				continue;
			c->part[next[i]] = mark;
			c->stack[top++] = next[i];
		}
	}
	return count < LEAST_CELLS ? 0 : sum;
}

/* The marks of the parts with the most edges, in that order. */
static int parts_find(struct cells *c, int marks[BARCODE_FRAMES])
{
	double sums[BARCODE_FRAMES] = { 0 }, sum;
	int n = c->width * c->height, i, k, mark = 0, found = 0;
	float most = 0, least;

	for (i = 0; i < n; i++)
		most = fmaxf(most, c->edges[i]);
	least = most * (float)dense;
	if (most < LEAST_EDGE)
		return 0;
	for (i = 0; i < n; i++) {
		if (c->part[i] || c->edges[i] < least)
			continue;
		sum = part_mark(c, i, ++mark, least);
		for (k = BARCODE_FRAMES; k > 0 && sum > sums[k - 1]; k--) {
			if (k < BARCODE_FRAMES) {
				sums[k] = sums[k - 1];
				marks[k] = marks[k - 1];
			}
			sums[k - 1] = sum;
			marks[k - 1] = mark;
		}
	}
	while (found < BARCODE_FRAMES && sums[found] > 0)
		found++;
	return found;
}

struct edge {
	float x, y, gx, gy;
};

struct edges {
	struct edge *at;
	size_t count;
};

static void edges_take(const struct cells *c, int mark, struct edges *out)
{
	int w = c->plane.width, h = c->plane.height, x, y;
	size_t cells = 0;
	double gx, gy;

	for (x = 0; x < c->width * c->height; x++)
		cells += c->part[x] == mark;
	out->count = 0;
	out->at = mem_alloc(cells * CELL * CELL * sizeof(*out->at));
	for (y = 1; y < c->height * CELL && y < h - 1; y++) {
		for (x = 1; x < c->width * CELL && x < w - 1; x++) {
			if (c->part[y / CELL * c->width + x / CELL] != mark)
				continue;
			slope(&c->plane, x, y, &gx, &gy);
			if (gx * gx + gy * gy < LEAST_EDGE * LEAST_EDGE)
				continue;
			out->at[out->count++] =
				(struct edge){ (float)x, (float)y, (float)gx,
					       (float)gy };
		}
	}
}

/* The middle of the part, and the direction that most edges are across. */
static void tilt_begin(const struct edges *e, struct tilt *t)
{
	double n = (double)e->count, c2 = 0, s2 = 0, square = 0, angle;
	size_t i;

	*t = (struct tilt){ .x = 0 };
	for (i = 0; i < e->count; i++) {
		const struct edge *a = &e->at[i];
		double gx = (double)a->gx, gy = (double)a->gy;

		t->x += (double)a->x / n;
		t->y += (double)a->y / n;
		c2 += gx * gx - gy * gy;
		s2 += 2 * gx * gy;
	}
	for (i = 0; i < e->count; i++)
		square += pow((double)e->at[i].x - t->x, 2) +
			  pow((double)e->at[i].y - t->y, 2);
	t->unit = sqrt(square / n) + 1;
	angle = atan2(s2, c2) / 2;
	t->cosine = cos(angle);
	t->sine = sin(angle);
}

static void turn(const struct tilt *t, double x, double y, double *u, double *v)
{
	*u = x * t->cosine + y * t->sine;
	*v = y * t->cosine - x * t->sine;
}

/* A line y = b x - a through points of some weight. */
struct line {
	double n, x, y, xx, xy;
};

static void line_add(struct line *l, double x, double y, double weight)
{
	l->n += weight;
	l->x += weight * x;
	l->y += weight * y;
	l->xx += weight * x * x;
	l->xy += weight * x * y;
}

static void line_solve(const struct line *l, double *a, double *b)
{
	double d = l->n * l->xx - l->x * l->x;

	if (d < 1e-9)
		return;
	*b = (l->n * l->xy - l->x * l->y) / d;
	*a = (*b * l->x - l->y) / l->n;
}

/* An edge at (u, v) that runs to the point (b0, 1, b1) has no slope in that
 * direction: gu (b0 - b1 u) + gv (1 - b1 v) = 0; rows alike. Of those that are
 * nearly so, the mean is taken, so that corners and noise, which lean to
 * either side, do not count. */
static void tilt_fit(const struct edges *e, double near, struct tilt *t)
{
	struct line bars = { 0 }, rows = { 0 };
	double u, v, gu, gv, lean, d;
	size_t i;

	for (i = 0; i < e->count; i++) {
		const struct edge *a = &e->at[i];

		turn(t, ((double)a->x - t->x) / t->unit,
		     ((double)a->y - t->y) / t->unit, &u, &v);
		turn(t, (double)a->gx, (double)a->gy, &gu, &gv);
		if (fabs(gu) > fabs(gv)) {
			d = 1 - t->bars[1] * v;
			lean = gv / gu * d;
			if (fabs(lean + t->bars[0] - t->bars[1] * u) < near)
				line_add(&bars, u, lean, gu * gu);
		} else {
			d = 1 - t->rows[1] * u;
			lean = gu / gv * d;
			if (fabs(lean + t->rows[0] - t->rows[1] * v) < near)
				line_add(&rows, v, lean, gv * gv);
		}
	}
	line_solve(&bars, &t->bars[0], &t->bars[1]);
	line_solve(&rows, &t->rows[0], &t->rows[1]);
}

/* Frame's coordinates before its origin is moved: (s, t) of a point. */
static bool lay(const struct tilt *t, double x, double y, double *s, double *r)
{
	double u, v, a, b, c, d, det;

	turn(t, (x - t->x) / t->unit, (y - t->y) / t->unit, &u, &v);
	/* u (1 + rows1 s + bars1 r) = s + bars0 r; v alike */
	a = 1 - t->rows[1] * u;
	b = t->bars[0] - t->bars[1] * u;
	c = t->rows[0] - t->rows[1] * v;
	d = 1 - t->bars[1] * v;
	det = a * d - b * c;
	if (det < 0.2)
		return false;
	*s = (u * d - b * v) / det;
	*r = (a * v - c * u) / det;
	return 1 + t->rows[1] * *s + t->bars[1] * *r > 0.2;
}

/* Where all the part's cells lie in the frame. */
static bool bounds(const struct cells *c, int mark, const struct tilt *t,
		   double low[2], double high[2])
{
	double at[2];
	int x, y, i;

	low[0] = low[1] = 1e9;
	high[0] = high[1] = -1e9;
	for (y = 0; y < c->height; y++) {
		for (x = 0; x < c->width; x++) {
			if (c->part[y * c->width + x] != mark)
				continue;
			if (!lay(t, (x + 0.5) * CELL, (y + 0.5) * CELL, &at[0],
				 &at[1]))
				return false;
			for (i = 0; i < 2; i++) {
				low[i] = fmin(low[i], at[i]);
				high[i] = fmax(high[i], at[i]);
			}
		}
	}
	return true;
}

static void frame_set(const struct image *image, const struct cells *c,
		      const struct tilt *t, const double low[2],
		      const double high[2], struct barcode_frame *out)
{
	double scale = (double)image->width / c->plane.width;
	double unit = t->unit * scale, k = 1 / unit;
	/* (s, t, 1) to (u, v, 1), and from there to the image */
	double h[9] = { 1, t->bars[0], 0,	   t->rows[0], 1,
			0, t->rows[1], t->bars[1], 1 };
	double m[9], s = low[0], r = low[1];
	int i;

	for (i = 0; i < 3; i++) {
		double u = h[i], v = h[3 + i];

		m[i] = unit * (u * t->cosine - v * t->sine) +
		       t->x * scale * h[6 + i];
		m[3 + i] = unit * (u * t->sine + v * t->cosine) +
			   t->y * scale * h[6 + i];
		m[6 + i] = h[6 + i];
	}
	for (i = 0; i < 9; i += 3) {
		out->to[i] = m[i] * k;
		out->to[i + 1] = m[i + 1] * k;
		out->to[i + 2] = m[i] * s + m[i + 1] * r + m[i + 2];
	}
	out->width = (high[0] - s) * unit;
	out->height = (high[1] - r) * unit;
}

/* The share of the edges' power that is across the bars: a barcode has 0.7 or
 * more, as rows are higher than bars are wide, text and cloth have 0.5 to 0.6. */
static double upright_share(const struct edges *e, const struct tilt *t)
{
	double across = 0, all = 1e-9, gu, gv;
	size_t i;

	for (i = 0; i < e->count; i++) {
		turn(t, (double)e->at[i].gx, (double)e->at[i].gy, &gu, &gv);
		across += gu * gu;
		all += gu * gu + gv * gv;
	}
	return across / all;
}

/* No corner is near the horizon. */
static bool is_before_eye(const struct barcode_frame *f)
{
	int i;

	for (i = 0; i < 4; i++) {
		double x = i & 1 ? f->width : 0, y = i & 2 ? f->height : 0;

		if (f->to[6] * x + f->to[7] * y + f->to[8] < 0.2)
			return false;
	}
	return true;
}

static bool frame_find(const struct image *image, const struct cells *c,
		       int mark, struct barcode_frame *out)
{
	double low[2], high[2], room;
	struct edges edges;
	struct tilt t;
	bool bars;
	int i;

	edges_take(c, mark, &edges);
	tilt_begin(&edges, &t);
	for (i = 0; i < ROUNDS; i++)
		tilt_fit(&edges, fmax(0.4 - 0.05 * i, 0.15), &t);
	bars = upright_share(&edges, &t) > upright;
	free(edges.at);
	if (!bars || !bounds(c, mark, &t, low, high))
		return false;
	room = margin * (high[0] - low[0]);
	low[0] -= room;
	high[0] += room;
	room = 1.5 * CELL / t.unit;
	low[1] -= room;
	high[1] += room;
	frame_set(image, c, &t, low, high, out);
	return out->width >= 1 && is_before_eye(out);
}

int barcode_frames(const struct image *image, int side,
		   struct barcode_frame out[BARCODE_FRAMES])
{
	int marks[BARCODE_FRAMES] = { 0 }, found, i, n = 0;
	struct cells c;

	cells_open(&c, image, side);
	found = parts_find(&c, marks);
	for (i = 0; i < found; i++)
		n += frame_find(image, &c, marks[i], &out[n]);
	cells_drop(&c);
	return n;
}

void barcode_frame_place(const struct barcode_frame *f, double x, double y,
			 double *ix, double *iy)
{
	double w = f->to[6] * x + f->to[7] * y + f->to[8];

	*ix = (f->to[0] * x + f->to[1] * y + f->to[2]) / w;
	*iy = (f->to[3] * x + f->to[4] * y + f->to[5]) / w;
}
