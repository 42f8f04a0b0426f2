// SPDX-License-Identifier: GPL-3.0-or-later
/* Signs of editing: a part of a picture with another noise than the rest, as
 * one that was pasted in has. */
#include <math.h>

#include "check/signal.h"

enum {
	TILE = 16,
	DARKEST = 25,
	LIGHTEST = 230, /* nearer to the ends noise is cut off */
	PATCH = 4,	/* tiles of a part, across and down */
	NEEDED = 60,	/* tiles to know a picture's noise */
	LEAST = 600	/* pixels of the shorter side */
};

static const double least_noise = 1.0; /* below it JPEG has had it all */
static const double most_quiet = 0.1;
static const double threshold = 1.5; /* of natural logarithms */

struct tiles {
	int width, height;
	float *noise; /* logarithm; NAN where there is print, or light */
};

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* The median step of Immerkaer's mask, which sees neither slopes nor
 * straight edges; where it is far from the mean there is print. */
static float noise_of(const struct image *image, int x0, int y0)
{
	size_t w = (size_t)image->width, x, y;
	int counts[2048] = { 0 }, v, seen = 0;
	double mean = 0, sum = 0, median;

	for (y = (size_t)y0; y < (size_t)y0 + TILE; y++) {
		const uint8_t *g = image->grey + y * w;

		for (x = (size_t)x0; x < (size_t)x0 + TILE; x++) {
			v = g[x - w - 1] - 2 * g[x - w] + g[x - w + 1] -
			    2 * (g[x - 1] - 2 * g[x] + g[x + 1]) +
			    g[x + w - 1] - 2 * g[x + w] + g[x + w + 1];
			v = abs(v);
			counts[v]++;
			sum += v;
			mean += g[x];
		}
	}
	mean /= TILE * TILE;
	sum /= TILE * TILE;
	for (v = 0; v < 2047; v++) {
		seen += counts[v];
		if (2 * seen >= TILE * TILE)
			break;
	}
	median = v + 0.5 - (seen - TILE * TILE / 2.0) / (counts[v] + 0.01);
	if (mean < DARKEST || mean > LIGHTEST || sum > 1.6 * median + 3)
		return NAN;
	/* of a normal one the mask makes six times as much */
	return (float)log(fmax(median, 0.3) / (0.6745 * 6));
}

static void tiles_measure(const struct image *image, struct tiles *t)
{
	int x, y;

	t->width = (image->width - 2) / TILE;
	t->height = (image->height - 2) / TILE;
	t->noise = mem_alloc((size_t)t->width * (size_t)t->height *
			     sizeof(*t->noise));
	for (y = 0; y < t->height; y++) {
		for (x = 0; x < t->width; x++)
			t->noise[y * t->width + x] =
				noise_of(image, 1 + x * TILE, 1 + y * TILE);
	}
}

static double median_of(const struct tiles *t, int *count)
{
	int n = t->width * t->height, i;
	float *v = mem_alloc(((size_t)n + 1) * sizeof(*v));
	double median = 0;

	*count = 0;
	for (i = 0; i < n; i++) {
		if (!isnan(t->noise[i]))
			v[(*count)++] = t->noise[i];
	}
	if (*count) {
		qsort(v, (size_t)*count, sizeof(*v), by_value);
		median = (double)v[*count / 2];
	}
	free(v);
	return median;
}

/* The share of tiles that have much less noise than the median one. Where it is
 * large, things in the picture differ, or JPEG took noise from flat ones. */
static double quiet_share(const struct tiles *t, double median)
{
	int n = t->width * t->height, i, known = 0, quiet = 0;

	for (i = 0; i < n; i++) {
		known += !isnan(t->noise[i]);
		quiet += (double)t->noise[i] < median - 1;
	}
	return known ? (double)quiet / known : 1;
}

/* How far all tiles of a part are below the median at least; 0 where too few
 * can be told. What has more noise may be cloth, or wood. */
static double part_of(const struct tiles *t, int x0, int y0, double median)
{
	double least = 1e9;
	int x, y, n = 0;

	for (y = y0; y < y0 + PATCH; y++) {
		for (x = x0; x < x0 + PATCH; x++) {
			double d = (double)t->noise[y * t->width + x] - median;

			if (isnan(d))
				continue;
			if (d > 0)
				return 0;
			n++;
			least = fmin(least, -d);
		}
	}
	return n >= PATCH * PATCH - 2 ? least : 0;
}

void editing_noise(const struct image *image, struct signal *out)
{
	struct tiles t;
	int x, y, count;
	double median, quiet;

	*out = (struct signal){ .threshold = threshold,
				.verdict = SIGNAL_UNKNOWN,
				.text = "the photo's noise does not tell" };
	if (image->width < LEAST || image->height < LEAST)
		return;
	tiles_measure(image, &t);
	median = median_of(&t, &count);
	for (y = 0; y + PATCH <= t.height; y++) {
		for (x = 0; x + PATCH <= t.width; x++)
			out->value =
				fmax(out->value, part_of(&t, x, y, median));
	}
	quiet = quiet_share(&t, median);
	free(t.noise);
	if (count < NEEDED || exp(median) < least_noise || quiet > most_quiet)
		return;
	out->verdict = out->value > threshold ? SIGNAL_CONSIDER : SIGNAL_CLEAR;
	out->text = out->value > threshold
			    ? "a part of the photo has another noise than the "
			      "rest"
			    : "the photo's noise is alike all over";
}

void editing_measure(const struct image *image, const void *bytes, size_t len,
		     struct signal out[EDITING_KINDS])
{
	editing_software(bytes, len, &out[EDITING_SOFTWARE]);
	editing_noise(image, &out[EDITING_NOISE]);
	editing_compression(image, bytes, len, &out[EDITING_COMPRESSION]);
}

static enum signal_verdict worst(const struct signal signals[EDITING_KINDS])
{
	enum signal_verdict v = SIGNAL_CLEAR;
	int i;

	for (i = 0; i < EDITING_KINDS; i++) {
		if (signals[i].verdict == SIGNAL_CONSIDER)
			return SIGNAL_CONSIDER;
		if (signals[i].verdict == SIGNAL_UNKNOWN)
			v = SIGNAL_UNKNOWN;
	}
	return v;
}

void editing_json(struct buf *b, const char *key,
		  const struct signal signals[EDITING_KINDS])
{
	static const char *const kinds[] = { "software", "noise",
					     "compression" };
	int i;

	json_open(b, key, '{');
	json_str(b, "verdict", signal_verdict_name(worst(signals)));
	json_open(b, "signals", '[');
	for (i = 0; i < EDITING_KINDS; i++) {
		const struct signal *s = &signals[i];

		json_open(b, NULL, '{');
		json_str(b, "kind", kinds[i]);
		json_number(b, "value", s->value, 3);
		json_number(b, "threshold", s->threshold, 3);
		json_str(b, "verdict", signal_verdict_name(s->verdict));
		json_str(b, "text", s->text);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_close(b, '}');
}
