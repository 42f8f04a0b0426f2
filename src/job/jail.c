// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents through the jail: PDFs become pages, answers become one object. */
#include <json-c/json.h>
#include <limits.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/clock.h"
#include "check/media.h"
#include "job/jail.h"

enum {
	FILES_MAX = 8,
	PAGES_MAX = 4, /* as vouchsafe-check --render asks for */
	WALL_CHECK_MS = 60 * 1000,
	WALL_RENDER_MS = 40 * 1000,
	WALL_QUALITY_MS = 8 * 1000,
	ANSWER_MAX = 8 * 1024 * 1024, /* words of 32 full pages */
	PAGES_BYTES_MAX = 64 * 1024 * 1024,
	IMAGES_MAX = FILES_MAX * PAGES_MAX
};

/* One of the caller's files, as images that the child decodes. */
struct document {
	enum check_media media;
	struct buf pages; /* a PDF's, one PNG behind the other */
	size_t first, count;
	const char *unreadable; /* NULL, or why there are no images */
};

struct batch {
	struct document documents[FILES_MAX];
	size_t count;
	struct jail_file images[IMAGES_MAX];
	size_t image_count;
	const char *option; /* of the child */
	int64_t check_ms, render_ms;
	char *why; /* of the answer */
	size_t why_size;
};

const char *jail_program(void)
{
	static char path[PATH_MAX];
	static const char name[] = "vouchsafe-check";
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash && (size_t)(slash - path) + sizeof(name) + 1 < sizeof(path)) {
		memcpy(slash + 1, name, sizeof(name));
		if (!access(path, X_OK))
			return path;
	}
	return LIBEXECDIR "/vouchsafe-check";
}

static const char *end_name(enum jail_end end)
{
	static const char *const names[] = {
		[JAIL_EXITED] = "exited",
		[JAIL_KILLED] = "was killed by signal",
		[JAIL_TOO_SLOW] = "took too long",
		[JAIL_TOO_LONG] = "said too much",
		[JAIL_NO_START] = "did not start",
	};

	return names[end];
}

static int fail(struct batch *b, const char *what, enum jail_end end,
		int status)
{
	snprintf(b->why, b->why_size, "%s %s (%d)", what, end_name(end),
		 status);
	return -1;
}

/* The length of the PNG file that the bytes start with; 0 for none. */
static size_t png_length(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t at = 8;

	if (check_media_detect(bytes, len) != CHECK_MEDIA_PNG)
		return 0;
	while (at + 12 <= len) {
		size_t chunk = (size_t)p[at] << 24 | (size_t)p[at + 1] << 16 |
			       (size_t)p[at + 2] << 8 | p[at + 3];

		if (chunk > len - at - 12)
			return 0;
		if (!memcmp(p + at + 4, "IEND", 4))
			return at + 12;
		at += chunk + 12;
	}
	return 0;
}

static void split_pages(struct batch *b, struct document *d)
{
	size_t at = 0, n;

	while (d->count < PAGES_MAX &&
	       (n = png_length(d->pages.data + at, d->pages.len - at)) > 0) {
		b->images[b->image_count++] =
			(struct jail_file){ d->pages.data + at, n };
		d->count++;
		at += n;
	}
	if (!d->count)
		d->unreadable = "the PDF has no page that can be shown";
}

/* pdftoppm ends with 1 to 3 where it cannot read a file, with 99 where that
 * has no page, and with 98 where the file is not to blame. Pages that came
 * before stay. */
static int render(struct batch *b, struct document *d,
		  const struct jail_file *file)
{
	const struct jail_run run = {
		.program = jail_program(),
		.option = "--render",
		.input = file,
		.input_count = 1,
		.wall_ms = b->render_ms,
		.out_max = PAGES_BYTES_MAX,
	};
	int status;
	enum jail_end end = jail_run(&run, &d->pages, &status);

	if (end != JAIL_EXITED || (status > 3 && status != 99))
		return fail(b, "pdftoppm", end, status);
	buf_reserve(&d->pages, 1);
	split_pages(b, d);
	return 0;
}

static int add_file(struct batch *b, const struct jail_file *file)
{
	struct document *d = &b->documents[b->count++];

	d->media = check_media_detect(file->bytes, file->len);
	d->first = b->image_count;
	if (d->media == CHECK_MEDIA_PDF)
		return render(b, d, file);
	b->images[b->image_count++] = *file;
	d->count = 1;
	return 0;
}

/* The request's line, then each image behind its length. */
static enum jail_end run_check(const struct batch *b, struct buf *out,
			       int *status)
{
	struct jail_file input[1 + 2 * IMAGES_MAX];
	unsigned char lengths[IMAGES_MAX][8];
	struct jail_run run = {
		.program = jail_program(),
		.option = b->option,
		.input = input,
		.input_count = 1 + 2 * b->image_count,
		.wall_ms = b->check_ms,
		.out_max = ANSWER_MAX,
	};
	struct buf line = BUF_INIT;
	enum jail_end end;
	size_t i, bit;

	buf_printf(&line, "{\"files\":%zu}\n", b->image_count);
	input[0] = (struct jail_file){ line.data, line.len };
	for (i = 0; i < b->image_count; i++) {
		for (bit = 0; bit < 8; bit++)
			lengths[i][bit] =
				(unsigned char)((uint64_t)b->images[i].len >>
						(56 - 8 * bit));
		input[1 + 2 * i] = (struct jail_file){ lengths[i], 8 };
		input[2 + 2 * i] = b->images[i];
	}
	end = jail_run(&run, out, status);
	buf_finish(&line);
	return end;
}

/* The child's object, if it is what was agreed on. */
static struct json_object *parse(const struct batch *b, const struct buf *out)
{
	struct json_object *answer = json_tokener_parse(buf_cstr(out));
	struct json_object *files, *jail;

	if (json_object_object_get_ex(answer, "files", &files) &&
	    json_object_is_type(files, json_type_array) &&
	    json_object_array_length(files) == b->image_count &&
	    json_object_object_get_ex(answer, "jail", &jail))
		return answer;
	json_object_put(answer);
	return NULL;
}

static struct json_object *ask(struct batch *b)
{
	struct json_object *answer = NULL;
	struct buf out = BUF_INIT;
	int status = 0;
	enum jail_end end = run_check(b, &out, &status);

	if (end != JAIL_EXITED || status)
		fail(b, "vouchsafe-check", end, status);
	else if (!(answer = parse(b, &out)))
		snprintf(b->why, b->why_size,
			 "vouchsafe-check answered what is no answer");
	buf_finish(&out);
	return answer;
}

static struct json_object *unreadable(enum check_media media, const char *why)
{
	struct json_object *file = json_object_new_object();
	struct json_object *error = json_object_new_object();

	json_object_object_add(file, "media",
			       json_object_new_string(check_media_name(media)));
	json_object_object_add(error, "kind",
			       json_object_new_string("unreadable"));
	json_object_object_add(error, "message", json_object_new_string(why));
	json_object_object_add(file, "error", error);
	return file;
}

/* A page's object goes below its PDF's. */
static struct json_object *gather(const struct document *d,
				  struct json_object *images)
{
	struct json_object *file, *pages;
	size_t i;

	if (d->unreadable)
		return unreadable(d->media, d->unreadable);
	if (d->media != CHECK_MEDIA_PDF)
		return json_object_get(
			json_object_array_get_idx(images, d->first));
	file = json_object_new_object();
	pages = json_object_new_array();
	json_object_object_add(
		file, "media",
		json_object_new_string(check_media_name(CHECK_MEDIA_PDF)));
	json_object_object_add(file, "pages", pages);
	for (i = 0; i < d->count; i++)
		json_object_array_add(pages,
				      json_object_get(json_object_array_get_idx(
					      images, d->first + i)));
	return file;
}

static enum jail_outcome compose(const struct batch *b,
				 struct json_object *child, struct buf *out)
{
	struct json_object *all = json_object_new_object();
	struct json_object *files = json_object_new_array();
	struct json_object *images, *jail;
	enum jail_outcome outcome = JAIL_READ;
	size_t i;

	json_object_object_get_ex(child, "files", &images);
	json_object_object_get_ex(child, "jail", &jail);
	for (i = 0; i < b->count; i++) {
		struct json_object *file = gather(&b->documents[i], images);

		if (json_object_object_get_ex(file, "error", NULL))
			outcome = JAIL_UNREADABLE;
		json_object_array_add(files, file);
	}
	json_object_object_add(all, "files", files);
	json_object_object_add(all, "jail", json_object_get(jail));
	buf_str(out, json_object_to_json_string_ext(
			     all, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
	return outcome;
}

/* With PDFs only, all of them unreadable, there is nothing to ask. */
static enum jail_outcome look(struct batch *b, struct buf *out)
{
	enum jail_outcome outcome = JAIL_FAILED;
	struct json_object *child;

	if (b->image_count) {
		child = ask(b);
	} else {
		child = json_object_new_object();
		json_object_object_add(child, "jail", json_object_new_array());
	}
	if (child)
		outcome = compose(b, child, out);
	json_object_put(child);
	return outcome;
}

static enum jail_outcome run_batch(struct batch *b,
				   const struct jail_file *files, size_t count,
				   struct jail_answer *answer)
{
	enum jail_outcome outcome = JAIL_FAILED;
	size_t i;

	*answer = (struct jail_answer){ .json = BUF_INIT };
	b->why = answer->why;
	b->why_size = sizeof(answer->why);
	if (count < 1 || count > FILES_MAX) {
		snprintf(b->why, b->why_size, "%zu files at once", count);
		return JAIL_FAILED;
	}
	for (i = 0; i < count && !add_file(b, &files[i]); i++)
		;
	if (i == count)
		outcome = look(b, &answer->json);
	for (i = 0; i < b->count; i++)
		buf_finish(&b->documents[i].pages);
	return outcome;
}

enum jail_outcome jail_documents(const struct jail_file *files, size_t count,
				 struct jail_answer *answer)
{
	struct batch b = { .check_ms = WALL_CHECK_MS,
			   .render_ms = WALL_RENDER_MS };

	return run_batch(&b, files, count, answer);
}

enum jail_outcome jail_documents_text(const struct jail_file *files,
				      size_t count, struct jail_answer *answer)
{
	struct batch b = { .option = "--text",
			   .check_ms = WALL_CHECK_MS,
			   .render_ms = WALL_RENDER_MS };

	return run_batch(&b, files, count, answer);
}

enum jail_outcome jail_quality(const struct jail_file *file,
			       struct jail_answer *answer)
{
	struct batch b = { .option = "--quality",
			   .check_ms = WALL_QUALITY_MS,
			   .render_ms = WALL_QUALITY_MS };

	return run_batch(&b, file, 1, answer);
}

void jail_finish(struct jail_answer *answer)
{
	buf_finish(&answer->json);
}
