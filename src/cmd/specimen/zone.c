// SPDX-License-Identifier: GPL-3.0-or-later
/* What machines read on a document: zones and the text of a barcode. */
#include <ctype.h>

#include "base/str.h"
#include "cmd/specimen/zone.h"

static const char digits[] = "0123456789";
static const char both[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/* At the column, without the end of the string; n characters at most. */
static void put_at_most(char *line, size_t column, const char *text, size_t n)
{
	for (line += column; *text && n > 0; n--)
		*line++ = *text++;
}

static void put(char *line, size_t column, const char *text)
{
	put_at_most(line, column, text, MRZ_LENGTH);
}

static char digit(const char *s, size_t n)
{
	return (char)('0' + mrz_check_digit(s, n));
}

/* Up to n characters; at times none. */
static void put_some(struct chance *c, char *line, size_t column, size_t n,
		     double share)
{
	const char *characters = chance_hit(c, 0.3) ? both : digits;
	size_t i, count = chance_hit(c, share) ? 1 + chance_below(c, n) : 0;

	for (i = 0; i < count; i++)
		line[column + i] = chance_of(c, characters);
}

static void put_name(char *line, size_t column, size_t length,
		     const struct truth *t)
{
	put_at_most(line, column, t->zone_name, length - column);
}

/* Nine places and a digit; a longer number runs on behind it. */
static bool put_number(char *line, size_t column, size_t rest,
		       const struct truth *t)
{
	size_t n = strlen(t->number);

	if (n <= 9) {
		put(line, column, t->number);
		line[column + 9] = digit(line + column, 9);
		return false;
	}
	memcpy(line + column, t->number, 9);
	put(line, rest, t->number + 9);
	line[rest + n - 9] = digit(t->number, n);
	return true;
}

static void put_dates(char *line, size_t birth, size_t sex,
		      const struct truth *t)
{
	put(line, birth, t->birth);
	line[birth + 6] = digit(t->birth, 6);
	line[sex] = t->sex;
	put(line, sex + 1, t->expiry);
	line[sex + 7] = digit(t->expiry, 6);
}

static void write_cards(struct chance *c, struct truth *t)
{
	char *one = t->lines[0], *two = t->lines[1], all[64] = "";
	bool runs_on;

	put(one, 0, t->code);
	put(one, 2, t->state);
	runs_on = put_number(one, 5, 15, t);
	if (!runs_on)
		put_some(c, one, 15, 15, 0.4);
	put_dates(two, 0, 7, t);
	put(two, 15, t->nation);
	put_some(c, two, 18, 11, 0.3);
	snprintf(all, sizeof(all), "%.25s%.7s%.7s%.11s", one + 5, two, two + 8,
		 two + 18);
	two[29] = digit(all, strlen(all));
	put_name(t->lines[2], 0, 30, t);
}

/* All the others have their names in the first of two lines. */
static void write_pages(struct chance *c, enum mrz_format format,
			struct truth *t)
{
	size_t length = mrz_layouts[format].length;
	char *one = t->lines[0], *two = t->lines[1], all[64] = "";
	bool runs_on;

	put(one, 0, t->code);
	put(one, 2, t->state);
	put_name(one, 5, length, t);
	runs_on = put_number(two, 0, 28, t);
	put(two, 10, t->nation);
	put_dates(two, 13, 20, t);
	if (format == MRZ_TD3) {
		put_some(c, two, 28, 14, 0.5);
		two[42] = two[28] == '<' && chance_hit(c, 0.5)
				  ? '<'
				  : digit(two + 28, 14);
	} else if (!runs_on) {
		put_some(c, two, 28, length - 29, 0.4);
	}
	if (format == MRZ_MRV_A || format == MRZ_MRV_B)
		return;
	snprintf(all, sizeof(all), "%.10s%.7s%.*s", two, two + 13,
		 (int)length - 22, two + 21);
	two[length - 1] = digit(all, strlen(all));
}

void zone_write(struct chance *c, enum mrz_format format, struct truth *t)
{
	static const char *const codes[MRZ_FORMATS][4] = {
		[MRZ_TD1] = { "I<", "ID", "AC", "IR" },
		[MRZ_TD2] = { "I<", "ID", "C<", "I<" },
		[MRZ_TD3] = { "P<", "P<", "PD", "PM" },
		[MRZ_MRV_A] = { "V<", "VC", "V<", "VD" },
		[MRZ_MRV_B] = { "V<", "VC", "V<", "VD" },
	};
	const struct mrz_layout *layout = &mrz_layouts[format];
	size_t i;

	t->line_count = layout->lines;
	for (i = 0; i < layout->lines; i++)
		memset(t->lines[i], '<', layout->length);
	str_copy(t->code, sizeof(t->code), codes[format][chance_below(c, 4)]);
	if (format == MRZ_TD1)
		write_cards(c, t);
	else
		write_pages(c, format, t);
}

/* Capital letters of ASCII: the zone's name with blanks. */
static void plain_name(const char *from, char *out, size_t size)
{
	size_t n = 0;

	for (; *from && n + 1 < size; from++)
		out[n++] = *from == '<' ? ' ' : *from;
	out[n] = '\0';
}

static void licence_elements(struct chance *c, const struct truth *t,
			     struct buf *b)
{
	char surname[TRUTH_NAME], given[TRUTH_NAME], birth[24], expiry[24];
	char zone[sizeof(t->zone_name)], street[64];
	char *middle;
	size_t i;

	str_copy(zone, sizeof(zone), t->zone_name);
	middle = strstr(zone, "<<");
	*middle = '\0';
	plain_name(zone, surname, sizeof(surname));
	plain_name(middle + 2, given, sizeof(given));
	middle = strchr(given, ' ');
	if (middle)
		*middle++ = '\0';
	truth_date(t->birth, 2, birth);
	truth_date(t->expiry, 2, expiry);
	for (i = 0; i <= strlen(t->street); i++)
		street[i] = (char)toupper((unsigned char)t->street[i]);
	buf_printf(b, "DLDCA%c\nDCBB\nDCDNONE\n", chance_of(c, "ABCD"));
	buf_printf(b, "DBA%.2s%.2s%.4s\nDCS%s\nDAC%s\nDAD%s\n", expiry + 5,
		   expiry + 8, expiry, surname, given,
		   middle ? middle : "NONE");
	buf_printf(b,
		   "DBD06122021\nDBB%.2s%.2s%.4s\nDBC%d\nDAYBRO\nDAU%03zu in\n",
		   birth + 5, birth + 8, birth, t->sex == 'M' ? 1 : 2,
		   58 + chance_below(c, 20));
	buf_printf(b, "DAG%s\nDAISPRINGFORD\nDAJVA\nDAK%s0000  \nDAQ%s\n",
		   street, t->postcode, t->number);
	buf_printf(b, "DCF%08u%08u\nDCGUSA\nDDEN\nDDFN\nDDGN\nDDB06122021\n",
		   chance_next(c) % 100000000, chance_next(c) % 100000000);
	buf_printf(b, "DDD0\r");
}

void licence_write(struct chance *c, struct truth *t)
{
	struct buf elements = BUF_INIT;
	int n;

	if (t->birth[4] == '<')
		memcpy(t->birth + 4, "11", 2);
	licence_elements(c, t, &elements);
	n = snprintf(t->barcode, sizeof(t->barcode),
		     "@\n\x1e\rANSI 636000080001DL%04d%04zu%s", 31,
		     elements.len, elements.data);
	t->barcode_len = (size_t)n;
	buf_finish(&elements);
}
