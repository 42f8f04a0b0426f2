// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/http/param.c. */
#include <json-c/json.h>

#include "http/body.h"
#include "http/param.h"
#include "unit.h"

struct inner {
	int64_t from;
	int64_t to;
};

struct values {
	const char *name;
	const char *notes;
	const char *mail;
	const char *url;
	int64_t limit;
	int sort;
	int draft;
	struct param_uuid id;
	struct json_object *metadata;
	struct json_object *items;
	struct inner created;
	int64_t big;
	int64_t day;
};

static const char *const sorts[] = { "asc", "desc", NULL };

static const struct param inner_rows[] = {
	{ .name = "from",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct inner, from) },
	{ .name = "to",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct inner, to),
	  .required = true },
};

#define AT(field) .offset = offsetof(struct values, field)

static const struct param rows[] = {
	{ .name = "name", .type = PARAM_STRING, AT(name), .min = 1 },
	{ .name = "notes", .type = PARAM_TEXT, AT(notes) },
	{ .name = "mail", .type = PARAM_EMAIL, AT(mail) },
	{ .name = "url", .type = PARAM_URL, AT(url) },
	{ .name = "limit",
	  .type = PARAM_INT,
	  AT(limit),
	  .min = 1,
	  .max = 100,
	  .def = 20,
	  .has_def = true },
	{ .name = "sort", .type = PARAM_WORD, AT(sort), .words = sorts },
	{ .name = "draft", .type = PARAM_BOOL, AT(draft) },
	{ .name = "id", .type = PARAM_UUID, AT(id) },
	{ .name = "metadata", .type = PARAM_OBJECT, AT(metadata) },
	{ .name = "items", .type = PARAM_ARRAY, AT(items), .max = 2 },
	{ .name = "createdAt",
	  .type = PARAM_GROUP,
	  AT(created),
	  .fields = inner_rows,
	  .field_count = ARRAY_SIZE(inner_rows) },
	{ .name = "big", .type = PARAM_INT, AT(big) },
	{ .name = "day", .type = PARAM_DATE, AT(day) },
};

static struct arena *arena;
static struct json_object *object;

/* Both forms end in one: "path: message" of the first wrong field, or "". */
static const char *first(const struct fault *f)
{
	if (f->code == FAULT_NONE)
		return "";
	if (!f->field_count)
		return arena_strdup(arena, f->message);
	return arena_printf(arena, "%s: %s", f->fields[0].path,
			    f->fields[0].message);
}

static const char *json_into(const char *text, struct values *v)
{
	struct fault f = { .code = FAULT_NONE };
	struct buf b;

	if (!arena)
		arena = arena_create();
	memset(v, 0, sizeof(*v));
	json_object_put(object);
	buf_init(&b, arena);
	buf_str(&b, text);
	if (http_json_parse(&b, &object, &f) == 0)
		param_from_json(rows, ARRAY_SIZE(rows), object, arena, v, &f);
	return first(&f);
}

static const char *query_into(const char *text, struct values *v)
{
	struct fault f = { .code = FAULT_NONE };

	if (!arena)
		arena = arena_create();
	memset(v, 0, sizeof(*v));
	param_from_query(rows, ARRAY_SIZE(rows), text, arena, v, &f);
	return first(&f);
}

START_TEST(absent_values)
{
	static const char *const bodies[] = {
		"", "{}",
		"{\"limit\":null,\"sort\":null,\"createdAt\":null,\"x\":[1]}"
	};
	struct values v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bodies); i++) {
		ck_assert_str_eq(json_into(bodies[i], &v), "");
		ck_assert_ptr_null(v.name);
		ck_assert_ptr_null(v.metadata);
		ck_assert_int_eq(v.limit, 20);
		ck_assert_int_eq(v.big, PARAM_ABSENT);
		ck_assert_int_eq(v.created.from, PARAM_ABSENT);
		ck_assert_int_eq(v.sort, -1);
		ck_assert_int_eq(v.draft, -1);
		ck_assert(!v.id.set);
	}
	ck_assert_str_eq(query_into("", &v), "createdAt.to: is required");
}
END_TEST

START_TEST(present_values)
{
	struct values v;

	ck_assert_str_eq(
		json_into("{\"name\":\"J\\u00f6rg\",\"notes\":\"a\\n\\tb\","
			  "\"mail\":\"a@b.example\",\"limit\":100,"
			  "\"url\":\"https://h.example:8/p?q#f\","
			  "\"sort\":\"desc\",\"draft\":true,"
			  "\"id\":\"018f3f5e-1111-7abc-8def-0123456789ab\","
			  "\"metadata\":{\"a\":1},\"items\":[1,2],"
			  "\"createdAt\":{\"to\":\"1970-01-01T00:00:01Z\"},"
			  "\"big\":9223372036854775807}",
			  &v),
		"");
	ck_assert_str_eq(v.name, "J\xc3\xb6rg");
	ck_assert_str_eq(v.notes, "a\n\tb");
	ck_assert_str_eq(v.mail, "a@b.example");
	ck_assert_str_eq(v.url, "https://h.example:8/p?q#f");
	ck_assert_int_eq(v.limit, 100);
	ck_assert_int_eq(v.sort, 1);
	ck_assert_int_eq(v.draft, 1);
	ck_assert(v.id.set && v.id.id.b[15] == 0xab);
	ck_assert_int_eq(json_object_array_length(v.items), 2);
	ck_assert_int_eq(json_object_object_length(v.metadata), 1);
	ck_assert_int_eq(v.created.from, PARAM_ABSENT);
	ck_assert_int_eq(v.created.to, 1000);
	ck_assert_int_eq(v.big, INT64_MAX);
}
END_TEST

START_TEST(wrong_json)
{
	static const struct {
		const char *body, *want;
	} cases[] = {
		{ "{\"name\":1}", "name: must be a string" },
		{ "{\"name\":\"\"}", "name: must not be empty" },
		{ "{\"notes\":\"\"}", "" },
		{ "{\"name\":\"a\\nb\"}",
		  "name: must not contain control characters" },
		{ "{\"name\":\"a\\u0085\"}",
		  "name: must not contain control characters" },
		{ "{\"notes\":\"a\\u001b\"}",
		  "notes: must not contain control characters" },
		{ "{\"mail\":\"nobody\"}", "mail: must be a mail address" },
		{ "{\"mail\":\"a@b.example\\r\\nBcc: c\"}",
		  "mail: must not contain control characters" },
		{ "{\"url\":\"ftp://h/\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"javascript:alert(1)\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"https://\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"https://:80/\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"https://u:p@h/\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"https://h/a@b\"}", "" },
		{ "{\"url\":\"https://h/a b\"}",
		  "url: must be an http or https URL" },
		{ "{\"url\":\"HTTPS://h\"}", "" },
		{ "{\"limit\":0}", "limit: must be between 1 and 100" },
		{ "{\"limit\":101}", "limit: must be between 1 and 100" },
		{ "{\"limit\":20.0}", "limit: must be a whole number" },
		{ "{\"limit\":2e1}", "limit: must be a whole number" },
		{ "{\"limit\":\"20\"}", "limit: must be a whole number" },
		{ "{\"limit\":true}", "limit: must be a whole number" },
		{ "{\"limit\":18446744073709551615}",
		  "limit: must be between 1 and 100" },
		{ "{\"big\":9223372036854775808}", "big: is too large" },
		{ "{\"big\":-9223372036854775808}", "big: is too small" },
		{ "{\"big\":-9223372036854775807}", "" },
		{ "{\"sort\":\"up\"}", "sort: must be one of: asc, desc" },
		{ "{\"sort\":\"as\"}", "sort: must be one of: asc, desc" },
		{ "{\"sort\":0}", "sort: must be a string" },
		{ "{\"draft\":\"true\"}", "draft: must be true or false" },
		{ "{\"draft\":1}", "draft: must be true or false" },
		{ "{\"id\":\"1234\"}", "id: must be a UUID" },
		{ "{\"id\":\"00000000-0000-0000-0000-000000000000\"}",
		  "id: must be a UUID" },
		{ "{\"metadata\":[]}", "metadata: must be an object" },
		{ "{\"items\":{}}", "items: must be an array" },
		{ "{\"items\":[1,2,3]}", "items: must have at most 2 items" },
		{ "{\"createdAt\":\"x\"}", "createdAt: must be an object" },
		{ "{\"createdAt\":{}}", "createdAt.to: is required" },
		{ "{\"createdAt\":{\"from\":\"yesterday\",\"to\":\"2026-01-"
		  "01\"}}",
		  "createdAt.from: must be an ISO 8601 time" },
		{ "{\"createdAt\":{\"to\":\"2026-01-01\"}}", "" },
	};
	struct values v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(
			!strcmp(json_into(cases[i].body, &v), cases[i].want),
			"%s: %s", cases[i].body, json_into(cases[i].body, &v));
}
END_TEST

/* A day and nothing besides; where it begins in UTC. */
START_TEST(dates)
{
	static const char *const wrong[] = { "",
					     "2026",
					     "2026-02-29",
					     "2026-13-01",
					     "2026-1-1",
					     "26-01-01",
					     "2026/01/01",
					     "20260101",
					     "2026-01-01Z",
					     " 2026-01-01",
					     "2026-01-01 ",
					     "1969-12-31",
					     "2026-01-01%00x",
					     "2026-01-0a",
					     "2026-01-00",
					     "2026-01-01T00:00:00Z" };
	struct values v;
	size_t i;

	ck_assert_str_eq(
		query_into("day=2024-02-29&createdAt.to=2026-01-01", &v), "");
	ck_assert_int_eq(v.day, INT64_C(1709164800000));
	ck_assert_str_eq(json_into("{\"day\":\"1970-01-01\"}", &v), "");
	ck_assert_int_eq(v.day, 0);
	ck_assert_str_eq(json_into("{\"day\":\"9999-12-31\"}", &v), "");
	ck_assert_int_eq(v.day, INT64_C(253402214400000));
	ck_assert_str_eq(json_into("{\"day\":null}", &v), "");
	ck_assert_int_eq(v.day, PARAM_ABSENT);
	ck_assert_str_eq(json_into("{\"day\":20260101}", &v),
			 "day: must be a string");
	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		ck_assert_str_eq(
			query_into(arena_printf(arena,
						"createdAt.to=2026-01-01"
						"&day=%s",
						wrong[i]),
				   &v),
			"day: must be a date from 1970 on as YYYY-MM-DD");
}
END_TEST

START_TEST(lengths)
{
	struct values v;
	char text[600] = "{\"name\":\"";
	size_t i, n = strlen(text);

	for (i = 0; i < 255; i++) {
		text[n++] = (char)0xc3;
		text[n++] = (char)0xa9;
	}
	memcpy(text + n, "\"}", 3);
	ck_assert_str_eq(json_into(text, &v), "");
	ck_assert_int_eq(strlen(v.name), 510);
	memcpy(text + n, "x\"}", 4);
	ck_assert_str_eq(json_into(text, &v),
			 "name: must be at most 255 characters");
}
END_TEST

START_TEST(every_wrong_field_is_named)
{
	struct fault f = { .code = FAULT_NONE };
	struct values v = { .limit = 0 };
	struct arena *a = arena_create();

	ck_assert_int_eq(param_from_query(rows, ARRAY_SIZE(rows),
					  "name=&limit=x&sort=up&id=1", a, &v,
					  &f),
			 -1);
	ck_assert_int_eq(f.code, FAULT_INVALID);
	ck_assert_int_eq(f.field_count, 5);
	ck_assert_str_eq(f.fields[1].path, "limit");
	ck_assert_str_eq(f.fields[4].path, "createdAt.to");
	arena_destroy(a);
}
END_TEST

#define TO "&createdAt.to=2026-01-01"

START_TEST(queries)
{
	static const struct {
		const char *query, *want;
	} cases[] = {
		{ "limit=20" TO, "" },
		{ "&&limit=5&unknown=%41&flag" TO, "" },
		{ "limit=" TO, "limit: must be a whole number" },
		{ "limit=+5" TO, "limit: must be a whole number" },
		{ "limit=5x" TO, "limit: must be a whole number" },
		{ "limit=5%00" TO, "limit: must be a whole number" },
		{ "limit=99999999999999999999" TO,
		  "limit: must be a whole number" },
		{ "name=%zz" TO, "name: must be percent-encoded" },
		{ "name=%4" TO, "name: must be percent-encoded" },
		{ "na%zzme=x" TO, "query: must be percent-encoded" },
		{ "name=%ff" TO, "name: must be valid UTF-8" },
		{ "name=a%00b" TO,
		  "name: must not contain control characters" },
		{ "name=a%0d%0ab" TO,
		  "name: must not contain control characters" },
		{ "draft=yes" TO, "draft: must be true or false" },
		{ "metadata=1" TO, "metadata: must be an object" },
		{ "items=1" TO, "items: must be an array" },
		{ "createdAt.from=x" TO,
		  "createdAt.from: must be an ISO 8601 time" },
	};
	struct values v;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(
			!strcmp(query_into(cases[i].query, &v), cases[i].want),
			"%s: %s", cases[i].query,
			query_into(cases[i].query, &v));
	ck_assert_str_eq(
		query_into("name=a&name=b+%26c&draft=false&big=-7" TO, &v), "");
	ck_assert_str_eq(v.name, "b &c");
	ck_assert_int_eq(v.draft, 0);
	ck_assert_int_eq(v.big, -7);
	ck_assert_int_eq(v.limit, 20);
	ck_assert_int_eq(v.created.to, INT64_C(1767225600000));
}
END_TEST

START_TEST(pairs)
{
	const struct param_pair p[] = { { "name", "a\0b", 3 },
					{ "createdAt.to", "2026-01-01xyz", 10 },
					{ "limit", "73", 1 } };
	struct fault f = { .code = FAULT_NONE };
	struct arena *a = arena_create();
	struct values v = { .limit = 0 };

	ck_assert_int_eq(
		param_from_pairs(rows, ARRAY_SIZE(rows), p, 3, a, &v, &f), -1);
	ck_assert_int_eq(f.field_count, 1);
	ck_assert_str_eq(f.fields[0].path, "name");
	ck_assert_int_eq(v.limit, 7);
	fault_clear(&f);
	ck_assert_int_eq(param_from_pairs(rows, 10, NULL, 0, a, &v, &f), 0);
	arena_destroy(a);
}
END_TEST

UNIT_MAIN("param", absent_values, present_values, wrong_json, dates, lengths,
	  every_wrong_field_is_named, queries, pairs)
