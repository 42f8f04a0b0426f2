// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/check/mrz*.c and state.c: what the fields of a zone mean. */
#include "check/state.h"
#include "mrz_zone.h"

/* A specimen with a field of its own, and right digits. */
static int with(enum mrz_format format, enum mrz_field field, const char *s,
		struct mrz *m)
{
	struct zone z;

	zone_copy(&z, specimens[format - 1].lines, specimens[format - 1].count);
	zone_put(&z, field, s);
	zone_seal(&z);
	return zone_parse(&z, m);
}

/* -- dates ---------------------------------------------------------------- */
static const struct {
	const char *birth, *expiry;
	const char *born, *expires;
} dates[] = {
	/* today is 2026-06-15 */
	{ "740812", "120415", "1974-08-12", "2012-04-15" },
	{ "260615", "300101", "2026-06-15", "2030-01-01" },
	{ "260616", "300101", "1926-06-16", "2030-01-01" },
	{ "260701", "300101", "1926-07-01", "2030-01-01" },
	{ "000229", "300101", "2000-02-29", "2030-01-01" },
	{ "740812", "760615", "1974-08-12", "2076-06-15" },
	{ "740812", "760616", "1974-08-12", "1976-06-16" },
	{ "740812", "990101", "1974-08-12", "1999-01-01" },
	/* nobody is born after the document has expired */
	{ "200101", "990101", "1920-01-01", "1999-01-01" },
	{ "120416", "120415", "1912-04-16", "2012-04-15" },
	/* parts that are not known */
	{ "74<<<<", "120415", "1974", "2012-04-15" },
	{ "7408<<", "120415", "1974-08", "2012-04-15" },
	{ "2606<<", "300101", "2026-06", "2030-01-01" },
	{ "2607<<", "300101", "1926-07", "2030-01-01" },
	{ "26<<<<", "300101", "2026", "2030-01-01" },
	{ "74<<12", "120415", "1974", "2012-04-15" },
	{ "<<0812", "120415", "", "2012-04-15" },
	{ "<<<<<<", "120415", "", "2012-04-15" },
};

START_TEST(centuries_by_meaning)
{
	char text[11];
	struct zone z;
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dates); i++) {
		zone_copy(&z, td3, 2);
		zone_put(&z, MRZ_DATE_OF_BIRTH, dates[i].birth);
		zone_put(&z, MRZ_EXPIRY_DATE, dates[i].expiry);
		zone_seal(&z);
		ck_assert_int_eq(zone_parse(&z, &m), 0);
		mrz_date_text(&m.birth, text);
		ck_assert_str_eq(text, dates[i].born);
		mrz_date_text(&m.expiry, text);
		ck_assert_str_eq(text, dates[i].expires);
	}
	ck_assert(!m.birth.there);
	/* Spain's cards without an end */
	zone_copy(&z, td1, 3);
	zone_put(&z, MRZ_ISSUER, "ESP");
	zone_put(&z, MRZ_EXPIRY_DATE, "990101");
	zone_seal(&z);
	ck_assert_int_eq(zone_parse(&z, &m), 0);
	ck_assert_int_eq(m.expiry.date.year, 9999);
	ck_assert_int_eq(m.birth.date.year, 1974);
}
END_TEST

START_TEST(today_is_the_clocks)
{
	struct mrz m;

	ck_assert_int_eq(mrz_parse(td3, 2, &m), 0);
	ck_assert_int_eq(m.birth.date.year, 1974);
}
END_TEST

/* -- numbers -------------------------------------------------------------- */
/* A number that runs on: its first nine characters, <, the rest and its
 * digit. */
static void put_long(struct zone *z, const char *number, const char *behind)
{
	char rest[32];

	snprintf(rest, sizeof(rest), "%s%d%s%s", number + 9,
		 digit_of(number, strlen(number), 0) % 10, *behind ? "<" : "",
		 behind);
	zone_put(z, MRZ_OPTIONAL, rest);
	snprintf(rest, sizeof(rest), "%.9s", number);
	zone_put(z, MRZ_DOCUMENT_NUMBER, rest);
	zone_seal(z);
	z->text[z->format == MRZ_TD1 ? 0 : 1][z->format == MRZ_TD1 ? 14 : 9] =
		'<';
	seal_digit(z, &mrz_layouts[z->format].checks[MRZ_CHECK_COMPOSITE]);
}

START_TEST(long_numbers)
{
	static const char *const numbers[] = { "D231458907340", "0123456789",
					       "ABCDEFGHIJKLM" };
	struct zone z;
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		zone_copy(&z, td2, 2);
		put_long(&z, numbers[i], "");
		ck_assert_int_eq(zone_parse(&z, &m), 0);
		ck_assert_str_eq(m.document_number, numbers[i]);
		ck_assert_str_eq(m.optional[0], "");
		zone_copy(&z, td1, 3);
		put_long(&z, numbers[i], "AB<C");
		ck_assert_int_eq(zone_parse(&z, &m), 0);
		ck_assert_str_eq(m.document_number, numbers[i]);
		ck_assert_str_eq(m.optional[0], "AB C");
		z.text[0][15] = z.text[0][15] == '1' ? '2' : '1';
		seal_digit(&z,
			   &mrz_layouts[MRZ_TD1].checks[MRZ_CHECK_COMPOSITE]);
		ck_assert_int_eq(zone_parse(&z, &m), -1);
		ck_assert_uint_eq(m.error_count, 1);
		ck_assert_int_eq(m.errors[0].code, MRZ_WRONG_DIGIT);
		ck_assert_int_eq(m.errors[0].column,
				 (int)strlen(numbers[i]) + 7);
	}
	ck_assert_int_eq(mrz_parse_on(long_td1, 3, &today, &m), 0);
	ck_assert_str_eq(m.document_number, "D23145890734");
	ck_assert_int_eq(mrz_parse_on(long_td2, 2, &today, &m), 0);
	ck_assert_str_eq(m.document_number, "D23145890734");
}
END_TEST

START_TEST(optional_data_to_the_brim)
{
	struct mrz m;

	/* Chinese passports fill it */
	ck_assert_int_eq(with(MRZ_TD3, MRZ_OPTIONAL, "LDOBMNPPKALKA9", &m), 0);
	ck_assert_str_eq(m.optional[0], "LDOBMNPPKALKA9");
	ck_assert_int_eq(with(MRZ_TD1, MRZ_OPTIONAL_2, "12345678901", &m), 0);
	ck_assert_str_eq(m.optional[1], "12345678901");
	ck_assert_int_eq(with(MRZ_TD3, MRZ_DOCUMENT_NUMBER, "AB<12", &m), 0);
	ck_assert_str_eq(m.document_number, "AB 12");
}
END_TEST

START_TEST(personal_number_absent)
{
	struct zone z;
	struct mrz m;
	int filler;

	for (filler = 0; filler < 2; filler++) {
		zone_copy(&z, td3, 2);
		zone_put(&z, MRZ_OPTIONAL, "");
		zone_seal(&z);
		if (filler) {
			z.text[1][42] = '<';
			seal_digit(&z, &mrz_layouts[MRZ_TD3]
						.checks[MRZ_CHECK_COMPOSITE]);
		}
		ck_assert_int_eq(zone_parse(&z, &m), 0);
		ck_assert(m.check_right[MRZ_CHECK_PERSONAL]);
	}
}
END_TEST

/* -- names, codes, states ------------------------------------------------- */
static const struct {
	const char *field, *surname, *given;
	bool cut;
} names[] = {
	{ "OBRIEN<<SEAN", "Obrien", "Sean", false },
	{ "VAN<DER<MUELLEN<<CATHARINA<J", "Van Der Muellen", "Catharina J",
	  false },
	{ "MCDONALD<<A", "Mcdonald", "A", false },
	{ "ARKFREITH", "Arkfreith", "", false },
	{ "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K", "Nilavadhanananda",
	  "Chayapa Dejthamrong K", true },
	{ "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<WARNA", "Bennelong Woolloomooloo",
	  NULL, true },
};

START_TEST(names_are_readable)
{
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		ck_assert_int_eq(with(MRZ_TD3, MRZ_NAMES, names[i].field, &m),
				 0);
		ck_assert_int_eq(m.names_cut, names[i].cut);
		if (!names[i].given)
			continue;
		ck_assert_str_eq(m.surname, names[i].surname);
		ck_assert_str_eq(m.given_names, names[i].given);
	}
	ck_assert_str_eq(m.surname, "Bennelong Wooloomooloo Warrandyte Warna");
	ck_assert_str_eq(m.given_names, "");
}
END_TEST

START_TEST(document_codes)
{
	static const struct {
		enum mrz_format format;
		const char *code, *issuer, *type;
	} codes[] = {
		{ MRZ_TD3, "P", "SWE", "passport" },
		{ MRZ_TD3, "PD", "SWE", "passport" },
		{ MRZ_TD3, "PP", "SWE", "passport" },
		{ MRZ_TD1, "ID", "SWE", "id_card" },
		{ MRZ_TD1, "I", "SWE", "id_card" },
		{ MRZ_TD1, "A", "SWE", "id_card" },
		{ MRZ_TD1, "AC", "SWE", "id_card" },
		{ MRZ_TD1, "IP", "USA", "id_card" },
		{ MRZ_TD1, "AR", "D", "residence_permit" },
		{ MRZ_TD1, "IR", "FRA", "residence_permit" },
		{ MRZ_TD2, "IR", "FRA", "residence_permit" },
		{ MRZ_TD1, "C1", "USA", "residence_permit" },
		{ MRZ_TD1, "C2", "USA", "residence_permit" },
		{ MRZ_TD1, "C1", "CHN", "id_card" },
		{ MRZ_MRV_A, "V", "USA", "visa" },
		{ MRZ_MRV_B, "VB", "USA", "visa" },
	};
	struct zone z;
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(codes); i++) {
		zone_copy(&z, specimens[codes[i].format - 1].lines,
			  specimens[codes[i].format - 1].count);
		zone_put(&z, MRZ_DOCUMENT_CODE, codes[i].code);
		zone_put(&z, MRZ_ISSUER, codes[i].issuer);
		ck_assert_int_eq(zone_parse(&z, &m), 0);
		ck_assert_str_eq(m.document_code, codes[i].code);
		ck_assert_str_eq(mrz_document_type(&m), codes[i].type);
	}
	memset(&m, 0, sizeof(m));
	ck_assert_ptr_null(mrz_document_type(&m));
	ck_assert_ptr_null(mrz_gender(&m));
}
END_TEST

START_TEST(sexes)
{
	static const char *const want[] = { "male", "female", "other" };
	struct mrz m;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		char s[2] = { "MF<"[i], '\0' };

		ck_assert_int_eq(with(MRZ_TD3, MRZ_SEX_FIELD, s, &m), 0);
		ck_assert_str_eq(mrz_gender(&m), want[i]);
	}
	ck_assert_int_eq(m.sex, 'X');
}
END_TEST

START_TEST(states)
{
	static const char *const both[] = { "D",   "EUE", "GBD", "UNO", "RKS",
					    "XOM", "XPO", "XCE", "XEC", "IAO",
					    "UTO", "AFG", "ZWE", "SSD" };
	static const char *const persons[] = { "XXA", "XXB", "XXC", "XXX" };
	static const char *const neither[] = { "",    "DE",   "AAA", "ZZZ",
					       "swe", "SWEA", "GBX" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(both); i++)
		ck_assert(state_is_issuer(both[i]) &&
			  state_is_nationality(both[i]));
	for (i = 0; i < ARRAY_SIZE(persons); i++)
		ck_assert(!state_is_issuer(persons[i]) &&
			  state_is_nationality(persons[i]) &&
			  !state_alpha2(persons[i]));
	for (i = 0; i < ARRAY_SIZE(neither); i++)
		ck_assert(!state_is_issuer(neither[i]) &&
			  !state_is_nationality(neither[i]));
	ck_assert_str_eq(state_alpha2("D"), "DE");
	ck_assert_str_eq(state_alpha2("DEU"), "DE");
	ck_assert_str_eq(state_alpha2("GBN"), "GB");
	ck_assert_str_eq(state_alpha2("ABW"), "AW");
	ck_assert_str_eq(state_alpha2("ZWE"), "ZW");
	ck_assert_ptr_null(state_alpha2("UTO"));
	ck_assert_str_eq(state_alpha3("SE"), "SWE");
	ck_assert_str_eq(state_alpha3("DE"), "DEU");
	ck_assert_ptr_null(state_alpha3("XX"));
	ck_assert_ptr_null(state_alpha3(""));
}
END_TEST

START_TEST(layouts_leave_no_gap)
{
	int format;

	for (format = MRZ_TD1; format < MRZ_FORMATS; format++) {
		const struct mrz_layout *l = &mrz_layouts[format];
		size_t line, column;

		for (line = 0; line < l->lines; line++) {
			for (column = 0; column < l->length; column++)
				ck_assert_uint_ne(
					mrz_class_at((enum mrz_format)format,
						     line, column),
					0);
			ck_assert_uint_eq(mrz_class_at((enum mrz_format)format,
						       line, l->length),
					  0);
		}
		ck_assert_uint_eq(
			mrz_class_at((enum mrz_format)format, l->lines, 0), 0);
	}
	ck_assert_int_eq(mrz_check_digit("520727", 6), 3);
	ck_assert_int_eq(mrz_check_digit("AB2134<<<", 9), 5);
	ck_assert_int_eq(mrz_check_digit("a", 1), -1);
}
END_TEST

UNIT_MAIN("mrz-field", centuries_by_meaning, today_is_the_clocks, long_numbers,
	  optional_data_to_the_brim, personal_number_absent, names_are_readable,
	  document_codes, sexes, states, layouts_leave_no_gap)
