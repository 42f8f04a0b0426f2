// SPDX-License-Identifier: GPL-3.0-or-later
/* Dates and names of a machine readable zone. */
#include "check/mrz_part.h"

/* Two digits, 0 for << (unknown), -1 for what is neither. */
static int two(const char *s, bool *known)
{
	*known = s[0] != '<' || s[1] != '<';
	if (!*known)
		return 0;
	if (s[0] == '<' || s[1] == '<')
		return -1;
	return 10 * (s[0] - '0') + (s[1] - '0');
}

/* With what is unknown at its earliest. */
static struct date earliest(const struct date *d)
{
	return (struct date){ d->year, d->month ? d->month : 1,
			      d->day ? d->day : 1 };
}

static bool is_after(const struct date *a, const struct date *b)
{
	struct date first = earliest(a), second = earliest(b);

	return date_compare(&first, &second) > 0;
}

/* That there is such a day, whatever of it is known. 29 February of an
 * unknown year is one. */
static bool exists(const struct date *d)
{
	char text[32];
	struct date parsed;

	snprintf(text, sizeof(text), "%04d-%02d-%02d", d->year ? d->year : 2000,
		 d->month ? d->month : 1, d->day ? d->day : 1);
	return !date_parse(text, &parsed);
}

/* Year as two digits; 0 or an error told. */
static int read_date(struct mrz *m, enum mrz_field field, struct date *out,
		     bool *year_known)
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[field];
	int *parts[] = { &out->year, &out->month, &out->day };
	size_t len, i;
	const char *s = mrz_field(m, field, &len);
	bool known;

	if (!s)
		return -1;
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		*parts[i] = two(s + 2 * i, &known);
		if (i == 0)
			*year_known = known;
		if (*parts[i] >= 0 && (i == 0 || !known || *parts[i] > 0))
			continue;
		mrz_wrong(m, MRZ_WRONG_DATE, r->line, r->column + 2 * i,
			  "%.2s is no %s", s + 2 * i,
			  i == 0   ? "year"
			  : i == 1 ? "month"
				   : "day");
		return -1;
	}
	return 0;
}

static int told_of(struct mrz *m, enum mrz_field field, const struct date *d)
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[field];
	bool month = d->month > 12;

	if (exists(d))
		return 0;
	if (month)
		mrz_wrong(m, MRZ_WRONG_DATE, r->line, r->column + 2,
			  "%02d is no month", d->month);
	else
		mrz_wrong(m, MRZ_WRONG_DATE, r->line, r->column + 4,
			  "there is no day %02d in that month", d->day);
	return -1;
}

static void read_expiry(struct mrz *m, const struct date *today)
{
	struct date d, late = *today, early = *today;
	bool known;

	if (read_date(m, MRZ_EXPIRY_DATE, &d, &known))
		return;
	late.year += 50;
	early.year -= 50;
	/* Spain's cards that never expire say 01 01 9999 in print. */
	if (!strcmp(m->issuer, "ESP") && m->format == MRZ_TD1 && d.year == 99 &&
	    d.month == 1 && d.day == 1) {
		d.year = 9999;
	} else {
		d.year += today->year / 100 * 100;
		if (is_after(&d, &late))
			d.year -= 100;
		else if (!is_after(&d, &early))
			d.year += 100;
	}
	if (told_of(m, MRZ_EXPIRY_DATE, &d))
		return;
	m->expiry.date = d;
	m->expiry.there = true;
}

static void read_birth(struct mrz *m, const struct date *today)
{
	struct date d;
	bool known;

	if (read_date(m, MRZ_DATE_OF_BIRTH, &d, &known))
		return;
	if (known) {
		d.year += today->year / 100 * 100;
		while (is_after(&d, today) ||
		       (m->expiry.there && is_after(&d, &m->expiry.date)))
			d.year -= 100;
	}
	if (told_of(m, MRZ_DATE_OF_BIRTH, &d))
		return;
	m->birth.date = d;
	m->birth.there = known || d.month || d.day;
}

void mrz_read_dates(struct mrz *m, const struct date *today)
{
	read_expiry(m, today);
	read_birth(m, today);
}

/* Where the first << or, in second, a filler too many begins; len for none. */
static size_t find_fillers(const char *s, size_t len, size_t *second)
{
	size_t first = len, i = 0, run;

	*second = len;
	while (i < len) {
		for (run = 0; i + run < len && s[i + run] == '<';)
			run++;
		if (run >= 2 && first < len)
			*second = i;
		else if (run > 2)
			*second = i + 2;
		if (run >= 2 && first == len)
			first = i;
		if (*second < len)
			break;
		i += run ? run : 1;
	}
	return first;
}

/* "VAN<DER<BERG" to "Van Der Berg": every part begins with a capital letter.
 * What the zone can't say (O'Brien, McDonald, van der Berg, é) is not guessed
 * at. */
static void copy_name(char *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		bool begins = i == 0 || s[i - 1] == '<';

		if (s[i] == '<')
			out[i] = ' ';
		else
			out[i] = (char)(begins ? s[i] : s[i] - 'A' + 'a');
	}
	out[len] = '\0';
}

void mrz_read_names(struct mrz *m)
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[MRZ_NAMES];
	size_t len, split, second;
	const char *s = mrz_field(m, MRZ_NAMES, &len);

	if (!s)
		return;
	m->names_cut = s[len - 1] != '<';
	while (len && s[len - 1] == '<')
		len--;
	if (!len || *s == '<') {
		mrz_wrong(m, MRZ_WRONG_NAME, r->line, r->column,
			  len ? "the name begins with <" : "the name is empty");
		return;
	}
	split = find_fillers(s, len, &second);
	if (second < len) {
		mrz_wrong(m, MRZ_WRONG_NAME, r->line, r->column + second,
			  "there are more < between names than may be");
		return;
	}
	copy_name(m->surname, s, split);
	if (split < len)
		copy_name(m->given_names, s + split + 2, len - split - 2);
}
