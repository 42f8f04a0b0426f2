// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe mrz: the text of a machine readable zone, taken apart. */
#include <errno.h>

#include "check/mrz.h"
#include "cmd/tool/tool.h"

enum { TEXT_MAX = 4096, LINES_MAX = 16 };

static int read_text(const char *file, struct buf *text)
{
	char *nul;

	if (!buf_file(text, file ? file : "/dev/stdin", TEXT_MAX)) {
		/* no end of the text, but a character that is wrong */
		while (text->len && (nul = memchr(text->data, 0, text->len)))
			*nul = '?';
		return 0;
	}
	fprintf(stderr, "vouchsafe: %s: %s\n", file ? file : "standard input",
		strerror(errno));
	return -1;
}

/* Lines without what an editor or a mail leaves at their ends; empty ones are
 * none. */
static size_t split(char *text, const char *lines[LINES_MAX])
{
	char *line, *end;
	size_t n = 0;

	while ((line = strsep(&text, "\r\n")) && n < LINES_MAX) {
		line += strspn(line, " \t");
		end = line + strlen(line);
		while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
			*--end = '\0';
		if (*line)
			lines[n++] = line;
	}
	return n;
}

int tool_mrz(struct tool *t)
{
	struct buf text = BUF_INIT, json = BUF_INIT;
	const char *lines[LINES_MAX];
	struct mrz m;
	int rc = 2;

	if (read_text(t->argument, &text))
		goto out;
	rc = mrz_parse(lines, split(text.data, lines), &m) ? 1 : 0;
	mrz_json(&json, &m);
	puts(json.data);
out:
	buf_finish(&json);
	buf_finish(&text);
	return rc;
}
