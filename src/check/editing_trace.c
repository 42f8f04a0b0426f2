// SPDX-License-Identifier: GPL-3.0-or-later
/* The trace of an earlier JPEG: what it rounded to multiples of its step can't
 * be at all multiples of another. Which step it had is what fits the heights
 * best that the whole picture has, beside those of blocks across JPEG's, which
 * have no steps (after T. Bianchi, A. De Rosa, A. Piva: Improved DCT coefficient
 * analysis for forgery localization in JPEG images, ICASSP 2011). */
#include <math.h>

#include "check/editing_part.h"

enum {
	EARLIER_MAX = 64,
	LEVELS = HISTORY_LEVELS,
	HEIGHTS = HISTORY_HEIGHTS,
	NEEDED = 300 /* of levels, to know a frequency */
};

/* What pixels being whole adds to a height, as a standard deviation. */
static const double rounding = 0.55;
/* The share that may be otherwise. */
static const double other = 0.03;
/* Of a level in the mean, or it is chance or another curve of heights. */
static const double least_gain = 0.02;

/* What one level can say at most. */
static const double most_says = 2;
/* The share of what is expected that the picture must have. */
static const double least_fit = 0.5, most_fit = 3;

/* How many heights are below x, with more width where there are few. */
struct curve {
	double below[HEIGHTS + 1];
};

static void curve_make(const uint32_t across[HEIGHTS], struct curve *c)
{
	double sum[HEIGHTS + 1] = { 0 };
	int i;

	for (i = 0; i < HEIGHTS; i++)
		sum[i + 1] = sum[i] + across[i];
	c->below[0] = 0;
	for (i = 0; i < HEIGHTS; i++) {
		int from = i - i / 8, to = i + i / 8 + 1;

		to = to < HEIGHTS ? to : HEIGHTS;
		c->below[i + 1] = c->below[i] + 1e-3 +
				  (sum[to] - sum[from]) / (to - from);
	}
}

/* Height i stands for i - 0.5 to i + 0.5. */
static double curve_between(const struct curve *c, double from, double to)
{
	double v[2] = { from + 0.5, to + 0.5 }, y[2];
	int i;

	for (i = 0; i < 2; i++) {
		double x = fmin(fmax(v[i], 0), HEIGHTS - 1);
		int at = (int)x;

		y[i] = c->below[at] +
		       (x - at) * (c->below[at + 1] - c->below[at]);
	}
	return y[1] - y[0];
}

/* Nearly the share of a normal distribution below z. */
static double share_below(double z)
{
	return 1 / (1 + exp(-1.702 * z));
}

/* How often each level occurs where a step came before. */
static void expect_earlier(const struct curve *c, int step, int earlier,
			   double out[LEVELS])
{
	double spread = rounding / step, sum = 0, lower, upper;
	int m, k;

	for (k = 0; k < LEVELS; k++)
		out[k] = 0;
	for (m = 0; m * earlier < HEIGHTS - earlier; m++) {
		double at = (double)m * earlier / step;
		double mass = curve_between(c, (m - 0.5) * earlier,
					    (m + 0.5) * earlier);

		k = (int)(at + 0.5);
		if (k + 1 >= LEVELS)
			break;
		lower = share_below((k - 0.5 - at) / spread);
		upper = 1 - share_below((k + 0.5 - at) / spread);
		if (k)
			out[k - 1] += mass * lower;
		out[k] += mass * (1 - lower - upper);
		out[k + 1] += mass * upper;
	}
	for (k = 1; k < LEVELS; k++)
		sum += out[k];
	for (k = 1; k < LEVELS; k++)
		out[k] /= sum + 1e-9;
}

static void expect_once(const struct curve *c, int step, double out[LEVELS])
{
	double sum = 0;
	int k;

	for (k = 1; k < LEVELS; k++) {
		out[k] = curve_between(c, (k - 0.5) * step, (k + 0.5) * step);
		sum += out[k];
	}
	for (k = 1; k < LEVELS; k++)
		out[k] /= sum + 1e-9;
}

/* What each level says, and how much all do in the mean that are expected; the
 * return value is how much all do that occur. */
static double compare(const double twice[LEVELS], const double once[LEVELS],
		      const uint32_t count[LEVELS], float says[LEVELS],
		      double *expected)
{
	double gain = 0;
	int k;

	*expected = 0;
	for (k = 1; k < LEVELS; k++) {
		double s =
			log((1 - other) * twice[k] / (once[k] + 1e-12) + other);

		says[k] = (float)fmin(s, most_says);
		*expected += twice[k] * (double)says[k];
		gain += count[k] * s;
	}
	return gain;
}

/* What all levels of a frequency say, and what they would be expected to. */
static double fit_one(const struct history_trace *t, int freq,
		      const uint32_t count[LEVELS], double *expected)
{
	double sum = 0;
	int k, seen = 0;

	for (k = 1; k < LEVELS; k++) {
		sum += count[k] * (double)t->says[freq][k];
		seen += (int)count[k];
	}
	*expected = seen * t->expected[freq];
	return sum;
}

/* The step that explains most, if one does. */
static void find_step(const struct history_blocks *b, int freq, int seen,
		      struct history_trace *out)
{
	const uint32_t *count = b->count[freq];
	double once[LEVELS], twice[LEVELS], best = least_gain * seen, gain;
	double expected;
	float says[LEVELS] = { 0 };
	struct curve c;
	int earlier;

	curve_make(b->across[freq], &c);
	expect_once(&c, b->step[freq], once);
	for (earlier = 2; earlier <= EARLIER_MAX; earlier++) {
		if (earlier == b->step[freq])
			continue;
		expect_earlier(&c, b->step[freq], earlier, twice);
		gain = compare(twice, once, count, says, &expected);
		if (gain <= best)
			continue;
		best = gain;
		out->expected[freq] = expected;
		memcpy(out->says[freq], says, sizeof(says));
	}
}

static void find_one(const struct history_blocks *b, int freq,
		     struct history_trace *out)
{
	double told, expected;
	int k, seen = 0;

	for (k = 1; k < LEVELS; k++)
		seen += (int)b->count[freq][k];
	if (seen < NEEDED)
		return;
	out->known++;
	find_step(b, freq, seen, out);
	told = fit_one(out, freq, b->count[freq], &expected);
	if (told > least_fit * expected && told < most_fit * expected) {
		out->found++;
		return;
	}
	out->expected[freq] = 0;
	memset(out->says[freq], 0, sizeof(out->says[freq]));
}

void history_trace_find(const struct history_blocks *b,
			struct history_trace *out)
{
	int i;

	*out = (struct history_trace){ .known = 0 };
	for (i = 0; i < HISTORY_FREQS; i++)
		find_one(b, i, out);
}

double history_trace_fit(const struct history_trace *t,
			 uint32_t count[HISTORY_FREQS][HISTORY_LEVELS])
{
	double told = 0, all = 0, expected;
	int i;

	for (i = 0; i < HISTORY_FREQS; i++) {
		told += fit_one(t, i, count[i], &expected);
		all += expected;
	}
	return all > 0 ? told / all : 0;
}
