// SPDX-License-Identifier: GPL-3.0-or-later
/* Any lines through the parser of machine readable zones: what it takes for
 * valid is written again by its fields' rules, and its JSON is text. */
#include <stdint.h>

#include "base/str.h"
#include "check/mrz.h"

enum { LINES = 5, LONGEST = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right)
{
	if (!right)
		abort();
}

static void check_valid(const struct mrz *m)
{
	size_t line, i;

	for (line = 0; line < mrz_layouts[m->format].lines; line++) {
		for (i = 0; i < mrz_layouts[m->format].length; i++)
			expect(mrz_class_has(mrz_class_at(m->format, line, i),
					     m->lines[line][i]));
	}
	for (i = 0; i < MRZ_CHECKS; i++)
		expect(m->check_there[i] == m->check_right[i]);
	expect(*m->document_number && *m->surname && *m->issuer &&
	       *m->nationality && m->sex && m->expiry.there);
}

static void check_errors(const struct mrz *m)
{
	size_t i;

	for (i = 0; i < m->error_count; i++) {
		expect(m->errors[i].line > 0 && m->errors[i].line <= MRZ_LINES);
		expect(m->errors[i].column > 0 &&
		       m->errors[i].column <= MRZ_LENGTH + 1);
		expect(*m->errors[i].reason != '\0');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct date today = { 2026, 6, 15 };
	char text[LINES][LONGEST] = { { 0 } };
	const char *lines[LINES];
	struct buf b = BUF_INIT;
	size_t i, n = 0, at = 0;
	struct mrz m;
	int rc;

	for (i = 0; i < LINES; i++)
		lines[i] = text[i];
	for (i = 0; i < size && n < LINES; i++) {
		if (data[i] == '\n') {
			n++;
			at = 0;
		} else if (at < LONGEST - 1) {
			text[n][at++] = (char)data[i];
		}
	}
	rc = mrz_parse_on(lines, n, &today, &m);
	expect(rc == (m.error_count ? -1 : 0));
	if (!rc)
		check_valid(&m);
	check_errors(&m);
	mrz_json(&b, &m);
	expect(str_is_utf8(b.data, b.len) &&
	       !str_has_control(b.data, b.len, 0));
	buf_finish(&b);
	return 0;
}
