// SPDX-License-Identifier: GPL-3.0-or-later
/* A part of a picture without the traces of an earlier JPEG that the rest
 * has. */
#include "check/editing_part.h"

enum {
	LEAST = 600, /* pixels of the shorter side */
	PATCH = 8,   /* blocks of a patch, across and down */
	CELL = 4     /* of what is left out where it tells against the trace */
};

static const double threshold = 100; /* of natural logarithms */
/* A block tells only so much: one alone is no part. */
static const float most_told = 8;

/* What must be there, or nothing is told. What was made lighter or sharper as a
 * whole has traces that fit badly, or here and there; the first limits are of
 * the steps found, of what a block tells in the mean, and of what it tells where
 * parts against it are left out, as a share of what is expected. */
static const double least_found = 0.3;
static const double least_told = 0.5;
static const double least_fit = 0.95, most_fit = 1.9;
/* Of patches, those that tell of an earlier JPEG, to say that a part has no
 * trace of it and that all have; and those that tell against it at most. */
static const double patch_with = 40, patch_against = 10;
static const double least_with = 0.2, clear_with = 0.3;
static const double most_against = 0.15;

static const char not_seen[] =
	"files of this kind or size are not looked into for traces of JPEG";
static const char no_trace[] = "the photo has no trace of an earlier JPEG by "
			       "which its parts could be compared";
static const char no_match[] = "the photo's traces of an earlier JPEG do not "
			       "tell";
static const char alike[] =
	"the photo has the traces of one earlier JPEG all over";
static const char broken[] =
	"a part of the photo lacks the traces of an earlier JPEG that the rest "
	"has, as what was pasted in or retouched does";

/* What blocks tell, as sums of all to the left and above, with a row and a
 * column of zeros. */
struct map {
	int width, height;
	double *sum;
};

static float told(const struct history_trace *t, const uint8_t *level)
{
	float sum = 0;
	int i;

	for (i = 0; i < HISTORY_FREQS; i++)
		sum += t->says[i][level[i]];
	if (sum > most_told)
		return most_told;
	return sum < -most_told ? -most_told : sum;
}

static void map_make(const struct history_blocks *b,
		     const struct history_trace *t, struct map *m)
{
	size_t w = (size_t)b->width + 1, x, y;
	const uint8_t *level = b->level;

	m->width = b->width;
	m->height = b->height;
	m->sum = mem_alloc(w * ((size_t)b->height + 1) * sizeof(*m->sum));
	for (y = 1; y <= (size_t)b->height; y++) {
		double row = 0;

		for (x = 1; x < w; x++, level += HISTORY_FREQS) {
			row += (double)told(t, level);
			m->sum[y * w + x] = m->sum[(y - 1) * w + x] + row;
		}
	}
}

/* What a part tells; it ends where the picture does. */
static double map_part(const struct map *m, int x, int y, int width, int height)
{
	size_t w = (size_t)m->width + 1;
	const double *a, *b;

	width = width < m->width - x ? width : m->width - x;
	height = height < m->height - y ? height : m->height - y;
	a = m->sum + (size_t)y * w + x;
	b = a + (size_t)height * w;
	return b[width] - b[0] - a[width] + a[0];
}

static double map_least(const struct map *m, int width, int height)
{
	double least = 0, v;
	int x, y;

	for (y = 0; y + height <= m->height; y += (height + 3) / 4) {
		for (x = 0; x + width <= m->width; x += (width + 3) / 4) {
			v = map_part(m, x, y, width, height);
			least = v < least ? v : least;
		}
	}
	return least;
}

/* How much the part of any size or shape tells that tells most against an
 * earlier JPEG: from a date's to a portrait's. */
static double most_against_any(const struct map *m)
{
	static const int sides[] = { 3, 5, 8, 12, 18, 27, 40 };
	double least = 0, v;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(sides); i++) {
		for (k = 0; k < ARRAY_SIZE(sides); k++) {
			v = map_least(m, sides[i], sides[k]);
			least = v < least ? v : least;
		}
	}
	return least < 0 ? -least : 0;
}

static void patch_shares(const struct map *m, double *with, double *against)
{
	int x, y, n = 0, above = 0, below = 0;

	for (y = 0; y + PATCH <= m->height; y += PATCH) {
		for (x = 0; x + PATCH <= m->width; x += PATCH) {
			double v = map_part(m, x, y, PATCH, PATCH);

			n++;
			above += v > patch_with;
			below += v < -patch_against;
		}
	}
	*with = (double)above / n;
	*against = (double)below / n;
}

/* How well the trace explains the picture, without what tells against it: that
 * is the part in question. */
static double fit_of_rest(struct history_blocks *b,
			  const struct history_trace *t, const struct map *m)
{
	const uint8_t *level = b->level;
	int x, y, i;

	memset(b->count, 0, sizeof(b->count));
	for (y = 0; y < b->height; y++) {
		for (x = 0; x < b->width; x++, level += HISTORY_FREQS) {
			if (map_part(m, x / CELL * CELL, y / CELL * CELL, CELL,
				     CELL) < 0)
				continue;
			for (i = 0; i < HISTORY_FREQS; i++)
				b->count[i][level[i]]++;
		}
	}
	return history_trace_fit(t, b->count);
}

static void decide(struct history_blocks *b, const struct history_trace *t,
		   const struct map *m, struct signal *out)
{
	double all = map_part(m, 0, 0, m->width, m->height);
	double with, against, fit;

	out->value = most_against_any(m);
	patch_shares(m, &with, &against);
	out->text = no_trace;
	if (all < least_told * m->width * m->height || with < least_with ||
	    t->found < least_found * t->known)
		return;
	fit = fit_of_rest(b, t, m);
	out->text = no_match;
	if (fit < least_fit || fit > most_fit || against > most_against)
		return;
	if (out->value > threshold) {
		out->verdict = SIGNAL_CONSIDER;
		out->text = broken;
	} else if (with >= clear_with) {
		out->verdict = SIGNAL_CLEAR;
		out->text = alike;
	}
}

void editing_compression(const struct image *image, const void *bytes,
			 size_t len, struct signal *out)
{
	struct history_steps steps;
	struct history_blocks b;
	struct history_trace t;
	struct map m;

	*out = (struct signal){ .threshold = threshold,
				.verdict = SIGNAL_UNKNOWN,
				.text = not_seen };
	if (image->width < LEAST || image->height < LEAST ||
	    image->width != image->full_width ||
	    history_steps(bytes, len, &steps))
		return;
	history_blocks_make(image, &steps, &b);
	history_trace_find(&b, &t);
	map_make(&b, &t, &m);
	decide(&b, &t, &m, out);
	free(m.sum);
	history_blocks_finish(&b);
}
