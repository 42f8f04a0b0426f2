// SPDX-License-Identifier: GPL-3.0-or-later
/* Where in a photo lines of a machine readable zone may be: long bars of ink
 * of a known height, one below the other at a known distance. All sizes are
 * told by the pitch of the characters, so each of some pitches is tried, by
 * scaling the photo to UNIT pixels a character. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "check/mrz_find.h"
#include "check/mrz_ink.h"

enum {
	UNIT = 12,
	PIECES = 400, /* bars, at most, that are looked at */
	STEP = 3,     /* columns from one point of a bar to the next */
	LONGEST = 64 * UNIT,
	SHORTEST = 3 * UNIT, /* a piece */
	LEAST = 13 * UNIT    /* a line */
};

/* Sums of x^i and x^i y of the points of a bar, x in units. */
struct bar {
	double x0, x1; /* pixels */
	double xs[5], ys[3], n;
	double a[3]; /* y = a[0] + a[1] x + a[2] x^2 */
	bool used;
};

struct search {
	const struct mrz_view *view;
	struct mrz_lines *out;
	double scale; /* of the photo */
	bool turned;  /* by a quarter, clockwise */
	int height;   /* of the scaled photo before it was turned */
	int width;    /* as it is now */
	struct bar bars[PIECES];
	size_t count;
};

static double at(const struct bar *b, double x)
{
	x /= UNIT;
	return b->a[0] + x * (b->a[1] + x * b->a[2]);
}

static void add_point(struct bar *b, double x, double y)
{
	double p = 1;
	int i;

	x /= UNIT;
	for (i = 0; i < 5; i++) {
		b->xs[i] += p;
		if (i < 3)
			b->ys[i] += p * y;
		p *= x;
	}
	b->n++;
}

/* A straight line, or for long bars a bow. */
static bool fit(struct bar *b)
{
	double n = b->xs[0], sx = b->xs[1], sxx = b->xs[2];
	double c = n * sxx - sx * sx, d;

	if (n < 6 || c < 1e-6)
		return false;
	b->a[1] = (n * b->ys[1] - sx * b->ys[0]) / c;
	b->a[0] = (b->ys[0] - b->a[1] * sx) / n;
	b->a[2] = 0;
	if (b->x1 - b->x0 < 12 * UNIT)
		return true;
	{
		/* with x^2 made orthogonal to 1 and x */
		double q1 = (n * b->xs[3] - sx * sxx) / c;
		double q0 = (sxx - q1 * sx) / n;
		double num = b->ys[2] - q1 * b->ys[1] - q0 * b->ys[0];

		d = b->xs[4] - q1 * b->xs[3] - q0 * sxx;
		if (d > 1e-6) {
			b->a[2] = num / d;
			b->a[1] -= b->a[2] * q1;
			b->a[0] -= b->a[2] * q0;
		}
	}
	return true;
}

struct points {
	short x[LONGEST], y2[LONGEST]; /* y doubled */
	int count;
};

/* The middle of each column of a bar, where it is as thick as text. */
static void columns(PIX *bar, int left, int up, struct points *p)
{
	int w = pixGetWidth(bar), h = pixGetHeight(bar), x, y;
	int wpl = pixGetWpl(bar);
	const l_uint32 *data = pixGetData(bar);

	p->count = 0;
	for (x = 1; x < w - 1 && p->count < LONGEST; x += STEP) {
		int top = -1, bottom = -1, on = 0;

		for (y = 0; y < h; y++) {
			if (!GET_DATA_BIT(data + (ptrdiff_t)y * wpl, x))
				continue;
			top = top < 0 ? y : top;
			bottom = y;
			on++;
		}
		if (on < UNIT / 3 || bottom - top > 2 * UNIT)
			continue;
		p->x[p->count] = (short)(left + x);
		p->y2[p->count++] = (short)(2 * up + top + bottom);
	}
}

static bool bar_make(struct bar *b, const struct points *p)
{
	int round, i;

	for (round = 0; round < 3; round++) {
		struct bar next = { .x0 = 1e9, .x1 = -1e9 };

		for (i = 0; i < p->count; i++) {
			double x = p->x[i], y = p->y2[i] / 2.0;

			if (round && fabs(y - at(b, x)) > 5 - round)
				continue;
			add_point(&next, x, y);
			next.x0 = x < next.x0 ? x : next.x0;
			next.x1 = x > next.x1 ? x : next.x1;
		}
		if (!fit(&next))
			return false;
		*b = next;
	}
	return b->x1 - b->x0 >= SHORTEST - 4 && fabs(b->a[1]) < 0.35 * UNIT;
}

static void bars_find(struct search *s, PIX *mask)
{
	struct points p;
	PIXA *parts = NULL;
	BOXA *boxes = pixConnCompPixa(mask, &parts, 8);
	int n = boxaGetCount(boxes), i;

	s->count = 0;
	for (i = 0; i < n && s->count < PIECES; i++) {
		int x, y, w, h;
		PIX *part;

		if (boxaGetBoxGeometry(boxes, i, &x, &y, &w, &h) ||
		    w < SHORTEST || w < h || h < 5)
			continue;
		part = pixaGetPix(parts, i, L_CLONE);
		if (!part)
			continue;
		columns(part, x, y, &p);
		if (bar_make(&s->bars[s->count], &p))
			s->count++;
		pixDestroy(&part);
	}
	boxaDestroy(&boxes);
	pixaDestroy(&parts);
}

static int by_length(const void *a, const void *b)
{
	const struct bar *p = a, *q = b;
	double d = (q->x1 - q->x0) - (p->x1 - p->x0);

	return d > 0 ? 1 : d < 0 ? -1 : 0;
}

/* A bow is no guide beyond its ends; the line through its near half is. */
static double beyond(const struct bar *b, double x)
{
	double end = x < b->x0 ? b->x0 : x > b->x1 ? b->x1 : x;

	return at(b, end) +
	       (x - end) / UNIT * (b->a[1] + 2 * b->a[2] * end / UNIT);
}

static bool goes_on(const struct bar *b, const struct bar *piece)
{
	double gap = piece->x0 > b->x1	 ? piece->x0 - b->x1
		     : piece->x1 < b->x0 ? b->x0 - piece->x1
					 : 0;
	double mid = (piece->x0 + piece->x1) / 2;
	double off = fabs(beyond(b, mid) - at(piece, mid));

	return gap < 10 * UNIT && off < 3 + gap / UNIT * 0.35;
}

static void join(struct bar *b, struct bar *piece)
{
	int i;

	for (i = 0; i < 5; i++)
		b->xs[i] += piece->xs[i];
	for (i = 0; i < 3; i++)
		b->ys[i] += piece->ys[i];
	b->n += piece->n;
	b->x0 = piece->x0 < b->x0 ? piece->x0 : b->x0;
	b->x1 = piece->x1 > b->x1 ? piece->x1 : b->x1;
	piece->used = true;
	fit(b);
}

/* Lines that a fold or glare broke are put together again. */
static void bars_join(struct search *s)
{
	size_t alone = s->count, i, j;
	bool more;

	qsort(s->bars, alone, sizeof(s->bars[0]), by_length);
	for (i = 0; i < alone; i++) {
		struct bar *b = &s->bars[i], was = *b;

		do {
			more = false;
			for (j = i + 1; j < alone && !b->used; j++) {
				if (s->bars[j].used || !goes_on(b, &s->bars[j]))
					continue;
				join(b, &s->bars[j]);
				more = true;
			}
		} while (more);
		/* or they were none: print beside the document goes on too */
		if (b->n > was.n && was.x1 - was.x0 > LEAST &&
		    s->count < PIECES)
			s->bars[s->count++] = was;
	}
}

static struct mrz_point photo_at(const struct search *s, double x, double y)
{
	struct mrz_point p = { x + 0.5, y + 0.5 };

	if (s->turned)
		p = (struct mrz_point){ y + 0.5, s->height - x - 0.5 };
	p.x /= s->scale;
	p.y /= s->scale;
	return p;
}

static void place_add(struct mrz_lines *l, const struct mrz_place *p)
{
	if (l->count == l->room) {
		l->room = l->room ? 2 * l->room : 32;
		l->at = mem_realloc(l->at, l->room * sizeof(*l->at));
	}
	l->at[l->count++] = *p;
}

static void line_add(struct search *s, const struct bar *b, double pitch,
		     double score)
{
	struct mrz_place place = { .score = score };
	double cells[8], w[8], length = (b->x1 - b->x0) / pitch;
	struct mrz_point p[8];
	int i;

	for (i = 0; i < 8; i++) {
		double x = b->x0 + (b->x1 - b->x0) * i / 7;

		cells[i] = length * i / 7;
		w[i] = 1;
		p[i] = photo_at(s, x, at(b, x));
	}
	mrz_curve_fit(&place.curve, cells, p, w, 8, 3, length);
	place_add(s->out, &place);
}

/* How far below a the bar b runs, or 0 where it is no neighbour. */
static double distance(const struct bar *a, const struct bar *b)
{
	double from = a->x0 > b->x0 ? a->x0 : b->x0;
	double to = a->x1 < b->x1 ? a->x1 : b->x1;
	double d0 = at(b, from) - at(a, from), d1 = at(b, to) - at(a, to);
	double shorter = fmin(a->x1 - a->x0, b->x1 - b->x0);

	if (to - from < 0.6 * shorter || fabs(d0 - d1) > 0.07 * (to - from) + 3)
		return 0;
	d0 = fabs(d0 + d1) / 2;
	return d0 > 1.7 * UNIT && d0 < 3.6 * UNIT ? d0 : 0;
}

/* The pitch by which the line has 30, 36 or 44 characters and, if it has
 * neighbours at 2.5 pitches, they are there. */
static double pitch_of(double length, double gap, double *fits)
{
	static const int counts[] = { 30, 36, 44 };
	double best = 0, off = 1e9;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		double p = length / counts[i];
		double d = fabs(log(p / (gap > 0 ? gap / 2.5 : UNIT)));

		if (d < off) {
			off = d;
			best = p;
		}
	}
	*fits = off < 0.1 ? 1 : 0;
	if (off > 0.12)
		best = gap > 0 ? gap / 2.5 : UNIT;
	return best;
}

/* A zone is in the photo as a whole; print around the document is not. */
static bool is_cut(const struct search *s, const struct bar *b)
{
	return b->x0 < 2 * UNIT || b->x1 > s->width - 2 * UNIT;
}

static void lines_judge(struct search *s)
{
	size_t i, j;

	for (i = 0; i < s->count; i++) {
		const struct bar *b = &s->bars[i];
		double length = b->x1 - b->x0, score, gap = 0, fits, p;

		if (b->used || length < LEAST || length > LONGEST)
			continue;
		score = fmin(length / UNIT, 46);
		for (j = 0; j < s->count; j++) {
			const struct bar *o = &s->bars[j];
			double d = o->used || i == j ? 0 : distance(b, o);
			double alike = fmin(o->x1 - o->x0, length) /
				       fmax(o->x1 - o->x0, length);

			if (d <= 0)
				continue;
			gap = d;
			score += 20 * alike;
		}
		p = pitch_of(length, gap, &fits);
		line_add(s, b, p, score + 25 * fits - (is_cut(s, b) ? 40 : 0));
	}
}

static void look(struct search *s, PIX *ink)
{
	PIX *mask = mrz_ink_bars(ink);

	if (mask) {
		s->width = pixGetWidth(mask);
		bars_find(s, mask);
		bars_join(s);
		lines_judge(s);
	}
	pixDestroy(&mask);
}

static void try_pitch(struct search *s, double pitch)
{
	int k = 0;
	double scale = UNIT / pitch;
	PIX *ink, *turned;

	s->scale = scale;
	while (k + 1 < s->view->levels && scale < 0.55) {
		scale *= 2;
		k++;
	}
	ink = mrz_ink(s->view->level[k], scale);
	if (ink) {
		s->height = pixGetHeight(ink);
		s->turned = false;
		look(s, ink);
		turned = mrz_ink_turned(ink);
		s->turned = true;
		if (turned)
			look(s, turned);
		pixDestroy(&turned);
	}
	pixDestroy(&ink);
}

static int by_score(const void *a, const void *b)
{
	const struct mrz_place *p = a, *q = b;

	return p->score < q->score ? 1 : p->score > q->score ? -1 : 0;
}

void mrz_find(const struct mrz_view *v, int pitch, struct mrz_lines *out)
{
	/* shares of the longer side: from a passport across two fifths of the
	 * photo to a card that fills it */
	static const double pitches[MRZ_PITCHES] = { 0.0146, 0.0197, 0.0266,
						     0.0108, 0.0080 };
	struct search *s = mem_alloc(sizeof(*s));
	int w = pixGetWidth(v->level[0]), h = pixGetHeight(v->level[0]);
	size_t had = out->count;

	s->view = v;
	s->out = out;
	try_pitch(s, pitches[pitch] * (w > h ? w : h));
	free(s);
	if (out->count > had)
		qsort(out->at + had, out->count - had, sizeof(*out->at),
		      by_score);
}

void mrz_lines_drop(struct mrz_lines *l)
{
	free(l->at);
	memset(l, 0, sizeof(*l));
}
