// SPDX-License-Identifier: GPL-3.0-or-later
/* Where a document lies: table, perspective, the bow of a page. */
#include <math.h>

#include "cmd/specimen/scene.h"

const struct level specimen_levels[SPECIMEN_LEVELS] = {
	[SPECIMEN_EASY] = { { 0.005, 0.035 },
			    { 0.05, 0.2 },
			    { 0, 3 },
			    { 82, 95 },
			    3,
			    0.01,
			    0.15,
			    0 },
	[SPECIMEN_MEDIUM] = { { 0.02, 0.06 },
			      { 0.15, 0.35 },
			      { 2, 7 },
			      { 60, 90 },
			      6,
			      0.025,
			      0.35,
			      0.005 },
	[SPECIMEN_HARD] = { { 0.04, 0.09 },
			    { 0.3, 0.55 },
			    { 4, 12 },
			    { 35, 70 },
			    8,
			    0.04,
			    0.55,
			    0.01 },
};

static struct point project(const double m[9], double x, double y)
{
	double w = m[6] * x + m[7] * y + m[8];

	return (struct point){ (m[0] * x + m[1] * y + m[2]) / w,
			       (m[3] * x + m[4] * y + m[5]) / w };
}

/* The unit square to four corners, clockwise (P. Heckbert, 1989). */
static void square_to(const struct point q[4], double m[9])
{
	double ax = q[1].x - q[2].x, bx = q[3].x - q[2].x;
	double ay = q[1].y - q[2].y, by = q[3].y - q[2].y;
	double sx = q[0].x - q[1].x + q[2].x - q[3].x;
	double sy = q[0].y - q[1].y + q[2].y - q[3].y;
	double area = ax * by - bx * ay;

	m[6] = (sx * by - bx * sy) / area;
	m[7] = (ax * sy - sx * ay) / area;
	m[8] = 1;
	m[0] = q[1].x - q[0].x + m[6] * q[1].x;
	m[1] = q[3].x - q[0].x + m[7] * q[3].x;
	m[2] = q[0].x;
	m[3] = q[1].y - q[0].y + m[6] * q[1].y;
	m[4] = q[3].y - q[0].y + m[7] * q[3].y;
	m[5] = q[0].y;
}

static void invert(const double m[9], double out[9])
{
	double det = 0;
	int i, j;

	for (i = 0; i < 3; i++) {
		for (j = 0; j < 3; j++) {
			int a = (j + 1) % 3, b = (j + 2) % 3;
			int c = (i + 1) % 3, d = (i + 2) % 3;

			out[3 * i + j] = m[3 * a + c] * m[3 * b + d] -
					 m[3 * a + d] * m[3 * b + c];
		}
	}
	for (i = 0; i < 3; i++)
		det += m[i] * out[3 * i];
	for (i = 0; i < 9; i++)
		out[i] /= det;
}

/* Down in the middle of the page, where a bound page rises. */
static double bow_at(const struct scene *s, double x)
{
	double u = 2 * x / s->page->canvas.width - 1;

	return s->bow * (1 - u * u);
}

struct point scene_place(const struct scene *s, double x, double y)
{
	return project(s->to_photo, x, y + bow_at(s, x));
}

static void spread(const struct point q[4], struct point *low,
		   struct point *high)
{
	int i;

	*low = *high = q[0];
	for (i = 1; i < 4; i++) {
		low->x = fmin(low->x, q[i].x);
		low->y = fmin(low->y, q[i].y);
		high->x = fmax(high->x, q[i].x);
		high->y = fmax(high->y, q[i].y);
	}
}

/* Turned, seen at an angle, and wholly in the frame. */
static void place_page(struct scene *s, double share)
{
	struct chance *c = s->chance;
	double w = s->page->canvas.width, h = s->page->canvas.height;
	double turn = s->level->degrees * M_PI / 180 * chance_between(c, -1, 1);
	double size = fmin(s->width * share / w, s->height * share / h) * w;
	double slant = s->level->perspective * size, fit;
	struct point q[4], low, high, at;
	double unit[9];
	int i;

	for (i = 0; i < 4; i++) {
		double x = (i == 1 || i == 2 ? 0.5 : -0.5) * size;
		double y = (i > 1 ? 0.5 : -0.5) * size * h / w;

		q[i].x = x * cos(turn) - y * sin(turn) +
			 chance_between(c, -slant, slant);
		q[i].y = x * sin(turn) + y * cos(turn) +
			 chance_between(c, -slant, slant);
	}
	spread(q, &low, &high);
	fit = fmin(1, fmin(0.985 * s->width / (high.x - low.x),
			   0.985 * s->height / (high.y - low.y)));
	at.x = (s->width - fit * (high.x - low.x)) *
	       chance_between(c, 0.1, 0.9);
	at.y = (s->height - fit * (high.y - low.y)) *
	       chance_between(c, 0.1, 0.9);
	for (i = 0; i < 4; i++) {
		q[i].x = (q[i].x - low.x) * fit + at.x;
		q[i].y = (q[i].y - low.y) * fit + at.y;
	}
	square_to(q, unit);
	for (i = 0; i < 9; i++)
		s->to_photo[i] = unit[i] / (i % 3 == 0	 ? w
					    : i % 3 == 1 ? h
							 : 1);
	invert(s->to_photo, s->to_page);
}

/* Uneven by chance, in spots or strips of such a size. */
static void add_texture(struct scene *s, int wide, int tall, double strong)
{
	int columns = s->width / wide + 2, rows = s->height / tall + 2, x, y;
	float *grid = mem_alloc((size_t)columns * (size_t)rows * sizeof(*grid));
	float *to = s->rgb;

	for (x = 0; x < columns * rows; x++)
		grid[x] = (float)(strong * chance_normal(s->chance));
	for (y = 0; y < s->height; y++) {
		const float *row = grid + y / tall * columns;
		float v = (float)(y % tall) / (float)tall;

		for (x = 0; x < s->width; x++, to += 3) {
			const float *p = row + x / wide;
			float u = (float)(x % wide) / (float)wide;
			float top = p[0] + (p[1] - p[0]) * u;
			float end =
				p[columns] + (p[columns + 1] - p[columns]) * u;

			to[0] += top + (end - top) * v;
			to[1] += top + (end - top) * v;
			to[2] += top + (end - top) * v;
		}
	}
	free(grid);
}

static void add_weave(struct scene *s)
{
	int gap = 6 + (int)chance_below(s->chance, 100), x, y;
	float *to = s->rgb;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++, to += 3) {
			if (x % gap && y % gap)
				continue;
			to[0] *= 0.7f;
			to[1] *= 0.7f;
			to[2] *= 0.7f;
		}
	}
}

static void draw_table(struct scene *s)
{
	struct chance *c = s->chance;
	double tone = chance_between(c, 30, 215),
	       warm = chance_between(c, 0, 25);
	size_t i, n = (size_t)s->width * (size_t)s->height;

	for (i = 0; i < n; i++) {
		s->rgb[3 * i] = (float)(tone + warm);
		s->rgb[3 * i + 1] = (float)tone;
		s->rgb[3 * i + 2] = (float)(tone - warm);
	}
	switch (chance_below(c, 4)) {
	case 0: /* wood */
		add_texture(s, s->width / 3, 5 + (int)chance_below(c, 9), 12);
		break;
	case 1: /* cloth or tiles */
		add_weave(s);
		break;
	case 2: /* stone */
		add_texture(s, 9, 9, 14);
		break;
	default:
		break;
	}
	add_texture(s, 60, 60, chance_between(c, 1, 8));
}

/* Whether the page is there, whose corners are round. */
static bool inside(const struct page *p, double x, double y)
{
	double r = p->corner * p->ppm, w = p->canvas.width - 1,
	       h = p->canvas.height - 1, dx = 0, dy = 0;

	if (x < 0 || y < 0 || x >= w || y >= h)
		return false;
	if (x < r || x > w - r)
		dx = x < r ? r - x : x - (w - r);
	if (y < r || y > h - r)
		dy = y < r ? r - y : y - (h - r);
	return dx * dx + dy * dy <= r * r;
}

static void sample(const struct canvas *c, double x, double y, float out[3])
{
	int i = (int)x, j = (int)y, k;
	float u = (float)(x - i), v = (float)(y - j);
	const uint8_t *p =
		c->rgb + 3 * ((size_t)j * (size_t)c->width + (size_t)i);
	const uint8_t *q = p + 3 * (size_t)c->width;

	for (k = 0; k < 3; k++) {
		float top = p[k] + (float)(p[k + 3] - p[k]) * u;
		float end = q[k] + (float)(q[k + 3] - q[k]) * u;

		out[k] += top + (end - top) * v;
	}
}

/* The mean of two places of the pixel. Around its middle the projection is
 * taken for straight. */
static void lay_pixel(struct scene *s, int x, int y)
{
	const double *m = s->to_page;
	double w = m[6] * (x + 0.5) + m[7] * (y + 0.5) + m[8];
	struct point p = project(m, x + 0.5, y + 0.5);
	double dx = (m[0] + m[1] - (m[6] + m[7]) * p.x) / w / 4;
	double dy = (m[3] + m[4] - (m[6] + m[7]) * p.y) / w / 4;
	float sum[3] = { 0 }, hits = 0;
	float *to = s->rgb + 3 * ((size_t)y * (size_t)s->width + (size_t)x);
	int k;

	p.y -= bow_at(s, p.x);
	for (k = -1; k < 2; k += 2) {
		if (!inside(s->page, p.x + k * dx, p.y + k * dy))
			continue;
		sample(&s->page->canvas, p.x + k * dx, p.y + k * dy, sum);
		hits++;
	}
	for (k = 0; k < 3; k++)
		to[k] = to[k] * (2 - hits) / 2 + sum[k] / 2;
}

static void lay_page(struct scene *s)
{
	double w = s->page->canvas.width, h = s->page->canvas.height;
	double edge = fabs(s->bow) + 2;
	struct point q[4] = { project(s->to_photo, 0, -edge),
			      project(s->to_photo, w, -edge),
			      project(s->to_photo, w, h + edge),
			      project(s->to_photo, 0, h + edge) };
	struct point low, high;
	int x, y;

	spread(q, &low, &high);
	for (y = (int)fmax(low.y, 0); y < s->height && y <= high.y; y++) {
		for (x = (int)fmax(low.x, 0); x < s->width && x <= high.x; x++)
			lay_pixel(s, x, y);
	}
}

/* How wide a character or module of the page came out. */
static double pitch_in_photo(const struct scene *s)
{
	const struct page *p = s->page;
	const struct box *b = p->zone.w > 0 ? &p->zone : &p->barcode;
	struct point left, right;

	if (b->w <= 0)
		return s->width / 60.0;
	left = scene_place(s, b->x, b->y + b->h / 2);
	right = scene_place(s, b->x + b->w, b->y + b->h / 2);
	return hypot(right.x - left.x, right.y - left.y) * p->pitch / b->w;
}

void scene_open(struct chance *c, enum specimen_level level, int width,
		double share, const struct page *page, struct scene *s)
{
	memset(s, 0, sizeof(*s));
	s->chance = c;
	s->level = &specimen_levels[level];
	s->page = page;
	s->width = width;
	s->height = width * 3 / 4;
	s->rgb = mem_alloc(3 * (size_t)s->width * (size_t)s->height *
			   sizeof(*s->rgb));
	if (page->corner < 1)
		s->bow = chance_between(c, -1, 1) * s->level->bow *
			 page->canvas.width;
	place_page(s, share);
	draw_table(s);
	lay_page(s);
	s->pitch = pitch_in_photo(s);
}

void scene_close(struct scene *s)
{
	free(s->rgb);
	s->rgb = NULL;
}
