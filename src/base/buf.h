// SPDX-License-Identifier: GPL-3.0-or-later
/* The growable byte buffer of the whole tree. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdint.h>

#include "base/arena.h"

/* data is always NUL-terminated behind len bytes (and "" when empty), so that
 * it can be read as a string. With an arena the memory belongs to the arena;
 * without, buf_finish frees it. */
struct buf {
	char *data;
	size_t len;
	size_t cap;
	struct arena *arena;
};

#define BUF_INIT                                                               \
	{                                                                      \
		.data = NULL                                                   \
	}

void buf_init(struct buf *b, struct arena *arena_or_null);
void buf_finish(struct buf *b);
void buf_reset(struct buf *b); /* empty, memory kept */

/* Room for at least n more bytes behind len; returns where they start. */
char *buf_reserve(struct buf *b, size_t n);
void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_str(struct buf *b, const char *s);
void buf_chr(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_int(struct buf *b, int64_t v); /* decimal, without printf's cost */
const char *buf_cstr(const struct buf *b);

/* Appends a whole file of at most max bytes; 0, or -1 with errno (EFBIG for a
 * larger one). */
int buf_file(struct buf *b, const char *path, size_t max);

#endif
