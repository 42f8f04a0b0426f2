// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of bodies in JSON: what is read, and what is refused. */
#include <json-c/json.h>

#include "http/body.h"
#include "unit.h"

/* The message of the fault, "" where it parsed. */
static const char *json(const char *text, size_t len)
{
	static struct fault f;
	struct json_object *o;
	struct buf b = BUF_INIT;

	f = (struct fault){ .code = FAULT_NONE };
	buf_add(&b, text, len);
	ck_assert_int_eq(http_json_parse(&b, &o, &f),
			 f.code == FAULT_NONE ? 0 : -1);
	ck_assert_int_eq(!o, f.code != FAULT_NONE);
	json_object_put(o);
	buf_finish(&b);
	return f.message;
}

#define BAD "The body is not valid JSON: "

START_TEST(json_is_strict)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ " \r\n\t", "" },
		{ "{}", "" },
		{ " {\"a\":[1,-0,1.5e+3,\"\\ud83d\\ude00\\n/\",true,null]}\n",
		  "" },
		{ "{\"a\":18446744073709551615,\"b\":-9223372036854775808}",
		  "" },
		{ "[]", "The body must be a JSON object." },
		{ "\"x\"", "The body must be a JSON object." },
		{ "null", "The body must be a JSON object." },
		{ "17", "The body must be a JSON object." },
		{ "{\"a\":NaN}", BAD "an unexpected character at byte 5." },
		{ "{\"a\":Infinity}",
		  BAD "an unexpected character at byte 5." },
		{ "{\"a\":-Infinity}",
		  BAD "an unexpected character at byte 6." },
		{ "{\"a\":1/**/}", BAD "an unexpected character at byte 6." },
		{ "{//x\n\"a\":1}", BAD "an unexpected character at byte 1." },
		{ "{'a':1}", BAD "an unexpected character at byte 1." },
		{ "{\"a\":'b'}", BAD "an unexpected character at byte 5." },
		{ "{a:1}", BAD "an unexpected character at byte 1." },
		{ "{} x", BAD "an unexpected character at byte 3." },
		{ "{}{}", BAD "an unexpected character at byte 2." },
		{ "{\"a\":01}", BAD "an unexpected character at byte 6." },
		{ "{\"a\":+1}", BAD "an unexpected character at byte 5." },
		{ "{\"a\":.5}", BAD "an unexpected character at byte 5." },
		{ "{\"a\":1.}", BAD "a broken number at byte 7." },
		{ "{\"a\":1e}", BAD "a broken number at byte 7." },
		{ "{\"a\":0x10}", BAD "an unexpected character at byte 6." },
		{ "{\"a\":18446744073709551616}",
		  BAD "a number out of range at byte 5." },
		{ "{\"a\":-9223372036854775809}",
		  BAD "a number out of range at byte 5." },
		{ "{\"a\":1e999}", BAD "a number out of range at byte 5." },
		{ "{\"a\":\"\\ud83d\"}",
		  BAD "half a surrogate pair at byte 6." },
		{ "{\"a\":\"\\ude00\"}",
		  BAD "half a surrogate pair at byte 6." },
		{ "{\"a\":\"\\ud83d\\u0041\"}",
		  BAD "half a surrogate pair at byte 6." },
		{ "{\"\\u0000\":1}", BAD "a NUL character at byte 2." },
		{ "{\"a\":\"\\x41\"}", BAD "a bad escape at byte 6." },
		{ "{\"a\":\"\\u00g0\"}", BAD "a bad escape at byte 6." },
		{ "{\"a\":\"\t\"}",
		  BAD "a control character in a string at byte 6." },
		{ "{\"a\":\"b", BAD "an unfinished string at byte 7." },
		{ "{\"a\":\"b\\", BAD "a bad escape at byte 7." },
		{ "{\"a\":1,}", BAD "an unexpected character at byte 7." },
		{ "{\"a\":[1,]}", BAD "an unexpected character at byte 8." },
		{ "{\"a\":[1 2]}", BAD "an unexpected character at byte 8." },
		{ "{\"a\" 1}", BAD "a missing colon at byte 5." },
		{ "{\"a\":1]", BAD "an unexpected character at byte 6." },
		{ "{\"a\":", BAD "an unexpected end at byte 5." },
		{ "{\"a\":1", BAD "an unexpected end at byte 6." },
		{ "{\"a\":tru}", BAD "an unexpected character at byte 5." },
		{ "{\"a\":truex}", BAD "an unexpected character at byte 9." },
		{ "{\"a\":True}", BAD "an unexpected character at byte 5." },
		{ "\xef\xbb\xbf{}", BAD "an unexpected character at byte 0." },
		{ "{\"a\":\"\xff\"}", "The body is not valid UTF-8." },
		{ "{\"a\":\"\xed\xa0\x80\"}", "The body is not valid UTF-8." },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *got = json(cases[i].text, strlen(cases[i].text));

		ck_assert_msg(!strcmp(got, cases[i].want), "%s: %s",
			      cases[i].text, got);
	}
	ck_assert_str_eq(json("{}\0", 3),
			 BAD "an unexpected character at byte 2.");
	ck_assert_str_eq(json("{\"a\0\":1}", 8),
			 BAD "a control character in a string at byte 3.");
}
END_TEST

START_TEST(json_depth)
{
	char text[256] = "{\"a\":";
	size_t n = 5, i;

	for (i = 1; i < HTTP_JSON_DEPTH; i++)
		text[n++] = '[';
	text[n++] = '1';
	for (i = 1; i < HTTP_JSON_DEPTH; i++)
		text[n++] = ']';
	text[n++] = '}';
	ck_assert_str_eq(json(text, n), "");
	memset(text, '[', 40);
	ck_assert_str_eq(json(text, 40), "The body is nested too deeply: more "
					 "than 32 levels at byte 32.");
}
END_TEST

START_TEST(json_duplicates)
{
	struct fault f = { .code = FAULT_NONE };
	struct buf b = BUF_INIT;
	struct json_object *o;

	buf_str(&b, "{\"a\":1,\"a\":2}");
	ck_assert_int_eq(http_json_parse(&b, &o, &f), 0);
	ck_assert_int_eq(json_object_object_length(o), 1);
	ck_assert_int_eq(json_object_get_int(json_object_object_get(o, "a")),
			 2);
	json_object_put(o);
	buf_finish(&b);
}
END_TEST

UNIT_MAIN("json", json_is_strict, json_depth, json_duplicates)
