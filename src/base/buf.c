// SPDX-License-Identifier: GPL-3.0-or-later
/* The growable byte buffer of the whole tree. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/buf.h"

void buf_init(struct buf *b, struct arena *arena_or_null)
{
	*b = (struct buf){ .arena = arena_or_null };
}

void buf_finish(struct buf *b)
{
	if (!b->arena)
		free(b->data);
	*b = (struct buf)BUF_INIT;
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t n)
{
	size_t need = b->len + n + 1;
	size_t cap = b->cap ? b->cap : 256;
	char *data;

	if (need < n)
		abort();
	if (need <= b->cap)
		return b->data + b->len;
	while (cap < need)
		cap *= 2;
	if (b->arena) {
		data = arena_alloc(b->arena, cap);
		if (b->len)
			memcpy(data, b->data, b->len);
	} else {
		data = mem_realloc(b->data, cap);
	}
	b->data = data;
	b->cap = cap;
	b->data[b->len] = '\0';
	return b->data + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t n)
{
	char *p = buf_reserve(b, n);

	if (n)
		memcpy(p, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_chr(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		abort();
	buf_reserve(b, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(b->data + b->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)n;
}

void buf_int(struct buf *b, int64_t v)
{
	char digits[24];
	char *p = digits + sizeof(digits);
	uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		*--p = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (v < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

const char *buf_cstr(const struct buf *b)
{
	return b->data ? b->data : "";
}

static int read_all(struct buf *b, int fd, size_t max)
{
	enum { CHUNK = 16384 };
	size_t end = b->len + max;
	ssize_t n;

	while ((n = read(fd, buf_reserve(b, CHUNK), CHUNK)) > 0) {
		b->len += (size_t)n;
		b->data[b->len] = '\0';
		if (b->len > end) {
			errno = EFBIG;
			return -1;
		}
	}
	return n < 0 ? -1 : 0;
}

int buf_file(struct buf *b, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc, error;

	if (fd < 0)
		return -1;
	rc = read_all(b, fd, max);
	error = errno;
	close(fd);
	errno = error;
	return rc;
}
