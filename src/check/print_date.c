// SPDX-License-Identifier: GPL-3.0-or-later
/* Dates in the forms in which they are printed. */
#include "check/print_date.h"
#include "base/str.h"

enum { TOKENS_MAX = 400, TOKEN_LEN = 16 };

enum kind { NUMBER, LETTERS, SIGN };

/* A run of digits or of letters, or any other byte. */
struct token {
	enum kind kind;
	char text[TOKEN_LEN]; /* letters in small ASCII */
	int value;	      /* of a number of at most four digits, else -1 */
	size_t digits;
	size_t word;
	bool glued; /* no blank before it */
	bool doubtful;
};

struct line {
	struct token token[TOKENS_MAX];
	size_t count;
};

/* Names of months from which others are short forms; small, without marks. */
static const char *const months[12] = {
	"january janvier januar enero gennaio janeiro januari ianuarie "
	"stycznia jaanuar janvaris",
	"february fevrier februar febrero febbraio fevereiro februari lutego",
	"march mars marz maerz marzo marco maart martie marca mrt",
	"april avril abril aprile aprilie kwietnia",
	"may mai mayo maggio maio mei maj maja",
	"june juin juni junio giugno junho iunie czerwca",
	"july juillet juli julio luglio julho iulie lipca",
	"august aout agosto augustus augusti sierpnia",
	"september septembre septiembre settembre setembro septembrie wrzesnia",
	"october octobre oktober octubre ottobre outubro octombrie "
	"pazdziernika",
	"november novembre noviembre novembro noiembrie listopada",
	"december decembre dezember diciembre dicembre dezembro decembrie "
	"grudnia",
};

/* Whether it is a word of the list or the beginning of one. */
static bool begins_one(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		if (!strncmp(list, word, len))
			return true;
		list += strcspn(list, " ");
		list += *list == ' ';
	}
	return false;
}

/* 1 to 12; 0 for none, or where it may be two ("jui"). */
static int month_of(const struct token *t)
{
	int i, found = 0;

	if (t->kind != LETTERS || strlen(t->text) < 3)
		return 0;
	for (i = 0; i < 12; i++) {
		if (!begins_one(months[i], t->text))
			continue;
		if (found)
			return 0;
		found = i + 1;
	}
	return found;
}

/* The letter without its mark of two bytes of UTF-8; 0 for another sign. */
static char plain_of(const char *s)
{
	/* U+00C0 to U+00FF, and what they lose */
	static const char letters[] = "aaaaaaaceeeeiiiidnooooo/ouuuuyts"
				      "aaaaaaaceeeeiiiidnooooo/ouuuuyty";
	unsigned char lead = (unsigned char)s[0], next = (unsigned char)s[1];

	if (lead == 0xc3 && next >= 0x80 && next < 0xc0)
		return letters[next - 0x80];
	if (lead == 0xc5 && (next == 0x9a || next == 0x9b))
		return 's';
	if (lead == 0xc5 && next >= 0xb9 && next <= 0xbc)
		return 'z';
	return 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The digit that the letter looks like, or 0. */
static char digit_like(char c)
{
	static const char from[] = "OoQDIl|SsBZz", to[] = "000011155822";
	const char *at = c ? strchr(from, c) : NULL;

	return at ? to[at - from] : 0;
}

/* The word with such letters as digits, where nothing else is in it but
 * digits, most of all, and signs. */
static bool mend(char out[WORD_TEXT_MAX], const char *text)
{
	size_t digits = 0, letters = 0, i;

	str_copy(out, WORD_TEXT_MAX, text);
	for (i = 0; out[i]; i++) {
		if (is_digit(out[i])) {
			digits++;
		} else if (digit_like(out[i])) {
			out[i] = digit_like(out[i]);
			letters++;
		} else if (!strchr("./-,", out[i])) {
			letters = 0;
			break;
		}
	}
	if (letters && digits > letters)
		return true;
	str_copy(out, WORD_TEXT_MAX, text);
	return false;
}

/* The kind of the letter at s, its small form and its length in bytes. */
static enum kind kind_at(const char *s, char *small, size_t *len)
{
	*len = 1;
	*small = *s;
	if (is_digit(*s))
		return NUMBER;
	if (*s >= 'A' && *s <= 'Z')
		*small = (char)(*s - 'A' + 'a');
	if (*small >= 'a' && *small <= 'z')
		return LETTERS;
	if (*s & 0x80 && s[1])
		*small = plain_of(s);
	if (!(*s & 0x80) || !*small)
		return SIGN;
	*len = 2;
	return LETTERS;
}

static void add_tokens(struct line *l, const struct words *w, size_t word)
{
	char mended[WORD_TEXT_MAX];
	bool doubtful = mend(mended, w->list[word].text), glued = false;
	const char *s = mended;

	while (*s && l->count < TOKENS_MAX) {
		struct token *t = &l->token[l->count++];
		size_t n = 0, len;
		char small;

		*t = (struct token){ .word = word, .value = -1 };
		t->kind = kind_at(s, &small, &len);
		t->glued = glued;
		t->doubtful = doubtful;
		glued = true;
		do {
			if (n + 1 < TOKEN_LEN)
				t->text[n++] = small;
			t->digits += t->kind == NUMBER;
			s += len;
		} while (*s && t->kind != SIGN &&
			 kind_at(s, &small, &len) == t->kind);
		if (t->kind == NUMBER && t->digits <= 4)
			t->value = (int)strtol(t->text, NULL, 10);
	}
}

/* What a form of a date has matched so far. */
struct match {
	const struct line *line;
	size_t at;
	int day, month, year;
	bool short_year;
};

static const struct token *peek(const struct match *m)
{
	static const struct token none = { .kind = SIGN, .value = -1 };

	return m->at < m->line->count ? &m->line->token[m->at] : &none;
}

static bool take_sign(struct match *m, char sign)
{
	const struct token *t = peek(m);

	if (t->kind != SIGN || t->text[0] != sign)
		return false;
	m->at++;
	return true;
}

static void skip_signs(struct match *m, const char *signs)
{
	while (peek(m)->kind == SIGN && peek(m)->text[0] &&
	       strchr(signs, peek(m)->text[0]))
		m->at++;
}

static bool take_word(struct match *m, const char *list)
{
	const struct token *t = peek(m);
	size_t len = strlen(t->text);

	if (t->kind != LETTERS)
		return false;
	while (*list) {
		if (strcspn(list, " ") == len && !strncmp(list, t->text, len)) {
			m->at++;
			return true;
		}
		list += strcspn(list, " ");
		list += *list == ' ';
	}
	return false;
}

static bool take_number(struct match *m, size_t least, size_t most, int *out)
{
	const struct token *t = peek(m);

	if (t->kind != NUMBER || t->digits < least || t->digits > most)
		return false;
	*out = t->value;
	m->at++;
	return true;
}

static bool take_month(struct match *m)
{
	m->month = month_of(peek(m));
	m->at += m->month > 0;
	return m->month > 0;
}

/* Of four digits, or two that nothing follows. */
static bool take_year(struct match *m, bool may_be_short)
{
	if (take_number(m, 4, 4, &m->year))
		return m->year >= 1880 && m->year <= 2150;
	m->short_year = may_be_short && take_number(m, 2, 2, &m->year);
	return m->short_year;
}

/* 12 Aug 1974, 08 AUG/AOUT 1974, 1er août 2026, 12 de agosto de 1974. */
static bool match_day_month(struct match *m)
{
	size_t before;

	if (!take_number(m, 1, 2, &m->day))
		return false;
	take_word(m, "st nd rd th er");
	skip_signs(m, ".-/");
	take_word(m, "de of");
	if (!take_month(m))
		return false;
	skip_signs(m, ".");
	before = m->at;
	/* the month in a second language, however it is written */
	if (take_sign(m, '/') && peek(m)->kind == LETTERS)
		m->at++;
	else
		m->at = before;
	skip_signs(m, ".,-/'");
	take_word(m, "de del");
	return take_year(m, true);
}

/* August 12, 1974. */
static bool match_month_day(struct match *m)
{
	if (!take_month(m))
		return false;
	skip_signs(m, ".-");
	if (!take_number(m, 1, 2, &m->day))
		return false;
	take_word(m, "st nd rd th");
	skip_signs(m, ",-");
	return take_year(m, false);
}

/* One sign, or none at all, between numbers; each time the same. */
static bool take_between(struct match *m, char *sign)
{
	const struct token *t = peek(m);
	char here = ' ';

	if (t->kind == SIGN && t->text[0] && strchr("./-", t->text[0])) {
		here = t->text[0];
		m->at++;
	}
	if (!*sign)
		*sign = here;
	return *sign == here;
}

/* 1974-08-12, 1974.08.12, 1974 08 12. */
static bool match_year_first(struct match *m)
{
	char sign = 0;

	return take_number(m, 4, 4, &m->year) && m->year >= 1880 &&
	       m->year <= 2150 && take_between(m, &sign) &&
	       take_number(m, sign == ' ' ? 2 : 1, 2, &m->month) &&
	       take_between(m, &sign) &&
	       take_number(m, sign == ' ' ? 2 : 1, 2, &m->day);
}

/* 12.08.1974, 12/08/74, 12 08 1974. */
static bool match_numbers(struct match *m, char *sign)
{
	*sign = 0;
	if (!take_number(m, 1, 2, &m->day) || !take_between(m, sign) ||
	    !take_number(m, *sign == ' ' ? 2 : 1, 2, &m->month) ||
	    !take_between(m, sign))
		return false;
	if (*sign == ' ' && m->line->token[m->at - 2].digits != 2)
		return false;
	return take_year(m, *sign != ' ');
}

static bool is_day(int year, int month, int day, struct date *out)
{
	struct date checked;
	char text[40];

	*out = (struct date){ year, month, day };
	/* two digits may stand for a leap year */
	snprintf(text, sizeof(text), "%04d-%02d-%02d",
		 year < 100 ? 2000 + year : year, month, day);
	return !date_parse(text, &checked);
}

/* Part of a longer row of numbers, as 192.168.1.1. */
static bool goes_on(const struct line *l, size_t first, size_t last)
{
	const struct token *t = &l->token[first];

	if (first > 1 && t->glued && t[-1].kind == SIGN && t[-1].glued &&
	    strchr("./-", t[-1].text[0]) && t[-2].kind == NUMBER)
		return true;
	if (first > 0 && t->glued && t[-1].kind == LETTERS)
		return true;
	t = &l->token[last];
	return last + 1 < l->count && t->glued && t->kind == SIGN &&
	       strchr("./-", t->text[0]) && t[1].glued && t[1].kind == NUMBER;
}

static bool settle(const struct match *m, char sign, struct print_date *out)
{
	bool by_day, by_month = false;

	by_day = is_day(m->year, m->month, m->day, &out->day[0]);
	if (sign == '/' || sign == '-')
		by_month = is_day(m->year, m->day, m->month, &out->day[1]);
	out->order = by_day && by_month && m->day != m->month ? PRINT_DATE_TWO
							      : PRINT_DATE_ONE;
	out->month_first = by_month && !by_day;
	out->day_first = by_day && !by_month && (sign == '/' || sign == '-');
	out->short_year = m->short_year;
	if (!by_day)
		out->day[0] = out->day[1];
	return by_day || by_month;
}

/* The date that begins with token i; how many tokens it has. */
static size_t match_at(const struct line *l, size_t i, struct print_date *out)
{
	static bool (*const forms[])(struct match *) = { match_day_month,
							 match_month_day,
							 match_year_first };
	struct match m;
	char sign = 0;
	size_t k;

	for (k = 0; k < ARRAY_SIZE(forms); k++) {
		m = (struct match){ .line = l, .at = i };
		if (forms[k](&m))
			break;
	}
	if (k == ARRAY_SIZE(forms)) {
		m = (struct match){ .line = l, .at = i };
		if (!match_numbers(&m, &sign))
			return 0;
	}
	if (goes_on(l, i, m.at) || !settle(&m, sign, out))
		return 0;
	return m.at - i;
}

size_t print_date_find(const struct words *w, size_t first, size_t last,
		       struct print_date *out, size_t max)
{
	struct line *l = mem_alloc(sizeof(*l));
	size_t i, k, n, count = 0;

	for (i = first; i < last; i++)
		add_tokens(l, w, i);
	for (i = 0; i < l->count && count < max; i += n ? n : 1) {
		struct print_date *d = &out[count];

		*d = (struct print_date){ .confidence = 100 };
		n = match_at(l, i, d);
		if (!n)
			continue;
		d->first = l->token[i].word;
		d->last = l->token[i + n - 1].word + 1;
		for (k = i; k < i + n; k++)
			d->doubtful |= l->token[k].doubtful;
		for (k = d->first; k < d->last; k++) {
			if (w->list[k].confidence < d->confidence)
				d->confidence = w->list[k].confidence;
		}
		count++;
	}
	free(l);
	return count;
}

static bool is_reading(const struct date *d, bool short_year, const char *day)
{
	char text[40];
	size_t skip = short_year ? 2 : 0, len = strlen(day);

	snprintf(text, sizeof(text), "%04d-%02d-%02d", d->year, d->month,
		 d->day);
	return len >= 4 && len <= 10 &&
	       !strncmp(text + skip, day + skip, len - skip);
}

bool print_date_is(const struct print_date *d, const char *day)
{
	return is_reading(&d->day[0], d->short_year, day) ||
	       (d->order == PRINT_DATE_TWO &&
		is_reading(&d->day[1], d->short_year, day));
}
