// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of the jail: what a decoder that was taken over tries is stopped,
 * and whatever becomes of the child, the caller goes on. */
#include <dirent.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "job/jail.h"
#include "unit.h"

enum { REFUSED = 10, WALL_MS = 20000 };

static enum jail_end run_words(const char *program, const char *option,
			       int64_t wall_ms, struct buf *out, int *status)
{
	const struct jail_run run = {
		.program = program,
		.option = option,
		.wall_ms = wall_ms,
		.out_max = 1024 * 1024,
	};

	return jail_run(&run, out, status);
}

/* Through a shell, as jail_run hands over one word only. */
static enum jail_end attempt(const char *what, int64_t wall_ms, struct buf *out,
			     int *status)
{
	char path[] = "/tmp/vouchsafe-attempt-XXXXXX";
	int fd = mkstemp(path);
	enum jail_end end;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_gt(dprintf(fd, "#!/bin/sh\nexec %s --self-test %s\n",
				 jail_program(), what),
			 0);
	ck_assert(!fchmod(fd, 0700));
	close(fd);
	end = run_words(path, NULL, wall_ms, out, status);
	unlink(path);
	return end;
}

static bool holds(const char *what)
{
	struct buf out = BUF_INIT;
	int status;
	bool yes;

	ck_assert_int_eq(attempt("jail", WALL_MS, &out, &status), JAIL_EXITED);
	ck_assert_int_eq(status, 0);
	yes = strstr(out.data, what) != NULL;
	buf_finish(&out);
	return yes;
}

START_TEST(escapes_are_stopped)
{
	static const char *const whats[] = {
		"open", "create", "socket", "fork",
		"exec", "ptrace", "kill",   "code"
	};
	size_t i;

	ck_assert(holds("rlimits"));
	if (!holds("seccomp"))
		return;
	for (i = 0; i < ARRAY_SIZE(whats); i++) {
		struct buf out = BUF_INIT;
		int status = 0;
		enum jail_end end = attempt(whats[i], WALL_MS, &out, &status);

#ifdef __SANITIZE_ADDRESS__
		ck_assert_msg(end == JAIL_EXITED && status == REFUSED, "%s",
			      whats[i]);
#else
		ck_assert_msg(end == JAIL_KILLED && status == SIGSYS, "%s",
			      whats[i]);
#endif
		buf_finish(&out);
	}
}
END_TEST

/* pdftoppm is refused what it may not have; it needs no file outside. */
START_TEST(renderer_is_locked_in)
{
	static const char *const whats[] = { "render-create", "render-socket",
					     "render-fork",   "render-ptrace",
					     "render-kill",   "render-open" };
	size_t i, count = ARRAY_SIZE(whats);

	if (!holds("seccomp"))
		return;
	if (!holds("namespaces") && !holds("landlock"))
		count--;
	for (i = 0; i < count; i++) {
		struct buf out = BUF_INIT;
		int status = 0;

		ck_assert_int_eq(attempt(whats[i], WALL_MS, &out, &status),
				 JAIL_EXITED);
		ck_assert_msg(status == REFUSED, "%s: %d", whats[i], status);
		buf_finish(&out);
	}
}
END_TEST

START_TEST(memory_ends)
{
#ifndef __SANITIZE_ADDRESS__
	struct buf out = BUF_INIT;
	int status = 0;

	ck_assert_int_eq(attempt("memory", WALL_MS, &out, &status),
			 JAIL_EXITED);
	ck_assert_int_eq(status, REFUSED);
	buf_finish(&out);
#endif
}
END_TEST

START_TEST(ends_are_told_apart)
{
	struct buf out = BUF_INIT;
	int64_t began = clock_monotonic_us();
	int status = 0;

	ck_assert_int_eq(attempt("loop", 500, &out, &status), JAIL_TOO_SLOW);
	ck_assert_int_lt(clock_monotonic_us() - began, 3000 * 1000);
#ifndef __SANITIZE_ADDRESS__
	ck_assert_int_eq(attempt("crash", WALL_MS, &out, &status), JAIL_KILLED);
	ck_assert_int_eq(status, SIGSEGV);
#endif
	ck_assert_int_eq(attempt("flood", WALL_MS, &out, &status),
			 JAIL_TOO_LONG);
	ck_assert_int_eq(
		run_words("/nonexistent", NULL, WALL_MS, &out, &status),
		JAIL_NO_START);
	ck_assert_int_eq(run_words("/bin/false", NULL, WALL_MS, &out, &status),
			 JAIL_EXITED);
	ck_assert_int_eq(status, 1);
	/* nobody left behind */
	ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
	buf_finish(&out);
}
END_TEST

static int open_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* A program that closes its input, that is slow to read, that reads all. */
START_TEST(large_input)
{
	static char bytes[4 * 1024 * 1024];
	const struct jail_file input[] = { { bytes, sizeof(bytes) },
					   { "", 0 },
					   { bytes, 11 } };
	struct jail_run run = {
		.program = "/bin/cat",
		.input = input,
		.input_count = ARRAY_SIZE(input),
		.wall_ms = WALL_MS,
		.out_max = 5 * 1024 * 1024,
	};
	struct buf out = BUF_INIT;
	int status = 0, before = open_files();

	signal(SIGPIPE, SIG_DFL);
	ck_assert_int_eq(jail_run(&run, &out, &status), JAIL_EXITED);
	ck_assert_uint_eq(out.len, sizeof(bytes) + 11);
	run.program = "/bin/true";
	ck_assert_int_eq(jail_run(&run, &out, &status), JAIL_EXITED);
	ck_assert_int_eq(open_files(), before);
	buf_finish(&out);
}
END_TEST

START_TEST(nothing_goes_along)
{
	struct buf out = BUF_INIT;
	int status = 0;

	ck_assert(!setenv("VOUCHSAFE_SECRET", "x", 1));
	ck_assert(!setenv("LD_LIBRARY_PATH", "/nowhere", 1));
	ck_assert_int_eq(
		run_words("/usr/bin/env", NULL, WALL_MS, &out, &status),
		JAIL_EXITED);
	ck_assert_str_eq(out.data, "LD_LIBRARY_PATH=/nowhere\n");
	unsetenv("LD_LIBRARY_PATH");
	buf_reset(&out);
	ck_assert_int_ge(dup2(STDERR_FILENO, 77), 0);
	ck_assert_int_eq(
		run_words("/bin/ls", "/proc/self/fd", WALL_MS, &out, &status),
		JAIL_EXITED);
	ck_assert_ptr_null(strstr(out.data, "77"));
	buf_finish(&out);
}
END_TEST

/* A worker may have closed its standard streams. */
START_TEST(closed_streams)
{
	struct buf out = BUF_INIT;
	const struct jail_file input = { "hello", 5 };
	const struct jail_run run = { .program = "/bin/cat",
				      .input = &input,
				      .input_count = 1,
				      .wall_ms = WALL_MS,
				      .out_max = 100 };
	int status = 0;

	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	ck_assert_int_eq(jail_run(&run, &out, &status), JAIL_EXITED);
	ck_assert_str_eq(out.data, "hello");
	buf_finish(&out);
}
END_TEST

static enum jail_outcome look(const char *bytes, size_t len, struct buf *json)
{
	const struct jail_file file = { bytes, len };
	struct jail_answer answer;
	enum jail_outcome outcome = jail_documents(&file, 1, &answer);

	buf_reset(json);
	if (outcome == JAIL_FAILED)
		buf_str(json, answer.why);
	else
		buf_add(json, answer.json.data, answer.json.len);
	jail_finish(&answer);
	return outcome;
}

START_TEST(documents)
{
	static const char gif[] = "GIF89a\1\0\1\0\0\0\0;";
	static const char pdf[] = "%PDF-1.4\nnothing";
	struct buf json = BUF_INIT;

	ck_assert_int_eq(look(gif, sizeof(gif), &json), JAIL_UNREADABLE);
	ck_assert_ptr_nonnull(strstr(json.data, "\"kind\":\"unreadable\""));
	ck_assert_ptr_nonnull(strstr(json.data, "\"jail\":["));
	ck_assert_int_eq(look("", 0, &json), JAIL_UNREADABLE);
	ck_assert_ptr_nonnull(strstr(json.data, "the file is empty"));
	ck_assert_int_eq(look(pdf, sizeof(pdf), &json), JAIL_UNREADABLE);
	ck_assert_ptr_nonnull(strstr(json.data, "application/pdf"));
	buf_finish(&json);
}
END_TEST

/* Eight by eight grey pixels. */
static const unsigned char grey[] = {
	0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01,
	0x01, 0x00, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0xff, 0xdb, 0x00, 0x43,
	0x00, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01,
	0x01, 0x01, 0x01, 0x01, 0x01, 0xff, 0xc0, 0x00, 0x0b, 0x08, 0x00, 0x08,
	0x00, 0x08, 0x01, 0x01, 0x11, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x00, 0x01,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0xff, 0xc4, 0x00, 0x14, 0x10, 0x01, 0x00, 0x00,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x00, 0xff, 0xda, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3f, 0x00,
	0x3f, 0xff, 0xd9,
};

START_TEST(quality_alone)
{
	static const char pdf[] = "%PDF-1.4\nnothing";
	struct jail_file file = { grey, sizeof(grey) };
	struct jail_answer answer;
	struct buf json = BUF_INIT;

	ck_assert_int_eq(look((const char *)grey, sizeof(grey), &json),
			 JAIL_READ);
	ck_assert_ptr_nonnull(strstr(json.data, "\"barcode\":"));
	ck_assert_int_eq(jail_quality(&file, &answer), JAIL_READ);
	ck_assert_ptr_nonnull(strstr(answer.json.data, "\"quality\":{"));
	ck_assert_ptr_nonnull(strstr(answer.json.data, "\"width\":8"));
	ck_assert_ptr_null(strstr(answer.json.data, "\"barcode\":"));
	jail_finish(&answer);
	file = (struct jail_file){ pdf, sizeof(pdf) };
	ck_assert_int_eq(jail_quality(&file, &answer), JAIL_UNREADABLE);
	jail_finish(&answer);
	buf_finish(&json);
}
END_TEST

START_TEST(too_many_documents)
{
	struct jail_file files[9] = { { "", 0 } };
	struct jail_answer answer;

	ck_assert_int_eq(jail_documents(files, 9, &answer), JAIL_FAILED);
	ck_assert_str_eq(answer.why, "9 files at once");
	jail_finish(&answer);
	ck_assert_int_eq(jail_documents(files, 0, &answer), JAIL_FAILED);
	jail_finish(&answer);
}
END_TEST

UNIT_MAIN("jail", escapes_are_stopped, renderer_is_locked_in, memory_ends,
	  ends_are_told_apart, large_input, nothing_goes_along, closed_streams,
	  documents, quality_alone, too_many_documents)
