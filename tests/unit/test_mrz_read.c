// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of the MRZ reader: photos of each format, whichever way up; what
 * the check digits prove and what they don't; broken weights. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "check/mrz_decide.h"
#include "check/mrz_net.h"
#include "check/mrz_read.h"
#include "unit.h"

static void *weights_read(size_t *len)
{
	FILE *f = fopen(MODELS "/ocrb.bin", "rb");
	void *bytes = mem_alloc(1 << 20);

	ck_assert_ptr_nonnull(f);
	*len = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return bytes;
}

static struct mrz_reader *reader_make(void)
{
	size_t len;
	void *bytes = weights_read(&len);
	struct mrz_reader *r = mrz_reader_create(bytes, len);

	free(bytes);
	ck_assert_ptr_nonnull(r);
	return r;
}

static PIX *photo_load(const char *name)
{
	char path[512];
	PIX *p;

	snprintf(path, sizeof(path), PHOTOS "/%s.jpg", name);
	p = pixRead(path);
	ck_assert_ptr_nonnull(p);
	return p;
}

/* tools/ocrb/photos.py made them, of seeds 31 and 32; smaller, they lie here. */
static const struct photo {
	const char *name;
	enum mrz_format format;
	int turn;
	const char *lines[MRZ_LINES];
} photos[] = {
	{ "td1",
	  MRZ_TD1,
	  90,
	  { "APEGYB3046068<8<<<<<<<<<<<<<<<", "6906230M2605111ARM<<<<<<<<<<<2",
	    "DE<JONG<<XAVIER<DENIZ<<<<<<<<<" } },
	{ "td2",
	  MRZ_TD2,
	  180,
	  { "IDSWEPATEL<<GYORGY<VIKRAM<<<<<<<<<<<",
	    "M495541<<6SWE4203223M3209158ERCHSZW5" } },
	{ "td3",
	  MRZ_TD3,
	  270,
	  { "P<KENBERGSTROEM<<NIKOLAOS<<<<<<<<<<<<<<<<<<<",
	    "P569639508GEO6302197F2904261<<<<<<<<<<<<<<<8" } },
	{ "mrv-a",
	  MRZ_MRV_A,
	  0,
	  { "V<ESPDUBOIS<<GYORGY<LARS<<<<<<<<<<<<<<<<<<<<",
	    "P4420993<6ESP4306065F280815203390306<<<<<<<<" } },
	{ "mrv-b",
	  MRZ_MRV_B,
	  0,
	  { "V<PAKHORVATH<<ELENI<LUKAS<<<<<<<<<<<",
	    "IO22059208PAK3112227M3308121<<<<<<<<" } },
};

START_TEST(every_format_is_read_whichever_way_up)
{
	struct mrz_reader *r = reader_make();
	size_t i, l;

	for (i = 0; i < ARRAY_SIZE(photos); i++) {
		const struct photo *p = &photos[i];
		PIX *grey = photo_load(p->name);
		struct mrz_reading m;

		ck_assert_int_eq(mrz_read(r, grey, &m), 0);
		ck_assert(m.accepted && !m.why);
		ck_assert_int_eq(m.format, p->format);
		ck_assert_int_eq(m.turn, p->turn);
		for (l = 0; l < mrz_layouts[p->format].lines; l++)
			ck_assert_str_eq(m.lines[l], p->lines[l]);
		for (l = 0; l < 4; l++) {
			ck_assert(m.box[l][0] > 0 && m.box[l][1] > 0);
			ck_assert(m.box[l][0] < pixGetWidth(grey));
			ck_assert(m.box[l][1] < pixGetHeight(grey));
		}
		pixDestroy(&grey);
	}
	mrz_reader_destroy(r);
}
END_TEST

START_TEST(a_photo_in_colour_is_read_by_its_grey)
{
	struct mrz_reader *r = reader_make();
	PIX *grey = photo_load(photos[0].name);
	PIX *colour = pixConvertTo32(grey), *again = mrz_grey(colour);
	struct mrz_reading m;

	ck_assert_int_eq(mrz_read(r, colour, &m), -1);
	ck_assert_int_eq(m.format, MRZ_NONE);
	ck_assert_int_eq(mrz_read(r, again, &m), 0);
	ck_assert_str_eq(m.lines[0], photos[0].lines[0]);
	ck_assert_ptr_null(mrz_grey(NULL));
	pixDestroy(&grey);
	pixDestroy(&colour);
	pixDestroy(&again);
	mrz_reader_destroy(r);
}
END_TEST

START_TEST(where_there_is_no_zone_none_is_accepted)
{
	struct mrz_reader *r = reader_make();
	PIX *grey = photo_load("blank"), *tiny = pixCreate(7, 3, 8);
	PIX *even = pixCreate(500, 400, 8), *thin = pixCreate(9000, 101, 8);
	struct mrz_reading m;

	ck_assert_int_eq(mrz_read(r, grey, &m), -1);
	ck_assert(!m.accepted && m.why);
	ck_assert_int_eq(mrz_read(r, tiny, &m), -1);
	ck_assert_int_eq(mrz_read(r, thin, &m), -1);
	ck_assert_int_eq(mrz_read(r, even, &m), -1);
	ck_assert_int_eq(mrz_read(r, NULL, &m), -1);
	ck_assert_int_eq(m.format, MRZ_NONE);
	pixDestroy(&grey);
	pixDestroy(&tiny);
	pixDestroy(&even);
	pixDestroy(&thin);
	mrz_reader_destroy(r);
}
END_TEST

START_TEST(broken_weights_are_refused)
{
	size_t len, i;
	unsigned char *bytes = weights_read(&len);
	struct mrz_nets nets;

	ck_assert_int_eq(mrz_nets_load(&nets, bytes, len), 0);
	mrz_nets_drop(&nets);
	for (i = 0; i < 200; i++)
		ck_assert_int_eq(mrz_nets_load(&nets, bytes, i), -1);
	ck_assert_int_eq(mrz_nets_load(&nets, bytes, len - 1), -1);
	for (i = 0; i < 40; i++) {
		bytes[i] ^= 0x10;
		ck_assert_int_eq(mrz_nets_load(&nets, bytes, len), -1);
		bytes[i] ^= 0x10;
	}
	bytes[len - 1] ^= 1;
	ck_assert_ptr_null(mrz_reader_create(bytes, len));
	free(bytes);
}
END_TEST

/* Shares as the networks give them: that character nearly for sure. */
static void sure(struct mrz_shares *rows, size_t line, size_t column, char c,
		 float odds)
{
	size_t i, is = (size_t)(strchr(mrz_chars, c) - mrz_chars);
	float *s = rows[line].of[column];

	for (i = 0; i < MRZ_CHARS; i++)
		s[i] = -odds - 4;
	s[is] = 0;
}

static void rows_of(struct mrz_shares *rows, const char *const *lines,
		    size_t count)
{
	size_t l, x;

	memset(rows, 0, MRZ_LINES * sizeof(*rows));
	for (l = 0; l < count; l++) {
		for (x = 0; lines[l][x]; x++)
			sure(rows, l, x, lines[l][x], 8);
	}
}

/* wrong looks odds times likelier than what is there, as a logarithm. */
static void mistake(struct mrz_shares *rows, size_t line, size_t column,
		    char is, char wrong, float odds)
{
	size_t i = (size_t)(strchr(mrz_chars, is) - mrz_chars);

	sure(rows, line, column, wrong, 8);
	rows[line].of[column][i] = -odds;
}

/* Doc 9303-4, 5 and 6 have these. */
static const char *const td3[] = {
	"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	"L898902C36UTO7408122F1204159ZE184226B<<<<<10"
};
static const char *const td1[] = { "I<UTOD231458907<<<<<<<<<<<<<<<",
				   "7408122F1204159UTO<<<<<<<<<<<6",
				   "ERIKSSON<<ANNA<MARIA<<<<<<<<<<" };
static const char *const td2[] = { "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
				   "D231458907UTO7408122F1204159<<<<<<<6" };
static const char *const long_td1[] = { "I<UTOD23145890<7349<<<<<<<<<<<",
					"3407127M9507122UTO<<<<<<<<<<<2",
					"STEVENSON<<PETER<JOHN<<<<<<<<<" };
static const char *const visa[] = {
	"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
	"L8988901C4XXX4009078F96121096ZE184226B<<<<<<"
};

START_TEST(specimens_are_accepted)
{
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	struct mrz_reading m = { 0 };

	rows_of(rows, td3, 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.accepted);
	ck_assert_int_eq(m.format, MRZ_TD3);
	ck_assert_str_eq(m.lines[1], td3[1]);
	ck_assert(m.confidence[1][3] > 0.99f && m.confidence[1][3] <= 1.001f);
	rows_of(rows, td1, 3);
	mrz_decide(rows, 3, 30, &m);
	ck_assert(m.accepted);
	ck_assert_int_eq(m.format, MRZ_TD1);
	rows_of(rows, td2, 2);
	mrz_decide(rows, 2, 36, &m);
	ck_assert(m.accepted);
	ck_assert_int_eq(m.format, MRZ_TD2);
	rows_of(rows, long_td1, 3);
	mrz_decide(rows, 3, 30, &m);
	ck_assert(m.accepted);
	rows_of(rows, visa, 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert_int_eq(m.format, MRZ_MRV_A);
	free(rows);
}
END_TEST

START_TEST(what_a_position_cannot_hold_is_no_choice)
{
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	struct mrz_reading m = { 0 };

	rows_of(rows, td3, 2);
	mistake(rows, 1, 13, '7', 'T', 5); /* in a date */
	mistake(rows, 0, 8, 'K', '8', 5);  /* in a name */
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.accepted && !m.repaired);
	ck_assert_str_eq(m.lines[0], td3[0]);
	ck_assert_str_eq(m.lines[1], td3[1]);
	free(rows);
}
END_TEST

START_TEST(one_character_is_repaired_with_its_proof)
{
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	struct mrz_reading m = { 0 };

	rows_of(rows, td3, 2);
	mistake(rows, 1, 1, '8', 'B', 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.accepted && m.repaired);
	ck_assert_str_eq(m.lines[1], td3[1]);
	ck_assert_int_eq(m.repair.line, 1);
	ck_assert_int_eq(m.repair.column, 1);
	ck_assert_int_eq(m.repair.from, 'B');
	ck_assert_int_eq(m.repair.to, '8');
	ck_assert_int_eq(m.repair.proved_by,
			 1 << MRZ_CHECK_NUMBER | 1 << MRZ_CHECK_COMPOSITE);
	free(rows);
}
END_TEST

START_TEST(two_wrong_characters_are_refused)
{
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	struct mrz_reading m = { 0 };

	rows_of(rows, td3, 2);
	mistake(rows, 1, 1, '8', 'B', 2);
	mistake(rows, 1, 14, '4', '1', 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(!m.accepted && m.why);
	ck_assert(!m.checks[MRZ_CHECK_NUMBER] && !m.checks[MRZ_CHECK_BIRTH]);
	ck_assert(m.checks[MRZ_CHECK_EXPIRY]);
	free(rows);
}
END_TEST

/* 8 and B differ by 3, O and 0 by 4: no check digit sees G for 6. */
START_TEST(doubt_that_no_digit_tells_is_refused)
{
	static const char *const lines[] = {
		"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
		"L898G02C30UTO7408122F1204159ZE184226B<<<<<10"
	};
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	char number[10], fixed[2][MRZ_LENGTH + 1];
	const char *all[2] = { fixed[0], fixed[1] };
	struct mrz_reading m = { 0 };

	snprintf(fixed[0], sizeof(fixed[0]), "%s", lines[0]);
	snprintf(fixed[1], sizeof(fixed[1]), "%s", lines[1]);
	snprintf(number, sizeof(number), "%.9s", lines[1]);
	fixed[1][9] = (char)('0' + mrz_check_digit(number, 9));
	fixed[1][43] = (char)('0' + mrz_check_expected(MRZ_TD3, all,
						       MRZ_CHECK_COMPOSITE));
	rows_of(rows, all, 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.accepted);
	mistake(rows, 1, 4, '6', 'G', 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(!m.accepted);
	ck_assert(m.checks[MRZ_CHECK_NUMBER] && m.checks[MRZ_CHECK_COMPOSITE]);
	/* B for 8 would have been seen */
	rows_of(rows, all, 2);
	mistake(rows, 1, 1, 'B', '8', 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.accepted);
	free(rows);
}
END_TEST

START_TEST(impossible_dates_are_refused)
{
	/* of the 31st of a 13th month, with its digits right */
	static const char *const lines[] = {
		"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
		"L898902C36UTO7413313F1204159<<<<<<<<<<<<<<<<"
	};
	struct mrz_shares *rows = mem_alloc(MRZ_LINES * sizeof(*rows));
	struct mrz_reading m = { 0 };

	ck_assert_int_eq(mrz_check_digit("741331", 6), 3);
	rows_of(rows, lines, 2);
	mrz_decide(rows, 2, 44, &m);
	ck_assert(m.checks[MRZ_CHECK_BIRTH]);
	ck_assert(!m.accepted);
	free(rows);
}
END_TEST

UNIT_MAIN("mrz_read", every_format_is_read_whichever_way_up,
	  a_photo_in_colour_is_read_by_its_grey,
	  where_there_is_no_zone_none_is_accepted, broken_weights_are_refused,
	  specimens_are_accepted, what_a_position_cannot_hold_is_no_choice,
	  one_character_is_repaired_with_its_proof,
	  two_wrong_characters_are_refused,
	  doubt_that_no_digit_tells_is_refused, impossible_dates_are_refused)
