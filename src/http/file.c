// SPDX-License-Identifier: GPL-3.0-or-later
/* Serving a file: the part that was asked for, and its name. */
#include <strings.h>

#include "base/str.h"
#include "http/file.h"

/* Digits up to end into out, which stays -1 where there are none; -1 where
 * they are no number. A number beyond any file's size is the largest. */
static int read_number(const char *s, size_t len, int64_t *out)
{
	size_t i;

	*out = -1;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		if (*out < 0)
			*out = 0;
		if (*out < INT64_MAX / 16)
			*out = *out * 10 + (s[i] - '0');
	}
	return 0;
}

/* "FIRST-LAST", "FIRST-" or "-SUFFIX"; -1 for anything else. */
static int read_range(const char *header, int64_t *first, int64_t *last)
{
	const char *s, *dash;

	*first = *last = -1;
	if (strncasecmp(header, "bytes=", 6) != 0)
		return -1;
	s = header + 6;
	dash = strchr(s, '-');
	if (!dash || read_number(s, (size_t)(dash - s), first) ||
	    read_number(dash + 1, strlen(dash + 1), last))
		return -1;
	if (*first < 0 && *last < 0)
		return -1;
	return *first >= 0 && *last >= 0 && *last < *first ? -1 : 0;
}

enum http_range http_range_parse(const char *header, int64_t size,
				 int64_t *from, int64_t *len)
{
	int64_t first, last;

	*from = 0;
	*len = size;
	if (read_range(header, &first, &last))
		return HTTP_RANGE_WHOLE;
	if (first < 0) { /* so many from the end */
		first = last < size ? size - last : 0;
		last = last ? size - 1 : -1;
	}
	if (last < 0 && first >= 0 && header[strlen(header) - 1] == '-')
		last = size - 1;
	if (first >= size || last < first)
		return HTTP_RANGE_NONE;
	*from = first;
	*len = (last < size ? last : size - 1) - first + 1;
	return HTTP_RANGE_PART;
}

/* attr-char of RFC 8187. */
static bool is_attr_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("!#$&+-.^_`|~", c));
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~' && !strchr("\"\\/%", c);
}

const char *http_disposition(struct arena *a, bool is_inline,
			     const char *file_name)
{
	const char *name = *file_name ? file_name : "document", *s;
	bool plain = true;
	struct buf out;

	buf_init(&out, a);
	buf_printf(&out, "%s; filename=\"",
		   is_inline ? "inline" : "attachment");
	for (s = name; *s; s++) {
		/* one underscore a character, not a byte */
		if (((unsigned char)*s & 0xc0) == 0x80)
			continue;
		plain = plain && is_plain(*s);
		buf_chr(&out, is_plain(*s) ? *s : '_');
	}
	buf_chr(&out, '"');
	if (plain)
		return out.data;
	buf_str(&out, "; filename*=UTF-8''");
	for (s = name; *s; s++) {
		if (strchr("\"\\/", *s))
			buf_chr(&out, '_');
		else if (is_attr_char(*s))
			buf_chr(&out, *s);
		else
			buf_printf(&out, "%%%02X", (unsigned char)*s);
	}
	return out.data;
}
