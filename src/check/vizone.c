// SPDX-License-Identifier: GPL-3.0-or-later
/* Values that are looked for among the printed words of a document. */
#include "base/json.h"
#include "base/str.h"
#include "check/cross.h"
#include "check/print_date.h"
#include "check/vizone_part.h"

enum {
	DATES_MAX = 64,
	LINE_DATES = 8,
	NUMBER_MAX = 48,
	NUMBER_WORDS = 4, /* that one number may be printed in */
	NUMBER_NEAR = 6	  /* characters that make a number worth a comparison */
};

const char *const vizone_names[VIZONE_VERDICTS] = {
	[VIZONE_UNKNOWN] = "unknown",
	[VIZONE_FOUND] = "found",
	[VIZONE_PARTIAL] = "partial",
	[VIZONE_DIFFERENT] = "different",
};

static const char not_there[] = "not printed, or not readable";

void vizone_set(const struct vizone_page *p, size_t first, size_t last,
		enum vizone_verdict verdict, const char *reason,
		struct vizone_match *out)
{
	*out = (struct vizone_match){ .verdict = verdict,
				      .reason = reason,
				      .line = -1 };
	if (first >= last)
		return;
	out->confidence = words_text(p->w, first, last, out->text, VIZONE_TEXT);
	out->line = p->w->list[first].line;
	words_box(p->w, first, last, out->box);
}

/* As a line of a machine readable zone comes out of a program that does not
 * know the font: it is long, and without a blank or small letters, or has
 * fillers. */
static bool is_zone(const char *s)
{
	size_t len = strlen(s), small = 0, fillers = 0;

	for (; *s; s++) {
		small += *s >= 'a' && *s <= 'z';
		fillers += *s == '<';
	}
	return fillers > 1 || (fillers && len > 12) ||
	       (len >= 26 && small * 3 < len);
}

static void mark_zone(struct vizone_page *p)
{
	size_t first, end, i;
	bool zone;

	for (first = 0; first < p->w->count; first = end) {
		end = words_line_end(p->w, first);
		zone = false;
		for (i = first; i < end; i++)
			zone |= is_zone(p->w->list[i].text);
		for (i = first; i < end; i++)
			p->skip[i] = zone;
	}
}

static void split_words(struct vizone_page *p)
{
	size_t room = 2 * p->w->count + PARTS_MAX, i, k;

	p->pieces = mem_alloc(room * sizeof(*p->pieces));
	for (i = 0; p->n && i < p->w->count; i++) {
		struct name_parts parts;

		if (p->skip[i] || names_split(p->n, p->w->list[i].text, &parts))
			continue;
		for (k = 0; k < parts.count && p->piece_count < room; k++)
			p->pieces[p->piece_count++] =
				(struct vizone_piece){ parts.part[k], i };
	}
}

/* Digits that are taken for one another in print. */
static bool look_alike(char a, char b)
{
	static const char *const pairs[] = { "0OQD", "1IL7", "2Z", "38", "80",
					     "5S6",  "8B6",  "6G", "4A", "89",
					     "VYU",  "MNW",  "CG" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		if (strchr(pairs[i], a) && strchr(pairs[i], b))
			return true;
	}
	return false;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct differences {
	size_t count;  /* of places; of other lengths more than of any */
	size_t digits; /* of these, where both are digits */
	bool alike;    /* all look alike */
};

static struct differences differences(const char *a, const char *b)
{
	struct differences d = { .alike = true };

	if (strlen(a) != strlen(b)) {
		d.count = strlen(a) + strlen(b);
		return d;
	}
	for (; *a; a++, b++) {
		if (*a == *b)
			continue;
		d.count++;
		d.digits += is_digit(*a) && is_digit(*b);
		d.alike &= look_alike(*a, *b);
	}
	return d;
}

/* Letters and digits, in capitals; -1 where there are too many. */
static int add_bare(char out[NUMBER_MAX], const char *s)
{
	size_t n = strlen(out);

	for (; *s; s++) {
		char c = *s;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c < 'A' || c > 'Z') && (c < '0' || c > '9'))
			continue;
		if (n + 1 >= NUMBER_MAX)
			return -1;
		out[n++] = c;
		out[n] = '\0';
	}
	return 0;
}

/* Better than what was found so far: found, partial, different, unknown. */
static bool is_better(enum vizone_verdict a, enum vizone_verdict b)
{
	static const int rank[VIZONE_VERDICTS] = {
		[VIZONE_FOUND] = 3, [VIZONE_PARTIAL] = 2, [VIZONE_DIFFERENT] = 1
	};

	return rank[a] > rank[b];
}

static const char unsure_digit[] =
	"the same but for a digit that looks alike and is not read surely";

/* Letters are taken for digits and the other way round. Of 457 dates and 234
 * numbers in print on 390 made-up photos of the self-test, by
 * tools/signals/printed.py, none was read with one digit for another: where that
 * stands there surely, somebody may have put it there. */
static void weigh_number(const struct vizone_page *p, const char *want,
			 size_t first, size_t last, const char *printed,
			 struct vizone_match *out)
{
	enum vizone_verdict verdict = VIZONE_UNKNOWN;
	const char *reason = not_there;
	const struct differences d = differences(want, printed);
	size_t len = strlen(want);
	bool alike = d.alike && d.count <= 3 && 2 * d.count < len;
	struct vizone_match at;

	if (!d.count) {
		verdict = VIZONE_FOUND;
		reason = "printed as looked for";
	} else if (alike && !d.digits) {
		verdict = VIZONE_PARTIAL;
		reason = "the same but for what looks alike, as O and 0";
	} else if ((d.count == 1 || alike) && len >= NUMBER_NEAR) {
		verdict = VIZONE_DIFFERENT;
		reason = d.count == 1 ? "a number that differs in one character"
				      : "a number that differs in digits that "
					"look alike";
	}
	/* it may stand there twice, and be read surely once */
	if (!is_better(verdict, out->verdict) &&
	    !(verdict == VIZONE_DIFFERENT && out->reason == unsure_digit))
		return;
	vizone_set(p, first, last, verdict, reason, &at);
	if (verdict == VIZONE_DIFFERENT && at.confidence < VIZONE_SURE) {
		if (!alike || out->verdict)
			return;
		at.verdict = VIZONE_PARTIAL;
		at.reason = unsure_digit;
	}
	*out = at;
}

static bool is_number(const char *bare)
{
	size_t digits = 0, i;

	for (i = 0; bare[i]; i++)
		digits += is_digit(bare[i]);
	return i >= NUMBER_NEAR && digits > 2;
}

/* A number that is read well stands next to the label. */
static void find_other_number(const struct vizone_page *p, const char *field,
			      const char *want, struct vizone_match *out)
{
	char printed[NUMBER_MAX];
	int label, least = -1;
	size_t at = 0, i;

	while ((label = vizone_label(p->w, field, &at)) >= 0) {
		for (i = 0; i < p->w->count; i++) {
			const struct word *w = &p->w->list[i];
			int far = vizone_distance(&p->w->list[label], w);

			*printed = '\0';
			if (far < 0 || p->skip[i] ||
			    (least >= 0 && far >= least) ||
			    w->confidence < VIZONE_SURE ||
			    add_bare(printed, w->text) || !is_number(printed))
				continue;
			least = far;
			if (strlen(want) != strlen(printed) ||
			    differences(want, printed).count < 3)
				continue;
			vizone_set(p, i, i + 1, VIZONE_DIFFERENT,
				   "another number stands at its label", out);
		}
	}
}

/* From each word on, that and those behind it in its line. */
static void find_number(const struct vizone_page *p,
			const struct vizone_value *v, struct vizone_match *out)
{
	char want[NUMBER_MAX] = "", printed[NUMBER_MAX];
	size_t i, k;

	if (add_bare(want, v->value) || !*want)
		return;
	for (i = 0; i < p->w->count; i++) {
		*printed = '\0';
		for (k = i; k < i + NUMBER_WORDS && k < p->w->count; k++) {
			if (p->skip[k] ||
			    p->w->list[k].line != p->w->list[i].line ||
			    add_bare(printed, p->w->list[k].text))
				break;
			weigh_number(p, want, i, k + 1, printed, out);
		}
	}
	if (!out->verdict)
		find_other_number(p, v->field, want, out);
}

static size_t find_dates(const struct vizone_page *p,
			 struct print_date out[DATES_MAX])
{
	size_t first, end, count = 0;

	for (first = 0; first < p->w->count; first = end) {
		end = words_line_end(p->w, first);
		if (!p->skip[first])
			count += print_date_find(p->w, first, end, out + count,
						 DATES_MAX - count);
	}
	return count;
}

/* What stands at the date's own label, if it was read well. */
static const struct print_date *date_at_label(const struct vizone_page *p,
					      const char *field,
					      const struct print_date *dates,
					      size_t count)
{
	const struct print_date *best = NULL;
	int label, least = 0;
	size_t at = 0, i;

	while ((label = vizone_label(p->w, field, &at)) >= 0) {
		for (i = 0; i < count; i++) {
			int far = vizone_distance(&p->w->list[label],
						  &p->w->list[dates[i].first]);

			if (far < 0 || (best && far >= least))
				continue;
			best = &dates[i];
			least = far;
		}
	}
	return best && best->confidence >= VIZONE_SURE && !best->doubtful
		       ? best
		       : NULL;
}

static void find_date(const struct vizone_page *p, const struct vizone_value *v,
		      struct vizone_match *out)
{
	struct print_date dates[DATES_MAX];
	size_t count = find_dates(p, dates), i;
	const struct print_date *d;

	for (i = 0; i < count; i++) {
		d = &dates[i];
		if (!print_date_is(d, v->value) || out->verdict == VIZONE_FOUND)
			continue;
		if (d->doubtful)
			vizone_set(p, d->first, d->last, VIZONE_PARTIAL,
				   "the same but for what looks alike", out);
		else
			vizone_set(p, d->first, d->last, VIZONE_FOUND,
				   "printed as looked for", out);
	}
	if (out->verdict)
		return;
	d = date_at_label(p, v->field, dates, count);
	if (d)
		vizone_set(p, d->first, d->last, VIZONE_DIFFERENT,
			   "another day stands at its label", out);
}

/* The parts one behind the other, whatever marks stand between. */
static void find_text(const struct vizone_page *p, const char *value,
		      struct vizone_match *out)
{
	struct name_parts parts;
	size_t i, k;

	if (!p->n || names_split(p->n, value, &parts))
		return;
	for (i = 0; i + parts.count <= p->piece_count; i++) {
		for (k = 0; k < parts.count; k++) {
			if (names_distance(&parts.part[k],
					   &p->pieces[i + k].part) > 0)
				break;
		}
		if (k < parts.count)
			continue;
		vizone_set(p, p->pieces[i].word, p->pieces[i + k - 1].word + 1,
			   VIZONE_FOUND, "printed as looked for", out);
		return;
	}
}

static void find(const struct vizone_page *p, const struct vizone_value *v,
		 struct vizone_match *out)
{
	vizone_set(p, 0, 0, VIZONE_UNKNOWN, not_there, out);
	if (!v->value || !*v->value) {
		out->reason = "there is nothing to look for";
		return;
	}
	switch (cross_kind(v->field)) {
	case CROSS_NAMES:
		vizone_find_name(p, v, out);
		break;
	case CROSS_DATES:
		find_date(p, v, out);
		break;
	case CROSS_NUMBERS:
		find_number(p, v, out);
		break;
	default:
		find_text(p, v->value, out);
	}
}

void vizone_find(const struct names *n, const struct words *w,
		 const struct vizone_value *values, size_t count,
		 struct vizone_match *out)
{
	struct vizone_page p = { .n = n, .w = w };
	size_t i;

	p.skip = mem_alloc(w->count + 1);
	mark_zone(&p);
	split_words(&p);
	for (i = 0; i < count; i++)
		find(&p, &values[i], &out[i]);
	free(p.pieces);
	free(p.skip);
}

void vizone_json(struct buf *b, const char *key,
		 const struct vizone_value *values,
		 const struct vizone_match *matches, size_t count)
{
	size_t i, k;

	json_open(b, key, '[');
	for (i = 0; i < count; i++) {
		const struct vizone_match *m = &matches[i];

		json_open(b, NULL, '{');
		json_str(b, "field", values[i].field);
		json_str(b, "value", values[i].value);
		json_str(b, "verdict", vizone_names[m->verdict]);
		json_str(b, "reason", m->reason);
		json_str(b, "text", m->line < 0 ? NULL : m->text);
		if (m->line < 0) {
			json_null(b, "confidence");
			json_null(b, "line");
			json_null(b, "box");
		} else {
			json_int(b, "confidence", m->confidence);
			json_int(b, "line", m->line);
			json_open(b, "box", '[');
			for (k = 0; k < 4; k++)
				json_int(b, NULL, m->box[k]);
			json_close(b, ']');
		}
		json_close(b, '}');
	}
	json_close(b, ']');
}
