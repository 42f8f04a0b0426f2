// SPDX-License-Identifier: GPL-3.0-or-later
/* Allocation that cannot fail. */
#include "base/mem.h"

static void *must(void *p)
{
	if (!p) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return p;
}

void *mem_alloc(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

void *mem_realloc(void *old, size_t size)
{
	return must(realloc(old, size ? size : 1));
}

char *mem_strdup(const char *s)
{
	return must(strdup(s));
}
