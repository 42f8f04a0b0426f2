// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/check/mrz*.c: whole zones, right ones and changed ones. */
#include "base/json.h"
#include "mrz_zone.h"

START_TEST(specimens_are_read)
{
	char text[11];
	struct mrz m;
	size_t i;
	int c;

	for (i = 0; i < ARRAY_SIZE(specimens); i++) {
		ck_assert_int_eq(mrz_parse_on(specimens[i].lines,
					      specimens[i].count, &today, &m),
				 0);
		ck_assert_int_eq(m.format, specimens[i].format);
		ck_assert_str_eq(mrz_document_type(&m), specimens[i].type);
		ck_assert_str_eq(m.issuer, "UTO");
		ck_assert_str_eq(m.document_number, specimens[i].number);
		ck_assert_str_eq(m.nationality, specimens[i].nationality);
		ck_assert_str_eq(m.surname, "Eriksson");
		ck_assert_str_eq(m.given_names, "Anna Maria");
		ck_assert_str_eq(m.optional[0], specimens[i].optional);
		ck_assert_int_eq(m.sex, 'F');
		mrz_date_text(&m.birth, text);
		ck_assert_str_eq(text, specimens[i].birth);
		mrz_date_text(&m.expiry, text);
		ck_assert_str_eq(text, specimens[i].expiry);
		ck_assert(mrz_is_specimen(&m) && !m.names_cut);
		for (c = 0; c < MRZ_CHECKS; c++)
			ck_assert_int_eq(m.check_right[c], m.check_there[c]);
		ck_assert_int_eq(m.check_there[MRZ_CHECK_COMPOSITE],
				 m.format < MRZ_MRV_A);
	}
}
END_TEST

START_TEST(json_is_whole)
{
	struct buf b = BUF_INIT;
	const char *wrong[] = { td3[0], td3[1] };
	char line[MRZ_LENGTH + 1];
	struct mrz m;

	mrz_parse_on(td3, 2, &today, &m);
	mrz_json(&b, &m);
	ck_assert_str_eq(
		b.data,
		"{\"format\":\"TD3\",\"document_code\":\"P\","
		"\"document_type\":\"passport\",\"issuer\":\"UTO\","
		"\"issuer_country\":null,\"document_number\":\"L898902C3\","
		"\"nationality\":\"UTO\",\"nationality_country\":null,"
		"\"date_of_birth\":\"1974-08-12\",\"sex\":\"F\","
		"\"gender\":\"female\",\"expiry_date\":\"2012-04-15\","
		"\"surname\":\"Eriksson\",\"given_names\":\"Anna Maria\","
		"\"names_cut\":false,\"optional_data\":\"ZE184226B\","
		"\"check_digits\":{\"document_number\":true,"
		"\"date_of_birth\":true,\"expiry_date\":true,"
		"\"personal_number\":true,\"composite\":true},\"valid\":true,"
		"\"specimen\":true,\"errors\":[]}");
	memcpy(line, td3[1], sizeof(line));
	line[9] = '7';
	wrong[1] = line;
	mrz_parse_on(wrong, 2, &today, &m);
	buf_reset(&b);
	mrz_json(&b, &m);
	ck_assert_ptr_nonnull(
		strstr(b.data,
		       "\"valid\":false,\"specimen\":true,\"errors\":["
		       "{\"line\":2,\"column\":10,\"code\":\"check_digit\","
		       "\"reason\":\"the check digit of the document number is "
		       "7 and should be 6\"},"));
	mrz_parse_on(wrong, 1, &today, &m);
	buf_reset(&b);
	mrz_json(&b, &m);
	ck_assert_ptr_nonnull(strstr(b.data, "{\"format\":null,"));
	ck_assert_ptr_nonnull(strstr(b.data, "\"valid\":false"));
	buf_finish(&b);
}
END_TEST

static unsigned int seed = 1;

static unsigned int dice(unsigned int sides)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % sides;
}

static void random_text(char *out, size_t len, size_t set)
{
	while (len--)
		*out++ = chars[dice((unsigned int)set)];
	*out = '\0';
}

static void random_zone(struct zone *z, enum mrz_format format)
{
	static const char *const states[] = { "D",   "FRA", "CHN", "RKS",
					      "GBN", "XPO", "USA" };
	const struct mrz_layout *l = &mrz_layouts[format];
	char s[MRZ_LENGTH + 1];
	size_t n;

	zone_copy(z, specimens[format - 1].lines, specimens[format - 1].count);
	zone_put(z, MRZ_ISSUER, states[dice(ARRAY_SIZE(states))]);
	zone_put(z, MRZ_NATIONALITY, states[dice(ARRAY_SIZE(states))]);
	random_text(s, 1 + dice(9), 36);
	zone_put(z, MRZ_DOCUMENT_NUMBER, s);
	snprintf(s, sizeof(s), "%02u%02u%02u", dice(100), 1 + dice(12),
		 1 + dice(28));
	zone_put(z, MRZ_DATE_OF_BIRTH, s);
	snprintf(s, sizeof(s), "%02u%02u%02u", dice(100), 1 + dice(12),
		 1 + dice(28));
	zone_put(z, MRZ_EXPIRY_DATE, s);
	s[0] = "MF<"[dice(3)];
	s[1] = '\0';
	zone_put(z, MRZ_SEX_FIELD, s);
	random_text(s, dice(l->fields[MRZ_OPTIONAL].length + 1u), 36);
	zone_put(z, MRZ_OPTIONAL, s);
	random_text(s, l->fields[MRZ_NAMES].length, 26);
	n = 1 + dice(10);
	memcpy(s + n, "<<", 2);
	s[n + 3 + dice(10)] = dice(2) ? '\0' : 'X';
	zone_put(z, MRZ_NAMES, s);
	zone_seal(z);
}

START_TEST(random_zones_are_right)
{
	struct zone z;
	struct mrz m;
	int i;

	for (i = 0; i < 2000; i++) {
		random_zone(&z, (enum mrz_format)(1 + i % 5));
		if (zone_parse(&z, &m))
			ck_abort_msg("%s\n%s\n%s: %s", z.text[0], z.text[1],
				     z.text[2], m.errors[0].reason);
	}
}
END_TEST

static bool is_covered(const struct mrz_check_place *c, size_t line, size_t at)
{
	size_t i;

	if (c->range_count && c->line == line && c->column == at)
		return true;
	for (i = 0; i < c->range_count; i++) {
		const struct mrz_range *r = &c->ranges[i];

		if (r->line == line && at >= r->column &&
		    at < (size_t)r->column + r->length)
			return true;
	}
	return false;
}

/* Whether a change of that character must be seen. Digits modulo 10 can't
 * tell 0 from A, K, U and <. */
static bool must_be_seen(const struct zone *z, size_t line, size_t at, char was,
			 char is)
{
	const struct mrz_layout *l = &mrz_layouts[z->format];
	int i;

	if (!mrz_class_has(mrz_class_at(z->format, line, at), is))
		return true;
	if (digit_of(&was, 1, 0) % 10 == digit_of(&is, 1, 0) % 10)
		return false;
	for (i = 0; i < MRZ_CHECKS; i++) {
		if (is_covered(&l->checks[i], line, at))
			return true;
	}
	return false;
}

static void check_place(const struct mrz *m, const struct zone *z)
{
	const struct mrz_layout *l = &mrz_layouts[z->format];
	size_t i;

	for (i = 0; i < m->error_count; i++) {
		ck_assert_int_ge(m->errors[i].line, 1);
		ck_assert_int_le(m->errors[i].line, l->lines);
		ck_assert_int_ge(m->errors[i].column, 1);
		ck_assert_int_le(m->errors[i].column, l->length);
		ck_assert_uint_gt(strlen(m->errors[i].reason), 5);
	}
}

static void mutate(struct zone *z, size_t line, size_t at, char is,
		   size_t *seen)
{
	char was = z->text[line][at];
	struct mrz m;
	int rc;

	if (is == was || (line == 0 && at == 0 && (is == 'V' || was == 'V')))
		return;
	z->text[line][at] = is;
	rc = zone_parse(z, &m);
	ck_assert_int_eq(rc, m.error_count ? -1 : 0);
	if (must_be_seen(z, line, at, was, is)) {
		if (!rc)
			ck_abort_msg("%s %zu:%zu: %c for %c was not seen",
				     mrz_layouts[z->format].name, line, at, is,
				     was);
		++*seen;
	}
	check_place(&m, z);
	z->text[line][at] = was;
}

START_TEST(every_position_changed)
{
	size_t line, at, seen = 0, k;
	struct zone z;
	int i;

	for (i = 0; i < 400; i++) {
		random_zone(&z, (enum mrz_format)(1 + i % 5));
		for (line = 0; line < z.count; line++) {
			for (at = 0; z.text[line][at]; at++) {
				for (k = 0; k < 6; k++)
					mutate(&z, line, at, chars[dice(37)],
					       &seen);
				mutate(&z, line, at, 'a', &seen);
				mutate(&z, line, at, '\xc3', &seen);
			}
		}
	}
	ck_assert_uint_gt(seen, 100000);
}
END_TEST

/* -- what is wrong, and where --------------------------------------------- */
static const struct {
	enum mrz_format format;
	int line, column; /* what is changed, from 1 */
	const char *text;
	int at; /* the column that is told of */
	enum mrz_error_code code;
	const char *reason;
} wrongs[] = {
	{ MRZ_TD3, 1, 1, "I", 1, MRZ_WRONG_CHARACTER, "must be P, and is I" },
	{ MRZ_TD1, 1, 1, "P", 1, MRZ_WRONG_CHARACTER,
	  "must be A, C or I, and is P" },
	{ MRZ_TD1, 1, 2, "V", 2, MRZ_WRONG_CODE, "V may not be" },
	{ MRZ_TD2, 1, 2, "V", 2, MRZ_WRONG_CODE, "V may not be" },
	{ MRZ_TD3, 1, 3, "ABC", 3, MRZ_WRONG_STATE,
	  "ABC is no code of a state or organisation" },
	{ MRZ_TD3, 1, 3, "XXA", 3, MRZ_WRONG_STATE, "XXA is no code" },
	{ MRZ_TD3, 1, 3, "<<<", 3, MRZ_WRONG_STATE, "is missing" },
	{ MRZ_TD3, 1, 3, "<D<", 3, MRZ_WRONG_STATE, "is no code" },
	{ MRZ_TD3, 1, 3, "DE<", 3, MRZ_WRONG_STATE, "is no code" },
	{ MRZ_TD3, 2, 11, "XYZ", 11, MRZ_WRONG_STATE,
	  "XYZ is no code of a nationality" },
	{ MRZ_TD3, 2, 1, "<<<<<<<<<", 1, MRZ_WRONG_NUMBER, "is empty" },
	{ MRZ_TD3, 2, 14, "741312", 16, MRZ_WRONG_DATE, "13 is no month" },
	{ MRZ_TD3, 2, 16, "00", 16, MRZ_WRONG_DATE, "00 is no month" },
	{ MRZ_TD3, 2, 18, "00", 18, MRZ_WRONG_DATE, "00 is no day" },
	{ MRZ_TD3, 2, 18, "32", 18, MRZ_WRONG_DATE, "no day 32" },
	{ MRZ_TD3, 2, 24, "0230", 26, MRZ_WRONG_DATE, "no day 30" },
	{ MRZ_TD3, 2, 22, "110229", 26, MRZ_WRONG_DATE, "no day 29" },
	{ MRZ_TD3, 2, 14, "7<0812", 14, MRZ_WRONG_DATE, "7< is no year" },
	{ MRZ_TD3, 2, 14, "740<12", 16, MRZ_WRONG_DATE, "0< is no month" },
	{ MRZ_TD3, 2, 21, "X", 21, MRZ_WRONG_CHARACTER,
	  "must be M, F or <, and is X" },
	{ MRZ_TD3, 2, 22, "<", 22, MRZ_WRONG_CHARACTER,
	  "must be a digit, and is <" },
	{ MRZ_TD3, 2, 5, "o", 5, MRZ_WRONG_CHARACTER,
	  "must be a letter, a digit or <, and is o" },
	{ MRZ_TD3, 2, 5, "\t", 5, MRZ_WRONG_CHARACTER,
	  "must be a letter, a digit or <" },
	{ MRZ_TD3, 1, 6, "<", 6, MRZ_WRONG_NAME, "begins with <" },
	{ MRZ_TD3, 1, 8, "1", 8, MRZ_WRONG_CHARACTER,
	  "must be a letter or <, and is 1" },
	{ MRZ_TD3, 1, 16, "<", 16, MRZ_WRONG_NAME, "more < between names" },
	{ MRZ_TD3, 1, 21, "<", 20, MRZ_WRONG_NAME, "more < between names" },
	{ MRZ_TD3, 1, 6, "<<<<<<<<<<<<<<<<<<<<", 6, MRZ_WRONG_NAME,
	  "the name is empty" },
	{ MRZ_TD1, 1, 15, "<", 15, MRZ_WRONG_NUMBER, "no rest of the number" },
	{ MRZ_TD2, 2, 10, "<", 10, MRZ_WRONG_NUMBER, "no rest of the number" },
	{ MRZ_TD3, 2, 10, "<", 10, MRZ_WRONG_CHARACTER, "must be a digit" },
	{ MRZ_TD3, 2, 43, "<", 43, MRZ_WRONG_DIGIT,
	  "of the personal number is < and should be 1" },
	{ MRZ_TD3, 2, 20, "3", 20, MRZ_WRONG_DIGIT,
	  "of the date of birth is 3 and should be 2" },
	{ MRZ_TD3, 2, 28, "0", 28, MRZ_WRONG_DIGIT,
	  "of the expiry date is 0 and should be 9" },
	{ MRZ_TD3, 2, 44, "1", 44, MRZ_WRONG_DIGIT,
	  "of the whole is 1 and should be 0" },
	{ MRZ_TD1, 2, 30, "5", 30, MRZ_WRONG_DIGIT,
	  "of the whole is 5 and should be 6" },
};

static const struct mrz_error *error_at(const struct mrz *m, int line,
					int column)
{
	size_t i;

	for (i = 0; i < m->error_count; i++) {
		if (m->errors[i].line == line && m->errors[i].column == column)
			return &m->errors[i];
	}
	return NULL;
}

START_TEST(wrong_places_are_told)
{
	const struct mrz_error *e;
	struct zone z;
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrongs); i++) {
		zone_copy(&z, specimens[wrongs[i].format - 1].lines,
			  specimens[wrongs[i].format - 1].count);
		memcpy(z.text[wrongs[i].line - 1] + wrongs[i].column - 1,
		       wrongs[i].text, strlen(wrongs[i].text));
		ck_assert_int_eq(zone_parse(&z, &m), -1);
		e = error_at(&m, wrongs[i].line, wrongs[i].at);
		ck_assert_msg(e != NULL, "%s: %d:%d %s", wrongs[i].reason,
			      m.errors[0].line, m.errors[0].column,
			      m.errors[0].reason);
		ck_assert_int_eq(e->code, wrongs[i].code);
		ck_assert_msg(strstr(e->reason, wrongs[i].reason) != NULL, "%s",
			      e->reason);
	}
}
END_TEST

static const struct {
	const char *lines[4];
	size_t count;
	int line, column;
	enum mrz_error_code code;
} shapes[] = {
	{ { "" }, 0, 1, 1, MRZ_WRONG_LINES },
	{ { "P<UTO" }, 1, 1, 1, MRZ_WRONG_LINES },
	{ { "", "", "", "" }, 4, 1, 1, MRZ_WRONG_LINES },
	{ { "", "" }, 2, 1, 1, MRZ_WRONG_LENGTH },
	{ { "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<",
	    "L898902C36UTO7408122F1204159ZE184226B<<<<<10" },
	  2,
	  1,
	  44,
	  MRZ_WRONG_LENGTH },
	{ { "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	    "L898902C36UTO7408122F1204159ZE184226B<<<<<100" },
	  2,
	  2,
	  45,
	  MRZ_WRONG_LENGTH },
	{ { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
	    "D231458907UTO7408122F1204159<<<<<<" },
	  2,
	  2,
	  35,
	  MRZ_WRONG_LENGTH },
	{ { "I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6",
	    "ERIKSSON" },
	  3,
	  3,
	  9,
	  MRZ_WRONG_LENGTH },
};

START_TEST(shapes_are_told)
{
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		ck_assert_int_eq(mrz_parse_on(shapes[i].lines, shapes[i].count,
					      &today, &m),
				 -1);
		ck_assert_int_eq(m.format, MRZ_NONE);
		ck_assert_int_eq(m.errors[0].code, shapes[i].code);
		ck_assert_ptr_nonnull(
			error_at(&m, shapes[i].line, shapes[i].column));
	}
}
END_TEST

UNIT_MAIN("mrz", specimens_are_read, json_is_whole, random_zones_are_right,
	  every_position_changed, wrong_places_are_told, shapes_are_told)
