// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside param: one value against its row. */
#ifndef HTTP_PARAM_VALUE_H
#define HTTP_PARAM_VALUE_H

#include "http/param.h"

/* Where a value goes: path names it in a fault. */
struct param_slot {
	const struct param *row;
	void *to; /* already moved by the row's offset */
	const char *path;
	struct arena *arena;
	struct fault *fault;
};

/* What an absent value leaves behind: the default, or the absent mark. */
void param_absent(const struct param *row, void *to);

/* Text that needs no NUL at its end, as query and form bring it, with INT and
 * BOOL written out. 0 or -1 with a fault_field. */
int param_text(const struct param_slot *s, const char *text, size_t len);

/* A JSON value that is not null; no GROUP. 0 or -1 with a fault_field. */
int param_json(const struct param_slot *s, struct json_object *value);

#endif
