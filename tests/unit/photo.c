// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos of a made-up document, drawn by arithmetic alone. */
#include <math.h>

#include "photo.h"

enum { LINES = 9, LETTERS = 40, SAMPLES = 2 };

/* The card in units of its own: 1 wide, 0.63 high, as ISO 7810 has it. */
static const double card_height = 0.63;

struct scene {
	const struct photo_look *look;
	uint16_t letters[LINES][LETTERS]; /* 3 x 5 dots each */
	uint8_t *code;			  /* the barcode's modules */
	int code_width, code_height;
	double scale, sine, cosine;
	int width, height;
};

static unsigned next(unsigned *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 16;
}

static double around_zero(unsigned *state)
{
	double sum = 0;
	int i;

	/* the sum of three, to a variance of one, is nearly normal */
	for (i = 0; i < 3; i++)
		sum += (next(state) & 0x7fff) / 32768.0 - 0.5;
	return 2 * sum;
}

static double text_ink(const struct scene *s, double u, double v)
{
	double column = (u - 0.36) / 0.6 * LETTERS, line = (v - 0.06) / 0.055;
	int x, y;

	if (column < 0 || column >= LETTERS || line < 0 || line >= LINES)
		return 0;
	x = (int)((column - floor(column)) * 4);
	y = (int)((line - floor(line)) * 8);
	if (x > 2 || y > 4)
		return 0;
	return s->letters[(int)line][(int)column] >> (y * 3 + x) & 1;
}

/* 0 to 255 at a place of the card. */
static double card(const struct scene *s, double u, double v)
{
	double guilloche = 8 * sin(60 * u + 9 * sin(24 * v));
	double paper = 205 + guilloche;

	if (s->code) {
		double x = (u - 0.08) / 0.84, y = (v - 0.3) / 0.24;

		if (x >= 0 && x < 1 && y >= 0 && y < 1)
			return s->code[(size_t)(y * s->code_height) *
					       (size_t)s->code_width +
				       (size_t)(x * s->code_width)]
				       ? 225
				       : 25;
		return v < 0.28 && text_ink(s, u, v) > 0 ? 35 : paper;
	}
	/* a portrait: an oval on a grey field */
	if (u > 0.06 && u < 0.3 && v > 0.1 && v < 0.45) {
		double dx = (u - 0.18) / 0.08, dy = (v - 0.27) / 0.12;

		return dx * dx + dy * dy < 1 ? 150 + 20 * sin(40 * v) : 110;
	}
	return text_ink(s, u, v) > 0 ? 35 : paper;
}

static double table(const struct scene *s, double x, double y)
{
	return 95 + 25 * x / s->width + 15 * y / s->height;
}

static double shade(const struct scene *s, double x, double y)
{
	double dx = x - s->width * (0.5 + s->look->shift);
	double dy = y - s->height * 0.5;
	double u = (dx * s->cosine + dy * s->sine) / s->scale;
	double v = (dy * s->cosine - dx * s->sine) / s->scale;
	double far = 1 - s->look->lean * (u + v);

	u = u / far + 0.5;
	v = v / far + card_height / 2;

	if (u < 0 || u >= 1 || v < 0 || v >= card_height)
		return table(s, x, y);
	return card(s, u, v);
}

static void write_text(struct scene *s)
{
	unsigned state = s->look->seed * 7919 + 17;
	int i, j;

	for (i = 0; i < LINES; i++) {
		for (j = 0; j < LETTERS; j++)
			s->letters[i][j] =
				next(&state) % 6 ? next(&state) & 0x7fff : 0;
	}
}

static void draw(const struct scene *s, double *grey)
{
	int x, y, i, j;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++) {
			double sum = 0;

			for (i = 0; i < SAMPLES; i++) {
				for (j = 0; j < SAMPLES; j++)
					sum += shade(s, x + (j + 0.5) / SAMPLES,
						     y + (i + 0.5) / SAMPLES);
			}
			grey[(size_t)y * (size_t)s->width + (size_t)x] =
				sum / (SAMPLES * SAMPLES);
		}
	}
}

/* One line, convolved in place; kernel[0] is the middle. */
static void smooth_line(double *p, int n, size_t step, const double *kernel,
			int reach, double *line)
{
	int i, k;

	for (i = 0; i < n; i++)
		line[i] = p[(size_t)i * step];
	for (i = 0; i < n; i++) {
		double sum = kernel[0] * line[i], weight = kernel[0];

		for (k = 1; k <= reach; k++) {
			if (i >= k) {
				sum += kernel[k] * line[i - k];
				weight += kernel[k];
			}
			if (i + k < n) {
				sum += kernel[k] * line[i + k];
				weight += kernel[k];
			}
		}
		p[(size_t)i * step] = sum / weight;
	}
}

static void smooth(const struct scene *s, double *grey)
{
	double sigma = s->look->blur * s->width / 1000;
	int reach = (int)ceil(3 * sigma), i;
	double *kernel = mem_alloc((size_t)(reach + 1) * sizeof(*kernel));
	double *line =
		mem_alloc((size_t)(s->width + s->height) * sizeof(*line));

	for (i = 0; sigma > 0 && i <= reach; i++)
		kernel[i] = exp(-i * i / (2 * sigma * sigma));
	for (i = 0; sigma > 0 && i < s->height; i++)
		smooth_line(grey + (size_t)i * (size_t)s->width, s->width, 1,
			    kernel, reach, line);
	for (i = 0; sigma > 0 && i < s->width; i++)
		smooth_line(grey + i, s->height, (size_t)s->width, kernel,
			    reach, line);
	free(line);
	free(kernel);
}

/* A soft-edged disc of light near the middle. */
static double reflection(const struct scene *s, double x, double y)
{
	double area = s->look->glare / 100 * s->width * s->height;
	double radius = sqrt(area / M_PI), d;

	if (area <= 0)
		return 0;
	d = hypot(x - s->width * 0.55, y - s->height * 0.45) / radius;
	return d < 1 ? 260 : d < 1.3 ? 260 * (1.3 - d) / 0.3 : 0;
}

static void expose(const struct scene *s, const double *grey, struct photo *p)
{
	unsigned state = s->look->seed * 31 + 5;
	double light = s->look->light > 0 ? s->look->light : 1;
	uint8_t *to = p->rgb;
	int x, y, c;

	for (y = 0; y < s->height; y++) {
		for (x = 0; x < s->width; x++) {
			double v = light * *grey++ + reflection(s, x, y);

			/* warm light: red a little above, blue below */
			for (c = 0; c < 3; c++) {
				double n = v * (1.02 - 0.02 * c) + 0.5;

				if (s->look->noise > 0)
					n += s->look->noise *
					     around_zero(&state);
				*to++ = (uint8_t)(n < 0	    ? 0
						  : n > 255 ? 255
							    : n);
			}
		}
	}
}

struct photo photo_make(int width, int height, const struct photo_look *look)
{
	double angle = look->degrees * M_PI / 180;
	struct scene s = {
		.look = look,
		.width = width,
		.height = height,
		.scale = 0.75 * width * (look->zoom > 0 ? look->zoom : 1),
		.sine = sin(angle),
		.cosine = cos(angle),
	};
	size_t n = (size_t)width * (size_t)height;
	struct photo p = { width, height, mem_alloc(n * 3) };
	double *grey = mem_alloc(n * sizeof(*grey));

	write_text(&s);
	if (look->pdf417)
		s.code = photo_pdf417(look->pdf417, &s.code_width,
				      &s.code_height);
	draw(&s, grey);
	smooth(&s, grey);
	expose(&s, grey, &p);
	free(grey);
	free(s.code);
	return p;
}

void photo_finish(struct photo *p)
{
	free(p->rgb);
	p->rgb = NULL;
}
