// SPDX-License-Identifier: GPL-3.0-or-later
/* An arena: many small allocations that die together. */
#include <stdarg.h>
#include <stdint.h>

#include "base/arena.h"

enum { BLOCK_SIZE = 32 * 1024, ALIGNMENT = 16 };

struct block {
	struct block *next;
	size_t size;
	size_t used;
	_Alignas(ALIGNMENT) char data[];
};

struct arena {
	struct block *head; /* the block that is filled now */
	struct block *first;
};

static struct block *block_create(size_t size)
{
	struct block *b = mem_realloc(NULL, sizeof(*b) + size);

	b->next = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_create(void)
{
	struct arena *a = mem_alloc(sizeof(*a));

	a->first = a->head = block_create(BLOCK_SIZE);
	return a;
}

void arena_reset(struct arena *a)
{
	struct block *b = a->first->next;

	while (b) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
	a->first->next = NULL;
	a->first->used = 0;
	a->head = a->first;
}

void arena_destroy(struct arena *a)
{
	if (!a)
		return;
	arena_reset(a);
	free(a->first);
	free(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
	size_t need = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	struct block *b = a->head;
	void *p;

	if (need < size || need > SIZE_MAX / 2)
		abort();
	if (b->size - b->used < need) {
		b = block_create(need > BLOCK_SIZE ? need : BLOCK_SIZE);
		a->head->next = b;
		a->head = b;
	}
	p = b->data + b->used;
	b->used += need;
	return memset(p, 0, need);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *p = arena_alloc(a, len + 1);

	memcpy(p, s, len);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}
