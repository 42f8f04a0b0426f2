// SPDX-License-Identifier: GPL-3.0-or-later
/* The elements of a licence's barcode, taken for the fields of a person. */
#include "base/date.h"
#include "base/str.h"
#include "check/aamva_part.h"
#include "check/state.h"

enum element {
	NUMBER,
	LAST,
	FIRST,
	MIDDLE,
	SUFFIX,
	WHOLE,
	GIVEN,
	BIRTH,
	ISSUED,
	EXPIRY,
	SEX,
	LINE1,
	LINE2,
	CITY,
	STATE,
	POSTCODE,
	OLD_LINE1,
	OLD_LINE2,
	OLD_CITY,
	OLD_STATE,
	OLD_POSTCODE,
	COUNTRY,
	HEIGHT,
	CUT_LAST,
	CUT_FIRST,
	CUT_MIDDLE,
	ELEMENTS
};

/* Annex D table D.3 and, where there are two, the names of the versions before
 * it: of DL/ID-2000 DAA (the whole name), DAB, DAE, and DAL to DAP for the
 * address of residence; of versions 2 and 3 DCT (all given names). */
static const struct {
	char id[4];
	enum element element;
} ids[] = {
	{ "DAQ", NUMBER },     { "DCS", LAST },		{ "DAB", LAST },
	{ "DAC", FIRST },      { "DAD", MIDDLE },	{ "DCU", SUFFIX },
	{ "DAE", SUFFIX },     { "DAA", WHOLE },	{ "DCT", GIVEN },
	{ "DBB", BIRTH },      { "DBD", ISSUED },	{ "DBA", EXPIRY },
	{ "DBC", SEX },	       { "DAG", LINE1 },	{ "DAH", LINE2 },
	{ "DAI", CITY },       { "DAJ", STATE },	{ "DAK", POSTCODE },
	{ "DAL", OLD_LINE1 },  { "DAM", OLD_LINE2 },	{ "DAN", OLD_CITY },
	{ "DAO", OLD_STATE },  { "DAP", OLD_POSTCODE }, { "DCG", COUNTRY },
	{ "DAU", HEIGHT },     { "DDE", CUT_LAST },	{ "DDF", CUT_FIRST },
	{ "DDG", CUT_MIDDLE },
};

/* Issuers' numbers of Canada; all others are of the United States. */
static const char *const canadian[] = { "604426", "604428", "604429", "604432",
					"604433", "604434", "636012", "636013",
					"636016", "636017", "636028", "636044",
					"636048" };

struct elements {
	struct aamva_span of[ELEMENTS];
};

static struct aamva_span trim(struct aamva_span v)
{
	while (v.len && v.s[v.len - 1] == ' ')
		v.len--;
	while (v.len && *v.s == ' ') {
		v.s++;
		v.len--;
	}
	return v;
}

static bool is(struct aamva_span v, const char *word)
{
	return v.len == strlen(word) && !strncasecmp(v.s, word, v.len);
}

/* Of elements that come twice the first that says anything counts. */
static void take(struct elements *e, struct aamva_span line)
{
	struct aamva_span v;
	size_t i;

	if (line.len < 4)
		return;
	v = trim((struct aamva_span){ line.s + 3, line.len - 3 });
	if (!v.len || is(v, "NONE") || is(v, "UNAVL") || is(v, "UNAVAIL"))
		return;
	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!memcmp(line.s, ids[i].id, 3) && !e->of[ids[i].element].s)
			e->of[ids[i].element] = v;
	}
}

static bool is_separator(char c)
{
	return c == '\n' || c == '\r' || c == '\x1e' || !c;
}

static void split(struct elements *e, struct aamva_span subfile)
{
	struct aamva_span line = { subfile.s, 0 };
	size_t i;

	memset(e, 0, sizeof(*e));
	for (i = 0; i <= subfile.len; i++) {
		if (i < subfile.len && !is_separator(subfile.s[i])) {
			line.len++;
			continue;
		}
		take(e, line);
		line.s = subfile.s + i + 1;
		line.len = 0;
	}
}

/* As UTF-8: what is no UTF-8 is taken for ISO 8859-1, which AAMVA names.
 * Control characters are left out. */
static void put(struct aamva *a, enum aamva_field field, struct aamva_span v)
{
	char *out = a->field[field];
	size_t i, n = 0;
	bool utf8;

	if (!v.s)
		return;
	utf8 = str_is_utf8(v.s, v.len);
	if (utf8 && str_has_control(v.s, v.len, false))
		utf8 = false;
	if (utf8)
		v.len = str_utf8_prefix(v.s, v.len, AAMVA_VALUE - 3);
	for (i = 0; i < v.len && n + 2 < AAMVA_VALUE; i++) {
		unsigned char c = (unsigned char)v.s[i];

		if (utf8 || (c >= ' ' && c < 0x7f)) {
			out[n++] = (char)c;
		} else if (c >= 0xa0) {
			out[n++] = (char)(0xc0 | c >> 6);
			out[n++] = (char)(0x80 | (c & 0x3f));
		}
	}
	out[n] = '\0';
}

static bool in_canada(const struct aamva *a, const struct elements *e)
{
	size_t i;

	if (e->of[COUNTRY].s)
		return is(e->of[COUNTRY], "CAN");
	for (i = 0; i < ARRAY_SIZE(canadian); i++) {
		if (!strcmp(canadian[i], a->issuer))
			return true;
	}
	return false;
}

/* The eight digits in that order; 0, or -1 where there is no such day in the
 * last or the next hundred years or so. */
static int date_in(const char *s, bool year_first, char out[11])
{
	const char *year = year_first ? s : s + 4;
	const char *month = year_first ? s + 4 : s;
	struct date d;

	snprintf(out, 11, "%.4s-%.2s-%.2s", year, month, month + 2);
	return date_parse(out, &d) || d.year < 1880 || d.year > 2199 ? -1 : 0;
}

/* Version 1 and Canada write the year first, the United States last. A day of
 * one order is never one of the other, for want of such a year; issuers who
 * mix them up are read. */
static int put_date(struct aamva *a, enum aamva_field field,
		    struct aamva_span v, bool year_first, const char *what)
{
	char *out = a->field[field];

	if (!v.s)
		return -1;
	if (v.len == 8 && !date_in(v.s, year_first, out))
		return 0;
	if (v.len == 8 && !date_in(v.s, !year_first, out)) {
		aamva_warn(a, "the %s is written in another country's order",
			   what);
		return 0;
	}
	*out = '\0';
	aamva_wrong(a, "the %s is no date", what);
	return -1;
}

static void put_dates(struct aamva *a, const struct elements *e, bool canada)
{
	bool first = canada || a->version == 1;

	if (!e->of[BIRTH].s)
		aamva_wrong(a, "the date of birth is missing");
	put_date(a, AAMVA_BIRTH, e->of[BIRTH], first, "date of birth");
	if (!e->of[EXPIRY].s)
		aamva_warn(a, "the expiry date is missing");
	put_date(a, AAMVA_EXPIRY, e->of[EXPIRY], first, "expiry date");
	put_date(a, AAMVA_ISSUED, e->of[ISSUED], first, "date of issue");
	if (*a->field[AAMVA_BIRTH] && *a->field[AAMVA_EXPIRY] &&
	    strcmp(a->field[AAMVA_BIRTH], a->field[AAMVA_EXPIRY]) > 0)
		aamva_wrong(a, "it expires before the birth");
}

/* What stands before the next comma; *rest goes behind it. */
static struct aamva_span before_comma(struct aamva_span *rest)
{
	const char *comma = rest->len ? memchr(rest->s, ',', rest->len) : NULL;
	struct aamva_span part = *rest;

	if (comma) {
		part.len = (size_t)(comma - rest->s);
		rest->s = comma + 1;
		rest->len -= part.len + 1;
	} else {
		rest->len = 0;
	}
	return trim(part);
}

/* Elements of old versions that hold several names: DAA is "last, first,
 * middle, suffix", DCT "first, middle". Without commas nobody knows which word
 * is which, so that DAA is the whole name alone. */
static void split_names(struct elements *e)
{
	struct aamva_span *of = e->of, rest = of[WHOLE];

	if (rest.s && memchr(rest.s, ',', rest.len) && !of[LAST].s) {
		of[LAST] = before_comma(&rest);
		of[FIRST] = before_comma(&rest);
		of[MIDDLE] = before_comma(&rest);
		of[SUFFIX] = before_comma(&rest);
	}
	rest = of[GIVEN];
	if (rest.s && !of[FIRST].s) {
		of[FIRST] = before_comma(&rest);
		if (rest.len)
			of[MIDDLE] = trim(rest);
	}
}

static void put_names(struct aamva *a, struct elements *e)
{
	char *full = a->field[AAMVA_FULL_NAME];
	size_t i, n = 0;

	split_names(e);
	put(a, AAMVA_FIRST_NAME, e->of[FIRST]);
	put(a, AAMVA_MIDDLE_NAME, e->of[MIDDLE]);
	put(a, AAMVA_LAST_NAME, e->of[LAST]);
	put(a, AAMVA_SUFFIX, e->of[SUFFIX]);
	for (i = AAMVA_FIRST_NAME; i <= AAMVA_SUFFIX; i++) {
		size_t len = strlen(a->field[i]);

		if (!len || n + len + 2 > AAMVA_VALUE)
			continue;
		if (n)
			full[n++] = ' ';
		memcpy(full + n, a->field[i], len + 1);
		n += len;
	}
	if (!n)
		put(a, AAMVA_FULL_NAME, e->of[WHOLE]);
	if (!*full)
		aamva_wrong(a, "the name is missing");
	for (i = CUT_LAST; i <= CUT_MIDDLE; i++)
		a->names_cut |= is(e->of[i], "T");
}

static void put_gender(struct aamva *a, struct aamva_span v)
{
	static const char *const words[] = { "male", "female", "other" };
	static const char codes[] = "1M2F9X";
	const char *c;

	if (!v.s)
		return;
	c = v.len == 1 ? strchr(codes, *v.s) : NULL;
	if (c && *c)
		str_copy(a->field[AAMVA_GENDER], AAMVA_VALUE,
			 words[(c - codes) / 2]);
	else
		aamva_warn(a, "the sex is none that the standard knows");
}

/* 123450000 is 12345, 123456789 is 12345-6789. */
static void put_postcode(struct aamva *a, struct aamva_span v, bool canada)
{
	char *out = a->field[AAMVA_POSTCODE];

	put(a, AAMVA_POSTCODE, v);
	if (canada || strspn(out, "0123456789") != 9 || out[9])
		return;
	if (!strcmp(out + 5, "0000")) {
		out[5] = '\0';
		return;
	}
	memmove(out + 6, out + 5, 5);
	out[5] = '-';
}

static void put_address(struct aamva *a, const struct elements *e, bool canada)
{
	const struct aamva_span *of = e->of;
	/* of version 1 the residence, where it has one */
	bool old = of[OLD_LINE1].s && of[OLD_CITY].s;

	put(a, AAMVA_LINE1, of[old ? OLD_LINE1 : LINE1]);
	put(a, AAMVA_LINE2, of[old ? OLD_LINE2 : LINE2]);
	put(a, AAMVA_CITY, of[old ? OLD_CITY : CITY]);
	put(a, AAMVA_STATE, of[old && of[OLD_STATE].s ? OLD_STATE : STATE]);
	put_postcode(a, of[old && of[OLD_POSTCODE].s ? OLD_POSTCODE : POSTCODE],
		     canada);
}

static void put_country(struct aamva *a, const struct elements *e, bool canada)
{
	char code[4] = "";
	const char *alpha2;

	if (e->of[COUNTRY].len == 3)
		memcpy(code, e->of[COUNTRY].s, 3);
	alpha2 = state_alpha2(code);
	if (!alpha2 && e->of[COUNTRY].s)
		aamva_warn(a, "the country is none that is known");
	if (!alpha2)
		alpha2 = canada ? "CA" : "US";
	str_copy(a->field[AAMVA_COUNTRY], AAMVA_VALUE, alpha2);
}

/* "068 in" or "173 cm"; of version 1 feet and inches, "508". */
static void put_height(struct aamva *a, struct aamva_span v)
{
	int n = 0;
	size_t i;

	for (i = 0; i < v.len && i < 3 && v.s[i] >= '0' && v.s[i] <= '9'; i++)
		n = 10 * n + (v.s[i] - '0');
	if (i != 3)
		return;
	v = trim((struct aamva_span){ v.s + 3, v.len - 3 });
	if (is(v, "cm"))
		a->height_cm = n;
	else if (is(v, "in"))
		a->height_cm = (n * 254 + 50) / 100;
	else if (!v.len && a->version == 1 && n % 100 < 12)
		a->height_cm = ((n / 100 * 12 + n % 100) * 254 + 50) / 100;
}

void aamva_read_elements(struct aamva *a, struct aamva_span subfile)
{
	struct elements e;
	bool canada;

	split(&e, subfile);
	canada = in_canada(a, &e);
	put(a, AAMVA_NUMBER, e.of[NUMBER]);
	if (!*a->field[AAMVA_NUMBER])
		aamva_wrong(a, "the document number is missing");
	put_names(a, &e);
	put_dates(a, &e, canada);
	put_gender(a, e.of[SEX]);
	put_address(a, &e, canada);
	put_country(a, &e, canada);
	put_height(a, e.of[HEIGHT]);
}
