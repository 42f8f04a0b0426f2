// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads the machine readable zone off a photo: likely lines, which way up they
 * are, their neighbours, then the text. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "check/mrz_decide.h"
#include "check/mrz_find.h"
#include "check/mrz_line.h"

enum {
	FIRST = 3, /* lines of a pitch that are weighed */
	MORE = 4,  /* of all pitches, then */
	SEEN = 4,
	READS = 2, /* that are read, unless they are likely */
	AGAIN = 2, /* that a line is sought before it is read */
	/* Columns of strips, of some 2 microseconds each. What is accepted has
	 * taken half of that at most; print that looks like a zone takes what
	 * it is given. */
	MOST = 40000,
	AROUND = 2, /* lines above and below one */
	ROWS = 2 * AROUND + 1
};

static const double least_likely = 1.2; /* log odds a cell, to read it */
static const double certain = 3.4;	/* no need to look again */
static const double close_by = 0.85;	/* cells: half a patch, and a bit */
static const double sure = 3.95;	/* of 4: all cells are as they should */
static const double shown = 2.8;	/* what can't be accepted */
static const double fair = 75;		/* score of a line that can be one */
static const double plain = 3;		/* odds to read a line at once */
static const double spacing = 2.5;	/* lines are 6.35 mm apart */

struct mrz_reader {
	struct mrz_nets nets;
};

struct zone {
	struct mrz_row rows[MRZ_LINES];
	size_t lines;
	double score;
};

struct mrz_reader *mrz_reader_create(const void *weights, size_t len)
{
	struct mrz_reader *r = mem_alloc(sizeof(*r));

	if (!mrz_nets_load(&r->nets, weights, len))
		return r;
	free(r);
	return NULL;
}

void mrz_reader_destroy(struct mrz_reader *r)
{
	if (!r)
		return;
	mrz_nets_drop(&r->nets);
	free(r);
}

PIX *mrz_grey(PIX *photo)
{
	return photo ? pixConvertTo8(photo, 0) : NULL;
}

/* Above or below a line by one. A page that isn't flat has it elsewhere: then
 * the ink tells where. */
static double neighbour(const struct mrz_reader *r, const struct mrz_view *v,
			const struct mrz_row *from, int way,
			struct mrz_row *out)
{
	struct mrz_curve c = from->curve;
	struct mrz_row other;

	mrz_curve_lower(&c, way * spacing);
	if (mrz_row_seek(&r->nets, v, &c, 3, from->cells, out))
		out->score = -9;
	if (out->score > certain || from->score < least_likely + 0.8)
		return out->score;
	mrz_row_settle(v, &c);
	if (!mrz_row_seek(&r->nets, v, &c, 3, from->cells, &other) &&
	    other.score > out->score)
		*out = other;
	if (out->score > 0 &&
	    !mrz_row_seek(&r->nets, v, &out->curve, 1, from->cells, &other) &&
	    other.score > out->score)
		*out = other;
	return out->score;
}

/* How far the point q is below the middle of row a, and to its right, in
 * cells. */
static struct mrz_point offset_of(const struct mrz_row *a, struct mrz_point q)
{
	double mid = (double)a->cells / 2, n = (double)a->cells;
	struct mrz_point p = mrz_curve_at(&a->curve, mid);
	struct mrz_point s = mrz_curve_at(&a->curve, 0);
	struct mrz_point e = mrz_curve_at(&a->curve, n);
	double dx = (e.x - s.x) / n, dy = (e.y - s.y) / n;
	double square = dx * dx + dy * dy;

	q.x -= p.x;
	q.y -= p.y;
	return (struct mrz_point){ (q.x * dx + q.y * dy) / square,
				   (q.y * dx - q.x * dy) / square };
}

static struct mrz_point offset(const struct mrz_row *a, const struct mrz_row *b)
{
	return offset_of(a, mrz_curve_at(&b->curve, (double)a->cells / 2));
}

/* All lines as one of them has its cells. */
static double zone_after(const struct mrz_reader *r, const struct mrz_view *v,
			 const struct zone *z, size_t frame, struct zone *out)
{
	double sum = 0;
	size_t i;

	*out = *z;
	for (i = 0; i < z->lines; i++) {
		struct mrz_curve c = z->rows[frame].curve;

		mrz_curve_lower(&c, offset(&z->rows[frame], &z->rows[i]).y);
		if (i != frame && mrz_row_seek(&r->nets, v, &c, close_by,
					       z->rows[i].cells, &out->rows[i]))
			return -9;
		sum += out->rows[i].score;
	}
	out->score = sum / (double)z->lines;
	return out->score;
}

/* Lines of a zone begin one below the other. Where one is off by a cell, the
 * frame that fits all of them best decides. */
static void zone_align(const struct mrz_reader *r, const struct mrz_view *v,
		       struct zone *z)
{
	struct zone best = *z, next;
	bool even = true;
	size_t i;

	for (i = 1; i < z->lines; i++)
		even = even && fabs(offset(&z->rows[0], &z->rows[i]).x) < 0.45;
	if (even)
		return;
	for (i = 0; i < z->lines; i++) {
		if (zone_after(r, v, z, i, &next) > best.score)
			best = next;
	}
	*z = best;
}

/* The lines around one that was found, and of these the best that follow each
 * other. */
static void zone_of(const struct mrz_reader *r, const struct mrz_view *v,
		    const struct mrz_row *base, struct zone *out)
{
	size_t lines = base->cells == 30 ? 3 : 2, first, i;
	struct mrz_row rows[ROWS] = { { .score = 0 } };
	double score[ROWS];
	int way, k;

	rows[AROUND] = *base;
	score[AROUND] = base->score;
	for (way = -1; way <= 1; way += 2) {
		for (k = 1; k <= AROUND; k++) {
			int at = AROUND + way * k;

			score[at] = -9;
			if (k < (int)lines && score[at - way] > -2)
				score[at] = neighbour(r, v, &rows[at - way],
						      way, &rows[at]);
		}
	}
	out->lines = lines;
	out->score = -1e9;
	for (first = AROUND + 1 - lines; first <= AROUND; first++) {
		double sum = 0;

		for (i = 0; i < lines; i++)
			sum += score[first + i];
		if (sum > out->score) {
			out->score = sum;
			memcpy(out->rows, rows + first, lines * sizeof(*rows));
		}
	}
	out->score /= (double)lines;
}

/* 0 where the line is one of OCR-B. */
static int base_seek(const struct mrz_reader *r, const struct mrz_view *v,
		     const struct mrz_curve *line, struct mrz_row *out)
{
	struct mrz_row guess;

	if (mrz_row_seek(&r->nets, v, line, 6, 0, &guess) ||
	    guess.score < least_likely / 2)
		return -1;
	/* the pitch was a guess */
	if (mrz_row_seek(&r->nets, v, &guess.curve, 4, 0, out) ||
	    out->score < least_likely)
		return -1;
	return 0;
}

static bool is_near(const struct mrz_curve *a, const struct mrz_curve *b)
{
	double pitch = hypot(a->x[1], a->y[1]) * 2 / a->cells;
	double other = hypot(b->x[1], b->y[1]) * 2 / b->cells;
	struct mrz_point p = mrz_curve_at(a, a->cells / 2);
	struct mrz_point q = mrz_curve_at(b, b->cells / 2);

	return hypot(p.x - q.x, p.y - q.y) < pitch &&
	       fabs(log(pitch / other)) < 0.08;
}

/* Cells that are off at one end of a line are found from where the others
 * are. */
static void row_better(const struct mrz_reader *r, const struct mrz_view *v,
		       struct mrz_row *row)
{
	struct mrz_row next;
	int round;

	for (round = 0; round < AGAIN && row->score < sure; round++) {
		if (mrz_row_seek(&r->nets, v, &row->curve, close_by, row->cells,
				 &next) ||
		    next.score <= row->score)
			return;
		*row = next;
	}
}

static void zone_read(const struct mrz_reader *r, const struct mrz_view *v,
		      struct zone *z, struct mrz_reading *out)
{
	struct mrz_shares *shares = mem_alloc(MRZ_LINES * sizeof(*shares));
	size_t i;

	for (i = 0; i < z->lines; i++) {
		row_better(r, v, &z->rows[i]);
		mrz_row_read(&r->nets, v, &z->rows[i], &shares[i]);
	}
	mrz_decide(shares, z->lines, z->rows[0].cells, out);
	free(shares);
}

static void corner(const struct mrz_row *row, double cell, double lower,
		   float *out)
{
	struct mrz_curve c = row->curve;
	struct mrz_point p;

	mrz_curve_lower(&c, lower);
	p = mrz_curve_at(&c, cell);
	out[0] = (float)p.x;
	out[1] = (float)p.y;
}

static void zone_tell(const struct zone *z, struct mrz_reading *out)
{
	const struct mrz_row *top = &z->rows[0];
	const struct mrz_row *last = &z->rows[z->lines - 1];
	double turn = atan2(top->curve.y[1], top->curve.x[1]) * 2 / M_PI;

	corner(top, 0, -0.7, out->box[0]);
	corner(top, (double)top->cells, -0.7, out->box[1]);
	corner(last, (double)last->cells, 0.7, out->box[2]);
	corner(last, 0, 0.7, out->box[3]);
	/* text that runs down must be turned back by a quarter */
	out->turn = (4 - (int)lround(turn)) % 4 * 90;
}

/* A reading that is not accepted is shown where it has most digits right. */
static int worth(const struct mrz_reading *m)
{
	int n = 0, i;

	for (i = 0; i < MRZ_CHECKS && m->format != MRZ_NONE; i++)
		n += m->checks[i];
	return m->format == MRZ_NONE ? -1 : n;
}

struct attempt {
	const struct mrz_reader *r;
	const struct mrz_view *view;
	struct mrz_lines lines;
	size_t reads;
	size_t columns;		/* of strips so far */
	struct zone seen[SEEN]; /* wholly, and not accepted */
	size_t seen_count;
};

/* A zone that was seen wholly is read no better from its next line. */
static bool is_seen(const struct attempt *a, const struct mrz_curve *line)
{
	struct mrz_point mid = mrz_curve_at(line, line->cells / 2);
	size_t i, k;

	for (i = 0; i < a->seen_count; i++) {
		for (k = 0; k < a->seen[i].lines; k++) {
			const struct mrz_row *row = &a->seen[i].rows[k];
			struct mrz_point p = offset_of(row, mid);

			if (fabs(p.y) < 1 && fabs(p.x) < (double)row->cells / 2)
				return true;
		}
	}
	return false;
}

static void see(struct attempt *a, const struct zone *z)
{
	size_t i;

	for (i = 0; i < z->lines; i++) {
		if (z->rows[i].score < certain)
			return;
	}
	if (a->seen_count < SEEN)
		a->seen[a->seen_count++] = *z;
}

static bool is_over(const struct attempt *a, const struct mrz_reading *out)
{
	return out->accepted || a->columns > MOST;
}

/* The odds of line i, read the likelier way up; 0 for one that was weighed
 * before. */
static double line_weigh(struct attempt *a, size_t i)
{
	struct mrz_place *p = &a->lines.at[i];
	size_t k;

	for (k = 0; k < a->lines.count; k++) {
		if (a->lines.at[k].odds != 0 &&
		    is_near(&a->lines.at[k].curve, &p->curve))
			return 0;
	}
	p->odds = mrz_row_odds(&a->r->nets, a->view, &p->curve);
	return p->odds;
}

static void line_try(struct attempt *a, size_t i, struct mrz_reading *out)
{
	struct mrz_reading m = { 0 };
	struct mrz_row base;
	struct zone z;

	a->lines.at[i].odds = -9;
	if (is_seen(a, &a->lines.at[i].curve))
		return;
	a->reads++;
	if (base_seek(a->r, a->view, &a->lines.at[i].curve, &base))
		return;
	zone_of(a->r, a->view, &base, &z);
	zone_align(a->r, a->view, &z);
	if (z.score < least_likely)
		return;
	zone_read(a->r, a->view, &z, &m);
	zone_tell(&z, &m);
	/* in doubt alone it may be read surer from there */
	if (!m.accepted && worth(&m) < MRZ_CHECKS)
		see(a, &z);
	/* print that is none is not worth showing */
	if (m.accepted || (z.score > shown && worth(&m) > worth(out)))
		*out = m;
}

/* The one of the best odds that was not read, or count. */
static size_t best_left(const struct mrz_lines *l)
{
	size_t best = l->count, i;

	for (i = 0; i < l->count; i++) {
		if (l->at[i].odds > least_likely &&
		    (best == l->count || l->at[i].odds > l->at[best].odds))
			best = i;
	}
	return best;
}

static void attempt_run(struct attempt *a, struct mrz_reading *out)
{
	size_t i, from;
	int pitch;

	for (pitch = 0; pitch < MRZ_PITCHES; pitch++) {
		from = a->lines.count;
		mrz_find(a->view, pitch, &a->lines);
		for (i = from; i < a->lines.count && i < from + FIRST; i++) {
			if (line_weigh(a, i) > plain)
				line_try(a, i, out);
			if (is_over(a, out))
				return;
		}
	}
	/* print around the document can be likelier by its shape */
	for (i = 0, from = 0; i < a->lines.count && from < MORE; i++) {
		if (a->lines.at[i].odds != 0 || a->lines.at[i].score < fair)
			continue;
		from++;
		if (line_weigh(a, i) > plain)
			line_try(a, i, out);
		if (is_over(a, out))
			return;
	}
	while (a->reads < READS && !is_over(a, out)) {
		i = best_left(&a->lines);
		if (i == a->lines.count)
			return;
		line_try(a, i, out);
	}
}

int mrz_read(const struct mrz_reader *r, PIX *grey, struct mrz_reading *out)
{
	struct mrz_view v;
	struct attempt a = { .r = r, .view = &v };

	memset(out, 0, sizeof(*out));
	out->why = "no machine readable zone was found";
	if (mrz_view_open(&v, grey)) {
		out->why =
			"the photo is too small, or not of 8 grey bits a pixel";
		return -1;
	}
	v.columns = &a.columns;
	attempt_run(&a, out);
	mrz_lines_drop(&a.lines);
	mrz_view_drop(&v);
	return out->accepted ? 0 : -1;
}
