// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos of screens: a frequency that all parts of a picture have. */
#include <math.h>

#include "check/signal.h"
#include "check/spectrum.h"

enum {
	N = SPECTRUM_SIDE,
	PARTS = 3,   /* across, and down */
	LEAST = 600, /* pixels of the shorter side */
	AXIS = 6, /* steps from it: JPEG's blocks and straight edges are there */
	LOWEST =
		20, /* print and guilloches are coarser, in cycles of N pixels */
	AROUND = 4  /* what a peak is measured against */
};

/* Of 250 photos of paper none has more than 5.3; of 30 of screens all but one
 * have more than 7: see signal.h. */
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
static double highest(const float *sum)
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
