// SPDX-License-Identifier: GPL-3.0-or-later
/* An address among the lines of a bill: street, postcode, city. */
#include "base/str.h"
#include "check/address_part.h"
#include "check/names_part.h"
#include "check/print_date.h"

enum { TOKENS_MAX = 24, BELOW_MAX = 5, POSTCODE_MAX = 24 };

/* A word in small letters without marks, kinds of streets in one form. */
struct token {
	char text[PART_LEN];
	size_t word;
};

struct tokens {
	struct token list[TOKENS_MAX];
	size_t count;
};

/* What a street's kind is shortened to, in front or as an end. */
static const struct {
	const char *whole, *brief;
} kinds[] = {
	{ "street", "st" },	{ "strasse", "str" },  { "road", "rd" },
	{ "avenue", "av" },	{ "ave", "av" },       { "avenida", "av" },
	{ "avda", "av" },	{ "boulevard", "bd" }, { "blvd", "bd" },
	{ "bvd", "bd" },	{ "lane", "ln" },      { "drive", "dr" },
	{ "court", "ct" },	{ "square", "sq" },    { "place", "pl" },
	{ "platz", "pl" },	{ "plaza", "pl" },     { "piazza", "pl" },
	{ "apartment", "apt" }, { "flat", "apt" },     { "saint", "st" },
	{ "calle", "c" },	{ "rua", "r" },	       { "rue", "r" },
	{ "via", "v" },		{ "terrace", "ter" },  { "crescent", "cres" },
	{ "close", "cl" },	{ "gardens", "gdns" }, { "north", "n" },
	{ "south", "s" },	{ "east", "e" },       { "west", "w" },
};

static void shorten(char text[PART_LEN])
{
	size_t len = strlen(text), i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i].whole, text)) {
			str_copy(text, PART_LEN, kinds[i].brief);
			return;
		}
	}
	/* "hauptstrasse", "hauptstr" */
	if (len > 7 && !strcmp(text + len - 7, "strasse"))
		text[len - 4] = '\0';
}

static bool has_digit(const char *s)
{
	return s[strcspn(s, "0123456789")] != '\0';
}

/* Says nothing of where it is. */
static bool is_small(const char *s)
{
	return str_listed("de la le les du des del der die das of the and "
			  "no nr n bei zu am an",
			  s) &&
	       !has_digit(s);
}

static void add_tokens(const struct address_pages *p, const char *text,
		       size_t word, struct tokens *out)
{
	char folded[NAMES_TEXT], *rest = folded, *one;

	if (names_fold(p->n, text, false, folded))
		return;
	while ((one = strsep(&rest, " ")) && out->count < TOKENS_MAX) {
		struct token *t = &out->list[out->count];

		if (!*one)
			continue;
		str_copy(t->text, PART_LEN, one);
		t->word = word;
		shorten(t->text);
		out->count++;
	}
}

static void tokens_of(const struct address_pages *p, const char *text,
		      struct tokens *out)
{
	out->count = 0;
	if (text)
		add_tokens(p, text, 0, out);
}

/* The tokens of the line that begins with the word. */
static void tokens_of_line(const struct address_pages *p, size_t page,
			   size_t first, struct tokens *out)
{
	const struct words *w = &p->list[page];
	size_t end = words_line_end(w, first), i;

	out->count = 0;
	for (i = first; i < end; i++) {
		char text[WORD_TEXT_MAX];

		words_mend(w->list[i].text, text);
		add_tokens(p, text, i, out);
	}
}

static char digit_like(char c)
{
	static const char from[] = "oqdilsbzg", to[] = "000115826";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : c;
}

/* O is taken for 0 and so on. */
static bool same_number(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (digit_like(*a) != digit_like(*b))
			return false;
	}
	return *a == *b;
}

static bool same_word(const char *a, const char *b)
{
	struct name_part left = { .small = false }, right = left;
	size_t len = strlen(a);

	if (!strcmp(a, b))
		return true;
	if (len < 4 || strlen(b) > len + 2 || strlen(b) + 2 < len)
		return false;
	str_copy(left.form[0], PART_LEN, a);
	str_copy(left.form[1], PART_LEN, a);
	str_copy(right.form[0], PART_LEN, b);
	str_copy(right.form[1], PART_LEN, b);
	return names_distance(&left, &right) <= names_tolerance(len);
}

static bool line_has(const struct tokens *line, const char *want)
{
	size_t i;

	for (i = 0; i < line->count; i++) {
		if (has_digit(want) ? same_number(want, line->list[i].text)
				    : same_word(want, line->list[i].text))
			return true;
	}
	return false;
}

/* A line and the two around it: of those a date's has no house number. */
struct around {
	struct tokens before, here, after;
	bool has_before, has_after;
};

static bool has_date(const struct words *w, size_t first)
{
	struct print_date date;

	return print_date_find(w, first, words_line_end(w, first), &date, 1) >
	       0;
}

static void take_around(const struct address_pages *p, size_t page,
			const size_t starts[3], struct around *out)
{
	const struct words *w = &p->list[page];

	out->has_before = starts[0] < starts[1] && !has_date(w, starts[0]);
	out->has_after = starts[2] < w->count && !has_date(w, starts[2]);
	tokens_of_line(p, page, starts[1], &out->here);
	if (out->has_before)
		tokens_of_line(p, page, starts[0], &out->before);
	if (out->has_after)
		tokens_of_line(p, page, starts[2], &out->after);
}

enum { HERE = 1, BEFORE = 2, AFTER = 4 };

/* Which of the lines has it; 0 for none. */
static int where_is(const char *want, const struct around *a)
{
	if (line_has(&a->here, want))
		return HERE;
	if (a->has_after && line_has(&a->after, want))
		return AFTER;
	return a->has_before && line_has(&a->before, want) ? BEFORE : 0;
}

/* 0: none of it; 1: the street without its number; 2: all of it. The name of
 * the street begins in the middle line. */
static int weigh_street(const struct tokens *street, const struct around *a,
			int *lines)
{
	size_t letters = 0, i;
	bool numbers = true;

	*lines = 0;
	for (i = 0; i < street->count; i++) {
		const char *want = street->list[i].text;
		int where = where_is(want, a);

		if (has_digit(want)) {
			numbers &= where > 0;
		} else if (!is_small(want)) {
			if (!where || where == BEFORE ||
			    (!letters && where != HERE))
				return 0;
			letters++;
		}
		if (!is_small(want))
			*lines |= where;
	}
	if (!letters)
		return 0;
	return numbers ? 2 : 1;
}

/* The words behind one another are the postcode, with or without blanks. */
static bool has_postcode(const struct tokens *line, const struct tokens *code)
{
	char want[POSTCODE_MAX] = "", have[POSTCODE_MAX];
	size_t i, k, n;

	for (i = 0, n = 0; i < code->count; i++) {
		str_copy(want + n, sizeof(want) - n, code->list[i].text);
		n = strlen(want);
	}
	for (i = 0; i < line->count; i++) {
		for (k = i, n = 0; k < line->count && k < i + 4; k++) {
			str_copy(have + n, sizeof(have) - n,
				 line->list[k].text);
			n = strlen(have);
			if (n && same_number(want, have) && has_digit(have))
				return true;
		}
	}
	return false;
}

static bool has_city(const struct tokens *line, const struct tokens *city)
{
	size_t i;

	for (i = 0; i < city->count; i++) {
		if (!is_small(city->list[i].text) &&
		    !line_has(line, city->list[i].text))
			return false;
	}
	return city->count > 0;
}

/* What is looked for, and where the best of it is. */
struct search {
	const struct address_pages *p;
	struct tokens street, city, postcode;
	int best; /* as weigh_street, doubled; and one more with a place */
	struct address_proof *out;
};

/* Postcode and city are in the lines from the street's on. */
static void look_below(struct search *s, size_t page, size_t first,
		       size_t lines, struct address_proof *out)
{
	const struct words *w = &s->p->list[page];
	struct tokens line;
	size_t i, at = first;

	for (i = 0; i < lines && at < w->count; i++) {
		bool city, code;

		tokens_of_line(s->p, page, at, &line);
		city = !out->city && has_city(&line, &s->city);
		code = !out->postcode && s->postcode.count &&
		       has_postcode(&line, &s->postcode);
		if (city || code)
			address_add_line(s->p, page, at, &out->address);
		out->city |= city;
		out->postcode |= code;
		at = words_line_end(w, at);
	}
}

static void weigh(struct search *s, size_t page, const size_t starts[3])
{
	struct address_proof found = { .street = false };
	struct around a;
	int street, score, lines;

	take_around(s->p, page, starts, &a);
	street = weigh_street(&s->street, &a, &lines);
	if (!street)
		return;
	found.street = street == 2;
	if (lines & BEFORE)
		address_add_line(s->p, page, starts[0], &found.address);
	address_add_line(s->p, page, starts[1], &found.address);
	if (lines & AFTER)
		address_add_line(s->p, page, starts[2], &found.address);
	look_below(s, page, starts[1], BELOW_MAX, &found);
	score = 2 * street + (found.city || found.postcode);
	if (score <= s->best)
		return;
	s->best = score;
	s->out->address = found.address;
	s->out->street = found.street;
	s->out->city = found.city;
	s->out->postcode = found.postcode;
}

static void look_in_page(struct search *s, size_t page)
{
	const struct words *w = &s->p->list[page];
	size_t starts[3] = { 0, 0, 0 };

	while (starts[1] < w->count) {
		starts[2] = words_line_end(w, starts[1]);
		weigh(s, page, starts);
		starts[0] = starts[1];
		starts[1] = starts[2];
	}
}

static void judge(const struct search *s, struct address_proof *out)
{
	bool place = out->city || out->postcode;

	if (out->street && place)
		address_set(&out->address, ADDRESS_FOUND,
			    "street and place are in it");
	else if (out->street)
		address_set(&out->address, ADDRESS_PARTIAL,
			    "the street is in it without its place");
	else if (s->best)
		address_set(&out->address, ADDRESS_PARTIAL,
			    "the street is in it without the house's number");
	else if (place)
		address_set(&out->address, ADDRESS_PARTIAL,
			    "the place is in it without the street");
	else
		address_set(&out->address, ADDRESS_NOT_FOUND,
			    "the address is not in it");
}

void address_find_place(const struct address_pages *p,
			const struct address_claim *claim,
			struct address_proof *out)
{
	struct search *s = mem_alloc(sizeof(*s));
	size_t page;

	s->p = p;
	s->out = out;
	if (p->n) {
		tokens_of(p, claim->street, &s->street);
		tokens_of(p, claim->city, &s->city);
		tokens_of(p, claim->postcode, &s->postcode);
	}
	if (!s->street.count && !s->city.count && !s->postcode.count) {
		address_set(&out->address, ADDRESS_UNKNOWN,
			    "there is no address to look for");
		free(s);
		return;
	}
	for (page = 0; s->street.count && page < p->count; page++)
		look_in_page(s, page);
	for (page = 0; !s->best && page < p->count; page++)
		look_below(s, page, 0, SIZE_MAX, out);
	judge(s, out);
	free(s);
}
