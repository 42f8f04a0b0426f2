// SPDX-License-Identifier: GPL-3.0-or-later
/* The same thing from two sources: dates, numbers, states, words. */
#include "check/compare.h"
#include "check/state.h"

const char *const verdict_names[VERDICTS] = {
	[VERDICT_UNKNOWN] = "unknown",
	[VERDICT_MATCH] = "match",
	[VERDICT_PARTIAL] = "partial",
	[VERDICT_MISMATCH] = "mismatch",
};

static void set(struct comparison *out, enum verdict verdict,
		const char *reason)
{
	*out = (struct comparison){ .verdict = verdict, .reason = reason };
}

static bool is_missing(const char *a, const char *b, struct comparison *out)
{
	if (a && *a && b && *b)
		return false;
	set(out, VERDICT_UNKNOWN, "one of them is not known");
	return true;
}

/* Places in which two texts of one length differ. */
static size_t differences(const char *a, const char *b)
{
	size_t n = 0;

	for (; *a && *b; a++, b++)
		n += *a != *b;
	return n;
}

void compare_dates(const char *a, const char *b, struct comparison *out)
{
	size_t la, lb, least;

	if (is_missing(a, b, out))
		return;
	la = strlen(a);
	lb = strlen(b);
	least = la < lb ? la : lb;
	if (!strcmp(a, b))
		set(out, VERDICT_MATCH, "the same day");
	else if (least >= 4 && !strncmp(a, b, least))
		set(out, VERDICT_PARTIAL, "the same as far as both are known");
	else if (la == 10 && lb == 10 && !strncmp(a, b, 4) &&
		 !strncmp(a + 5, b + 8, 2) && !strncmp(a + 8, b + 5, 2))
		set(out, VERDICT_MISMATCH, "day and month are exchanged");
	else if (la == lb && differences(a, b) == 1)
		set(out, VERDICT_MISMATCH, "one digit differs");
	else
		set(out, VERDICT_MISMATCH, "different days");
}

enum { NUMBER_MAX = 64 };

/* Letters and digits alone, in capitals. */
static void bare(char out[NUMBER_MAX], const char *s)
{
	size_t n = 0;

	for (; *s && n + 1 < NUMBER_MAX; s++) {
		if (*s >= 'a' && *s <= 'z')
			out[n++] = (char)(*s - 'a' + 'A');
		else if ((*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9'))
			out[n++] = *s;
	}
	out[n] = '\0';
}

/* Letters that are taken for digits, and for one another. */
static void look(char *s)
{
	static const char from[] = "OQDILBSZGT", to[] = "0001185267";
	const char *c;

	for (; *s; s++) {
		c = strchr(from, *s);
		if (c)
			*s = to[c - from];
	}
}

void compare_numbers(const char *a, const char *b, struct comparison *out)
{
	char left[NUMBER_MAX], right[NUMBER_MAX];
	size_t n;

	if (is_missing(a, b, out))
		return;
	bare(left, a);
	bare(right, b);
	if (is_missing(left, right, out))
		return;
	if (!strcmp(left, right)) {
		set(out, VERDICT_MATCH, "the same number");
		return;
	}
	n = strlen(left) == strlen(right) ? differences(left, right) : 0;
	look(left);
	look(right);
	if (!strcmp(left, right))
		set(out, VERDICT_MISMATCH,
		    "near: they differ in what looks alike, as O and 0");
	else if (n == 1)
		set(out, VERDICT_MISMATCH, "near: one character differs");
	else
		set(out, VERDICT_MISMATCH, "different numbers");
}

/* By alpha-2 where there is one, else as it is. */
static const char *canonical(const char *code)
{
	const char *alpha3 = state_alpha3(code);
	const char *alpha2 = state_alpha2(alpha3 ? alpha3 : code);

	if (alpha2)
		return alpha2;
	return state_is_nationality(code) || !strcmp(code, "XK") ? code : NULL;
}

void compare_states(const char *a, const char *b, struct comparison *out)
{
	const char *left, *right;

	if (is_missing(a, b, out))
		return;
	left = canonical(a);
	right = canonical(b);
	if (!left || !right)
		set(out, VERDICT_UNKNOWN, "one of them is no state's code");
	else if (!strcmp(left, right))
		set(out, VERDICT_MATCH, "the same state");
	else
		set(out, VERDICT_MISMATCH, "different states");
}

void compare_words(const char *a, const char *b, struct comparison *out)
{
	if (is_missing(a, b, out))
		return;
	if (!strcasecmp(a, b))
		set(out, VERDICT_MATCH, "the same");
	else if (!strcmp(a, "other") || !strcmp(b, "other"))
		set(out, VERDICT_PARTIAL, "one of them leaves it open");
	else
		set(out, VERDICT_MISMATCH, "they differ");
}
