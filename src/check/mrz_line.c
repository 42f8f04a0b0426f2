// SPDX-License-Identifier: GPL-3.0-or-later
/* The cells of a line of a machine readable zone: found, then read. */
#include <math.h>

#include "check/mrz_line.h"

enum {
	NEAR = 8, /* places from one cell to the next: 16 to 24 columns */
	FAR = 12,
	MIDDLE = MRZ_CELL / MRZ_STRIDE,
	COUNTS = 3,
	DOZEN = 12
};

static const size_t counts[COUNTS] = { 30, 36, 44 };

/* No place may weigh more: glare takes some cells away, junk adds some. */
static const float least_odds = -2.5f, most_odds = 4;
static const double worth = 1.5;     /* log odds */
static const double step_cost = 0.2; /* a place squared */

struct chain {
	double score; /* of all cells */
	size_t cells;
	short at[MRZ_LENGTH]; /* places */
};

struct trellis {
	float *odds;
	float *best[MRZ_LENGTH];
	unsigned char *from[MRZ_LENGTH];
	size_t places;
};

static void odds_of(const struct mrz_net *net, const struct mrz_strip *s,
		    struct trellis *t)
{
	size_t width = s->width, i;
	float *scratch =
		mem_alloc(mrz_net_scratch(net, width) * sizeof(*scratch));
	float *out;

	t->places = mrz_net_places(width);
	out = mem_alloc((t->places + 1) * MRZ_OUTPUTS * sizeof(*out));
	t->odds = mem_alloc((t->places + 1) * sizeof(*t->odds));
	mrz_net_run(net, s->ink + (MRZ_ROWS - MRZ_SEEN) / 2 * width, width,
		    width, scratch, out);
	for (i = 0; i < t->places; i++) {
		float junk = expf(out[i * MRZ_OUTPUTS + MRZ_JUNK]);
		float odds = logf((1.001f - junk) / (junk + 0.001f));

		odds = odds < least_odds ? least_odds : odds;
		t->odds[i] = odds > most_odds ? most_odds : odds;
	}
	free(scratch);
	free(out);
}

static void step(struct trellis *t, size_t k)
{
	size_t i, d;

	for (i = 0; i < t->places; i++) {
		float most = -1e9f;

		for (d = NEAR; d <= FAR && d <= i; d++) {
			double off = (double)d - MIDDLE;
			float v = t->best[k - 1][i - d] -
				  (float)(step_cost * off * off);

			if (v > most) {
				most = v;
				t->from[k][i] = (unsigned char)d;
			}
		}
		t->best[k][i] = most + t->odds[i];
	}
}

static void trellis_run(struct trellis *t, size_t cells)
{
	size_t n = t->places + 1, k;

	t->best[0] = mem_alloc(cells * n * sizeof(float));
	t->from[0] = mem_alloc(cells * n);
	memcpy(t->best[0], t->odds, t->places * sizeof(float));
	for (k = 1; k < cells; k++) {
		t->best[k] = t->best[0] + k * n;
		t->from[k] = t->from[0] + k * n;
		step(t, k);
	}
}

static void trellis_drop(struct trellis *t)
{
	free(t->odds);
	free(t->best[0]);
	free(t->from[0]);
}

static struct chain chain_of(const struct trellis *t, size_t cells)
{
	struct chain c = { .score = -1e9, .cells = cells };
	size_t end = 0, i;

	for (i = 0; i < t->places; i++) {
		if (t->best[cells - 1][i] > c.score) {
			c.score = t->best[cells - 1][i];
			end = i;
		}
	}
	for (i = cells; i-- > 0 && c.score > -1e8;) {
		c.at[i] = (short)end;
		if (i)
			end -= t->from[i][end];
	}
	return c;
}

static double dozen(const struct mrz_nets *nets, const struct mrz_strip *s)
{
	struct trellis t;
	double score;

	odds_of(&nets->finding, s, &t);
	trellis_run(&t, DOZEN);
	score = chain_of(&t, DOZEN).score / DOZEN;
	trellis_drop(&t);
	return score;
}

double mrz_row_odds(const struct mrz_nets *nets, const struct mrz_view *v,
		    struct mrz_curve *line)
{
	struct mrz_strip s = mrz_strip_cut(v, line, 10 - line->cells / 2);
	double odds = -9, turned = -9;

	if (s.width > MRZ_PATCH) {
		odds = dozen(nets, &s);
		mrz_strip_turn(&s);
		turned = dozen(nets, &s);
	}
	mrz_strip_drop(&s);
	if (turned > odds)
		mrz_curve_turn(line);
	return turned > odds ? turned : odds;
}

static struct chain chain_find(const struct mrz_net *net,
			       const struct mrz_strip *s, size_t cells,
			       float *odds)
{
	struct trellis t;
	struct chain best = { .score = -1e9 };
	size_t i;

	odds_of(net, s, &t);
	trellis_run(&t, cells ? cells : MRZ_LENGTH);
	for (i = 0; i < COUNTS; i++) {
		struct chain c;

		if (cells && cells != counts[i])
			continue;
		c = chain_of(&t, counts[i]);
		/* more cells add up to more, so each has to be worth it */
		c.score -= worth * (double)c.cells;
		if (c.score > best.score)
			best = c;
	}
	best.score += worth * (double)best.cells;
	for (i = 0; i < best.cells && best.score > -1e8; i++)
		odds[i] = t.odds[best.at[i]];
	trellis_drop(&t);
	return best;
}

/* Where the cells are, in cells of the old curve: a smooth way through the
 * places, of which the unlikely count little. */
static int smooth(const struct chain *c, const float *odds, double margin,
		  double *out)
{
	double k[MRZ_LENGTH] = { 0 }, q[MRZ_LENGTH] = { 0 };
	double w[MRZ_LENGTH] = { 0 }, a[MRZ_TERMS] = { 0 };
	size_t i;
	int round;

	for (i = 0; i < c->cells; i++) {
		k[i] = (i + 0.5) / c->cells * 2 - 1;
		q[i] = (c->at[i] * MRZ_STRIDE + MRZ_PATCH / 2.0) / MRZ_CELL -
		       margin;
		w[i] = 1 / (1 + exp(-odds[i])) + 0.01;
	}
	for (round = 0; round < 3; round++) {
		if (mrz_fit(a, round ? 4 : 2, k, q, w, c->cells))
			return -1;
		for (i = 0; i < c->cells; i++) {
			double u = k[i], off;

			out[i] = a[0] + u * a[1];
			if (round)
				out[i] += u * u * (a[2] + u * a[3]);
			off = (q[i] - out[i]) / (round ? 0.12 : 0.4);
			w[i] = (1 / (1 + exp(-odds[i])) + 0.01) /
			       (1 + off * off * off * off);
		}
	}
	return 0;
}

/* How far below the strip's middle the text runs at each cell, in rows. */
static void heights(const struct mrz_strip *s, const double *at, size_t cells,
		    const float *odds, double *out)
{
	double k[MRZ_LENGTH] = { 0 }, y[MRZ_LENGTH] = { 0 };
	double w[MRZ_LENGTH] = { 0 }, a[3] = { 0 };
	size_t i;

	for (i = 0; i < cells; i++) {
		double x = (at[i] + s->margin) * MRZ_CELL;

		k[i] = (i + 0.5) / cells * 2 - 1;
		w[i] = odds[i] > 0 && x >= 10 ? 1 : 0.001;
		y[i] = x < 10 ? 0
			      : mrz_strip_middle(s, (size_t)x - 10,
						 (size_t)x + 10);
	}
	if (mrz_fit(a, 3, k, y, w, cells))
		memset(a, 0, sizeof(a));
	for (i = 0; i < cells; i++)
		out[i] = a[0] + k[i] * (a[1] + k[i] * a[2]);
}

static struct mrz_point below(const struct mrz_curve *c, double cell,
			      double rows)
{
	struct mrz_point p = mrz_curve_at(c, cell);
	struct mrz_point a = mrz_curve_at(c, cell - 0.5);
	struct mrz_point b = mrz_curve_at(c, cell + 0.5);

	p.x -= rows / MRZ_CELL * (b.y - a.y);
	p.y += rows / MRZ_CELL * (b.x - a.x);
	return p;
}

int mrz_row_seek(const struct mrz_nets *nets, const struct mrz_view *v,
		 const struct mrz_curve *guess, double margin, size_t cells,
		 struct mrz_row *out)
{
	struct mrz_strip s = mrz_strip_cut(v, guess, margin);
	double at[MRZ_LENGTH], rows[MRZ_LENGTH];
	double k[MRZ_LENGTH] = { 0 }, w[MRZ_LENGTH] = { 0 };
	struct mrz_point p[MRZ_LENGTH] = { { 0, 0 } };
	float odds[MRZ_LENGTH] = { 0 };
	struct chain c = { .score = -1e9 };
	size_t i;

	memset(out, 0, sizeof(*out));
	if (s.width > MRZ_PATCH)
		c = chain_find(&nets->finding, &s, cells, odds);
	if (c.score < -1e8 || smooth(&c, odds, margin, at)) {
		mrz_strip_drop(&s);
		return -1;
	}
	heights(&s, at, c.cells, odds, rows);
	for (i = 0; i < c.cells; i++) {
		p[i] = below(guess, at[i], rows[i]);
		k[i] = i + 0.5;
		w[i] = 1;
	}
	out->cells = c.cells;
	out->score = c.score / (double)c.cells;
	out->curve = *guess;
	mrz_curve_fit(&out->curve, k, p, w, c.cells, 4, (double)c.cells);
	mrz_strip_drop(&s);
	return 0;
}

void mrz_row_settle(const struct mrz_view *v, struct mrz_curve *c)
{
	enum { PARTS = 6 };
	double k[PARTS], y[PARTS], w[PARTS], a[2], cells[PARTS];
	struct mrz_point p[PARTS];
	int round, i;

	for (round = 0; round < 2; round++) {
		struct mrz_strip s = mrz_strip_cut(v, c, 0);
		size_t part = s.width / PARTS;

		for (i = 0; i < PARTS; i++) {
			k[i] = (i + 0.5) / PARTS * 2 - 1;
			w[i] = 1;
			y[i] = mrz_strip_middle(&s, (size_t)i * part,
						(size_t)(i + 1) * part);
		}
		mrz_strip_drop(&s);
		if (mrz_fit(a, 2, k, y, w, PARTS))
			return;
		for (i = 0; i < PARTS; i++) {
			cells[i] = (i + 0.5) / PARTS * c->cells;
			p[i] = below(c, cells[i], a[0] + k[i] * a[1]);
		}
		mrz_curve_fit(c, cells, p, w, PARTS, 4, c->cells);
	}
}

void mrz_row_read(const struct mrz_nets *nets, const struct mrz_view *v,
		  const struct mrz_row *row, struct mrz_shares *out)
{
	enum { SHIFTS = 2 };
	static const int shifts[SHIFTS] = { -1, 1 };
	const struct mrz_net *net = &nets->reading;
	struct mrz_strip s = mrz_strip_cut(v, &row->curve, 2);
	float scratch[8192], part[MRZ_CHARS];
	size_t i, k, c;

	memset(out, 0, sizeof(*out));
	if (mrz_net_scratch(net, MRZ_PATCH) > ARRAY_SIZE(scratch) ||
	    s.width < (row->cells + 4) * MRZ_CELL - 2) {
		mrz_strip_drop(&s);
		return;
	}
	for (i = 0; i < row->cells; i++) {
		for (k = 0; k < SHIFTS; k++) {
			size_t x = (2 + i) * MRZ_CELL + MRZ_CELL / 2 -
				   MRZ_PATCH / 2 + (size_t)(1 + shifts[k]) - 1;

			mrz_net_run(
				net,
				s.ink + (MRZ_ROWS - MRZ_SEEN) / 2 * s.width + x,
				s.width, MRZ_PATCH, scratch, part);
			for (c = 0; c < MRZ_CHARS; c++)
				out->of[i][c] += part[c] / (float)SHIFTS;
		}
	}
	mrz_strip_drop(&s);
}
