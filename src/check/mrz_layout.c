// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine readable zones of ICAO Doc 9303 parts 4 to 7: what stands where. */
#include "check/mrz_layout.h"

/* clang-format off */
const struct mrz_layout mrz_layouts[MRZ_FORMATS] = {
	[MRZ_NONE] = { .name = "none" },
	[MRZ_TD1] = {
		.name = "TD1", .lines = 3, .length = 30,
		.fields = {
			[MRZ_DOCUMENT_CODE] = { 0, 0, 2 },
			[MRZ_ISSUER] = { 0, 2, 3 },
			[MRZ_DOCUMENT_NUMBER] = { 0, 5, 9 },
			[MRZ_OPTIONAL] = { 0, 15, 15 },
			[MRZ_DATE_OF_BIRTH] = { 1, 0, 6 },
			[MRZ_SEX_FIELD] = { 1, 7, 1 },
			[MRZ_EXPIRY_DATE] = { 1, 8, 6 },
			[MRZ_NATIONALITY] = { 1, 15, 3 },
			[MRZ_OPTIONAL_2] = { 1, 18, 11 },
			[MRZ_NAMES] = { 2, 0, 30 },
		},
		.checks = {
			[MRZ_CHECK_NUMBER] = { 0, 14, true, 1, { { 0, 5, 9 } } },
			[MRZ_CHECK_BIRTH] = { 1, 6, false, 1, { { 1, 0, 6 } } },
			[MRZ_CHECK_EXPIRY] = { 1, 14, false, 1,
					       { { 1, 8, 6 } } },
			[MRZ_CHECK_COMPOSITE] = { 1, 29, false, 4,
				{ { 0, 5, 25 }, { 1, 0, 7 }, { 1, 8, 7 },
				  { 1, 18, 11 } } },
		},
	},
	[MRZ_TD2] = {
		.name = "TD2", .lines = 2, .length = 36,
		.fields = {
			[MRZ_DOCUMENT_CODE] = { 0, 0, 2 },
			[MRZ_ISSUER] = { 0, 2, 3 },
			[MRZ_NAMES] = { 0, 5, 31 },
			[MRZ_DOCUMENT_NUMBER] = { 1, 0, 9 },
			[MRZ_NATIONALITY] = { 1, 10, 3 },
			[MRZ_DATE_OF_BIRTH] = { 1, 13, 6 },
			[MRZ_SEX_FIELD] = { 1, 20, 1 },
			[MRZ_EXPIRY_DATE] = { 1, 21, 6 },
			[MRZ_OPTIONAL] = { 1, 28, 7 },
		},
		.checks = {
			[MRZ_CHECK_NUMBER] = { 1, 9, true, 1, { { 1, 0, 9 } } },
			[MRZ_CHECK_BIRTH] = { 1, 19, false, 1,
					      { { 1, 13, 6 } } },
			[MRZ_CHECK_EXPIRY] = { 1, 27, false, 1,
					       { { 1, 21, 6 } } },
			[MRZ_CHECK_COMPOSITE] = { 1, 35, false, 3,
				{ { 1, 0, 10 }, { 1, 13, 7 },
				  { 1, 21, 14 } } },
		},
	},
	[MRZ_TD3] = {
		.name = "TD3", .lines = 2, .length = 44,
		.fields = {
			[MRZ_DOCUMENT_CODE] = { 0, 0, 2 },
			[MRZ_ISSUER] = { 0, 2, 3 },
			[MRZ_NAMES] = { 0, 5, 39 },
			[MRZ_DOCUMENT_NUMBER] = { 1, 0, 9 },
			[MRZ_NATIONALITY] = { 1, 10, 3 },
			[MRZ_DATE_OF_BIRTH] = { 1, 13, 6 },
			[MRZ_SEX_FIELD] = { 1, 20, 1 },
			[MRZ_EXPIRY_DATE] = { 1, 21, 6 },
			[MRZ_OPTIONAL] = { 1, 28, 14 },
		},
		.checks = {
			[MRZ_CHECK_NUMBER] = { 1, 9, false, 1, { { 1, 0, 9 } } },
			[MRZ_CHECK_BIRTH] = { 1, 19, false, 1,
					      { { 1, 13, 6 } } },
			[MRZ_CHECK_EXPIRY] = { 1, 27, false, 1,
					       { { 1, 21, 6 } } },
			[MRZ_CHECK_PERSONAL] = { 1, 42, true, 1,
						 { { 1, 28, 14 } } },
			[MRZ_CHECK_COMPOSITE] = { 1, 43, false, 3,
				{ { 1, 0, 10 }, { 1, 13, 7 },
				  { 1, 21, 22 } } },
		},
	},
	[MRZ_MRV_A] = {
		.name = "MRV-A", .lines = 2, .length = 44,
		.fields = {
			[MRZ_DOCUMENT_CODE] = { 0, 0, 2 },
			[MRZ_ISSUER] = { 0, 2, 3 },
			[MRZ_NAMES] = { 0, 5, 39 },
			[MRZ_DOCUMENT_NUMBER] = { 1, 0, 9 },
			[MRZ_NATIONALITY] = { 1, 10, 3 },
			[MRZ_DATE_OF_BIRTH] = { 1, 13, 6 },
			[MRZ_SEX_FIELD] = { 1, 20, 1 },
			[MRZ_EXPIRY_DATE] = { 1, 21, 6 },
			[MRZ_OPTIONAL] = { 1, 28, 16 },
		},
		.checks = {
			[MRZ_CHECK_NUMBER] = { 1, 9, false, 1, { { 1, 0, 9 } } },
			[MRZ_CHECK_BIRTH] = { 1, 19, false, 1,
					      { { 1, 13, 6 } } },
			[MRZ_CHECK_EXPIRY] = { 1, 27, false, 1,
					       { { 1, 21, 6 } } },
		},
	},
	[MRZ_MRV_B] = {
		.name = "MRV-B", .lines = 2, .length = 36,
		.fields = {
			[MRZ_DOCUMENT_CODE] = { 0, 0, 2 },
			[MRZ_ISSUER] = { 0, 2, 3 },
			[MRZ_NAMES] = { 0, 5, 31 },
			[MRZ_DOCUMENT_NUMBER] = { 1, 0, 9 },
			[MRZ_NATIONALITY] = { 1, 10, 3 },
			[MRZ_DATE_OF_BIRTH] = { 1, 13, 6 },
			[MRZ_SEX_FIELD] = { 1, 20, 1 },
			[MRZ_EXPIRY_DATE] = { 1, 21, 6 },
			[MRZ_OPTIONAL] = { 1, 28, 8 },
		},
		.checks = {
			[MRZ_CHECK_NUMBER] = { 1, 9, false, 1, { { 1, 0, 9 } } },
			[MRZ_CHECK_BIRTH] = { 1, 19, false, 1,
					      { { 1, 13, 6 } } },
			[MRZ_CHECK_EXPIRY] = { 1, 27, false, 1,
					       { { 1, 21, 6 } } },
		},
	},
};
/* clang-format on */

const char *const mrz_check_names[MRZ_CHECKS] = {
	[MRZ_CHECK_NUMBER] = "document_number",
	[MRZ_CHECK_BIRTH] = "date_of_birth",
	[MRZ_CHECK_EXPIRY] = "expiry_date",
	[MRZ_CHECK_PERSONAL] = "personal_number",
	[MRZ_CHECK_COMPOSITE] = "composite",
};

/* By kind of field. The second character of a document's code is the
 * issuer's to choose; on cards it is a digit at times (C1 and C2 of the
 * United States). An expiry is always known. */
static const unsigned char field_classes[MRZ_FIELDS] = {
	[MRZ_DOCUMENT_CODE] = MRZ_LETTER | MRZ_FILLER,
	[MRZ_ISSUER] = MRZ_LETTER | MRZ_FILLER,
	[MRZ_DOCUMENT_NUMBER] = MRZ_LETTER | MRZ_DIGIT | MRZ_FILLER,
	[MRZ_NATIONALITY] = MRZ_LETTER | MRZ_FILLER,
	[MRZ_DATE_OF_BIRTH] = MRZ_DIGIT | MRZ_FILLER,
	[MRZ_SEX_FIELD] = MRZ_SEX,
	[MRZ_EXPIRY_DATE] = MRZ_DIGIT,
	[MRZ_NAMES] = MRZ_LETTER | MRZ_FILLER,
	[MRZ_OPTIONAL] = MRZ_LETTER | MRZ_DIGIT | MRZ_FILLER,
	[MRZ_OPTIONAL_2] = MRZ_LETTER | MRZ_DIGIT | MRZ_FILLER,
};

static unsigned int code_class(enum mrz_format format, size_t column)
{
	bool card = format == MRZ_TD1 || format == MRZ_TD2;

	if (column)
		return MRZ_LETTER | MRZ_FILLER | (card ? MRZ_DIGIT : 0);
	return card ? MRZ_CARD : format == MRZ_TD3 ? MRZ_PASS : MRZ_VISA;
}

static bool is_in(const struct mrz_range *r, size_t line, size_t column)
{
	return line == r->line && column >= r->column &&
	       column < (size_t)r->column + r->length;
}

unsigned int mrz_class_at(enum mrz_format format, size_t line, size_t column)
{
	const struct mrz_layout *l =
		&mrz_layouts[format < MRZ_FORMATS ? format : MRZ_NONE];
	size_t i;

	if (line >= l->lines || column >= l->length)
		return 0;
	if (is_in(&l->fields[MRZ_DOCUMENT_CODE], line, column))
		return code_class(format, column);
	for (i = 0; i < MRZ_FIELDS; i++) {
		if (is_in(&l->fields[i], line, column))
			return field_classes[i];
	}
	for (i = 0; i < MRZ_CHECKS; i++) {
		const struct mrz_check_place *c = &l->checks[i];

		if (c->range_count && c->line == line && c->column == column)
			return MRZ_DIGIT | (c->filler_too ? MRZ_FILLER : 0);
	}
	return 0;
}

bool mrz_class_has(unsigned int classes, char c)
{
	unsigned int of = 0;

	if (c >= 'A' && c <= 'Z')
		of = MRZ_LETTER;
	else if (c >= '0' && c <= '9')
		of = MRZ_DIGIT;
	else if (c == '<')
		of = MRZ_FILLER | MRZ_SEX;
	if (c == 'M' || c == 'F')
		of |= MRZ_SEX;
	else if (c == 'V')
		of |= MRZ_VISA;
	else if (c == 'P')
		of |= MRZ_PASS;
	else if (c == 'A' || c == 'C' || c == 'I')
		of |= MRZ_CARD;
	return (classes & of) != 0;
}

enum mrz_format mrz_format_of(size_t lines, size_t length, char first)
{
	int i;

	for (i = MRZ_TD1; i < MRZ_FORMATS; i++) {
		bool visa = i == MRZ_MRV_A || i == MRZ_MRV_B;

		if (mrz_layouts[i].lines == lines &&
		    mrz_layouts[i].length == length &&
		    (lines == 3 || visa == (first == 'V')))
			return (enum mrz_format)i;
	}
	return MRZ_NONE;
}

static int value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return c == '<' ? 0 : -1;
}

int mrz_check_digit(const char *s, size_t n)
{
	static const int weights[] = { 7, 3, 1 };
	unsigned int sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		int v = value(s[i]);

		if (v < 0)
			return -1;
		sum = (sum + (unsigned int)(v * weights[i % 3])) % 10;
	}
	return (int)sum;
}

size_t mrz_long_number(enum mrz_format format, const char *const *lines)
{
	const struct mrz_layout *l = &mrz_layouts[format];
	const struct mrz_check_place *c = &l->checks[MRZ_CHECK_NUMBER];
	const struct mrz_range *r = &l->fields[MRZ_OPTIONAL];
	const char *rest;
	size_t n = 0;

	if ((format != MRZ_TD1 && format != MRZ_TD2) ||
	    lines[c->line][c->column] != '<')
		return 0;
	rest = lines[r->line] + r->column;
	while (n < r->length && rest[n] != '<')
		n++;
	/* at least one character and the digit; a TD2 full to the brim has no
	 * room for the < behind them */
	return n < 2 ? 0 : n - 1;
}

int mrz_check_expected(enum mrz_format format, const char *const *lines,
		       enum mrz_check check)
{
	const struct mrz_layout *l = &mrz_layouts[format];
	const struct mrz_check_place *c = &l->checks[check];
	char text[2 * MRZ_LENGTH];
	size_t n = 0, more, i;

	for (i = 0; i < c->range_count; i++) {
		const struct mrz_range *r = &c->ranges[i];

		memcpy(text + n, lines[r->line] + r->column, r->length);
		n += r->length;
	}
	more = check == MRZ_CHECK_NUMBER ? mrz_long_number(format, lines) : 0;
	if (more) {
		const struct mrz_range *r = &l->fields[MRZ_OPTIONAL];

		memcpy(text + n, lines[r->line] + r->column, more);
		n += more;
	}
	return n ? mrz_check_digit(text, n) : -1;
}
