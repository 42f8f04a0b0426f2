// SPDX-License-Identifier: GPL-3.0-or-later
/* Text: UTF-8, hexadecimal, base64, numbers. */
#include <errno.h>
#include <inttypes.h>

#include "base/str.h"

/* Length of the well-formed sequence at s, or 0; *cp is its code point. */
static size_t sequence(const unsigned char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
	if (!n || n > len || s[0] > 0xf4)
		return 0;
	*cp = s[0] & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (s[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp < 0xe000))
		return 0;
	return n;
}

bool str_is_utf8(const char *s, size_t len)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0, n;
	uint32_t cp;

	while (i < len) {
		n = sequence(p + i, len - i, &cp);
		if (!n)
			return false;
		i += n;
	}
	return true;
}

static bool is_control(uint32_t cp, bool text_lines)
{
	if (text_lines && (cp == '\n' || cp == '\r' || cp == '\t'))
		return false;
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 ||
	       cp == 0x2029;
}

bool str_has_control(const char *s, size_t len, bool text_lines)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i = 0, n;
	uint32_t cp;

	for (; i < len; i += n) {
		n = sequence(p + i, len - i, &cp);
		if (!n || is_control(cp, text_lines))
			return true;
	}
	return false;
}

size_t str_utf8_length(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += (s[i] & 0xc0) != 0x80;
	return n;
}

size_t str_utf8_prefix(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void str_hex(const void *bytes, size_t len, char *out)
{
	static const char digit[] = "0123456789abcdef";
	const unsigned char *p = bytes;
	size_t i;

	for (i = 0; i < len; i++) {
		out[2 * i] = digit[p[i] >> 4];
		out[2 * i + 1] = digit[p[i] & 15];
	}
	out[2 * len] = '\0';
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int str_unhex(const char *hex, size_t hex_len, void *out, size_t len)
{
	unsigned char *p = out;
	size_t i;

	if (hex_len != 2 * len)
		return -1;
	for (i = 0; i < len; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return -1;
		p[i] = (unsigned char)(high << 4 | low);
	}
	return 0;
}

static void base64(struct buf *out, const unsigned char *p, size_t len,
		   const char *extra, bool pad)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t i;
	int k;

	buf_reserve(out, len / 3 * 4 + 4);
	for (i = 0; i < len; i += 3) {
		size_t left = len - i;
		uint32_t v = (uint32_t)p[i] << 16;

		v |= left > 1 ? (uint32_t)p[i + 1] << 8 : 0;
		v |= left > 2 ? p[i + 2] : 0;
		for (k = 0; k < 4; k++) {
			unsigned int six = v >> (18 - 6 * k) & 63;

			if ((size_t)k <= left)
				buf_chr(out, six < 62 ? alphabet[six]
						      : extra[six - 62]);
			else if (pad)
				buf_chr(out, '=');
		}
	}
}

void str_base64(struct buf *out, const void *bytes, size_t len)
{
	base64(out, bytes, len, "+/", true);
}

void str_base64url(struct buf *out, const void *bytes, size_t len)
{
	base64(out, bytes, len, "-_", false);
}

static int six_bits(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

int str_unbase64(struct buf *out, const char *s, size_t len)
{
	uint32_t v = 0;
	char *p;
	size_t i;

	while (len && s[len - 1] == '=')
		len--;
	if (len % 4 == 1)
		return -1;
	p = buf_reserve(out, len / 4 * 3 + 3);
	for (i = 0; i < len; i++) {
		int six = six_bits(s[i]);

		if (six < 0) {
			out->data[out->len] = '\0';
			return -1;
		}
		v = v << 6 | (uint32_t)six;
		if (i % 4)
			*p++ = (char)(v >> (6 - 2 * (i % 4)) & 255);
	}
	*p = '\0';
	out->len = (size_t)(p - out->data);
	return 0;
}

int str_unbase64url(struct buf *out, const char *s, size_t len)
{
	/* of the last character, by what is over behind whole fours */
	static const int unused[] = { 0, 63, 15, 3 };

	if (memchr(s, '+', len) || memchr(s, '/', len) || memchr(s, '=', len))
		return -1;
	if (len % 4 && six_bits(s[len - 1]) & unused[len % 4])
		return -1;
	return str_unbase64(out, s, len);
}

int str_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	intmax_t v;

	if (!(*s == '-' ? s[1] >= '0' && s[1] <= '9' : *s >= '0' && *s <= '9'))
		return -1;
	errno = 0;
	v = strtoimax(s, &end, 10);
	if (errno || *end || v < min || v > max)
		return -1;
	*out = v;
	return 0;
}

static bool is_atom(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>[]:;@\\,\".", c);
}

static bool is_domain(const char *s, const char *end)
{
	const char *label = s;
	int dots = 0;

	for (; s <= end; s++) {
		if (s == end || *s == '.') {
			if (s == label || s - label > 63 || s[-1] == '-' ||
			    *label == '-')
				return false;
			dots += s != end;
			label = s + 1;
		} else if (!((*s >= '0' && *s <= '9') || *s == '-' ||
			     ((*s | 32) >= 'a' && (*s | 32) <= 'z'))) {
			return false;
		}
	}
	return dots > 0;
}

bool str_is_email(const char *s, size_t len)
{
	const char *at = memchr(s, '@', len);
	const char *p;

	if (!at || at == s || at - s > 64 || len > 254)
		return false;
	for (p = s; p < at; p++) {
		bool dot = *p == '.' && p > s && p + 1 < at && p[-1] != '.';

		if (!dot && !is_atom(*p))
			return false;
	}
	return is_domain(at + 1, s + len);
}

int64_t str_percent_decode(char *s, bool plus)
{
	char *out = s, *start = s;

	for (; *s; s++) {
		if (*s == '%') {
			if (nibble(s[1]) < 0 || nibble(s[2]) < 0)
				return -1;
			*out++ = (char)(nibble(s[1]) << 4 | nibble(s[2]));
			s += 2;
		} else {
			*out++ = plus && *s == '+' ? ' ' : *s;
		}
	}
	*out = '\0';
	return out - start;
}

bool str_listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list) {
		if (strcspn(list, " ") == len && !strncmp(list, word, len))
			return true;
		list += strcspn(list, " ");
		list += *list == ' ';
	}
	return false;
}

void str_copy(char *out, size_t size, const char *s)
{
	size_t n = strlen(s);

	if (n >= size)
		n = size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}
