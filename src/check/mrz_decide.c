// SPDX-License-Identifier: GPL-3.0-or-later
/* From the shares of each class to text that check digits prove.
 *
 * A check digit finds each single wrong character but the ones of the same
 * value modulo 10, as G and 6 are; two wrong ones pass one time in ten. So one
 * character is repaired at most, and doubts are added up. */
#include <math.h>

#include "check/mrz_decide.h"

/* Found on photos that were not used for anything else: see tools/ocrb. */
static const double most_same = 0.02;	   /* doubt that no check digit tells */
static const double most_doubt = 0.6;	   /* characters wrong, as expected */
static const double most_doubt_visa = 0.3; /* a visa has no composite digit */
static const double least_share = 0.75;	   /* mean of all characters */
static const float none = 0.005f;	   /* share of all that may be there */
static const float never = -30;

struct text {
	const struct mrz_layout *layout;
	enum mrz_format format;
	/* logarithms, of the classes that may be there alone */
	struct mrz_shares rows[MRZ_LINES];
	char lines[MRZ_LINES][MRZ_LENGTH + 1];
	bool covered[MRZ_LINES][MRZ_LENGTH]; /* by a check digit */
	double other;	/* share of a first character of another format */
	double strange; /* characters that looked like none that may be there */
};

static size_t class_of(char c)
{
	return (size_t)(strchr(mrz_chars, c) - mrz_chars);
}

static int value_of(size_t class)
{
	return class == 36 ? 0 : class < 26 ? (int)class : (int)class - 26;
}

/* Visas begin with V and differ in their check digits alone. */
static void format_find(struct text *t, size_t lines, size_t cells)
{
	const float *s = t->rows[0].of[0];
	float other = s[class_of('P')], visa = s[class_of('V')];

	if (lines == 2 && cells == 36) {
		other = fmaxf(s[class_of('A')], s[class_of('C')]);
		other = fmaxf(other, s[class_of('I')]);
	}
	t->format = mrz_format_of(lines, cells, visa > other ? 'V' : 'P');
	t->layout = &mrz_layouts[t->format];
	t->other = lines == 2 ? 1 / (1 + exp(fabs((double)visa - other))) : 0;
}

/* Leaves the classes that a position allows, with shares of 1 in all. */
static void allow(struct text *t, size_t line, size_t column, float *s)
{
	unsigned int classes = mrz_class_at(t->format, line, column);
	size_t c, best = 0;
	float sum = 0;

	for (c = 0; c < MRZ_CHARS; c++) {
		if (mrz_class_has(classes, mrz_chars[c]))
			sum += expf(s[c]);
		else
			s[c] = -INFINITY;
	}
	if (t->covered[line][column] && sum < none)
		t->strange++;
	for (c = 0; c < MRZ_CHARS; c++) {
		s[c] = s[c] < -1e9f ? never : s[c] - logf(sum + 1e-30f);
		s[c] = s[c] < never ? never : s[c];
		best = s[c] > s[best] ? c : best;
	}
	t->lines[line][column] = mrz_chars[best];
}

static void cover(struct text *t)
{
	size_t i, k, x;

	for (i = 0; i < MRZ_CHECKS; i++) {
		const struct mrz_check_place *c = &t->layout->checks[i];

		for (k = 0; k < c->range_count; k++) {
			const struct mrz_range *r = &c->ranges[k];

			for (x = 0; x < r->length; x++)
				t->covered[r->line][r->column + x] = true;
		}
		if (c->range_count)
			t->covered[c->line][c->column] = true;
	}
}

/* Where the digit of that check stands in this text. */
static char digit_at(const struct text *t, enum mrz_check check,
		     const char *const *lines)
{
	const struct mrz_check_place *c = &t->layout->checks[check];
	const struct mrz_range *r = &t->layout->fields[MRZ_OPTIONAL];
	char digit = lines[c->line][c->column];
	size_t more;

	if (check == MRZ_CHECK_NUMBER && digit == '<') {
		more = mrz_long_number(t->format, lines);
		return more ? lines[r->line][r->column + more] : '?';
	}
	/* an empty personal number may go without */
	if (check == MRZ_CHECK_PERSONAL && digit == '<')
		return lines[c->line][c->column - 1] == '<' ? '0' : '?';
	return digit;
}

/* Bits of the checks that fail. */
static unsigned int failing(const struct text *t)
{
	const char *lines[MRZ_LINES] = { t->lines[0], t->lines[1],
					 t->lines[2] };
	unsigned int bits = 0, i;

	for (i = 0; i < MRZ_CHECKS; i++) {
		int want;

		if (!t->layout->checks[i].range_count)
			continue;
		want = mrz_check_expected(t->format, lines, (enum mrz_check)i);
		if (want < 0 ||
		    digit_at(t, (enum mrz_check)i, lines) != '0' + want)
			bits |= 1U << i;
	}
	return bits;
}

struct offer {
	size_t line, column, class;
	float cost; /* log odds against it */
	float next; /* cost of the next best one at another place */
};

static void offer_take(struct offer *o, size_t line, size_t column,
		       size_t class, float cost)
{
	if (cost >= o->cost) {
		o->next = cost < o->next ? cost : o->next;
		return;
	}
	o->next = o->cost;
	o->line = line;
	o->column = column;
	o->class = class;
	o->cost = cost;
}

/* The cheapest change of one character that makes all digits right. */
static struct offer repair_seek(struct text *t)
{
	struct offer best = { .cost = 1e9f, .next = 1e9f };
	size_t l, x, c;

	for (l = 0; l < t->layout->lines; l++) {
		for (x = 0; x < t->layout->length; x++) {
			const float *s = t->rows[l].of[x];
			char was = t->lines[l][x];
			float top = s[class_of(was)];

			for (c = 0; t->covered[l][x] && c < MRZ_CHARS; c++) {
				if (mrz_chars[c] == was || s[c] <= never)
					continue;
				t->lines[l][x] = mrz_chars[c];
				if (!failing(t))
					offer_take(&best, l, x, c, top - s[c]);
			}
			t->lines[l][x] = was;
		}
	}
	return best;
}

static int bits_of(unsigned int v)
{
	int n = 0;

	for (; v; v &= v - 1)
		n++;
	return n;
}

/* One digit alone is right by chance one time in ten: then the character must
 * have been in doubt by itself, and no other one. */
static bool repair(struct text *t, unsigned int bad, struct mrz_reading *out)
{
	bool twice = bits_of(bad) > 1;
	struct offer o = repair_seek(t);

	if (o.cost > (twice ? 8 : 4) || o.next - o.cost < (twice ? 1.5 : 3))
		return false;
	out->repaired = true;
	out->repair.line = (unsigned char)o.line;
	out->repair.column = (unsigned char)o.column;
	out->repair.from = t->lines[o.line][o.column];
	out->repair.to = mrz_chars[o.class];
	out->repair.proved_by = (unsigned char)bad;
	out->repair.odds = expf(o.cost);
	t->lines[o.line][o.column] = mrz_chars[o.class];
	return true;
}

static int pair(const char *s)
{
	return s[0] == '<' || s[1] == '<' ? -1
					  : (s[0] - '0') * 10 + (s[1] - '0');
}

/* An impossible date is a wrong one, whatever its digit says. */
static bool date_can_be(const struct text *t, enum mrz_field field)
{
	const struct mrz_range *r = &t->layout->fields[field];
	const char *s = t->lines[r->line] + r->column;
	int month = pair(s + 2), day = pair(s + 4);
	size_t i;

	/* unknown parts are whole, and what follows is unknown as well */
	for (i = 0; i < 6; i += 2) {
		if ((s[i] == '<') != (s[i + 1] == '<'))
			return false;
		if (i && s[i - 1] == '<' && s[i] != '<')
			return false;
	}
	return month && month <= 12 && day && day <= 31;
}

struct doubts {
	double same; /* a character of the same value is meant */
	double any;  /* another one is meant */
	double mean; /* share of what was chosen, of all characters */
};

static struct doubts doubts_of(const struct text *t,
			       const struct mrz_reading *out)
{
	struct doubts d = { .same = t->other, .any = t->strange / 2 };
	size_t l, x, c;

	for (l = 0; l < t->layout->lines; l++) {
		for (x = 0; x < t->layout->length; x++) {
			const float *s = t->rows[l].of[x];
			size_t is = class_of(t->lines[l][x]);
			bool mended = out->repaired && out->repair.line == l &&
				      out->repair.column == x;

			d.mean += expf(s[is]);
			for (c = 0; t->covered[l][x] && c < MRZ_CHARS; c++) {
				double share = c == is ? 0 : expf(s[c]);

				if (!mended)
					d.any += share;
				if ((value_of(c) - value_of(is)) % 10 == 0)
					d.same += share;
			}
		}
	}
	d.mean /= (double)t->layout->lines * t->layout->length;
	return d;
}

static const char *refuse(const struct text *t, const struct mrz_reading *out)
{
	bool visa = !t->layout->checks[MRZ_CHECK_COMPOSITE].range_count;
	struct doubts d = doubts_of(t, out);

	if (!date_can_be(t, MRZ_DATE_OF_BIRTH) ||
	    !date_can_be(t, MRZ_EXPIRY_DATE))
		return "a date can't be";
	if (d.same > most_same)
		return "a character is in doubt that no check digit tells";
	if (d.any > (visa || out->repaired ? most_doubt_visa : most_doubt))
		return "too many characters are in doubt";
	if (d.mean < least_share)
		return "the text is too blurred";
	return NULL;
}

static void report(const struct text *t, struct mrz_reading *out)
{
	size_t l, x;

	for (l = 0; l < t->layout->lines; l++) {
		memcpy(out->lines[l], t->lines[l], t->layout->length + 1u);
		for (x = 0; x < t->layout->length; x++)
			out->confidence[l][x] = expf(
				t->rows[l].of[x][class_of(t->lines[l][x])]);
	}
}

void mrz_decide(const struct mrz_shares *rows, size_t lines, size_t cells,
		struct mrz_reading *out)
{
	struct text *t = mem_alloc(sizeof(*t));
	unsigned int bad;
	size_t l, x;

	memcpy(t->rows, rows, lines * sizeof(*rows));
	format_find(t, lines, cells);
	cover(t);
	for (l = 0; l < t->layout->lines; l++) {
		for (x = 0; x < t->layout->length; x++)
			allow(t, l, x, t->rows[l].of[x]);
	}
	out->repaired = false;
	bad = failing(t);
	if (bad && repair(t, bad, out))
		bad = 0;
	for (x = 0; x < MRZ_CHECKS; x++)
		out->checks[x] = !(bad & 1U << x);
	out->format = t->format;
	out->why = bad ? "a check digit is wrong" : refuse(t, out);
	out->accepted = !out->why;
	report(t, out);
	free(t);
}
