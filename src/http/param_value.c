// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside param: one value against its row. */
#include <inttypes.h>
#include <strings.h>

#include <json-c/json.h>

#include "base/clock.h"
#include "base/str.h"
#include "http/param_value.h"

enum {
	STRING_MAX = 255,
	TEXT_MAX = 4000,
	EMAIL_MAX = 254,
	URL_MAX = 2048,
	NUMBER_TEXT = 24
};

void param_absent(const struct param *row, void *to)
{
	switch (row->type) {
	case PARAM_INT:
	case PARAM_TIME:
	case PARAM_DATE:
		*(int64_t *)to = row->has_def ? row->def : PARAM_ABSENT;
		break;
	case PARAM_BOOL:
	case PARAM_WORD:
		*(int *)to = row->has_def ? (int)row->def : -1;
		break;
	case PARAM_UUID:
		*(struct param_uuid *)to = (struct param_uuid){ .set = false };
		break;
	case PARAM_OBJECT:
	case PARAM_ARRAY:
		*(struct json_object **)to = NULL;
		break;
	case PARAM_GROUP:
		break;
	default:
		*(const char **)to = NULL;
	}
}

static int wrong(const struct param_slot *s, const char *message)
{
	return fault_field(s->fault, s->path, "%s", message);
}

/* Neither bound says nothing; a max below min is no max. */
static int check_range(const struct param_slot *s, int64_t v)
{
	int64_t min = s->row->min, max = s->row->max;

	if ((min == 0 && max == 0) || (v >= min && (v <= max || max < min)))
		return 0;
	if (max < min)
		return fault_field(s->fault, s->path,
				   "must be at least %" PRId64, min);
	return fault_field(s->fault, s->path,
			   "must be between %" PRId64 " and %" PRId64, min,
			   max);
}

static int64_t length_limit(const struct param *row)
{
	if (row->max > 0)
		return row->max;
	switch (row->type) {
	case PARAM_TEXT:
		return TEXT_MAX;
	case PARAM_EMAIL:
		return EMAIL_MAX;
	case PARAM_URL:
		return URL_MAX;
	default:
		return STRING_MAX;
	}
}

/* Mail addresses and URLs are counted in bytes, all else in characters. */
static int check_length(const struct param_slot *s, const char *text,
			size_t len)
{
	bool bytes = s->row->type == PARAM_EMAIL || s->row->type == PARAM_URL;
	int64_t n = (int64_t)(bytes ? len : str_utf8_length(text, len));
	int64_t max = length_limit(s->row);

	if (n > max)
		return fault_field(s->fault, s->path,
				   "must be at most %" PRId64 " characters",
				   max);
	if (n >= s->row->min)
		return 0;
	if (s->row->min == 1)
		return wrong(s, "must not be empty");
	return fault_field(s->fault, s->path,
			   "must be at least %" PRId64 " characters",
			   s->row->min);
}

/* http or https, a host, no user or password in it, no blanks (RFC 3986). */
static bool is_url(const char *s, size_t len)
{
	size_t scheme = strncasecmp(s, "https://", 8) == 0  ? 8
			: strncasecmp(s, "http://", 7) == 0 ? 7
							    : 0;
	size_t host = strcspn(s + scheme, "/?#");
	const char *h = s + scheme;

	if (!scheme || !host || *h == ':' || memchr(h, '@', host))
		return false;
	return strcspn(s, " \\\"<>^`{|}") == len;
}

static int put_string(const struct param_slot *s, const char *text, size_t len)
{
	bool lines = s->row->type == PARAM_TEXT;
	const char *copy;

	if (!str_is_utf8(text, len))
		return wrong(s, "must be valid UTF-8");
	if (str_has_control(text, len, lines) || memchr(text, '\0', len))
		return wrong(s, "must not contain control characters");
	if (check_length(s, text, len))
		return -1;
	copy = arena_strndup(s->arena, text, len);
	if (s->row->type == PARAM_EMAIL && !str_is_email(copy, len))
		return wrong(s, "must be a mail address");
	if (s->row->type == PARAM_URL && !is_url(copy, len))
		return wrong(s, "must be an http or https URL");
	*(const char **)s->to = copy;
	return 0;
}

static int put_int(const struct param_slot *s, int64_t v)
{
	if (v == PARAM_ABSENT)
		return wrong(s, "is too small");
	if (check_range(s, v))
		return -1;
	*(int64_t *)s->to = v;
	return 0;
}

static int put_word(const struct param_slot *s, const char *text, size_t len)
{
	const char *const *words = s->row->words;
	char list[128];
	size_t used = 0;
	int i;

	for (i = 0; words[i]; i++) {
		if (strlen(words[i]) == len && !memcmp(words[i], text, len)) {
			*(int *)s->to = i;
			return 0;
		}
	}
	list[0] = '\0';
	for (i = 0; words[i] && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used,
					 "%s%s", i ? ", " : "", words[i]);
	return fault_field(s->fault, s->path, "must be one of: %s", list);
}

/* The date's own form is the shortest of a time. */
static int put_time(const struct param_slot *s, const char *text, size_t len)
{
	bool date = s->row->type == PARAM_DATE;
	char copy[64] = "";

	if (len < sizeof(copy))
		memcpy(copy, text, len);
	if (clock_parse_iso(copy, s->to) || strlen(copy) != len ||
	    (date && len != strlen("YYYY-MM-DD")))
		return wrong(s,
			     date ? "must be a date from 1970 on as YYYY-MM-DD"
				  : "must be an ISO 8601 time");
	return check_range(s, *(int64_t *)s->to);
}

/* A value that has a form of its own: WORD, TIME, DATE, UUID, the strings. */
static int put_text(const struct param_slot *s, const char *text, size_t len)
{
	struct param_uuid *uuid = s->to;
	char copy[64] = "";

	switch (s->row->type) {
	case PARAM_WORD:
		return put_word(s, text, len);
	case PARAM_TIME:
	case PARAM_DATE:
		return put_time(s, text, len);
	case PARAM_UUID:
		if (len < sizeof(copy))
			memcpy(copy, text, len);
		/* the nil one means none inside, and names nobody */
		if (strlen(copy) != len || uuid_parse(copy, &uuid->id) ||
		    uuid_is_nil(&uuid->id))
			return wrong(s, "must be a UUID");
		uuid->set = true;
		return 0;
	default:
		return put_string(s, text, len);
	}
}

static int text_int(const struct param_slot *s, const char *text, size_t len)
{
	char copy[NUMBER_TEXT] = "";
	int64_t v;

	if (len < sizeof(copy))
		memcpy(copy, text, len);
	if (strlen(copy) != len || str_int(copy, INT64_MIN, INT64_MAX, &v))
		return wrong(s, "must be a whole number");
	return put_int(s, v);
}

static int text_bool(const struct param_slot *s, const char *text, size_t len)
{
	static const char *const words[] = { "false", "true", "0", "1" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (strlen(words[i]) == len && !memcmp(words[i], text, len)) {
			*(int *)s->to = (int)(i & 1);
			return 0;
		}
	}
	return wrong(s, "must be true or false");
}

int param_text(const struct param_slot *s, const char *text, size_t len)
{
	switch (s->row->type) {
	case PARAM_INT:
		return text_int(s, text, len);
	case PARAM_BOOL:
		return text_bool(s, text, len);
	case PARAM_OBJECT:
		return wrong(s, "must be an object");
	case PARAM_ARRAY:
		return wrong(s, "must be an array");
	default:
		return put_text(s, text, len);
	}
}

static int json_int_value(const struct param_slot *s, struct json_object *v)
{
	int64_t n;

	if (!json_object_is_type(v, json_type_int))
		return wrong(s, "must be a whole number");
	n = json_object_get_int64(v); /* saturates above its range */
	if (n == INT64_MAX && json_object_get_uint64(v) > INT64_MAX)
		return s->row->max > s->row->min ? check_range(s, n)
						 : wrong(s, "is too large");
	return put_int(s, n);
}

static int json_array_value(const struct param_slot *s, struct json_object *v)
{
	int64_t n;

	if (!json_object_is_type(v, json_type_array))
		return wrong(s, "must be an array");
	n = (int64_t)json_object_array_length(v);
	if (n < s->row->min)
		return s->row->min == 1 ? wrong(s, "must not be empty")
					: fault_field(s->fault, s->path,
						      "must have at least "
						      "%" PRId64 " items",
						      s->row->min);
	if (s->row->max > 0 && n > s->row->max)
		return fault_field(s->fault, s->path,
				   "must have at most %" PRId64 " items",
				   s->row->max);
	*(struct json_object **)s->to = v;
	return 0;
}

int param_json(const struct param_slot *s, struct json_object *v)
{
	switch (s->row->type) {
	case PARAM_INT:
		return json_int_value(s, v);
	case PARAM_BOOL:
		if (!json_object_is_type(v, json_type_boolean))
			return wrong(s, "must be true or false");
		*(int *)s->to = json_object_get_boolean(v);
		return 0;
	case PARAM_OBJECT:
		if (!json_object_is_type(v, json_type_object))
			return wrong(s, "must be an object");
		*(struct json_object **)s->to = v;
		return 0;
	case PARAM_ARRAY:
		return json_array_value(s, v);
	default:
		if (!json_object_is_type(v, json_type_string))
			return wrong(s, "must be a string");
		return put_text(s, json_object_get_string(v),
				(size_t)json_object_get_string_len(v));
	}
}
