// SPDX-License-Identifier: GPL-3.0-or-later
/* The text of a machine readable zone: fields out, and what is wrong with it. */
#include <stdarg.h>

#include "base/clock.h"
#include "check/mrz_part.h"
#include "check/state.h"

void mrz_wrong(struct mrz *m, enum mrz_error_code code, size_t line,
	       size_t column, const char *fmt, ...)
{
	struct mrz_error *e;
	va_list args;

	if (m->error_count == MRZ_ERRORS_MAX)
		return;
	e = &m->errors[m->error_count++];
	e->code = code;
	e->line = (int)line + 1;
	e->column = (int)column + 1;
	va_start(args, fmt);
	vsnprintf(e->reason, sizeof(e->reason), fmt, args);
	va_end(args);
}

/* The length that most of a zone's characters speak for. */
static size_t nearest_length(const char *const *lines, size_t count)
{
	size_t sum = 0, i;

	if (count == MRZ_LINES)
		return mrz_layouts[MRZ_TD1].length;
	for (i = 0; i < count; i++)
		sum += strnlen(lines[i], 2 * MRZ_LENGTH);
	return sum / count < 40 ? mrz_layouts[MRZ_TD2].length
				: mrz_layouts[MRZ_TD3].length;
}

static int take_lines(struct mrz *m, const char *const *lines, size_t count)
{
	size_t i, length, n;

	if (count != 2 && count != 3) {
		mrz_wrong(m, MRZ_WRONG_LINES, 0, 0,
			  "a zone has 2 or 3 lines, and not %zu", count);
		return -1;
	}
	length = nearest_length(lines, count);
	for (i = 0; i < count; i++) {
		n = strlen(lines[i]);
		if (n != length)
			mrz_wrong(m, MRZ_WRONG_LENGTH, i,
				  n < length ? n : length,
				  "the line is %zu characters long and should "
				  "be %zu",
				  n, length);
	}
	if (m->error_count)
		return -1;
	m->format = mrz_format_of(count, length, lines[0][0]);
	for (i = 0; i < count; i++)
		memcpy(m->lines[i], lines[i], length);
	return 0;
}

static const char *class_words(unsigned int classes)
{
	static const struct {
		unsigned int classes;
		const char *words;
	} words[] = {
		{ MRZ_LETTER | MRZ_DIGIT | MRZ_FILLER,
		  "a letter, a digit or <" },
		{ MRZ_LETTER | MRZ_FILLER, "a letter or <" },
		{ MRZ_DIGIT | MRZ_FILLER, "a digit or <" },
		{ MRZ_DIGIT, "a digit" },
		{ MRZ_SEX, "M, F or <" },
		{ MRZ_VISA, "V" },
		{ MRZ_PASS, "P" },
		{ MRZ_CARD, "A, C or I" },
	};
	size_t i = 0;

	while (words[i].classes != classes)
		i++;
	return words[i].words;
}

static void check_characters(struct mrz *m)
{
	const struct mrz_layout *l = &mrz_layouts[m->format];
	size_t line, column;

	for (line = 0; line < l->lines; line++) {
		for (column = 0; column < l->length; column++) {
			unsigned int classes =
				mrz_class_at(m->format, line, column);
			char c = m->lines[line][column];

			if (mrz_class_has(classes, c))
				continue;
			if (c >= ' ' && c <= '~')
				mrz_wrong(m, MRZ_WRONG_CHARACTER, line, column,
					  "must be %s, and is %c",
					  class_words(classes), c);
			else
				mrz_wrong(m, MRZ_WRONG_CHARACTER, line, column,
					  "must be %s", class_words(classes));
		}
	}
}

const char *mrz_field(const struct mrz *m, enum mrz_field field, size_t *len)
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[field];
	const char *s = m->lines[r->line] + r->column;
	size_t i;

	*len = r->length;
	for (i = 0; i < r->length; i++) {
		if (!mrz_class_has(
			    mrz_class_at(m->format, r->line, r->column + i),
			    s[i]))
			return NULL;
	}
	return r->length ? s : NULL;
}

/* Without the fillers at the end; those between, which stand for whatever
 * the zone has no character for, become blanks. */
static void copy_text(char *out, const char *s, size_t len)
{
	size_t i;

	while (len && s[len - 1] == '<')
		len--;
	for (i = 0; i < len; i++)
		out[i] = s[i];
	out[len] = '\0';
	for (i = 0; i < len; i++) {
		if (out[i] == '<')
			out[i] = ' ';
	}
}

static void read_code(struct mrz *m)
{
	size_t len;
	const char *s = mrz_field(m, MRZ_DOCUMENT_CODE, &len);

	if (!s)
		return;
	copy_text(m->document_code, s, len);
	/* Doc 9303-5 and 9303-6, section 4.2.2, note on the document code */
	if ((m->format == MRZ_TD1 || m->format == MRZ_TD2) && s[1] == 'V')
		mrz_wrong(m, MRZ_WRONG_CODE, 0, 1,
			  "V may not be the second character here");
}

static void read_state(struct mrz *m, enum mrz_field field, char out[4],
		       bool (*known)(const char *code))
{
	const struct mrz_range *r = &mrz_layouts[m->format].fields[field];
	size_t len;
	const char *s = mrz_field(m, field, &len);

	if (!s)
		return;
	copy_text(out, s, len);
	if (!*out)
		mrz_wrong(m, MRZ_WRONG_STATE, r->line, r->column,
			  "the code of a state is missing");
	else if (!known(out))
		mrz_wrong(m, MRZ_WRONG_STATE, r->line, r->column,
			  "%.3s is no code of %s", s,
			  field == MRZ_ISSUER ? "a state or organisation"
					      : "a nationality");
}

static void read_number(struct mrz *m, const char *const *lines)
{
	const struct mrz_range *r =
		&mrz_layouts[m->format].fields[MRZ_DOCUMENT_NUMBER];
	size_t len, rest_len, more = mrz_long_number(m->format, lines);
	const char *s = mrz_field(m, MRZ_DOCUMENT_NUMBER, &len);
	const char *rest = mrz_field(m, MRZ_OPTIONAL, &rest_len);
	char whole[sizeof(m->document_number)];

	if (rest) {
		size_t skip = more ? more + 1 : 0;

		copy_text(m->optional[0], rest + skip, rest_len - skip);
		/* the < behind a long number's digit */
		if (more && m->optional[0][0] == ' ')
			memmove(m->optional[0], m->optional[0] + 1,
				strlen(m->optional[0]));
	}
	if (!s || (more && !rest))
		return;
	memcpy(whole, s, len);
	if (more)
		memcpy(whole + len, rest, more);
	copy_text(m->document_number, whole, len + more);
	if (!*m->document_number)
		mrz_wrong(m, MRZ_WRONG_NUMBER, r->line, r->column,
			  "the document number is empty");
}

static void read_sex(struct mrz *m)
{
	size_t len;
	const char *s = mrz_field(m, MRZ_SEX_FIELD, &len);

	if (s)
		m->sex = *s == '<' ? 'X' : *s;
}

static void read_fields(struct mrz *m, const struct date *today,
			const char *const *lines)
{
	size_t len;
	const char *s;

	read_code(m);
	read_state(m, MRZ_ISSUER, m->issuer, state_is_issuer);
	read_number(m, lines);
	read_state(m, MRZ_NATIONALITY, m->nationality, state_is_nationality);
	mrz_read_dates(m, today);
	read_sex(m);
	mrz_read_names(m);
	s = mrz_field(m, MRZ_OPTIONAL_2, &len);
	if (s)
		copy_text(m->optional[1], s, len);
}

/* A personal number that is not there has 0 or < for its digit (Doc 9303-4
 * section 4.2.2.2). */
static bool may_be_filler(const struct mrz *m, enum mrz_check check)
{
	return check == MRZ_CHECK_PERSONAL && !m->optional[0][0];
}

static void check_one(struct mrz *m, const char *const *lines,
		      enum mrz_check check)
{
	static const char *const words[MRZ_CHECKS] = {
		"the document number", "the date of birth", "the expiry date",
		"the personal number", "the whole"
	};
	const struct mrz_layout *l = &mrz_layouts[m->format];
	const struct mrz_check_place *c = &l->checks[check];
	size_t line = c->line, column = c->column, more;
	int expected = mrz_check_expected(m->format, lines, check);
	char is = lines[line][column];

	if (check == MRZ_CHECK_NUMBER && is == '<' && c->filler_too) {
		more = mrz_long_number(m->format, lines);
		if (!more) {
			mrz_wrong(m, MRZ_WRONG_NUMBER, line, column,
				  "there is no check digit, and no rest of "
				  "the number in the optional data");
			return;
		}
		line = l->fields[MRZ_OPTIONAL].line;
		column = l->fields[MRZ_OPTIONAL].column + more;
		is = lines[line][column];
	}
	/* what it covers, or it itself, was told of already */
	if (expected < 0 ||
	    !mrz_class_has(mrz_class_at(m->format, line, column), is))
		return;
	m->check_right[check] =
		is == '0' + expected || (is == '<' && may_be_filler(m, check));
	if (!m->check_right[check])
		mrz_wrong(m, MRZ_WRONG_DIGIT, line, column,
			  "the check digit of %s is %c and should be %d",
			  words[check], is, expected);
}

static void check_digits(struct mrz *m, const char *const *lines)
{
	int i;

	for (i = 0; i < MRZ_CHECKS; i++) {
		m->check_there[i] =
			mrz_layouts[m->format].checks[i].range_count > 0;
		if (m->check_there[i])
			check_one(m, lines, (enum mrz_check)i);
	}
}

int mrz_parse_on(const char *const *lines, size_t count,
		 const struct date *today, struct mrz *out)
{
	const char *own[MRZ_LINES] = { out->lines[0], out->lines[1],
				       out->lines[2] };

	memset(out, 0, sizeof(*out));
	if (take_lines(out, lines, count))
		return -1;
	check_characters(out);
	read_fields(out, today, own);
	check_digits(out, own);
	return out->error_count ? -1 : 0;
}

int mrz_parse(const char *const *lines, size_t count, struct mrz *out)
{
	struct date today = date_of(clock_now_ms());

	return mrz_parse_on(lines, count, &today, out);
}
