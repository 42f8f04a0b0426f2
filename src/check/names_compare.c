// SPDX-License-Identifier: GPL-3.0-or-later
/* Parts of names, set against one another. */
#include "check/names_part.h"

/* How a part was found in the other name. */
enum fit {
	FIT_NONE,
	FIT_SAME,
	FIT_CUT,     /* as far as a zone had room */
	FIT_SPELLED, /* a little different */
	FIT_INITIAL,
	FIT_SHORT /* Ben for Benjamin */
};

/* Letters that stand for one sound in some romanisation or other share a bit:
 * aeiouy, ckq, csz, fvw, dt, bp, gjk, ijy, jz, hk. */
static unsigned int sounds(char c)
{
	static const unsigned short of[26] = {
		['a' - 'a'] = 1,
		['b' - 'a'] = 32,
		['c' - 'a'] = 2 | 4,
		['d' - 'a'] = 16,
		['e' - 'a'] = 1,
		['f' - 'a'] = 8,
		['g' - 'a'] = 64,
		['h' - 'a'] = 512,
		['i' - 'a'] = 1 | 128,
		['j' - 'a'] = 64 | 128 | 256,
		['k' - 'a'] = 2 | 64 | 512,
		['o' - 'a'] = 1,
		['p' - 'a'] = 32,
		['q' - 'a'] = 2,
		['s' - 'a'] = 4,
		['t' - 'a'] = 16,
		['u' - 'a'] = 1,
		['v' - 'a'] = 8,
		['w' - 'a'] = 8,
		['y' - 'a'] = 1 | 128,
		['z' - 'a'] = 4 | 256,
	};

	return c >= 'a' && c <= 'z' ? of[c - 'a'] : 0;
}

static bool is_vowel(char c)
{
	return sounds(c) & 1;
}

static double replace(char a, char b)
{
	if (a == b)
		return 0;
	return sounds(a) & sounds(b) ? 0.5 : 1;
}

/* Of a letter that is there on one side only. */
static double extra(const char *s, size_t i)
{
	if (i && s[i] == s[i - 1])
		return 0.25;
	return s[i] == 'h' || is_vowel(s[i]) ? 0.5 : 1;
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

/* Damerau and Levenshtein's, with weights. */
static double edits(const char *a, const char *b)
{
	double d[PART_LEN][PART_LEN];
	size_t la = strlen(a), lb = strlen(b), i, j;

	d[0][0] = 0;
	for (i = 1; i <= la; i++)
		d[i][0] = d[i - 1][0] + extra(a, i - 1);
	for (j = 1; j <= lb; j++)
		d[0][j] = d[0][j - 1] + extra(b, j - 1);
	for (i = 1; i <= la; i++) {
		for (j = 1; j <= lb; j++) {
			d[i][j] = least(d[i - 1][j - 1] +
						replace(a[i - 1], b[j - 1]),
					least(d[i - 1][j] + extra(a, i - 1),
					      d[i][j - 1] + extra(b, j - 1)));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[la][lb];
}

static bool has_vowel(const char *s)
{
	return s[strcspn(s, "aeiou")] != '\0';
}

static void consonants(char out[PART_LEN], const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		if (!is_vowel(*s) && *s != 'h')
			out[n++] = *s;
	}
	out[n] = '\0';
}

/* Arabic and Hebrew leave vowels out: what has none is compared by the
 * consonants alone. */
static double distance(const char *a, const char *b)
{
	char left[PART_LEN] = "", right[PART_LEN] = "";

	if (has_vowel(a) == has_vowel(b) || strlen(a) < 3 || strlen(b) < 3)
		return edits(a, b);
	consonants(left, a);
	consonants(right, b);
	return 0.25 + edits(left, right);
}

double names_distance(const struct name_part *a, const struct name_part *b)
{
	int a_forms = strcmp(a->form[0], a->form[1]) ? 2 : 1;
	int b_forms = strcmp(b->form[0], b->form[1]) ? 2 : 1;
	double best = 1e9;
	int i, j;

	for (i = 0; i < a_forms; i++) {
		for (j = 0; j < b_forms; j++) {
			if (!strcmp(a->form[i], b->form[j]))
				return 0;
		}
	}
	for (i = 0; i < a_forms; i++) {
		for (j = 0; j < b_forms; j++)
			best = least(best, distance(a->form[i], b->form[j]));
	}
	return best;
}

double names_tolerance(size_t len)
{
	if (len < 3)
		return 0;
	if (len < 4)
		return 0.5;
	if (len < 7)
		return 1;
	return len < 10 ? 1.5 : 2;
}

static size_t longer(const struct name_part *a, const struct name_part *b)
{
	size_t la = strlen(a->form[0]), lb = strlen(b->form[0]);

	return la > lb ? la : lb;
}

/* One begins with the other. */
static bool begins(const struct name_part *whole, const struct name_part *part)
{
	int i, j;

	for (i = 0; i < FORMS; i++) {
		for (j = 0; j < FORMS; j++) {
			const char *p = part->form[j];

			if (!strncmp(whole->form[i], p, strlen(p)))
				return true;
		}
	}
	return false;
}

static enum fit fit_of(const struct name_part *a, bool a_cut,
		       const struct name_part *b, bool b_cut, double *cost)
{
	size_t la = strlen(a->form[0]), lb = strlen(b->form[0]);
	const struct name_part *whole = la > lb ? a : b;
	const struct name_part *part = la > lb ? b : a;
	size_t len = la > lb ? lb : la;
	double tolerance = names_tolerance(longer(a, b));

	*cost = names_distance(a, b);
	if (*cost == 0)
		return FIT_SAME;
	if (len < longer(a, b) && begins(whole, part)) {
		if (la > lb ? b_cut : a_cut) {
			*cost = 0.1;
			return FIT_CUT;
		}
		if (len == 1) {
			*cost = 0.9;
			return FIT_INITIAL;
		}
		if (*cost > tolerance && len >= 3) {
			*cost = 0.9;
			return FIT_SHORT;
		}
	}
	return *cost <= tolerance ? FIT_SPELLED : FIT_NONE;
}

/* The parts from i on, count of them, in one word. */
static int joined(const struct name_parts *p, size_t i, size_t count,
		  struct name_part *out)
{
	size_t k;
	int f;

	memset(out, 0, sizeof(*out));
	for (f = 0; f < FORMS; f++) {
		size_t len = 0;

		for (k = i; k < i + count; k++) {
			const char *s = p->part[k].form[f];
			size_t n = strlen(s);

			if (len + n >= PART_LEN)
				return -1;
			memcpy(out->form[f] + len, s, n + 1);
			len += n;
		}
	}
	out->after_bin = p->part[i].after_bin;
	return 0;
}

/* Whether the other name has that word, all but a letter, and none of the
 * pieces from i on that make it. */
static bool is_one_word(const struct name_parts *other,
			const struct name_part *word,
			const struct name_parts *own, size_t i, size_t count)
{
	size_t j, k;

	for (j = 0; j < other->count; j++) {
		const struct name_part *o = &other->part[j];
		double whole = names_distance(word, o);

		for (k = 0; k < count; k++) {
			if (names_distance(&own->part[i + k], o) <= whole)
				break;
		}
		if (k == count && whole <= 0.5)
			return true;
	}
	return false;
}

/* "Mohammad Hasni" where the other has "Mohammadhasni". */
static void join(struct name_parts *p, const struct name_parts *other)
{
	struct name_part word;
	size_t i, count;

	for (i = 0; i + 1 < p->count; i++) {
		for (count = 2; count <= 4 && i + count <= p->count; count++) {
			if (joined(p, i, count, &word) ||
			    !is_one_word(other, &word, p, i, count))
				continue;
			p->part[i] = word;
			memmove(&p->part[i + 1], &p->part[i + count],
				(p->count - i - count) * sizeof(word));
			p->count -= count - 1;
			break;
		}
	}
}

/* Titles and particles have been joined where they were written as one with a
 * name ("Vandenberg"); what is left of them says nothing. */
static void drop_small(struct name_parts *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->count; i++) {
		if (!p->part[i].small)
			p->part[n++] = p->part[i];
	}
	if (n)
		p->count = n;
}

struct pairing {
	enum fit fit[PARTS_MAX]; /* of each part of the first */
	size_t with[PARTS_MAX];
	bool taken[PARTS_MAX]; /* of the second */
	size_t found;
};

/* Every part of one name against every one of the other. */
struct table {
	enum fit fit[PARTS_MAX][PARTS_MAX];
	double cost[PARTS_MAX][PARTS_MAX];
};

static void fill(struct table *t, const struct name_parts *a, bool a_cut,
		 const struct name_parts *b, bool b_cut)
{
	size_t i, j;

	for (i = 0; i < a->count; i++) {
		for (j = 0; j < b->count; j++)
			t->fit[i][j] = fit_of(&a->part[i], a_cut, &b->part[j],
					      b_cut, &t->cost[i][j]);
	}
}

/* The cheapest pair of those that are left; false where none fits. */
static bool find_pair(const struct table *t, const struct pairing *p,
		      const struct name_parts *a, const struct name_parts *b,
		      size_t *bi, size_t *bj)
{
	bool found = false;
	double best = 0;
	size_t i, j;

	for (i = 0; i < a->count; i++) {
		for (j = 0; j < b->count; j++) {
			if (p->fit[i] || p->taken[j] || !t->fit[i][j] ||
			    (found && t->cost[i][j] >= best))
				continue;
			found = true;
			best = t->cost[i][j];
			*bi = i;
			*bj = j;
		}
	}
	return found;
}

static void pair_up(const struct name_parts *a, bool a_cut,
		    const struct name_parts *b, bool b_cut, struct pairing *p)
{
	struct table t;
	size_t i = 0, j = 0;

	memset(p, 0, sizeof(*p));
	fill(&t, a, a_cut, b, b_cut);
	while (find_pair(&t, p, a, b, &i, &j)) {
		p->fit[i] = t.fit[i][j];
		p->with[i] = j;
		p->taken[j] = true;
		p->found++;
	}
}

static void set(struct comparison *out, enum verdict verdict,
		const char *reason)
{
	*out = (struct comparison){ .verdict = verdict, .reason = reason };
}

/* Somebody's father is one name's, and somebody else in the other: "Abdullah
 * bin Omar" is not "Omar bin Abdullah". */
static bool fathers_differ(const struct name_parts *a,
			   const struct name_parts *b, const struct pairing *p)
{
	size_t i, only_a = 0, only_b = 0;

	for (i = 0; i < a->count; i++) {
		if (!p->fit[i])
			continue;
		only_a +=
			a->part[i].after_bin && !b->part[p->with[i]].after_bin;
		only_b +=
			!a->part[i].after_bin && b->part[p->with[i]].after_bin;
	}
	return only_a && only_b;
}

static bool order_differs(const struct name_parts *a, const struct pairing *p)
{
	size_t i, last = 0;

	for (i = 0; i < a->count; i++) {
		if (p->fit[i] && p->with[i] < last)
			return true;
		if (p->fit[i])
			last = p->with[i];
	}
	return false;
}

static bool has_fit(const struct name_parts *a, const struct pairing *p,
		    enum fit fit)
{
	size_t i;

	for (i = 0; i < a->count; i++) {
		if (p->fit[i] == fit)
			return true;
	}
	return false;
}

/* a is the shorter one, and all of it was found in b. */
static void judge(const struct name_parts *a, bool a_cut,
		  const struct name_parts *b, const struct pairing *p,
		  struct comparison *out)
{
	if (has_fit(a, p, FIT_SPELLED))
		set(out, VERDICT_PARTIAL, "a part is spelled differently");
	else if (has_fit(a, p, FIT_SHORT))
		set(out, VERDICT_PARTIAL, "a short form stands for a part");
	else if (has_fit(a, p, FIT_INITIAL))
		set(out, VERDICT_PARTIAL, "an initial stands for a part");
	else if (a->count < b->count && !a_cut)
		*out = (struct comparison){ VERDICT_PARTIAL, true,
					    "a part is missing on one side" };
	else if (a->count < b->count || has_fit(a, p, FIT_CUT))
		set(out, VERDICT_MATCH, "the same as far as there was room");
	else if (order_differs(a, p))
		set(out, VERDICT_MATCH, "the same in another order");
	else
		set(out, VERDICT_MATCH, "the same name");
}

/* Initials alone; or one word of several, and that spelled differently. */
static bool says_little(const struct name_parts *a, const struct name_parts *b,
			const struct pairing *p)
{
	bool same = has_fit(a, p, FIT_SAME) || has_fit(a, p, FIT_CUT);

	if (has_fit(a, p, FIT_INITIAL) && !same)
		return !has_fit(a, p, FIT_SPELLED);
	return a->count == 1 && b->count > 1 && !same;
}

static void compare_shorter(const struct name_parts *a, bool a_cut,
			    const struct name_parts *b, bool b_cut,
			    struct comparison *out)
{
	struct pairing p;

	pair_up(a, a_cut, b, b_cut, &p);
	if (p.found < a->count)
		set(out, VERDICT_MISMATCH,
		    p.found ? "a part differs" : "nothing in common");
	else if (fathers_differ(a, b, &p))
		set(out, VERDICT_MISMATCH, "the fathers differ");
	else if (says_little(a, b, &p))
		set(out, VERDICT_MISMATCH, "too little in common");
	else
		judge(a, a_cut, b, &p, out);
}

/* Part by part; what is done below to find words that are written as one has
 * nothing to do then. */
static bool are_equal(const struct name_parts *a, const struct name_parts *b)
{
	size_t i;

	for (i = 0; i < a->count && i < b->count; i++) {
		if (a->part[i].after_bin != b->part[i].after_bin ||
		    names_distance(&a->part[i], &b->part[i]) > 0)
			return false;
	}
	return a->count == b->count;
}

void names_compare_parts(struct name_parts *a, bool a_cut, struct name_parts *b,
			 bool b_cut, struct comparison *out)
{
	if (*a->signs && *b->signs) {
		if (strcmp(a->signs, b->signs))
			set(out, VERDICT_MISMATCH, "a part differs");
		else
			set(out, VERDICT_MATCH, "the same name");
		return;
	}
	if (are_equal(a, b)) {
		set(out, VERDICT_MATCH, "the same name");
		return;
	}
	join(a, b);
	join(b, a);
	drop_small(a);
	drop_small(b);
	if (a->count > b->count)
		compare_shorter(b, b_cut, a, a_cut, out);
	else
		compare_shorter(a, a_cut, b, b_cut, out);
}
