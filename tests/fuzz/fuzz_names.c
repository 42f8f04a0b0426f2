// SPDX-License-Identifier: GPL-3.0-or-later
/* Two names of any bytes: each is the same as itself, what is folded is ASCII,
 * and whether they can be compared does not depend on which comes first. */
#include <stdint.h>

#include "check/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right)
{
	if (!right)
		abort();
}

static void check_itself(const struct names *n, const char *text)
{
	const struct name a = { text, false };
	struct comparison c;
	char folded[NAMES_TEXT];

	names_compare(n, &a, &a, &c);
	expect(c.verdict == VERDICT_MATCH || c.verdict == VERDICT_UNKNOWN);
	if (names_fold(n, text, true, folded))
		expect(c.verdict == VERDICT_UNKNOWN);
	expect(folded[strspn(folded,
			     "abcdefghijklmnopqrstuvwxyz0123456789 ")] == '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct names *n;
	char text[2][800] = { { 0 } };
	struct comparison there, back;
	struct name a = { text[0], false }, b = { text[1], false };
	size_t i, side = 0, at = 0;

	if (!n)
		n = names_create();
	for (i = 0; i < size; i++) {
		if (data[i] == '\n' && !side) {
			side = 1;
			at = 0;
		} else if (data[i] && at < sizeof(text[0]) - 1) {
			text[side][at++] = (char)data[i];
		}
	}
	a.cut = size % 2;
	check_itself(n, text[0]);
	check_itself(n, text[1]);
	names_compare(n, &a, &b, &there);
	names_compare(n, &b, &a, &back);
	expect(there.reason && back.reason);
	expect((there.verdict == VERDICT_UNKNOWN) ==
	       (back.verdict == VERDICT_UNKNOWN));
	return 0;
}
