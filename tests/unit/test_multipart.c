// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/http/multipart.c. */
#include "http/multipart.h"
#include "unit.h"

#define TYPE "multipart/form-data; boundary=\"b0 :=y\""
#define B "--b0 :=y"
#define CD "Content-Disposition: form-data; "

static int on_part(void *ctx, const char *name, const char *file_name,
		   const char *content_type, struct fault *f)
{
	(void)f;
	buf_printf(ctx, "[%s|%s|%s|", name, file_name ? file_name : "-",
		   content_type);
	return 0;
}

static int on_data(void *ctx, const char *bytes, size_t len, struct fault *f)
{
	ck_assert_uint_gt(len, 0);
	if (memchr(bytes, '!', len))
		return fault_set(f, FAULT_TOO_LARGE, "stop");
	buf_add(ctx, bytes, len);
	return 0;
}

static int on_part_end(void *ctx, struct fault *f)
{
	(void)f;
	buf_chr(ctx, ']');
	return 0;
}

/* Feeds the pieces [0,a), [a,b), [b,len), or single bytes where step is 1. */
static void parse(const char *body, size_t len, size_t a, size_t b, size_t step,
		  struct buf *out)
{
	const struct multipart_handler h = { on_part, on_data, on_part_end,
					     out };
	struct fault f = { .code = FAULT_NONE };
	struct multipart *m = multipart_create(TYPE, &h, &f);
	size_t at = 0, n;
	int rc = 0;

	buf_reset(out);
	ck_assert_ptr_nonnull(m);
	while (at < len && rc == 0) {
		n = step ? step : (at < a ? a : at < b ? b : len) - at;
		rc = multipart_feed(m, body + at, n, &f);
		at += n;
	}
	if (rc == 0)
		rc = multipart_finish(m, &f);
	ck_assert_int_eq(rc, f.code == FAULT_NONE ? 0 : -1);
	buf_str(out, f.message);
	multipart_destroy(m);
}

static void expect(const char *body, const char *want)
{
	struct buf out = BUF_INIT;

	parse(body, strlen(body), 0, 0, 0, &out);
	ck_assert_str_eq(buf_cstr(&out), want);
	parse(body, strlen(body), 0, 0, 1, &out);
	ck_assert_str_eq(buf_cstr(&out), want);
	buf_finish(&out);
}

static const char sample[] =
	"preamble\r\nmore--b0 :=y\r\n" B " \t\r\n" CD "name=\"a\"\r\n\r\n"
	"one\r\n--b0 :=\r\r\n\r\r\n--b0 :=Y\r\n" B "\r\n"
	"content-type: image/png\r\nContent-Transfer-Encoding: Binary\r\n"
	"X-Other: 1\r\n" CD "filename=\"x\\\"y.png\"; name=file\r\n\r\n"
	"\r\n\r\n-\r\n--\r\n" B "\r\n" CD "name=empty\r\n\r\n\r\n" B
	"--\r\nepilogue\r\n" B "\r\n";

static const char sample_want[] =
	"[a|-||one\r\n--b0 :=\r\r\n\r\r\n--b0 :=Y]"
	"[file|x\"y.png|image/png|\r\n\r\n-\r\n--][empty|-||]";

START_TEST(all_splits_agree)
{
	size_t len = sizeof(sample) - 1, a, b;
	struct buf out = BUF_INIT;

	expect(sample, sample_want);
	for (a = 1; a < len; a++) {
		for (b = a; b < len; b += 1 + (b - a) / 8) {
			parse(sample, len, a, b, 0, &out);
			ck_assert_str_eq(out.data, sample_want);
		}
	}
	buf_finish(&out);
}
END_TEST

START_TEST(binary_data)
{
	static const char body[] = B "\r\n" CD "name=f; filename=\"\"\r\n\r\n"
				     "\0\x01\r\0\r\n\r\n" B "--";
	struct buf out = BUF_INIT;

	parse(body, sizeof(body) - 1, 0, 0, 1, &out);
	ck_assert_uint_eq(out.len, 12);
	ck_assert_int_eq(memcmp(out.data, "[f|||\0\x01\r\0\r\n]", 12), 0);
	buf_finish(&out);
}
END_TEST

START_TEST(faults)
{
	expect(B "\r\nContent-Type: a/b\r\n\r\nx\r\n" B "--",
	       "Part 1 of the multipart body has no name.");
	expect(B "\r\n" CD "name=a\r\n\r\n\r\n" B "\r\n" CD
		 "filename=f\r\n\r\nx\r\n" B "--",
	       "[a|-||]Part 2 of the multipart body has no name.");
	expect(B "\r\n" CD "name=\"\"\r\n\r\nx\r\n" B "--",
	       "Part 1 of the multipart body has no name.");
	expect("", "The multipart body does not hold its boundary.");
	expect("--other\r\n", "The multipart body does not hold its boundary.");
	expect(B "\r\n" CD "name=a\r\n\r\nx",
	       "[a|-||xThe multipart body ends without its closing boundary.");
	expect(B "\r\n" CD "name=a\r\n\r\nx\r\n" B "-",
	       "[a|-||x]The multipart body ends without its closing boundary.");
	expect(B "\n" CD "name=a\n\nx\n" B "--",
	       "The multipart body has lines that do not end with CR LF.");
	expect(B "\r\n" CD "name=a\n\nx\n" B "--",
	       "The multipart body has lines that do not end with CR LF.");
	expect(B "\r\n" CD "name=a\rx",
	       "The multipart body has lines that do not end with CR LF.");
	expect(B "x\r\n", "The multipart body has a broken boundary line.");
	expect(B "-x", "The multipart body has a broken boundary line.");
	expect(B "\r\n" CD "name=a\r\n\r\n!", "[a|-||stop");
}
END_TEST

START_TEST(header_faults)
{
	expect(B "\r\nContent-Disposition: attachment; name=a\r\n",
	       "Part 1 of the multipart body is not form-data.");
	expect(B "\r\n" CD "name=a\r\n" CD "name=b\r\n",
	       "Part 1 of the multipart body has two Content-Disposition "
	       "lines.");
	expect(B "\r\n" CD "name=\"a\r\n",
	       "Part 1 of the multipart body has a broken "
	       "Content-Disposition.");
	expect(B "\r\n" CD "name\r\n",
	       "Part 1 of the multipart body has a broken "
	       "Content-Disposition.");
	expect(B "\r\n" CD "name=\"\xff\"\r\n",
	       "Part 1 of the multipart body has a name that is not UTF-8.");
	expect(B "\r\n" CD "name=a; filename=\"a\x01\"\r\n",
	       "Part 1 of the multipart body has a name with a control "
	       "character.");
	expect(B "\r\nno colon\r\n",
	       "Part 1 of the multipart body has a broken header line.");
	expect(B "\r\n" CD "name=a;\r\n folded=1\r\n",
	       "Part 1 of the multipart body has a broken header line.");
	expect(B "\r\nContent-Transfer-Encoding: base64\r\n",
	       "Part 1 of the multipart body has a "
	       "Content-Transfer-Encoding.");
	expect(B "\r\n" CD "name=a; filename*=latin1''x\r\n",
	       "Part 1 of the multipart body has a filename* that is not "
	       "UTF-8.");
	expect(B "\r\n" CD "name=a; filename*=utf-8''%e\r\n",
	       "Part 1 of the multipart body has a broken filename*.");
	expect(B "\r\n" CD "name=a; filename*=UTF-8''%00\r\n",
	       "Part 1 of the multipart body has a name with a control "
	       "character.");
}
END_TEST

START_TEST(extended_names)
{
	expect(B "\r\n" CD "name=a; filename*=UTF-8'de'J%C3%B6rg.png; "
		 "filename=\"J.png\"\r\n\r\n\r\n" B "--",
	       "[a|J\xc3\xb6rg.png||]");
	expect(B "\r\n" CD "filename=\"J.png\"; name=\"\xc3\xa4\"; "
		 "filename*=utf-8''%20\r\n\r\n\r\n" B "--",
	       "[\xc3\xa4| ||]");
}
END_TEST

START_TEST(limits)
{
	struct buf body = BUF_INIT;
	struct buf out = BUF_INIT;
	int i;

	for (i = 0; i < MULTIPART_PARTS_MAX; i++)
		buf_str(&body, B "\r\n" CD "name=a\r\n\r\nx\r\n");
	buf_str(&body, B "--");
	parse(body.data, body.len, 0, 0, 0, &out);
	ck_assert_uint_eq(out.len, MULTIPART_PARTS_MAX * strlen("[a|-||x]"));
	body.len -= 2;
	buf_str(&body, "\r\n" CD "name=a\r\n\r\nx\r\n" B "--");
	parse(body.data, body.len, 0, 0, 0, &out);
	ck_assert_ptr_nonnull(strstr(out.data, "has too many parts"));
	buf_reset(&body);
	buf_str(&body, B "\r\nX: ");
	for (i = 0; i < MULTIPART_HEADER_MAX; i++)
		buf_chr(&body, 'x');
	parse(body.data, body.len, 0, 0, 1, &out);
	ck_assert_str_eq(out.data, "The multipart body has too long headers.");
	buf_finish(&body);
	buf_finish(&out);
}
END_TEST

START_TEST(boundaries)
{
	static const struct {
		const char *type;
		enum fault_code code;
	} cases[] = {
		{ "multipart/form-data; boundary=x", FAULT_NONE },
		{ "Multipart/Form-Data;charset=utf-8; BOUNDARY=\"a b\"",
		  FAULT_NONE },
		{ "multipart/form-data; boundary=----=_Part_1", FAULT_NONE },
		{ "multipart/form-data", FAULT_BAD_REQUEST },
		{ "multipart/form-data; boundary=", FAULT_BAD_REQUEST },
		{ "multipart/form-data; boundary=\"a \"", FAULT_BAD_REQUEST },
		{ "multipart/form-data; boundary=\"a\r\"", FAULT_BAD_REQUEST },
		{ "multipart/form-data; boundary=\"a", FAULT_BAD_REQUEST },
		{ "multipart/form-data; boundary=0123456789012345678901234567"
		  "890123456789012345678901234567890123456789",
		  FAULT_NONE },
		{ "multipart/form-data; boundary=0123456789012345678901234567"
		  "8901234567890123456789012345678901234567890",
		  FAULT_BAD_REQUEST },
		{ "multipart/mixed; boundary=x", FAULT_MEDIA_TYPE },
		{ "", FAULT_MEDIA_TYPE },
	};
	const struct multipart_handler h = { .ctx = NULL };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fault f = { .code = FAULT_NONE };
		struct multipart *m = multipart_create(cases[i].type, &h, &f);

		ck_assert_msg(f.code == cases[i].code, "%s", cases[i].type);
		ck_assert_int_eq(!m, f.code != FAULT_NONE);
		multipart_destroy(m);
	}
}
END_TEST

UNIT_MAIN("multipart", all_splits_agree, binary_data, faults, header_faults,
	  extended_names, limits, boundaries)
