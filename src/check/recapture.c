// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos of screens: a frequency that all parts of a picture have. */
#include <math.h>

#include "check/signal.h"
#include "check/spectrum.h"

enum {
	N = SPECTRUM_SIDE,
	PARTS = 3,   /* across, and down */
	LEAST = 600, /* pixels of the shorter side */
	AXIS = 6,    /* steps from it: straight edges are there */
	BLOCKS = 32, /* cycles of JPEG's blocks of eight pixels, and so on */
	NEAR = 4,
	LOWEST =
		20, /* print and guilloches are coarser, in cycles of N pixels */
	AROUND = 4  /* what a peak is measured against */
};

/* Of 644 photos of paper none has more than 5.5; most of screens have more than
 * 8: see signal.h. */
static const double threshold = 6.0;

static double value_at(const float *sum, int u, int v)
{
	return (double)sum[(v & (N - 1)) * N + (u & (N - 1))];
}

/* How far a frequency stands out of those around it. */
static double peak(const float *sum, int u, int v)
{
	double around = 0;
	int i, k, n = 0;

	for (k = -AROUND; k <= AROUND; k++) {
		for (i = -AROUND; i <= AROUND; i++) {
			/* the fading spreads a peak over its neighbours */
			if (abs(i) < 3 && abs(k) < 3)
				continue;
			around += value_at(sum, u + i, v + k);
			n++;
		}
	}
	return value_at(sum, u, v) - around / n;
}

/* The other half of the plane mirrors this one. */
static double highest_between(const float *sum)
{
	double most = 0, p;
	int u, v;

	for (v = AXIS; v < N / 2 - AXIS; v++) {
		for (u = -N / 2 + AXIS; u < N / 2 - AXIS; u++) {
			if (abs(u) < AXIS || u * u + v * v < LOWEST * LOWEST)
				continue;
			p = peak(sum, u, v);
			most = p > most ? p : most;
		}
	}
	return most;
}

/* Beside an axis straight edges have all frequencies, so one is measured
 * against those before and behind it. */
static double axis_peak(const float *sum, int along, int beside, bool down)
{
	double around = 0, value = 0;
	int i, n = 0;

	for (i = -2 * AROUND; i <= 2 * AROUND; i++) {
		double at = down ? value_at(sum, beside, along + i)
				 : value_at(sum, along + i, beside);

		if (!i)
			value = at;
		if (abs(i) < 3)
			continue;
		around += at;
		n++;
	}
	return value - around / n;
}

static double highest_on_axes(const float *sum)
{
	double most = 0;
	int along, beside;

	for (along = LOWEST; along < N / 2 - AXIS; along++) {
		if ((along + NEAR - 1) % BLOCKS < 2 * NEAR - 1)
			continue;
		for (beside = 1 - AXIS; beside < AXIS; beside++)
			most = fmax(most,
				    fmax(axis_peak(sum, along, beside, false),
					 axis_peak(sum, along, beside, true)));
	}
	return most;
}

static double highest(const float *sum)
{
	return fmax(highest_between(sum), highest_on_axes(sum));
}

void recapture_measure(const struct image *image, struct signal *out)
{
	size_t n = (size_t)N * N, w = (size_t)image->width, i;
	size_t h = (size_t)image->height, x, y;
	float *sum, *work;

	*out = (struct signal){ .threshold = threshold,
				.verdict = SIGNAL_UNKNOWN,
				.text = "the photo is too small to tell" };
	if (image->width < LEAST || image->height < LEAST)
		return;
	sum = mem_alloc(n * sizeof(*sum));
	work = mem_alloc(2 * n * sizeof(*work));
	for (i = 0; i < PARTS * PARTS; i++) {
		x = (w - N) * (i % PARTS + 1) / (PARTS + 1);
		y = (h - N) * (i / PARTS + 1) / (PARTS + 1);
		spectrum_add(image->grey + y * w + x, w, sum, work);
	}
	out->value = highest(sum) / (PARTS * PARTS);
	free(sum);
	free(work);
	out->verdict = out->value > threshold ? SIGNAL_CONSIDER : SIGNAL_CLEAR;
	out->text = out->value > threshold
			    ? "the photo has a fine regular grid all over, as "
			      "photos of screens have"
			    : "no grid of a screen was seen";
}

const char *signal_verdict_name(enum signal_verdict v)
{
	static const char *const names[] = { "clear", "consider", "unknown" };

	return names[v];
}

void recapture_json(struct buf *b, const char *key, const struct signal *s)
{
	json_open(b, key, '{');
	json_number(b, "value", s->value, 3);
	json_number(b, "threshold", s->threshold, 3);
	json_str(b, "verdict", signal_verdict_name(s->verdict));
	json_str(b, "reason", s->text);
	json_close(b, '}');
}
