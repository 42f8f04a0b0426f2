// SPDX-License-Identifier: GPL-3.0-or-later
/* What light, lens and sensor do to a photo. */
#include <math.h>

#include "cmd/specimen/scene.h"

static double soft_step(double v)
{
	return 1 / (1 + exp(-fmax(-30, fmin(30, v))));
}

static void scale_pixel(float *p, double by)
{
	p[0] *= (float)by;
	p[1] *= (float)by;
	p[2] *= (float)by;
}

/* A slope, a lens that is darker at its corners, the colour of a lamp, and at
 * times the shadow of a hand. */
void scene_light(struct scene *s)
{
	struct chance *c = s->chance;
	double k = s->level->light;
	double gx = chance_between(c, -k, k), gy = chance_between(c, -k, k);
	double all = chance_between(c, 0.72, 1.06), corner = k * 0.3;
	double red = chance_between(c, 0.94, 1.06);
	double blue = chance_between(c, 0.9, 1.1);
	bool shadow = k > 0.2 && chance_hit(c, 0.4);
	double turn = chance_between(c, 0, 2 * M_PI);
	double off = chance_between(c, -0.3, 0.3);
	double soft = chance_between(c, 0.005, 0.08);
	double deep = chance_between(c, 0.1, 0.5);
	float *p = s->rgb;
	int x, y;

	for (y = 0; y < s->height; y++) {
		double v = (double)y / s->height - 0.5;

		for (x = 0; x < s->width; x++, p += 3) {
			double u = (double)x / s->width - 0.5;
			double by = all * (1 + gx * u + gy * v -
					   corner * (u * u + v * v));

			if (shadow)
				by *= 1 -
				      deep * soft_step((u * cos(turn) +
							v * sin(turn) - off) /
						       soft);
			scale_pixel(p, by);
			p[0] *= (float)red;
			p[2] *= (float)blue;
		}
	}
}

/* A place of the zone by chance; of the barcode where that is. */
static struct point somewhere(struct scene *s)
{
	const struct page *p = s->page;
	const struct box *b = p->zone.w > 0 ? &p->zone : &p->barcode;

	return scene_place(s,
			   b->x + b->w * chance_between(s->chance, 0.04, 0.96),
			   b->y + b->h * chance_between(s->chance, 0.1, 0.9));
}

/* A lamp is round, a tube or a window's edge long. */
void scene_glare(struct scene *s)
{
	struct chance *c = s->chance;
	struct point at = somewhere(s);
	bool tube = chance_hit(c, 0.35);
	double turn = chance_between(c, 0, M_PI);
	double cosine = cos(turn), sine = sin(turn);
	double rx = s->pitch *
		    (tube ? chance_between(c, 4, 14) : chance_between(c, 1, 6));
	double ry = s->pitch * (tube ? chance_between(c, 0.4, 1.2)
				     : chance_between(c, 1, 4));
	double peak = chance_between(c, 60, 200);
	float *p = s->rgb;
	int x, y;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++, p += 3) {
			double dx = x - at.x, dy = y - at.y;
			double u = (dx * cosine + dy * sine) / rx;
			double v = (dy * cosine - dx * sine) / ry;
			double far = u * u + v * v;
			float more;

			if (far > 12)
				continue;
			more = (float)(peak * exp(-far));
			p[0] += more;
			p[1] += more;
			p[2] += more;
		}
	}
}

/* One side lies in the shade; the crease itself is a fine line, dark where it
 * is a valley and light where paper broke. */
void scene_fold(struct scene *s)
{
	struct chance *c = s->chance;
	struct point at = somewhere(s);
	double turn = chance_between(c, -0.5, 0.5) +
		      (chance_hit(c, 0.25) ? M_PI / 2 : 0);
	double side = chance_hit(c, 0.5) ? 1 : -1;
	double soft = chance_between(c, 0.1, 1.4);
	double deep = chance_between(c, 0.15, 0.6);
	double reach = chance_between(c, 6, 60);
	double line = chance_between(c, -0.25, 0.6);
	double thin = chance_between(c, 0.07, 0.28);
	float *p = s->rgb;
	int x, y;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++, p += 3) {
			double e = ((x - at.x) * cos(turn) +
				    (y - at.y) * sin(turn)) /
				   s->pitch;
			double by = 1 - deep * soft_step(side * e / soft) *
						exp(-fabs(e) / reach);

			by *= 1 - line * exp(-(e / thin) * (e / thin));
			scale_pixel(p, by);
		}
	}
}

/* Each value with those beside it, step apart; a row at a time, which is fast
 * both ways. */
static void add_shifted(const float *restrict from, float *restrict to,
			size_t n, float weight)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] += weight * from[i];
}

static int clamp(int v, int most)
{
	return v < 0 ? 0 : v > most ? most : v;
}

static void smooth_rows(const struct scene *s, const float *from, float *to,
			const float *kernel, int reach)
{
	size_t row = 3 * (size_t)s->width;
	float *wide = mem_alloc((row + 6 * (size_t)reach) * sizeof(*wide));
	int x, y, k;

	for (y = 0; y < s->height; y++, from += row, to += row) {
		for (x = -reach; x < s->width + reach; x++)
			memcpy(wide + 3 * (x + reach),
			       from + 3 * clamp(x, s->width - 1),
			       3 * sizeof(*wide));
		memset(to, 0, row * sizeof(*to));
		for (k = -reach; k <= reach; k++)
			add_shifted(wide + 3 * (reach + k), to, row,
				    kernel[k < 0 ? -k : k]);
	}
	free(wide);
}

static void smooth_columns(const struct scene *s, const float *from, float *to,
			   const float *kernel, int reach)
{
	size_t row = 3 * (size_t)s->width;
	int y, k;

	for (y = 0; y < s->height; y++, to += row) {
		memset(to, 0, row * sizeof(*to));
		for (k = -reach; k <= reach; k++)
			add_shifted(from + row * (size_t)clamp(y + k,
							       s->height - 1),
				    to, row, kernel[k < 0 ? -k : k]);
	}
}

static void smooth(struct scene *s, double sigma)
{
	enum { REACH_MAX = 24 };
	float kernel[REACH_MAX + 1] = { 0 }, sum = 0;
	int reach = clamp((int)ceil(3 * sigma), REACH_MAX), i;
	size_t n = 3 * (size_t)s->width * (size_t)s->height;
	float *half = mem_alloc(n * sizeof(*half));

	for (i = 0; i <= reach; i++) {
		kernel[i] = (float)exp(-i * i / (2 * sigma * sigma));
		sum += kernel[i] * (i ? 2 : 1);
	}
	for (i = 0; i <= reach; i++)
		kernel[i] /= sum;
	smooth_rows(s, s->rgb, half, kernel, reach);
	smooth_columns(s, half, s->rgb, kernel, reach);
	free(half);
}

/* A hand that shakes: the mean of places along a short way. */
static void shake(struct scene *s, double way)
{
	double turn = chance_between(s->chance, 0, M_PI);
	size_t n = 3 * (size_t)s->width * (size_t)s->height;
	float *from = mem_alloc(n * sizeof(*from));
	float *to = s->rgb;
	int x, y, k, i, dx[7], dy[7];

	for (k = 0; k < 7; k++) {
		dx[k] = (int)lround((k - 3) * way / 6 * cos(turn));
		dy[k] = (int)lround((k - 3) * way / 6 * sin(turn));
	}
	memcpy(from, s->rgb, n * sizeof(*from));
	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++, to += 3) {
			to[0] = to[1] = to[2] = 0;
			for (k = 0; k < 7; k++) {
				int u = clamp(x + dx[k], s->width - 1);
				int v = clamp(y + dy[k], s->height - 1);
				const float *p =
					from +
					3 * ((size_t)v * (size_t)s->width +
					     (size_t)u);

				for (i = 0; i < 3; i++)
					to[i] += p[i] / 7;
			}
		}
	}
	free(from);
}

void scene_blur(struct scene *s)
{
	const double *of =
		s->page->barcode.w > 0 ? s->level->smear : s->level->blur;

	s->blur = chance_between(s->chance, of[0], of[1]) * s->pitch;
	if (chance_hit(s->chance, 0.25)) {
		shake(s, 2.5 * s->blur);
		smooth(s, 0.6 * s->blur);
	} else {
		smooth(s, s->blur);
	}
}

/* The same for all colours by half: sensors' noise is mostly of light. */
void scene_expose(struct scene *s, struct canvas *out)
{
	enum { TABLE = 4096 };
	static float normal[TABLE];
	size_t i, n = (size_t)s->width * (size_t)s->height;
	float noise;
	int k;

	s->noise = chance_between(s->chance, s->level->noise[0],
				  s->level->noise[1]);
	noise = (float)s->noise;
	for (i = 0; i < TABLE; i++)
		normal[i] = (float)chance_normal(s->chance);
	canvas_open(out, s->width, s->height, (struct ink){ 0, 0, 0 });
	for (i = 0; i < n; i++) {
		uint32_t r = chance_next(s->chance);
		float light = normal[r % TABLE];

		for (k = 0; k < 3; k++) {
			float own = normal[(r >> (4 + 8 * k)) % TABLE];
			float v = s->rgb[3 * i + (size_t)k] +
				  noise * (0.8f * light + 0.6f * own) + 0.5f;

			out->rgb[3 * i + (size_t)k] = v <= 0	 ? 0
						      : v >= 255 ? 255
								 : (uint8_t)v;
		}
	}
}
