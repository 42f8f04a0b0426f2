// SPDX-License-Identifier: GPL-3.0-or-later
/* What readers make of a photo, held against what is on it. */
#include <ctype.h>
#include <unistd.h>

#include "check/aamva.h"
#include "check/mrz.h"
#include "cmd/tool/selftest.h"
#include "job/jail.h"

enum { TEXT_LINES = 200, SLACK = 5 };

static struct json_object *get(struct json_object *o, const char *key)
{
	return json_object_object_get(o, key);
}

static const char *line_at(struct json_object *lines, size_t i)
{
	return json_object_get_string(json_object_array_get_idx(lines, i));
}

static size_t lines_of(struct json_object *o, const char *out[MRZ_LINES])
{
	struct json_object *lines = get(o, "lines");
	size_t i, n = json_object_array_length(lines);

	for (i = 0; i < n && i < MRZ_LINES; i++)
		out[i] = line_at(lines, i);
	return i;
}

static bool same_date(const struct mrz_date *a, const struct mrz_date *b)
{
	return a->there == b->there && a->date.year == b->date.year &&
	       a->date.month == b->date.month && a->date.day == b->date.day;
}

/* Number and dates, as both zones say them. */
static bool same_fields(const char *const *truth, const char *const *lines,
			size_t count)
{
	struct mrz a, b;

	mrz_parse(truth, count, &a);
	mrz_parse(lines, count, &b);
	return !strcmp(a.document_number, b.document_number) &&
	       same_date(&a.birth, &b.birth) && same_date(&a.expiry, &b.expiry);
}

static void judge_zone(struct json_object *truth, const char *const *lines,
		       size_t count, struct reading *out)
{
	const char *right[MRZ_LINES];
	size_t i, n = lines_of(truth, right);

	out->exact = n > 0 && n == count;
	for (i = 0; i < n && out->exact; i++)
		out->exact = !strcmp(right[i], lines[i]);
	out->wrong = out->accepted &&
		     (n != count || !same_fields(right, lines, count));
}

/* Of a licence: byte for byte; accepted where AAMVA's rules hold. */
static void judge_barcode(struct json_object *truth, struct json_object *code,
			  struct reading *out)
{
	struct json_object *text = get(code, "text"), *aamva, *right;

	if (!text)
		return;
	right = get(truth, "barcode");
	out->exact = json_object_equal(text, right);
	aamva = get(code, "aamva");
	out->accepted = json_object_get_boolean(get(aamva, "valid"));
	out->wrong = out->accepted && !out->exact;
}

static int ask_child(const void *of)
{
	const struct specimen *s = of;
	const struct jail_file file = { s->jpeg, s->jpeg_len };
	struct jail_answer answer;
	enum jail_outcome outcome = jail_documents(&file, 1, &answer);
	ssize_t n = -1;
	size_t at = 0;

	if (outcome == JAIL_FAILED) {
		fprintf(stderr, "vouchsafe: %s\n", answer.why);
	} else {
		for (; at < answer.json.len && n; at += (size_t)n) {
			n = write(STDOUT_FILENO, answer.json.data + at,
				  answer.json.len - at);
			if (n < 0)
				break;
		}
	}
	jail_finish(&answer);
	return at && n > 0 ? 0 : 1;
}

static void judge_file(struct json_object *truth, struct json_object *file,
		       struct reading *out)
{
	bool is_barcode = get(truth, "barcode") != NULL;
	struct json_object *spent = get(file, "cpu_ms"), *mrz, *ms;
	const char *lines[MRZ_LINES] = { NULL };

	ms = get(spent, is_barcode ? "barcode" : "mrz");
	out->ms = ms ? json_object_get_double(ms) : -1;
	if (is_barcode) {
		judge_barcode(truth, get(file, "barcode"), out);
		return;
	}
	mrz = get(file, "mrz");
	if (!mrz || !json_object_is_type(get(mrz, "lines"), json_type_array))
		return;
	out->accepted = json_object_get_boolean(get(mrz, "accepted"));
	judge_zone(truth, lines, lines_of(mrz, lines), out);
}

void read_by_child(const struct specimen *s, struct reading *out)
{
	struct apart a = { .act = ask_child, .of = s, .out = BUF_INIT };
	struct json_object *answer;

	*out = (struct reading){ .ms = -1 };
	if (!apart_run(&a)) {
		answer = json_tokener_parse(buf_cstr(&a.out));
		out->ran = true;
		out->cpu_ms = a.cpu_ms;
		out->peak_mb = a.peak_mb;
		judge_file(s->truth,
			   json_object_array_get_idx(get(answer, "files"), 0),
			   out);
		json_object_put(answer);
	}
	buf_finish(&a.out);
}

/* A line as a zone could have it: no blanks; « and ‹ are what Tesseract takes
 * fillers for; what a zone never has is a filler too. */
static size_t clean_line(const char *from, size_t len, char out[128])
{
	size_t i, n = 0;

	for (i = 0; i < len && n < 120; i++) {
		unsigned char c = (unsigned char)from[i];

		if (c == ' ' || (c & 0xc0) == 0x80)
			continue;
		if (c == 0xc2 && i + 1 < len && from[i + 1] == '\xab')
			out[n++] = '<';
		out[n++] = isdigit(c) || isalpha(c) ? (char)toupper(c) : '<';
	}
	out[n] = '\0';
	return n;
}

/* To the length of the format: fillers at the end come and go. */
static bool fit_line(const char *from, size_t length, char out[MRZ_LENGTH + 1])
{
	size_t n = strlen(from);

	if (n + SLACK < length || n > length + SLACK)
		return false;
	memset(out, '<', length);
	memcpy(out, from, n < length ? n : length);
	out[length] = '\0';
	return true;
}

static size_t checks_right(const char *const *lines, size_t count, bool *all)
{
	struct mrz m;
	size_t i, right = 0, there = 0;

	mrz_parse(lines, count, &m);
	for (i = 0; i < MRZ_CHECKS; i++) {
		there += m.check_there[i];
		right += m.check_there[i] && m.check_right[i];
	}
	*all = there && right == there;
	return right;
}

/* Lines of the text that follow one another, as each format; the one with the
 * most check digits right counts. */
static void judge_lines(struct json_object *truth, char (*text)[128], size_t n,
			struct reading *out)
{
	static const size_t shapes[][2] = { { 2, 44 }, { 2, 36 }, { 3, 30 } };
	char fitted[MRZ_LINES][MRZ_LENGTH + 1];
	const char *lines[MRZ_LINES] = { fitted[0], fitted[1], fitted[2] };
	size_t i, k, shape, right, best = 0;
	bool found = false, all;

	for (shape = 0; shape < ARRAY_SIZE(shapes); shape++) {
		for (i = 0; i + shapes[shape][0] <= n; i++) {
			for (k = 0; k < shapes[shape][0]; k++) {
				if (!fit_line(text[i + k], shapes[shape][1],
					      fitted[k]))
					break;
			}
			if (k < shapes[shape][0])
				continue;
			right = checks_right(lines, k, &all);
			if (found && right <= best)
				continue;
			found = true;
			best = right;
			out->accepted = all;
			judge_zone(truth, lines, k, out);
		}
	}
}

static void judge_text(struct json_object *truth, const char *text,
		       struct reading *out)
{
	static char lines[TEXT_LINES][128];
	size_t n = 0, len;

	for (; *text && n < TEXT_LINES; text += len + (text[len] != '\0')) {
		len = strcspn(text, "\n");
		if (clean_line(text, len, lines[n]))
			n++;
	}
	judge_lines(truth, lines, n, out);
}

static void run_tesseract(const char *const *words, const char *input,
			  size_t len, struct json_object *truth,
			  struct reading *out)
{
	struct apart a = { .words = words,
			   .input = input,
			   .input_len = len,
			   .quiet = true,
			   .out = BUF_INIT };

	*out = (struct reading){ .ms = -1 };
	apart_run(&a);
	if (a.status != 127) {
		out->ran = true;
		out->ms = out->cpu_ms = a.cpu_ms;
		out->peak_mb = a.peak_mb;
		judge_text(truth, buf_cstr(&a.out), out);
	}
	buf_finish(&a.out);
}

void read_page_by_tesseract(const struct specimen *s, struct reading *out)
{
	static const char *const words[] = { "tesseract", "stdin", "stdout",
					     "-l",	  "eng",   "--psm",
					     "1",	  NULL };

	run_tesseract(words, s->jpeg, s->jpeg_len, s->truth, out);
}

void read_strip_by_tesseract(const struct specimen *s, struct reading *out)
{
	static const char *const words[] = {
		"tesseract",
		"stdin",
		"stdout",
		"-l",
		"eng",
		"--psm",
		"6",
		"-c",
		"tessedit_char_whitelist=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<",
		NULL
	};

	*out = (struct reading){ .ms = -1 };
	if (s->strip_len)
		run_tesseract(words, s->strip, s->strip_len, s->truth, out);
}
