// SPDX-License-Identifier: GPL-3.0-or-later
/* Parameters by table: type, range, default, required; errors come from it. */
#include <json-c/json.h>

#include "base/str.h"
#include "http/param_value.h"

enum { PATH_MAX_LEN = 96 };

/* Where the values come from: an object, or names with text. */
struct source {
	struct json_object *object;
	const struct param_pair *pairs;
	size_t pair_count;
};

/* What every step down the table needs. */
struct walk {
	const struct source *source;
	struct arena *arena;
	struct fault *fault;
	bool absent; /* inside a group that isn't there */
};

static int walk_rows(const struct walk *w, const struct param *rows,
		     size_t count, const char *prefix, char *base);

static void join(char out[PATH_MAX_LEN], const char *prefix, const char *name)
{
	snprintf(out, PATH_MAX_LEN, "%s%s%s", prefix, *prefix ? "." : "", name);
}

/* The last one of a name counts. */
static const struct param_pair *find_pair(const struct source *from,
					  const char *path)
{
	size_t i = from->pair_count;

	while (i--) {
		if (strcmp(from->pairs[i].name, path) == 0)
			return &from->pairs[i];
	}
	return NULL;
}

static struct json_object *find_json(const struct source *from,
				     const char *name)
{
	struct json_object *v = NULL;

	if (from->object)
		json_object_object_get_ex(from->object, name, &v);
	return v;
}

static int take_group(const struct walk *w, const struct param *row,
		      const char *path, char *base)
{
	struct source inside = *w->source;
	struct walk down = *w;

	down.source = &inside;
	if (!inside.pairs) {
		inside.object = find_json(w->source, row->name);
		down.absent = w->absent || !inside.object;
		if (!inside.object && row->required && !w->absent)
			fault_field(w->fault, path, "is required");
		if (inside.object &&
		    !json_object_is_type(inside.object, json_type_object))
			return fault_field(w->fault, path, "must be an object");
	}
	return walk_rows(&down, row->fields, row->field_count, path,
			 base + row->offset);
}

static int take_row(const struct walk *w, const struct param *row,
		    const char *prefix, char *base)
{
	char path[PATH_MAX_LEN];
	struct param_slot slot = { .row = row,
				   .to = base + row->offset,
				   .path = path,
				   .arena = w->arena,
				   .fault = w->fault };
	const struct param_pair *pair;
	struct json_object *value;

	join(path, prefix, row->name);
	if (row->type == PARAM_GROUP)
		return take_group(w, row, path, base);
	param_absent(row, slot.to);
	if (w->source->pairs) {
		pair = find_pair(w->source, path);
		if (pair)
			return param_text(&slot, pair->value, pair->len);
	} else {
		value = find_json(w->source, row->name);
		if (value)
			return param_json(&slot, value);
	}
	if (row->required && !w->absent)
		return fault_field(w->fault, path, "is required");
	return 0;
}

static int walk_rows(const struct walk *w, const struct param *rows,
		     size_t count, const char *prefix, char *base)
{
	size_t i;

	for (i = 0; i < count; i++)
		take_row(w, &rows[i], prefix, base);
	return w->fault->code == FAULT_NONE ? 0 : -1;
}

int param_from_json(const struct param *rows, size_t count,
		    struct json_object *body, struct arena *a, void *out,
		    struct fault *f)
{
	const struct source from = { .object = body };
	const struct walk w = { .source = &from, .arena = a, .fault = f };

	return walk_rows(&w, rows, count, "", out);
}

int param_from_pairs(const struct param *rows, size_t count,
		     const struct param_pair *pairs, size_t pair_count,
		     struct arena *a, void *out, struct fault *f)
{
	static const struct param_pair none[1];
	const struct source from = { .pairs = pairs ? pairs : none,
				     .pair_count = pair_count };
	const struct walk w = { .source = &from, .arena = a, .fault = f };

	return walk_rows(&w, rows, count, "", out);
}

/* A broken name is reported as it was sent: it is ASCII then, or else it
 * can't be shown. */
static int take_pair(char *part, struct param_pair *pair, struct fault *f)
{
	char *value = strchr(part, '=');
	int64_t len;

	if (value)
		*value++ = '\0';
	else
		value = part + strlen(part);
	len = str_percent_decode(value, true);
	pair->value = value;
	pair->len = len < 0 ? 0 : (size_t)len;
	pair->name = part;
	if (len < 0 && !strchr(part, '%') && str_is_utf8(part, strlen(part)))
		return fault_field(f, part, "must be percent-encoded");
	if (len < 0 || str_percent_decode(part, true) < 0 ||
	    !str_is_utf8(part, strlen(part)))
		return fault_field(f, "query", "must be percent-encoded");
	return 0;
}

/* "a=b&c=d"; how many of the pairs can be read. */
static size_t split(const char *text, struct arena *a,
		    struct param_pair **pairs, struct fault *f)
{
	char *copy = arena_strdup(a, text), *part, *next;
	size_t n = 1, used = 0;

	for (part = copy; *part; part++)
		n += *part == '&';
	*pairs = arena_alloc(a, n * sizeof(**pairs));
	for (part = copy; part; part = next) {
		next = strchr(part, '&');
		if (next)
			*next++ = '\0';
		if (*part && take_pair(part, &(*pairs)[used], f) == 0)
			used++;
	}
	return used;
}

int param_from_query(const struct param *rows, size_t count, const char *query,
		     struct arena *a, void *out, struct fault *f)
{
	struct param_pair *pairs;
	size_t n = split(query, a, &pairs, f);

	return param_from_pairs(rows, count, pairs, n, a, out, f);
}

static size_t times_given(const struct param_pair *pairs, size_t count,
			  const char *name)
{
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		n += !strcmp(pairs[i].name, name);
	return n;
}

int param_from_form(const struct param *rows, size_t count, const char *form,
		    struct arena *a, void *out, struct fault *f)
{
	struct param_pair *pairs;
	size_t n = split(form, a, &pairs, f), kept = 0, i;

	for (i = 0; i < n; i++) {
		if (pairs[i].len)
			pairs[kept++] = pairs[i];
	}
	for (i = 0; i < count; i++) {
		if (times_given(pairs, kept, rows[i].name) > 1)
			fault_field(f, rows[i].name, "must be given once");
	}
	return param_from_pairs(rows, count, pairs, kept, a, out, f);
}
