// SPDX-License-Identifier: GPL-3.0-or-later
/* Positions in lists: opaque, signed, good for one tenant, list and filter. */
#ifndef API_CURSOR_H
#define API_CURSOR_H

#include "api/api.h"

/* The text of a position, in the arena. It goes on with the same tenant, list
 * and query parameters only (limit may change, the order of parameters is
 * free). */
const char *api_cursor_write(struct api_call *call, const char *list,
			     const void *position, size_t len);

/* The way back, from the query's parameter of that name: exactly len bytes into
 * position. 0, or -1 with FAULT_INVALID naming the parameter where the text was
 * forged, comes from elsewhere, or was made under a key that is gone. */
struct api_cursor {
	const char *name;
	const char *text;
};
int api_cursor_read(struct api_call *call, const char *list,
		    struct api_cursor cursor, void *position, size_t len);

/* The parameters of every list, for a struct with int64_t limit and const char
 * *next_key. */
#define API_PAGE_PARAMS(args)                                                  \
	{ .name = "limit",                                                     \
	  .type = PARAM_INT,                                                   \
	  .offset = offsetof(args, limit),                                     \
	  .min = 1,                                                            \
	  .max = 100,                                                          \
	  .def = 20,                                                           \
	  .has_def = true },                                                   \
	{                                                                      \
		.name = "next_key", .type = PARAM_STRING,                      \
		.offset = offsetof(args, next_key)                             \
	}

#endif
