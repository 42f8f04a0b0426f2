// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/check/words.c, print_date.c and vizone*.c. */
#include <json-c/json.h>

#include "base/json.h"
#include "check/print_date.h"
#include "check/vizone.h"
#include "print_page.h"
#include "unit.h"

static struct names *names;

/* -- words of the child --------------------------------------------------- */
static size_t read_words(const char *json, struct words *out)
{
	static struct json_object *kept;

	json_object_put(kept);
	kept = json_tokener_parse(json);
	ck_assert_int_eq(words_read(kept, out), 0);
	return out->count;
}

START_TEST(words_are_taken_as_agreed)
{
	struct words w;

	ck_assert_int_eq(words_read(NULL, &w), -1);
	words_finish(&w);
	ck_assert_uint_eq(
		read_words("[{\"text\":\"ANNA\",\"confidence\":91,\"box\":[1,2,"
			   "30,4],\"line\":0},{\"text\":\"MARIA\","
			   "\"confidence\":90,\"box\":[40,2,30,4],\"line\":0}]",
			   &w),
		2);
	ck_assert_str_eq(w.list[1].text, "MARIA");
	ck_assert_int_eq(w.list[1].at[0], 40);
	words_finish(&w);
}
END_TEST

/* Each is left out, and what is right beside it stays. */
START_TEST(wrong_words_are_left_out)
{
	static const char good[] = "{\"text\":\"A\",\"confidence\":1,\"box\":"
				   "[1,2,3,4],\"line\":1}";
	static const char *const wrong[] = {
		"7",
		"null",
		"{}",
		"[]",
		"{\"text\":\"\",\"confidence\":1,\"box\":[1,2,3,4],\"line\":0}",
		"{\"text\":\"a b\",\"confidence\":1,\"box\":[1,2,3,4],\"line\":"
		"0}",
		"{\"text\":\"a\\u0000b\",\"confidence\":1,\"box\":[1,2,3,4],"
		"\"line\":0}",
		"{\"text\":\"a\\n\",\"confidence\":1,\"box\":[1,2,3,4],"
		"\"line\":0}",
		"{\"text\":7,\"confidence\":1,\"box\":[1,2,3,4],\"line\":0}",
		"{\"text\":\"a\",\"confidence\":101,\"box\":[1,2,3,4],\"line\":"
		"0}",
		"{\"text\":\"a\",\"confidence\":1.5,\"box\":[1,2,3,4],\"line\":"
		"0}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":[1,2,3],\"line\":0}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":[1,2,3,-4],\"line\":"
		"0}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":[1,2,3,99999999999],"
		"\"line\":0}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":7,\"line\":0}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":[1,2,3,4],\"line\":-"
		"1}",
		"{\"text\":\"a\",\"confidence\":1,\"box\":[1,2,3,4]}",
	};
	struct buf b = BUF_INIT;
	struct words w;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		buf_reset(&b);
		buf_printf(&b, "[%s,%s]", wrong[i], good);
		ck_assert_msg(read_words(b.data, &w) == 1, "%s", wrong[i]);
		ck_assert_str_eq(w.list[0].text, "A");
		words_finish(&w);
	}
	/* lines go down the page */
	buf_reset(&b);
	buf_printf(&b,
		   "[%s,{\"text\":\"B\",\"confidence\":1,\"box\":[1,2,3,4],"
		   "\"line\":0}]",
		   good);
	ck_assert_uint_eq(read_words(b.data, &w), 1);
	words_finish(&w);
	buf_reset(&b);
	buf_chr(&b, '[');
	for (i = 0; i < WORDS_MAX + 10; i++)
		buf_printf(&b, "%s%s", i ? "," : "", good);
	buf_chr(&b, ']');
	ck_assert_uint_eq(read_words(b.data, &w), WORDS_MAX);
	words_finish(&w);
	buf_finish(&b);
}
END_TEST

/* However the photo lies, the second word is on the right of the first and
 * the third below. */
START_TEST(pages_are_turned_upright)
{
	static const int boxes[4][3][4] = {
		{ { 10, 10, 40, 8 }, { 60, 10, 40, 8 }, { 10, 30, 40, 8 } },
		{ { 10, 160, 8, 40 }, { 10, 110, 8, 40 }, { 30, 160, 8, 40 } },
		{ { 160, 90, 40, 8 }, { 110, 90, 40, 8 }, { 160, 70, 40, 8 } },
		{ { 90, 10, 8, 40 }, { 90, 60, 8, 40 }, { 70, 10, 8, 40 } },
	};
	struct buf b = BUF_INIT;
	struct words w;
	int turn, i;

	for (turn = 0; turn < 4; turn++) {
		buf_reset(&b);
		for (i = 0; i < 3; i++) {
			const int *at = boxes[turn][i];

			buf_printf(&b,
				   "%s{\"text\":\"w\",\"confidence\":9,\"box\":"
				   "[%d,%d,%d,%d],\"line\":%d}",
				   i ? "," : "[", at[0], at[1], at[2], at[3],
				   i / 2);
		}
		buf_chr(&b, ']');
		ck_assert_uint_eq(read_words(b.data, &w), 3);
		ck_assert_int_eq(w.list[1].at[0] - w.list[0].at[0], 50);
		ck_assert_int_eq(w.list[1].at[1], w.list[0].at[1]);
		ck_assert_int_eq(w.list[2].at[1] - w.list[0].at[1], 20);
		ck_assert_int_eq(w.list[2].at[2], 40);
		words_finish(&w);
	}
	buf_finish(&b);
}
END_TEST

/* -- dates ---------------------------------------------------------------- */
static const struct {
	const char *text, *day;
	const char *other; /* by month first */
} dates[] = {
	{ "08 AUG/AOUT 1974", "1974-08-08", NULL },
	{ "08 AUG /AO\xc3\x9bT 74", "0074-08-08", NULL },
	{ "12.08.1974", "1974-08-12", NULL },
	{ "12. 8. 1974", "1974-08-12", NULL },
	{ "12 08 1974", "1974-08-12", NULL },
	{ "12/08/74", "0074-08-12", "0074-12-08" },
	{ "28/08/1974", "1974-08-28", NULL },
	{ "08/28/1974", "1974-08-28", NULL },
	{ "08/11/2026", "2026-11-08", "2026-08-11" },
	{ "1974-08-12", "1974-08-12", NULL },
	{ "1974.08.12", "1974-08-12", NULL },
	{ "1974 08 12", "1974-08-12", NULL },
	{ "12 Aug 74", "0074-08-12", NULL },
	{ "12AUG1974", "1974-08-12", NULL },
	{ "12-Aug-1974", "1974-08-12", NULL },
	{ "12. August 1974", "1974-08-12", NULL },
	{ "August 12, 1974", "1974-08-12", NULL },
	{ "Aug. 12 1974", "1974-08-12", NULL },
	{ "12th of August 1974", "1974-08-12", NULL },
	{ "1er ao\xc3\xbbt 2026", "2026-08-01", NULL },
	{ "3. M\xc3\xa4rz 2026", "2026-03-03", NULL },
	{ "12 de agosto de 1974", "1974-08-12", NULL },
	{ "12 D\xc3\x89"
	  "C/DEC 2031",
	  "2031-12-12", NULL },
	{ "5 pa\xc5\xba"
	  "dziernika 2026",
	  "2026-10-05", NULL },
	{ "29 FEB 2024", "2024-02-29", NULL },
	{ "Date:12.08.1974", "1974-08-12", NULL },
	{ "(12.08.1974)", "1974-08-12", NULL },
	{ "l2.O8.1974", "1974-08-12", NULL }, /* letters for digits */
};

static const char *const no_dates[] = {
	"",
	"hello world",
	"30.02.2026",
	"29 FEB 2023",
	"31/31/2026",
	"192.168.1.1",
	"12.08.1974.5",
	"1.12.08.1974",
	"00.00.0000",
	"12 1974",
	"AUG 1974",
	"12 set 5",
	"068 42 18 1999 7",
	"A12.08.1974",
	"12.08/1974",
	"99999999999999999999.08.1974",
	"12 jui 1974", /* juin or juillet */
};

START_TEST(dates_are_read)
{
	struct print_page p;
	struct print_date d[4];
	char day[40];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(dates); i++) {
		const struct words *w = page_of(&p, dates[i].text);

		ck_assert_msg(print_date_find(w, 0, w->count, d, 4) == 1, "%s",
			      dates[i].text);
		for (k = 0; k < 2; k++) {
			const char *want = k ? dates[i].other : dates[i].day;

			snprintf(day, sizeof(day), "%04d-%02d-%02d",
				 d[0].day[k].year, d[0].day[k].month,
				 d[0].day[k].day);
			if (want)
				ck_assert_str_eq(day, want);
		}
		ck_assert_msg((d[0].order == PRINT_DATE_TWO) ==
				      !!dates[i].other,
			      "%s", dates[i].text);
		ck_assert_int_eq(d[0].short_year, dates[i].day[0] == '0');
		ck_assert_int_eq(d[0].doubtful, dates[i].text[0] == 'l');
	}
	for (i = 0; i < ARRAY_SIZE(no_dates); i++) {
		const struct words *w = page_of(&p, no_dates[i]);

		ck_assert_msg(!print_date_find(w, 0, w->count, d, 4), "%s",
			      no_dates[i]);
	}
}
END_TEST

START_TEST(several_dates_of_a_line)
{
	struct print_page p;
	const struct words *w =
		page_of(&p, "from 01.10.2026 to 31.10.2026? 12 Aug 74");
	struct print_date d[4];

	ck_assert_uint_eq(print_date_find(w, 0, w->count, d, 4), 3);
	ck_assert_uint_eq(d[1].first, 3);
	ck_assert_uint_eq(d[1].last, 4);
	ck_assert_int_eq(d[1].confidence, 50);
	ck_assert_uint_eq(d[2].last, 7);
	ck_assert(print_date_is(&d[2], "1974-08-12"));
	ck_assert(print_date_is(&d[2], "2074-08"));
	ck_assert(!print_date_is(&d[2], "1974-08-13"));
	ck_assert(!print_date_is(&d[2], "74"));
	ck_assert(!print_date_is(&d[2], "1974-08-12T00:00"));
	ck_assert_uint_eq(print_date_find(w, 0, w->count, d, 2), 2);
}
END_TEST

/* -- the visual zone ------------------------------------------------------ */
static const char card[] =
	"PASSPORT PASSEPORT            Passport No./No. du passeport\n"
	"                              L898902C3\n"
	"Surname / Nom\n"
	"ERIKSSON-M\xc3\x9cLLER\n"
	"Given names / Pr\xc3\xa9noms\n"
	"ANNA MARIA\n"
	"Date of birth / Date de naissance   Sex/Sexe\n"
	"12 AUG/AOUT 74                      F\n"
	"Date of expiry / Date d'expiration  Place of birth / Lieu\n"
	"15 APR/AVR 2012                     ZENITH CITY\n"
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
	"X111111118UTO7408122F1204159ZE184226B<<<<<10\n";

static const struct {
	const char *field, *value;
	enum vizone_verdict verdict;
	const char *text, *reason;
} looks[] = {
	{ "last_name", "Eriksson-M\xc3\xbcller", VIZONE_FOUND,
	  "ERIKSSON-M\xc3\x9cLLER", "as looked for" },
	{ "last_name", "ERIKSSON MUELLER", VIZONE_FOUND, NULL, NULL },
	{ "last_name", "Eriksen M\xc3\xbcller", VIZONE_PARTIAL, NULL,
	  "differently" },
	{ "last_name", "Jones", VIZONE_DIFFERENT, "ERIKSSON-M\xc3\x9cLLER",
	  "another name" },
	{ "first_name", "Anna Maria", VIZONE_FOUND, "ANNA MARIA", NULL },
	{ "first_name", "Maria Anna", VIZONE_FOUND, NULL, NULL },
	{ "first_name", "Anna Sofia", VIZONE_DIFFERENT, "ANNA MARIA", NULL },
	{ "first_name", "Annamaria Sofia Ann", VIZONE_UNKNOWN, NULL, NULL },
	{ "first_name", "Robert", VIZONE_DIFFERENT, "ANNA MARIA", NULL },
	{ "full_name", "Anna Maria Eriksson M\xc3\xbcller", VIZONE_FOUND,
	  "ANNA MARIA ERIKSSON-M\xc3\x9cLLER", NULL },
	{ "full_name", "Anna Maria Lind Eriksson", VIZONE_PARTIAL, NULL,
	  "not printed" },
	{ "full_name", "Bob Jones", VIZONE_DIFFERENT, NULL, NULL },
	{ "document_number", "L898902C3", VIZONE_FOUND, "L898902C3", NULL },
	{ "document_number", "l 898902 c3", VIZONE_FOUND, NULL, NULL },
	{ "document_number", "L8989O2C3", VIZONE_PARTIAL, "L898902C3",
	  "looks alike" },
	{ "document_number", "L898902C4", VIZONE_DIFFERENT, "L898902C3",
	  "one character" },
	/* a digit that looks like another one is no misreading */
	{ "document_number", "L393902C3", VIZONE_DIFFERENT, NULL, NULL },
	{ "document_number", "L398902C3", VIZONE_DIFFERENT, "L898902C3",
	  "one character" },
	{ "document_number", "L39890ZC3", VIZONE_DIFFERENT, "L898902C3",
	  "look alike" },
	{ "document_number", "K11223344", VIZONE_DIFFERENT, "L898902C3",
	  "another number" },
	/* it is in the zone for machines alone */
	{ "document_number", "X11111111", VIZONE_DIFFERENT, NULL, NULL },
	{ "personal_number", "ZE184226B", VIZONE_UNKNOWN, NULL, NULL },
	{ "date_of_birth", "1974-08-12", VIZONE_FOUND, "12 AUG/AOUT 74", NULL },
	{ "date_of_birth", "1974-08", VIZONE_FOUND, NULL, NULL },
	{ "date_of_birth", "1974-08-13", VIZONE_DIFFERENT, "12 AUG/AOUT 74",
	  "at its label" },
	{ "expiry_date", "2012-04-15", VIZONE_FOUND, "15 APR/AVR 2012", NULL },
	{ "expiry_date", "2022-04-15", VIZONE_DIFFERENT, NULL, NULL },
	{ "expiry_date", "2012-04-16", VIZONE_DIFFERENT, "15 APR/AVR 2012",
	  "at its label" },
	{ "issue_date", "2002-04-15", VIZONE_UNKNOWN, NULL, NULL },
	{ "place_of_birth", "Zenith City", VIZONE_FOUND, "ZENITH CITY", NULL },
	{ "place_of_birth", "Zenith Town", VIZONE_UNKNOWN, NULL, NULL },
	{ "last_name", NULL, VIZONE_UNKNOWN, NULL, "nothing to look for" },
	{ "last_name", "", VIZONE_UNKNOWN, NULL, NULL },
};

START_TEST(values_are_looked_for)
{
	struct print_page p;
	const struct words *w = page_of(&p, card);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		const struct vizone_value v = { looks[i].field, looks[i].value,
						false };
		struct vizone_match m;

		vizone_find(names, w, &v, 1, &m);
		ck_assert_msg(m.verdict == looks[i].verdict,
			      "%s %s: %s (%s) %s", v.field,
			      v.value ? v.value : "", vizone_names[m.verdict],
			      m.reason, m.text);
		if (looks[i].text)
			ck_assert_str_eq(m.text, looks[i].text);
		if (looks[i].reason)
			ck_assert_msg(!!strstr(m.reason, looks[i].reason),
				      "%s: %s", v.value, m.reason);
		ck_assert_int_eq(m.line < 0, m.verdict == VIZONE_UNKNOWN);
	}
}
END_TEST

/* What was read badly may be found, but speaks against nobody. */
START_TEST(doubtful_print_is_no_evidence)
{
	static const struct vizone_value values[] = {
		{ "last_name", "Jones", false },
		{ "date_of_birth", "1980-01-01", false },
		{ "document_number", "L898902C4", false },
		{ "document_number", "K11223344", false },
	};
	struct vizone_match m[ARRAY_SIZE(values)];
	struct print_page p;
	const struct words *w = page_of(&p, "Passport No      Surname\n"
					    "L898902C3?       ERIKSSON?\n"
					    "\n\n\nDate of birth\n"
					    "12 AUG? 74\n");
	size_t i;

	vizone_find(names, w, values, ARRAY_SIZE(values), m);
	for (i = 0; i < ARRAY_SIZE(values); i++)
		ck_assert_int_eq(m[i].verdict, VIZONE_UNKNOWN);
	vizone_find(names, w,
		    &(struct vizone_value){ "last_name", "Eriksson", false }, 1,
		    m);
	ck_assert_int_eq(m[0].verdict, VIZONE_FOUND);
	ck_assert_int_eq(m[0].confidence, 50);
}
END_TEST

/* One digit is another: where it is read surely once, the order does not
 * matter. */
START_TEST(a_digit_that_looks_alike)
{
	static const struct {
		const char *text;
		enum vizone_verdict verdict;
	} pages[] = {
		{ "L398902C3", VIZONE_DIFFERENT },
		{ "L398902C3?", VIZONE_PARTIAL },
		{ "L398902C3?\nL398902C3", VIZONE_DIFFERENT },
		{ "L398902C3\nL398902C3?", VIZONE_DIFFERENT },
		{ "L398902C3\nL898902C3?", VIZONE_FOUND },
	};
	const struct vizone_value v = { "document_number", "L898902C3", false };
	struct vizone_match m;
	struct print_page p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		vizone_find(names, page_of(&p, pages[i].text), &v, 1, &m);
		ck_assert_msg(m.verdict == pages[i].verdict, "%zu: %s", i,
			      m.reason);
	}
}
END_TEST

START_TEST(names_that_were_cut)
{
	struct print_page p;
	const struct words *w = page_of(&p, "NILAVADHANANANDA CHAYAPA");
	struct vizone_value v = { "full_name", "CHAYAPA NILAVADH", true };
	struct vizone_match m;

	vizone_find(names, w, &v, 1, &m);
	ck_assert_int_eq(m.verdict, VIZONE_FOUND);
	v.cut = false;
	vizone_find(names, w, &v, 1, &m);
	ck_assert_int_eq(m.verdict, VIZONE_UNKNOWN);
	/* one word that was read as two */
	w = page_of(&p, "CHAY APA");
	v.value = "Chayapa";
	vizone_find(names, w, &v, 1, &m);
	ck_assert_int_eq(m.verdict, VIZONE_PARTIAL);
	/* without ICU */
	vizone_find(NULL, w, &v, 1, &m);
	ck_assert_int_eq(m.verdict, VIZONE_UNKNOWN);
}
END_TEST

START_TEST(matches_are_written)
{
	static const struct vizone_value values[] = {
		{ "last_name", "Lind", false }, { "first_name", NULL, false }
	};
	struct vizone_match m[2];
	struct print_page p;
	struct buf b = BUF_INIT;

	vizone_find(names, page_of(&p, "LIND"), values, 2, m);
	vizone_json(&b, NULL, values, m, 2);
	ck_assert_str_eq(
		b.data,
		"[{\"field\":\"last_name\",\"value\":\"Lind\",\"verdict\":"
		"\"found\",\"reason\":\"printed as looked for\",\"text\":"
		"\"LIND\",\"confidence\":95,\"line\":0,\"box\":[0,0,40,15]},"
		"{\"field\":\"first_name\",\"value\":null,\"verdict\":"
		"\"unknown\",\"reason\":\"there is nothing to look for\","
		"\"text\":null,\"confidence\":null,\"line\":null,\"box\":null}"
		"]");
	buf_finish(&b);
}
END_TEST

/* ICU's tables are loaded in the parent of all tests. */
int main(void)
{
	const TTest *const tests[] = {
		words_are_taken_as_agreed,     wrong_words_are_left_out,
		pages_are_turned_upright,      dates_are_read,
		several_dates_of_a_line,       values_are_looked_for,
		doubtful_print_is_no_evidence, a_digit_that_looks_alike,
		names_that_were_cut,	       matches_are_written
	};
	int rc;

	names = names_create();
	if (!names) {
		fputs("ICU has no tables\n", stderr);
		return 1;
	}
	rc = unit_run("vizone", tests, ARRAY_SIZE(tests));
	names_destroy(names);
	return rc;
}
