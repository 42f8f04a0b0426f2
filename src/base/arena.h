// SPDX-License-Identifier: GPL-3.0-or-later
/* An arena: many small allocations that die together. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/mem.h"

struct arena;

struct arena *arena_create(void);
void arena_destroy(struct arena *a); /* NULL is fine */

/* Forget everything; keeps the first block, so that a worker's memory does
 * not grow from request to request. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for any type; lives until reset or destroy. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
