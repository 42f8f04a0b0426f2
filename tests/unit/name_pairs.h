// SPDX-License-Identifier: GPL-3.0-or-later
/* tests/data/name_pairs.csv: pairs of names with a label, read row by row. */
#ifndef NAME_PAIRS_H
#define NAME_PAIRS_H

#include "base/buf.h"

struct pair {
	char *schema, *left, *right;
	bool match;
};

/* The next cell of a CSV (RFC 4180) at *at, which goes behind it; ends of
 * lines end a cell too, and *last says so. */
static char *pair_cell(char **at, bool *last)
{
	char *s = *at, *out = s, *cell = s;
	bool quoted = *s == '"';

	if (quoted)
		s++;
	for (; *s; s++) {
		if (quoted && *s == '"' && s[1] == '"')
			s++;
		else if (quoted && *s == '"') {
			quoted = false;
			continue;
		} else if (!quoted && (*s == ',' || *s == '\n'))
			break;
		*out++ = *s;
	}
	*last = *s != ',';
	*at = *s ? s + 1 : s;
	*out = '\0';
	return cell;
}

/* The next row at *at; false behind the last. */
static bool pair_next(char **at, struct pair *out)
{
	char *cells[8] = { NULL };
	bool last = false;
	size_t i;

	if (!**at)
		return false;
	for (i = 0; !last; i++) {
		char *cell = pair_cell(at, &last);

		if (i < ARRAY_SIZE(cells))
			cells[i] = cell;
	}
	out->schema = cells[1];
	out->left = cells[2];
	out->right = cells[3];
	out->match = cells[4] && !strcmp(cells[4], "true");
	return true;
}

#endif
