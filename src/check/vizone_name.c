// SPDX-License-Identifier: GPL-3.0-or-later
/* Names among printed words: each part for itself, as a document has the
 * surname and the given names in places of their own. */
#include "check/vizone_part.h"

/* Where a part of the name is printed. */
struct place {
	size_t word;
	double cost; /* 0: as it is; else spelled a little differently */
	bool found;
};

static bool begins(const struct name_part *whole, const struct name_part *part)
{
	size_t len = strlen(part->form[0]);

	return len && !strncmp(whole->form[0], part->form[0], len);
}

/* Less than it has to be found at all, or -1. */
static double cost_of(const struct name_part *want, bool cut,
		      const struct name_part *printed)
{
	size_t a = strlen(want->form[0]), b = strlen(printed->form[0]);
	size_t longer = a > b ? a : b, shorter = a > b ? b : a;
	double cost;

	if (longer > shorter + 2 && !(cut && begins(printed, want)))
		return -1;
	cost = names_distance(want, printed);
	if (cost > 0 && cut && begins(printed, want))
		return 0;
	return cost <= names_tolerance(longer) ? cost : -1;
}

/* Two words that were read where one is printed. */
static int join(const struct name_part *a, const struct name_part *b,
		struct name_part *out)
{
	int f;

	memset(out, 0, sizeof(*out));
	for (f = 0; f < FORMS; f++) {
		size_t la = strlen(a->form[f]), lb = strlen(b->form[f]);

		if (la + lb >= PART_LEN)
			return -1;
		memcpy(out->form[f], a->form[f], la);
		memcpy(out->form[f] + la, b->form[f], lb + 1);
	}
	return 0;
}

static void weigh(const struct name_part *want, bool cut,
		  const struct name_part *printed, size_t word,
		  struct place *best)
{
	double cost = cost_of(want, cut, printed);

	if (cost < 0 || (best->found && cost >= best->cost))
		return;
	*best = (struct place){ word, cost, true };
}

static struct place look_for(const struct vizone_page *p,
			     const struct name_part *want, bool cut)
{
	struct place best = { 0, 0, false };
	struct name_part whole;
	size_t i;

	for (i = 0; i < p->piece_count; i++) {
		const struct vizone_piece *a = &p->pieces[i], *b = a + 1;

		weigh(want, cut, &a->part, a->word, &best);
		if (best.found && best.cost == 0)
			break;
		if (i + 1 < p->piece_count &&
		    p->w->list[a->word].line == p->w->list[b->word].line &&
		    !join(&a->part, &b->part, &whole) &&
		    names_distance(want, &whole) == 0)
			best = (struct place){ a->word, 0.5, true };
	}
	return best;
}

/* What was found of all parts. */
struct tally {
	size_t wanted, found, same;
	size_t letters; /* in those that are the same */
	size_t all;	/* in those that are wanted */
	size_t word[PARTS_MAX];
};

static void count_part(const struct vizone_page *p,
		       const struct name_part *want, bool cut, struct tally *t)
{
	struct place at = look_for(p, want, cut);

	t->wanted++;
	t->all += strlen(want->form[0]);
	if (!at.found)
		return;
	t->word[t->found++] = at.word;
	if (at.cost > 0)
		return;
	t->same++;
	t->letters += strlen(want->form[0]);
}

/* Words of a name may stand apart: the text is all of them. */
static void tell(const struct vizone_page *p, const struct tally *t,
		 enum vizone_verdict verdict, const char *reason,
		 struct vizone_match *out)
{
	char text[VIZONE_TEXT];
	size_t len = 0, i;
	int confidence;

	vizone_set(p, t->word[0], t->word[0] + 1, verdict, reason, out);
	for (i = 0; i < t->found; i++) {
		struct word *w = &p->w->list[t->word[i]];

		if (i && t->word[i] == t->word[i - 1])
			continue;
		confidence = words_text(p->w, t->word[i], t->word[i] + 1, text,
					sizeof(text));
		if (confidence < out->confidence)
			out->confidence = confidence;
		if (len + strlen(text) + 2 > sizeof(out->text))
			break;
		len += (size_t)snprintf(out->text + len,
					sizeof(out->text) - len, "%s%s",
					len ? " " : "", w->text);
	}
}

/* From the word on to the end of the line or a wide gap. */
static size_t value_end(const struct words *w, size_t first)
{
	size_t end = words_line_end(w, first), i;

	for (i = first + 1; i < end; i++) {
		const int *a = w->list[i - 1].at, *b = w->list[i].at;

		if (b[0] - a[0] - a[2] > 2 * a[3])
			return i;
	}
	return end;
}

/* Whether those words could be a name, and were read well. */
static bool is_sure_name(const struct words *w, size_t first, size_t last)
{
	size_t letters = 0, i;

	for (i = first; i < last; i++) {
		const char *s = w->list[i].text;

		if (w->list[i].confidence < VIZONE_SURE || vizone_is_label(s) ||
		    s[strcspn(s, "0123456789<")])
			return false;
		letters += strlen(s);
	}
	return letters >= 3;
}

/* The word next to the label; -1 for none. */
static int nearest(const struct vizone_page *p, size_t label)
{
	int best = -1, least = 0;
	size_t i;

	for (i = 0; i < p->w->count; i++) {
		int far = vizone_distance(&p->w->list[label], &p->w->list[i]);

		if (i == label || far < 0 || p->skip[i] ||
		    vizone_is_label(p->w->list[i].text) ||
		    strlen(p->w->list[i].text) < 2)
			continue;
		if (best < 0 || far < least) {
			best = (int)i;
			least = far;
		}
	}
	return best;
}

/* Behind the label another name stands. */
static bool find_at(const struct vizone_page *p, const struct vizone_value *v,
		    const char *field, struct vizone_match *out)
{
	const struct name want = { v->value, v->cut };
	struct comparison c;
	size_t at = 0, last;
	int label, first;

	while ((label = vizone_label(p->w, field, &at)) >= 0) {
		first = nearest(p, (size_t)label);
		if (first < 0)
			continue;
		last = value_end(p->w, (size_t)first);
		if (!is_sure_name(p->w, (size_t)first, last))
			continue;
		vizone_set(p, (size_t)first, last, VIZONE_DIFFERENT,
			   "another name stands at its label", out);
		names_compare(p->n, &want, &(struct name){ out->text, false },
			      &c);
		if (c.verdict == VERDICT_MISMATCH)
			return true;
	}
	return false;
}

/* A name in one piece is compared with both of its labels. */
static bool find_other(const struct vizone_page *p,
		       const struct vizone_value *v, struct vizone_match *out)
{
	if (strcmp(v->field, "full_name") != 0)
		return find_at(p, v, v->field, out);
	return find_at(p, v, "last_name", out) ||
	       find_at(p, v, "first_name", out);
}

void vizone_find_name(const struct vizone_page *p, const struct vizone_value *v,
		      struct vizone_match *out)
{
	static const char alike[] = "a part is spelled a little differently",
			  less[] = "a part is not printed, or not readable";
	struct name_parts parts;
	struct tally t = { 0 };
	size_t i;

	if (!p->n || names_split(p->n, v->value, &parts)) {
		out->reason = "names can't be compared here";
		return;
	}
	for (i = 0; i < parts.count; i++) {
		if (!parts.part[i].small || parts.count == 1)
			count_part(p, &parts.part[i],
				   v->cut && i + 1 == parts.count, &t);
	}
	if (t.wanted && t.same == t.wanted)
		tell(p, &t, VIZONE_FOUND, "printed as looked for", out);
	else if (t.wanted && t.found == t.wanted)
		tell(p, &t, VIZONE_PARTIAL, alike, out);
	else if (t.letters > 2 && 2 * t.letters >= t.all)
		tell(p, &t, VIZONE_PARTIAL, less, out);
	else if (!find_other(p, v, out))
		vizone_set(p, 0, 0, VIZONE_UNKNOWN,
			   "not printed, or not readable", out);
}
