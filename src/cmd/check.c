// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe-check: the jailed child. A request and documents on fd 0, findings
 * on fd 1; or a PDF on fd 0, its pages on fd 1. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/str.h"
#include "check/findings.h"
#include "check/mrz_read.h"
#include "check/ocr.h"
#include "cmd/check/lock.h"
#include "cmd/check/models.h"
#include "cmd/check/selftest.h"
#include "cmd/start.h"

enum {
	REQUEST_MAX = 64 * 1024,
	FILES_MAX = 32,
	FILES_BYTES_MAX = 128 * 1024 * 1024,
	EXIT_USAGE = 2,
	EXIT_REQUEST = 3,
	EXIT_RENDERER = 4,
	EXIT_MODELS = 5
};

static const char usage[] =
	"usage: vouchsafe-check [--text | --quality | --render | --self-test "
	"WHAT]\n";

/* Without stdio, whose calls are not on the jail's list. */
static void complain(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;
}

static int take(void *out, size_t n)
{
	char *p = out;

	while (n) {
		ssize_t got = read(STDIN_FILENO, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

static int give(const struct buf *b)
{
	size_t at = 0;

	while (at < b->len) {
		ssize_t n = write(STDOUT_FILENO, b->data + at, b->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += (size_t)n;
	}
	return 0;
}

/* The request is one line, {"files":N}: byte by byte, as the files follow
 * it. */
static int take_request(int64_t *files)
{
	static const char lead[] = "{\"files\":";
	struct buf line = BUF_INIT;
	int rc = -1;
	char c;

	while (line.len < REQUEST_MAX && !take(&c, 1) && c != '\n')
		buf_chr(&line, c);
	if (line.len > sizeof(lead) && line.data[line.len - 1] == '}' &&
	    !memcmp(line.data, lead, sizeof(lead) - 1)) {
		line.data[line.len - 1] = '\0';
		rc = str_int(line.data + sizeof(lead) - 1, 1, FILES_MAX, files);
	}
	buf_finish(&line);
	return rc;
}

/* One document after another: only one is in memory. */
static int look_at_file(struct buf *answer, const struct models *models,
			uint64_t *left)
{
	unsigned char head[8];
	uint64_t len = 0;
	char *bytes;
	int i;

	if (take(head, sizeof(head)))
		return -1;
	for (i = 0; i < 8; i++)
		len = len << 8 | head[i];
	if (len > *left)
		return -1;
	*left -= len;
	bytes = mem_alloc(len + 1);
	if (take(bytes, len)) {
		free(bytes);
		return -1;
	}
	findings_write(answer, models, bytes, len);
	free(bytes);
	return 0;
}

/* All that engines need of the host, while it can be had. */
static void load(struct models *models, enum findings wanted)
{
	tzset(); /* gmtime_r opens the zone's file when it is first called */
	*models = (struct models){ .wanted = wanted };
	if (wanted == FINDINGS_QUALITY)
		return;
	models->mrz = mrz_reader_create(model_ocrb, model_ocrb_size);
	if (!models->mrz) {
		complain("vouchsafe-check: its weights are not what it was "
			 "made for\n");
		_exit(EXIT_MODELS);
	}
	if (wanted != FINDINGS_TEXT)
		return;
	models->ocr = ocr_create();
	if (!models->ocr)
		complain("vouchsafe-check: no Tesseract or no data of it; "
			 "going on without words\n");
}

/* Ends without what exit() would do: that needs more calls than are left. */
static void serve(enum findings wanted)
{
	uint64_t left = FILES_BYTES_MAX;
	struct buf answer = BUF_INIT;
	struct models models;
	struct lock held;
	int64_t files, i;

	load(&models, wanted);
	lock_in(LOCK_DECODE, &held);
	if (take_request(&files)) {
		complain("vouchsafe-check: the request is not understood\n");
		_exit(EXIT_REQUEST);
	}
	json_open(&answer, NULL, '{');
	lock_json(&answer, "jail", &held);
	json_open(&answer, "files", '[');
	for (i = 0; i < files; i++) {
		if (!look_at_file(&answer, &models, &left))
			continue;
		complain("vouchsafe-check: a file of the request is cut\n");
		_exit(EXIT_REQUEST);
	}
	json_close(&answer, ']');
	json_close(&answer, '}');
	_exit(give(&answer) ? EXIT_REQUEST : 0);
}

/* Pages as PNG, one behind the other: the long side of A4 at 200 dpi, whatever
 * size the document claims. */
static void render(void)
{
	char *const argv[] = {
		(char[]){ "pdftoppm" },
		(char[]){ "-q" },
		(char[]){ "-png" },
		(char[]){ "-l" },
		(char[]){ "4" },
		(char[]){ "-scale-to" },
		(char[]){ "2339" },
		(char[]){ "-" },
		NULL,
	};
	char *const environment[] = { (char[]){ "LC_ALL=C" }, NULL };
	struct lock held;

	lock_in(LOCK_RENDER, &held);
	execve("/usr/bin/pdftoppm", argv, environment);
	complain("vouchsafe-check: pdftoppm (poppler-utils) does not start\n");
	_exit(EXIT_RENDERER);
}

static int misuse(void)
{
	fputs(usage, stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (start_tells(usage, argc, argv))
		return 0;
	/* nothing of the caller's goes along, and nothing outlives it */
	if (close_range(STDERR_FILENO + 1, ~0U, 0))
		return misuse();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* fontconfig wants to write its cache, and does without */
	signal(SIGXFSZ, SIG_IGN);
	if (argc == 1)
		serve(FINDINGS_CODES);
	else if (argc == 2 && !strcmp(argv[1], "--text"))
		serve(FINDINGS_TEXT);
	else if (argc == 2 && !strcmp(argv[1], "--quality"))
		serve(FINDINGS_QUALITY);
	else if (argc == 2 && !strcmp(argv[1], "--render"))
		render();
	else if (argc == 3 && !strcmp(argv[1], "--self-test"))
		return selftest(argv[2]);
	return misuse();
}
