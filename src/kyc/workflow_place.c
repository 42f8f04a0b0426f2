// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside workflow: reading JSON by place, so that every error has a path. */
#include <stdarg.h>
#include <stdio.h>

#include "base/str.h"
#include "kyc/workflow_place.h"

enum { PATH_SIZE = 96, MESSAGE_SIZE = 160, LISTED_MAX = 120 };

static void write_path(const struct place *p, char out[PATH_SIZE])
{
	size_t len;

	if (!p->up) {
		out[0] = '\0';
		return;
	}
	write_path(p->up, out);
	len = strlen(out);
	if (p->name)
		snprintf(out + len, PATH_SIZE - len, "%s%s", len ? "." : "",
			 p->name);
	else
		snprintf(out + len, PATH_SIZE - len, "[%zu]", p->index);
}

int place_wrong(const struct place *p, const char *fmt, ...)
{
	char path[PATH_SIZE], message[MESSAGE_SIZE];
	va_list ap;

	write_path(p, path);
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	return fault_field(p->r->fault, path, "%s", message);
}

struct place place_of(const struct place *up, const char *name)
{
	struct place p = { .r = up->r, .up = up, .name = name };

	if (json_object_is_type(up->value, json_type_object))
		json_object_object_get_ex(up->value, name, &p.value);
	return p;
}

struct place place_at(const struct place *up, size_t index)
{
	return (struct place){
		.r = up->r,
		.up = up,
		.index = index,
		.value = json_object_array_get_idx(up->value, index),
	};
}

static const char *complaint(const char *s, size_t len, size_t max, int flags)
{
	if (!str_is_utf8(s, len))
		return "must be UTF-8";
	if (strlen(s) != len || str_has_control(s, len, flags & PLACE_LINES))
		return "must not hold control characters";
	if (!len)
		return "must not be empty";
	return str_utf8_length(s, len) > max ? "is too long" : NULL;
}

const char *place_text(const struct place *p, size_t max, int flags)
{
	const char *s, *why;
	size_t len;

	if (!p->value) {
		if (flags & PLACE_REQUIRED)
			place_wrong(p, "is required");
		return NULL;
	}
	if (!json_object_is_type(p->value, json_type_string)) {
		place_wrong(p, "must be a string");
		return NULL;
	}
	s = json_object_get_string(p->value);
	len = (size_t)json_object_get_string_len(p->value);
	why = complaint(s, len, max, flags);
	if (why) {
		place_wrong(p, "%s", why);
		return NULL;
	}
	return arena_strndup(p->r->arena, s, len);
}

const char *place_string(const struct place *up, const char *name, size_t max,
			 int flags)
{
	struct place p = place_of(up, name);

	return place_text(&p, max, flags);
}

int64_t place_int(const struct place *up, const char *name, int64_t min,
		  int64_t max, int64_t def)
{
	struct place p = place_of(up, name);
	int64_t v;

	if (!p.value)
		return def;
	if (!json_object_is_type(p.value, json_type_int)) {
		place_wrong(&p, "must be a whole number");
		return def;
	}
	v = json_object_get_int64(p.value);
	if (v >= min && v <= max)
		return v;
	place_wrong(&p, "must be between %lld and %lld", (long long)min,
		    (long long)max);
	return def;
}

bool place_bool(const struct place *up, const char *name, bool def)
{
	struct place p = place_of(up, name);

	if (!p.value)
		return def;
	if (json_object_is_type(p.value, json_type_boolean))
		return json_object_get_boolean(p.value);
	place_wrong(&p, "must be true or false");
	return def;
}

static void list_words(const char *const *words, char out[LISTED_MAX])
{
	size_t len = 0;

	out[0] = '\0';
	for (; *words && len < LISTED_MAX; words++)
		len += (size_t)snprintf(out + len, LISTED_MAX - len, "%s%s",
					len ? ", " : "", *words);
}

int place_word(const struct place *p, const char *const *words)
{
	const char *s = place_text(p, 255, PLACE_REQUIRED);
	char list[LISTED_MAX];
	int first = *words ? 0 : 1, i;

	if (!s)
		return 0;
	for (i = first; words[i]; i++) {
		if (!strcmp(words[i], s))
			return i;
	}
	list_words(words + first, list);
	place_wrong(p, "must be one of: %s", list);
	return 0;
}

bool place_is_object(const struct place *p)
{
	if (json_object_is_type(p->value, json_type_object))
		return true;
	place_wrong(p, p->value ? "must be an object" : "is required");
	return false;
}

size_t place_items(const struct place *p, size_t min, size_t max)
{
	size_t n;

	if (!p->value && !min)
		return 0;
	if (!json_object_is_type(p->value, json_type_array)) {
		place_wrong(p, p->value ? "must be an array" : "is required");
		return 0;
	}
	n = json_object_array_length(p->value);
	if (n >= min && n <= max)
		return n;
	place_wrong(p, "must have %zu to %zu items", min, max);
	return 0;
}

unsigned int place_bits(const struct place *up, const char *name,
			const char *const *words, bool required)
{
	struct place list = place_of(up, name), item;
	size_t n = place_items(&list, required, 32), i;
	unsigned int bits = 0, bit;

	for (i = 0; i < n; i++) {
		item = place_at(&list, i);
		bit = 1u << place_word(&item, words);
		if (bits & bit & ~1u)
			place_wrong(&item, "is named twice");
		bits |= bit;
	}
	return bits & ~1u;
}

bool place_is_slug(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len && len <= 64 && !s[len];
}
