// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of base/. */
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/str.h"
#include "base/uuid.h"
#include "unit.h"

START_TEST(buffers_grow)
{
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; i < 1000; i++)
		buf_printf(&b, "%d,", i);
	ck_assert_uint_eq(b.len, 3890);
	ck_assert_int_eq(b.data[b.len], '\0');
	buf_reset(&b);
	buf_int(&b, INT64_MIN);
	ck_assert_str_eq(b.data, "-9223372036854775808");
	buf_finish(&b);
}
END_TEST

START_TEST(arena_outlives_growth)
{
	struct arena *a = arena_create();
	char *first = arena_strdup(a, "kept");
	struct buf b;

	buf_init(&b, a);
	while (b.len < 200000)
		buf_str(&b, "0123456789");
	ck_assert_str_eq(first, "kept");
	arena_reset(a);
	ck_assert_ptr_eq(arena_alloc(a, 1), first);
	arena_destroy(a);
}
END_TEST

START_TEST(json_is_escaped)
{
	struct buf b = BUF_INIT;

	json_open(&b, NULL, '{');
	json_str(&b, "a\"", "x\\\n\x01<y");
	json_open(&b, "list", '[');
	json_int(&b, NULL, 1);
	json_flag(&b, NULL, true);
	json_str(&b, NULL, NULL);
	json_close(&b, ']');
	json_int_or_null(&b, "t", -1);
	json_close(&b, '}');
	ck_assert_str_eq(b.data, "{\"a\\\"\":\"x\\\\\\u000a\\u0001\\u003cy\","
				 "\"list\":[1,true,null],\"t\":null}");
	buf_finish(&b);
}
END_TEST

START_TEST(utf8_is_strict)
{
	ck_assert(str_is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", 10));
	ck_assert(!str_is_utf8("\xc0\xaf", 2));	    /* overlong */
	ck_assert(!str_is_utf8("\xed\xa0\x80", 3)); /* surrogate */
	ck_assert(!str_is_utf8("\xf4\x90\x80\x80", 4));
	ck_assert(!str_is_utf8("\xe2\x82", 2));
	ck_assert(str_has_control("a\nb", 3, false));
	ck_assert(!str_has_control("a\nb", 3, true));
	ck_assert(str_has_control("a\0b", 3, true));
	ck_assert(str_has_control("\xc2\x85", 2, false));
	ck_assert_uint_eq(str_utf8_prefix("a\xe2\x82\xac", 4, 3), 1);
}
END_TEST

START_TEST(base64_round_trip)
{
	struct buf b = BUF_INIT, back = BUF_INIT;

	str_base64(&b, "\xff\xfe\xfd\xfc", 4);
	ck_assert_str_eq(b.data, "//79/A==");
	ck_assert_int_eq(str_unbase64(&back, "__79_A", 6), 0);
	ck_assert_uint_eq(back.len, 4);
	ck_assert_mem_eq(back.data, "\xff\xfe\xfd\xfc", 4);
	ck_assert_int_eq(str_unbase64(&back, "a", 1), -1);
	ck_assert_int_eq(str_unbase64(&back, "a b=", 4), -1);
	buf_finish(&b);
	buf_finish(&back);
}
END_TEST

START_TEST(addresses_are_checked)
{
	static const char *const good[] = { "a@b.cd", "x.y+z@ex-ample.org" };
	static const char *const bad[] = { "a",	      "@b.c",	"a@b",
					   "a@b..c",  "a@-b.c", ".a@b.c",
					   "a b@c.d", "a@b.c>", "a\n@b.c" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		ck_assert(str_is_email(good[i], strlen(good[i])));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!str_is_email(bad[i], strlen(bad[i])), "%s",
			      bad[i]);
}
END_TEST

START_TEST(times_round_trip)
{
	char text[CLOCK_ISO_SIZE];
	int64_t ms;

	ck_assert_int_eq(clock_parse_iso("2024-11-22T10:30:00Z", &ms), 0);
	ck_assert_int_eq(ms, INT64_C(1732271400000));
	clock_iso(ms, text);
	ck_assert_str_eq(text, "2024-11-22T10:30:00Z");
	ck_assert_int_eq(clock_parse_iso("2024-11-22T12:30:00.5+02:00", &ms),
			 0);
	ck_assert_int_eq(ms, INT64_C(1732271400500));
	ck_assert_int_eq(clock_parse_iso("2024-02-30", &ms), -1);
	ck_assert_int_eq(clock_parse_iso("2024-11-22T10:30:00", &ms), -1);
	ck_assert_int_eq(clock_parse_iso("20", &ms), -1);
}
END_TEST

START_TEST(uuids_sort_by_time)
{
	struct uuid last = uuid_v7(1000), u;
	char text[UUID_TEXT_SIZE];
	int i;

	for (i = 0; i < 10000; i++) {
		u = uuid_v7(1000);
		ck_assert_int_gt(uuid_compare(&u, &last), 0);
		ck_assert_int_lt(uuid_compare(&last, &u), 0);
		last = u;
	}
	uuid_text(&u, text);
	ck_assert_int_eq(uuid_parse(text, &last), 0);
	ck_assert(uuid_equal(&u, &last));
	ck_assert_int_eq(text[14], '7');
	ck_assert_int_eq(uuid_parse("0193-", &last), -1);
}
END_TEST

START_TEST(faults_keep_the_first)
{
	struct fault f = { 0 };

	ck_assert_int_eq(fault_field(&f, "limit", "must be %d", 1), -1);
	fault_field(&f, "state", "is unknown");
	fault_internal(&f, "later");
	ck_assert_int_eq(f.code, FAULT_INVALID);
	ck_assert_uint_eq(f.field_count, 2);
	ck_assert_str_eq(f.fields[0].message, "must be 1");
}
END_TEST

/* However long it is, and wherever it is cut. */
START_TEST(faults_end_with_whole_characters)
{
	char name[400] = "";
	struct fault f;
	int i;

	for (i = 0; i < 95; i++)
		memcpy(name + 4 * i, "\xf0\x9f\x98\x80", 4);
	for (i = 0; i < 4; i++) {
		f = (struct fault){ 0 };
		fault_field(&f, name, "%.*s%s", i, "aaa", name);
		ck_assert(str_is_utf8(f.fields[0].path,
				      strlen(f.fields[0].path)));
		ck_assert(str_is_utf8(f.fields[0].message,
				      strlen(f.fields[0].message)));
		f = (struct fault){ 0 };
		fault_set(&f, FAULT_CONFLICT, "%.*s%s", i, "aaa", name);
		ck_assert(str_is_utf8(f.message, strlen(f.message)));
		ck_assert_uint_gt(strlen(f.message), FAULT_TEXT - 5);
	}
}
END_TEST

static struct conf *load(const char *text, struct buf *error)
{
	char path[] = "/tmp/vouchsafe-conf-XXXXXX";
	int fd = mkstemp(path);
	FILE *f = fdopen(fd, "w");
	struct conf *c;

	fputs(text, f);
	fclose(f);
	c = conf_load(path, error);
	remove(path);
	return c;
}

START_TEST(configuration_names_the_line)
{
	struct buf error = BUF_INIT;
	struct conf *c = load("[http]\nworkers = 3\n", &error);

	ck_assert_ptr_nonnull(c);
	ck_assert_int_eq(c->workers, 3);
	ck_assert_str_eq(c->db_name, "vouchsafe");
	conf_destroy(c);
	ck_assert_ptr_null(load("[http]\n\nworkers = many\n", &error));
	ck_assert_ptr_nonnull(
		strstr(error.data, ":3: workers: is not a whole"));
	buf_reset(&error);
	ck_assert_ptr_null(load("[http]\nworker = 1\n", &error));
	ck_assert_ptr_nonnull(strstr(error.data, ":2: worker: is an unknown"));
	buf_finish(&error);
}
END_TEST

#define OIDC(audience, jwks, organisation)                                     \
	"[oidc]\nissuer = https://id.example.org\naudience = " audience        \
	"\njwks = " jwks "\norganisation = " organisation "\n"
#define ORG "0198c5e0-0000-7000-8000-000000000001"

START_TEST(an_issuer_needs_all_of_it)
{
	static const char *const bad[] = {
		"[oidc]\nissuer = https://id.example.org\n",
		OIDC("", "https://id.example.org/keys", ORG),
		OIDC("a", "", ORG),
		OIDC("a", "keys.json", ORG),
		OIDC("a", "http://id.example.org/keys", ORG),
		OIDC("a", "https://id.example.org/keys", ""),
		OIDC("a", "https://id.example.org/keys", "demo"),
		"[oidc]\nmode = both\n",
		"[oidc]\nrefresh_s = 59\n",
		"[oidc]\npermissions_claim =\n",
	};
	static const char *const good[] = {
		OIDC("a", "https://id.example.org/keys?x=1", ORG),
		OIDC("a", "/etc/vouchsafe/keys.json", ORG) "mode = test\n",
		OIDC("a", "http://127.0.0.1/keys",
		     ORG) "[net]\nplain_http = yes\n",
	};
	struct buf error = BUF_INIT;
	struct conf *c;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		buf_reset(&error);
		c = load(bad[i], &error);
		ck_assert_msg(!c, "%s", bad[i]);
		ck_assert_ptr_nonnull(strstr(error.data, "vouchsafe-conf-"));
	}
	buf_reset(&error);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		c = load(good[i], &error);
		ck_assert_msg(c != NULL, "%s", buf_cstr(&error));
		ck_assert_str_eq(c->oidc_issuer, "https://id.example.org");
		ck_assert_str_eq(c->oidc_permissions_claim, "scope");
		ck_assert_int_eq(c->oidc_live, i != 1);
		conf_destroy(c);
	}
	buf_finish(&error);
}
END_TEST

START_TEST(sample_loads)
{
	struct buf text = BUF_INIT, error = BUF_INIT, plain = BUF_INIT;
	struct conf *c;
	const char *p;

	conf_sample(&text);
	for (p = text.data; *p; p++) { /* uncomment "#key = value" */
		if (!(*p == '#' && p[1] != ' '))
			buf_chr(&plain, *p);
	}
	c = load(plain.data, &error);
	ck_assert_msg(c != NULL, "%s", buf_cstr(&error));
	conf_destroy(c);
	buf_finish(&text);
	buf_finish(&plain);
	buf_finish(&error);
}
END_TEST

UNIT_MAIN("base", buffers_grow, arena_outlives_growth, json_is_escaped,
	  utf8_is_strict, base64_round_trip, addresses_are_checked,
	  times_round_trip, uuids_sort_by_time, faults_keep_the_first,
	  faults_end_with_whole_characters, configuration_names_the_line,
	  an_issuer_needs_all_of_it, sample_loads)
