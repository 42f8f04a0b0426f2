// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/check/aamva*.c. */
#include "base/str.h"
#include "check/aamva.h"
#include "unit.h"

/* The example of the standard of 2020, annex D section 12.5.3. */
static const char sample[] =
	"@\n\x1e\rANSI 636000100102DL00410278ZV03190008DLDAQT64235789\n"
	"DCSSAMPLE\nDDEN\nDACMICHAEL\nDDFN\nDADJOHN\nDDGN\nDCUJR\nDCAD\n"
	"DCBK\nDCDPH\nDBD06062019\nDBB06061986\nDBA12102024\nDBC1\n"
	"DAU068 in\nDAYBRO\nDAG2300 WEST BROAD STREET\nDAIRICHMOND\nDAJVA\n"
	"DAK232690000  \nDCF2424244747474786102204\nDCGUSA\nDCK123456789\n"
	"DDAF\nDDB06062018\nDDC06062020\nDDD1\rZVZVA01\r";

START_TEST(the_standards_example)
{
	static const char *const want[AAMVA_FIELDS] = {
		"T64235789",
		"MICHAEL",
		"JOHN",
		"SAMPLE",
		"JR",
		"MICHAEL JOHN SAMPLE JR",
		"1986-06-06",
		"2019-06-06",
		"2024-12-10",
		"male",
		"2300 WEST BROAD STREET",
		"",
		"RICHMOND",
		"VA",
		"23269",
		"US"
	};
	struct buf b = BUF_INIT;
	struct aamva a;
	int i;

	ck_assert(aamva_is(sample, sizeof(sample) - 1));
	ck_assert_int_eq(aamva_parse(sample, sizeof(sample) - 1, &a), 0);
	ck_assert_int_eq(a.version, 10);
	ck_assert_str_eq(a.issuer, "636000");
	ck_assert(a.is_licence && !a.names_cut);
	ck_assert_int_eq(a.height_cm, 173);
	ck_assert_uint_eq(a.warning_count, 0);
	for (i = 0; i < AAMVA_FIELDS; i++)
		ck_assert_str_eq(a.field[i], want[i]);
	aamva_json(&b, &a);
	ck_assert_str_eq(
		b.data,
		"{\"standard\":\"AAMVA\",\"version\":10,\"issuer\":\"636000\","
		"\"document_type\":\"driving_license\","
		"\"document_number\":\"T64235789\",\"first_name\":\"MICHAEL\","
		"\"middle_name\":\"JOHN\",\"last_name\":\"SAMPLE\","
		"\"suffix\":\"JR\",\"full_name\":\"MICHAEL JOHN SAMPLE JR\","
		"\"date_of_birth\":\"1986-06-06\",\"issue_date\":"
		"\"2019-06-06\",\"expiry_date\":\"2024-12-10\","
		"\"gender\":\"male\",\"address\":{\"line1\":"
		"\"2300 WEST BROAD STREET\",\"line2\":null,"
		"\"city\":\"RICHMOND\",\"state\":\"VA\",\"postcode\":"
		"\"23269\",\"country\":\"US\"},\"document_country\":\"US\","
		"\"names_cut\":false,\"height_cm\":173,\"valid\":true,"
		"\"errors\":[],\"warnings\":[]}");
	buf_finish(&b);
}
END_TEST

/* A barcode of one subfile with those elements. */
static void make(struct buf *b, int version, const char *issuer,
		 const char *type, const char *elements)
{
	size_t head = version > 1 ? 31 : 29;

	buf_reset(b);
	buf_printf(b, "@\n\x1e\rANSI %s%02d%s01%s%04zu%04zu%s%s\r", issuer,
		   version, version > 1 ? "00" : "", type, head,
		   strlen(elements) + 3, type, elements);
}

static int parse(int version, const char *issuer, const char *type,
		 const char *elements, struct aamva *a)
{
	struct buf b = BUF_INIT;
	int rc;

	make(&b, version, issuer, type, elements);
	rc = aamva_parse(b.data, b.len, a);
	buf_finish(&b);
	return rc;
}

#define NAMED "DAQX1\nDCSDOE\nDACJO\n"
#define DATED "DBB01021990\nDBA03042030\n"

static const struct {
	int version;
	const char *issuer, *type, *elements;
	enum aamva_field field;
	const char *want;
	int warnings;
} cases[] = {
	/* names by version */
	{ 1, "636032", "DL",
	  "DAQX1\nDAASAMPLE,MICHAEL,JOHN,JR\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_FULL_NAME, "MICHAEL JOHN SAMPLE JR", 0 },
	{ 1, "636032", "DL",
	  "DAQX1\nDAASAMPLE,MICHAEL\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_FIRST_NAME, "MICHAEL", 0 },
	{ 1, "636032", "DL",
	  "DAQX1\nDAASAMPLE MICHAEL JOHN\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_FULL_NAME, "SAMPLE MICHAEL JOHN", 0 },
	{ 1, "636032", "DL",
	  "DAQX1\nDABDOE\nDACJO\nDADNONE\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_FULL_NAME, "JO DOE", 0 },
	{ 3, "636032", "DL", "DAQX1\nDCSDOE\nDCTJO,ANN\n" DATED,
	  AAMVA_FULL_NAME, "JO ANN DOE", 0 },
	{ 3, "636032", "DL", "DAQX1\nDCSDOE\nDCTJO ANN\n" DATED,
	  AAMVA_FIRST_NAME, "JO ANN", 0 },
	{ 8, "636032", "DL", NAMED "DADunavl\n" DATED, AAMVA_FULL_NAME,
	  "JO DOE", 0 },
	{ 8, "636032", "DL", "DAQX1\nDCSDOE\n" DATED, AAMVA_FULL_NAME, "DOE",
	  0 },
	/* dates */
	{ 8, "636032", "DL", NAMED DATED, AAMVA_BIRTH, "1990-01-02", 0 },
	{ 8, "636032", "DL", NAMED DATED, AAMVA_EXPIRY, "2030-03-04", 0 },
	{ 8, "636032", "DL", NAMED "DBB19900102\nDBA03042030\n", AAMVA_BIRTH,
	  "1990-01-02", 1 },
	{ 1, "636032", "DL", NAMED "DBB01021990\nDBA20300304\n", AAMVA_BIRTH,
	  "1990-01-02", 1 },
	{ 8, "636012", "DL", NAMED "DBB19900102\nDBA20300304\nDCGCAN\n",
	  AAMVA_BIRTH, "1990-01-02", 0 },
	{ 8, "636012", "DL", NAMED "DBB19900102\nDBA20300304\n", AAMVA_COUNTRY,
	  "CA", 0 },
	{ 8, "636032", "DL", NAMED "DBB01021990\n", AAMVA_EXPIRY, "", 1 },
	/* sex, type, country */
	{ 8, "636032", "ID", NAMED DATED "DBC2\n", AAMVA_GENDER, "female", 0 },
	{ 8, "636032", "DL", NAMED DATED "DBC9\n", AAMVA_GENDER, "other", 0 },
	{ 1, "636032", "DL", NAMED "DBB19900102\nDBA20300304\nDBCF\n",
	  AAMVA_GENDER, "female", 0 },
	{ 8, "636032", "DL", NAMED DATED "DBC7\n", AAMVA_GENDER, "", 1 },
	{ 8, "636032", "DL", NAMED DATED "DCGUSA\n", AAMVA_COUNTRY, "US", 0 },
	{ 8, "636032", "DL", NAMED DATED "DCGXYZ\n", AAMVA_COUNTRY, "US", 1 },
	/* addresses */
	{ 8, "636032", "DL", NAMED DATED "DAK123456789  \n", AAMVA_POSTCODE,
	  "12345-6789", 0 },
	{ 8, "636032", "DL", NAMED DATED "DAK12345\n", AAMVA_POSTCODE, "12345",
	  0 },
	{ 8, "636012", "DL", NAMED "DBB19900102\nDBA20300304\nDAKK1A 0B1\n",
	  AAMVA_POSTCODE, "K1A 0B1", 0 },
	{ 1, "636032", "DL",
	  NAMED "DBB19900102\nDBA20300304\nDAG1 POST\n"
		"DAIMAIL\nDAL2 HOME ROAD\nDANHOMETOWN\nDAOMI\nDAP481230000\n",
	  AAMVA_LINE1, "2 HOME ROAD", 0 },
	/* what stands twice, blanks, other separators, Latin-1, UTF-8 */
	{ 8, "636032", "DL", NAMED DATED "DAQX2\n", AAMVA_NUMBER, "X1", 0 },
	{ 8, "636032", "DL", "DAQ  X 1  \nDCSDOE\nDACJO\n" DATED, AAMVA_NUMBER,
	  "X 1", 0 },
	{ 8, "636032", "DL",
	  "\nDAQX1\n\nDCSDOE\n\x1e"
	  "DACJO\n" DATED,
	  AAMVA_FULL_NAME, "JO DOE", 0 },
	{ 8, "636012", "DL",
	  "DAQX1\nDCSC\xd4T\xc9\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_LAST_NAME, "C\xc3\x94T\xc3\x89", 0 },
	{ 8, "636012", "DL",
	  "DAQX1\nDCSC\xc3\x94T\xc3\x89\nDBB19900102\n"
	  "DBA20300304\n",
	  AAMVA_LAST_NAME, "C\xc3\x94T\xc3\x89", 0 },
	{ 8, "636032", "DL",
	  "DAQX1\nDCSDO\x01\x7f\x80"
	  "E\n" DATED,
	  AAMVA_LAST_NAME, "DOE", 0 },
};

START_TEST(elements_are_read)
{
	struct aamva a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		int rc = parse(cases[i].version, cases[i].issuer, cases[i].type,
			       cases[i].elements, &a);

		ck_assert_msg(!rc, "%s: %s", cases[i].elements, a.errors[0]);
		ck_assert_str_eq(a.field[cases[i].field], cases[i].want);
		ck_assert_msg((int)a.warning_count == cases[i].warnings,
			      "%s: %s", cases[i].elements, a.warnings[0]);
		ck_assert_int_eq(a.is_licence, *cases[i].type == 'D');
	}
	parse(8, "636032", "DL", NAMED DATED "DDET\nDAU180 cm\n", &a);
	ck_assert(a.names_cut);
	ck_assert_int_eq(a.height_cm, 180);
	parse(1, "636032", "DL", NAMED "DBB19900102\nDAU508\n", &a);
	ck_assert_int_eq(a.height_cm, 173);
}
END_TEST

static const struct {
	const char *elements, *error;
} wrong_elements[] = {
	{ "DCSDOE\n" DATED, "number is missing" },
	{ "DAQ   \nDCSDOE\n" DATED, "number is missing" },
	{ "DAQX1\n" DATED, "name is missing" },
	{ NAMED "DBA03042030\n", "birth is missing" },
	{ NAMED "DBB13321990\nDBA03042030\n", "birth is no date" },
	{ NAMED "DBB02301990\nDBA03042030\n", "birth is no date" },
	{ NAMED "DBB1021990\nDBA03042030\n", "birth is no date" },
	{ NAMED "DBBMM021990\nDBA03042030\n", "birth is no date" },
	{ NAMED "DBB01021990\nDBA00000000\n", "expiry date is no date" },
	{ NAMED "DBB01022031\nDBA03042030\n", "expires before the birth" },
};

START_TEST(wrong_elements_are_told)
{
	struct aamva a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wrong_elements); i++) {
		ck_assert_int_eq(parse(8, "636032", "DL",
				       wrong_elements[i].elements, &a),
				 -1);
		ck_assert_uint_eq(a.error_count, 1);
		ck_assert_msg(strstr(a.errors[0], wrong_elements[i].error) !=
				      NULL,
			      "%s", a.errors[0]);
	}
}
END_TEST

#define BODY "DLDAQX1\nDCSDOE\n" DATED "\r"

static const struct {
	const char *text;
	const char *error;   /* NULL: it is read all the same */
	const char *warning; /* NULL: none */
} headers[] = {
	{ "@\n\x1e\rANSI 636032080001DL00310040" BODY, NULL, NULL },
	{ "@\n\rANSI 636032080001DL00300040" BODY, NULL, NULL },
	{ "@\nAAMVA636032080001DL00290040" BODY, NULL, NULL },
	{ "@\n\x1e\rANSI 636032080001DL00000040" BODY, NULL, "offset" },
	{ "@\n\x1e\rANSI 636032080001DL99990040" BODY, NULL, "offset" },
	{ "@\n\x1e\rANSI 636032080001DL00210040" BODY, NULL, "offset" },
	{ "@\n\x1e\rANSI 636032080001DLXXXX0040" BODY, NULL, "offset" },
	{ "@\n\x1e\rANSI 636032080001DL00310000" BODY, NULL, "length" },
	{ "@\n\x1e\rANSI 636032080001DL00319999" BODY, NULL, "length" },
	{ "@\n\x1e\rANSI 636032080001DL0031-040" BODY, NULL, "length" },
	{ "@\n\x1e\rANSI 636032080009DL00310040" BODY, NULL, "directory" },
	{ "@\n\x1e\rANSI 63603208XX01DL00310040" BODY, NULL,
	  "issuer's version" },
	{ "", "header is missing", NULL },
	{ "@", "header is missing", NULL },
	{ "ANSI 636032080001DL00310040" BODY, "header is missing", NULL },
	{ "@\n\x1e\rANSI ", "issuer's number", NULL },
	{ "@\n\x1e\rANSI 63603X080001DL00310040" BODY, "issuer's number",
	  NULL },
	{ "@\n\x1e\rANSI 636032", "version", NULL },
	{ "@\n\x1e\rANSI 636032000001DL00310040" BODY, "version", NULL },
	{ "@\n\x1e\rANSI 636032080000DL00310040" BODY, "no entries", NULL },
	{ "@\n\x1e\rANSI 6360320800", "no entries", NULL },
	{ "@\n\x1e\rANSI 636032080001", "no subfile", "directory" },
	{ "@\n\x1e\rANSI 636032080001ZV00310048ZVZVA01\r", "no subfile", NULL },
	{ "@\n\x1e\rANSI 636032080001DL00310048", "no subfile", NULL },
	{ "@\n\x1e\rANSI 636032080001DL00310048DL", "no subfile", NULL },
};

START_TEST(headers_are_hostile)
{
	char big[AAMVA_TEXT_MAX + 1];
	struct aamva a;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		int rc = aamva_parse(headers[i].text, strlen(headers[i].text),
				     &a);

		ck_assert_msg(rc == (headers[i].error ? -1 : 0), "%zu %s", i,
			      a.errors[0]);
		if (headers[i].error)
			ck_assert_msg(strstr(a.errors[0], headers[i].error) !=
					      NULL,
				      "%s", a.errors[0]);
		ck_assert_msg(a.warning_count == (headers[i].warning != NULL),
			      "%zu %s", i, a.warnings[0]);
		if (headers[i].warning)
			ck_assert_msg(strstr(a.warnings[0],
					     headers[i].warning) != NULL,
				      "%s", a.warnings[0]);
	}
	memset(big, '\n', sizeof(big));
	memcpy(big, sample, 40);
	ck_assert_int_eq(aamva_parse(big, sizeof(big), &a), -1);
	ck_assert_int_eq(aamva_parse(big, sizeof(big) - 1, &a), -1);
}
END_TEST

/* Cut anywhere and with any byte changed it stays text. */
START_TEST(any_damage_is_survived)
{
	char text[sizeof(sample)], *heap;
	struct buf b = BUF_INIT;
	struct aamva a;
	size_t i;
	int c;

	for (i = 0; i < sizeof(sample) - 1; i++) {
		heap = mem_alloc(i +
				 1); /* so that the sanitizer sees its end */
		memcpy(heap, sample, i);
		aamva_parse(heap, i, &a);
		free(heap);
	}
	for (i = 0; i < sizeof(sample) - 1; i++) {
		for (c = 0; c < 256; c += 5) {
			memcpy(text, sample, sizeof(text));
			text[i] = (char)c;
			aamva_parse(text, sizeof(text) - 1, &a);
			buf_reset(&b);
			aamva_json(&b, &a);
			ck_assert(str_is_utf8(b.data, b.len));
			ck_assert(!str_has_control(b.data, b.len, false));
		}
	}
	buf_finish(&b);
}
END_TEST

START_TEST(long_values_are_cut)
{
	struct buf b = BUF_INIT;
	struct aamva a;
	int i;

	buf_str(&b, NAMED DATED "DAG");
	for (i = 0; i < 400; i++)
		buf_str(&b, "\xc3\xa9");
	buf_str(&b, "\nDAI");
	for (i = 0; i < 400; i++)
		buf_chr(&b, '\xe9');
	buf_chr(&b, '\n');
	ck_assert_int_eq(parse(8, "636032", "DL", b.data, &a), 0);
	ck_assert_uint_ge(strlen(a.field[AAMVA_LINE1]), 200);
	ck_assert_uint_ge(strlen(a.field[AAMVA_CITY]), 200);
	ck_assert(str_is_utf8(a.field[AAMVA_LINE1],
			      strlen(a.field[AAMVA_LINE1])));
	ck_assert(
		str_is_utf8(a.field[AAMVA_CITY], strlen(a.field[AAMVA_CITY])));
	buf_finish(&b);
}
END_TEST

UNIT_MAIN("aamva", the_standards_example, elements_are_read,
	  wrong_elements_are_told, headers_are_hostile, any_damage_is_survived,
	  long_values_are_cut)
