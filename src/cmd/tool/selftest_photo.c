// SPDX-License-Identifier: GPL-3.0-or-later
/* The photos of the self-test: asked of vouchsafe-specimen, and kept. */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/json.h"
#include "cmd/tool/selftest.h"
#include "job/jail.h"

enum { TRUTH_MAX = 64 * 1024 * 1024, PHOTO_MAX = 32 * 1024 * 1024 };

/* Beside vouchsafe-check, wherever that is. */
static const char *specimen_program(void)
{
	static char path[PATH_MAX];
	static const char name[] = "vouchsafe-specimen";
	const char *check = jail_program();
	const char *slash = strrchr(check, '/');

	snprintf(path, sizeof(path), "%.*s%s", (int)(slash - check) + 1, check,
		 name);
	return path;
}

static int64_t member(const struct json_object *o, const char *key)
{
	return json_object_get_int64(json_object_object_get(o, key));
}

/* A line of JSON, the JPEG, the strip. */
static int take_apart(struct specimen *s)
{
	char *end = memchr(s->bytes.data, '\n', s->bytes.len);
	size_t rest;

	if (!end)
		return -1;
	*end++ = '\0';
	s->truth = json_tokener_parse(s->bytes.data);
	rest = s->bytes.len - (size_t)(end - s->bytes.data);
	s->jpeg = end;
	s->jpeg_len = (size_t)member(s->truth, "photo");
	s->strip_len = (size_t)member(s->truth, "strip");
	s->strip = s->jpeg + s->jpeg_len;
	return s->truth && s->jpeg_len + s->strip_len == rest ? 0 : -1;
}

int specimen_make(const char *set, const char *format, const char *level,
		  int turn, int64_t seed, int index, struct specimen *out)
{
	char turn_text[16], seed_text[24], index_text[16];
	const char *const words[] = {
		specimen_program(), set,       format,	   level,
		turn_text,	    seed_text, index_text, NULL
	};
	struct apart a = { .words = words, .out = BUF_INIT };
	int rc;

	*out = (struct specimen){ .bytes = BUF_INIT };
	snprintf(turn_text, sizeof(turn_text), "%d", turn);
	snprintf(seed_text, sizeof(seed_text), "%lld", (long long)seed);
	snprintf(index_text, sizeof(index_text), "%d", index);
	rc = apart_run(&a);
	out->bytes = a.out;
	if (!rc)
		return take_apart(out);
	fprintf(stderr, "vouchsafe: %s ended with %d\n", words[0], a.status);
	return -1;
}

void specimen_finish(struct specimen *s)
{
	json_object_put(s->truth);
	buf_finish(&s->bytes);
}

static int put_file(const char *path, const char *how, const char *bytes,
		    size_t len)
{
	FILE *f = fopen(path, how);
	size_t n;

	if (!f)
		return -1;
	n = fwrite(bytes, 1, len, f);
	return fclose(f) || n != len ? -1 : 0;
}

static void file_name(char *out, size_t size, const char *set, int64_t seed,
		      int64_t index)
{
	snprintf(out, size, "%s-%lld-%04lld.jpg", set, (long long)seed,
		 (long long)index);
}

/* truth.json is one object a line, so that it can be added to. */
int specimen_keep(const struct specimen *s, const char *dir)
{
	struct buf path = BUF_INIT, line = BUF_INIT;
	char name[96];
	int rc;

	file_name(
		name, sizeof(name),
		json_object_get_string(json_object_object_get(s->truth, "set")),
		member(s->truth, "seed"), member(s->truth, "index"));
	buf_printf(&path, "%s/%s", dir, name);
	rc = put_file(path.data, "w", s->jpeg, s->jpeg_len);
	json_object_object_add(s->truth, "file", json_object_new_string(name));
	buf_printf(&line, "%s\n",
		   json_object_to_json_string_ext(
			   s->truth, JSON_C_TO_STRING_NOSLASHESCAPE));
	buf_reset(&path);
	buf_printf(&path, "%s/truth.json", dir);
	if (!rc)
		rc = put_file(path.data, "a", line.data, line.len);
	buf_finish(&line);
	buf_finish(&path);
	return rc;
}

/* The line of truth.json that names the file. */
static struct json_object *find_truth(const char *dir, const char *name)
{
	struct buf path = BUF_INIT, text = BUF_INIT, key = BUF_INIT;
	struct json_object *truth = NULL;
	char *at, *line;

	buf_printf(&path, "%s/truth.json", dir);
	buf_printf(&key, "\"%s\"", name);
	if (!buf_file(&text, path.data, TRUTH_MAX) && text.len) {
		at = strstr(text.data, key.data);
		for (line = at; line && line > text.data && line[-1] != '\n';)
			line--;
		if (line) {
			line[strcspn(line, "\n")] = '\0';
			truth = json_tokener_parse(line);
		}
	}
	buf_finish(&key);
	buf_finish(&text);
	buf_finish(&path);
	return truth;
}

int specimen_find(const char *dir, const char *set, int64_t seed, int index,
		  struct specimen *out)
{
	struct buf path = BUF_INIT;
	char name[96];
	int rc = -1;

	*out = (struct specimen){ .bytes = BUF_INIT };
	file_name(name, sizeof(name), set, seed, index);
	out->truth = find_truth(dir, name);
	buf_printf(&path, "%s/%s", dir, name);
	if (out->truth && !buf_file(&out->bytes, path.data, PHOTO_MAX)) {
		out->jpeg = out->bytes.data;
		out->jpeg_len = out->bytes.len;
		rc = out->jpeg_len == (size_t)member(out->truth, "photo") ? 0
									  : -1;
	}
	if (rc)
		specimen_finish(out);
	buf_finish(&path);
	return rc;
}
