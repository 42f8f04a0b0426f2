// SPDX-License-Identifier: GPL-3.0-or-later
/* Writing JSON: the one escaper of that context. */
#include "base/json.h"

static void quote(struct buf *b, const char *s, size_t len)
{
	size_t i, start = 0;

	buf_chr(b, '"');
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != 0x7f)
			continue;
		buf_add(b, s + start, i - start);
		start = i + 1;
		if (c == '"' || c == '\\') {
			buf_chr(b, '\\');
			buf_chr(b, (char)c);
		} else {
			buf_printf(b, "\\u%04x", c);
		}
	}
	buf_add(b, s + start, len - start);
	buf_chr(b, '"');
}

static void lead(struct buf *b, const char *key)
{
	char last = b->len ? b->data[b->len - 1] : '{';

	if (last != '{' && last != '[' && last != ':')
		buf_chr(b, ',');
	if (key) {
		quote(b, key, strlen(key));
		buf_chr(b, ':');
	}
}

void json_open(struct buf *b, const char *key, char bracket)
{
	lead(b, key);
	buf_chr(b, bracket);
}

void json_close(struct buf *b, char bracket)
{
	buf_chr(b, bracket);
}

void json_strn(struct buf *b, const char *key, const char *s, size_t len)
{
	lead(b, key);
	quote(b, s, len);
}

void json_str(struct buf *b, const char *key, const char *s_or_null)
{
	if (s_or_null)
		json_strn(b, key, s_or_null, strlen(s_or_null));
	else
		json_null(b, key);
}

void json_int(struct buf *b, const char *key, int64_t v)
{
	lead(b, key);
	buf_int(b, v);
}

void json_number(struct buf *b, const char *key, double v, int digits)
{
	lead(b, key);
	buf_printf(b, "%.*g", digits, v);
}

void json_flag(struct buf *b, const char *key, bool v)
{
	json_raw(b, key, v ? "true" : "false");
}

void json_null(struct buf *b, const char *key)
{
	json_raw(b, key, "null");
}

void json_int_or_null(struct buf *b, const char *key, int64_t v)
{
	if (v < 0)
		json_null(b, key);
	else
		json_int(b, key, v);
}

void json_raw(struct buf *b, const char *key, const char *json)
{
	lead(b, key);
	buf_str(b, json);
}
