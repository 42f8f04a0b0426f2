// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether bytes are JSON, to the letter of RFC 8259. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>

#include "base/json_scan.h"
#include "base/str.h"

enum { DEPTH_LIMIT = 64 };

struct scan {
	const char *start;
	const char *p; /* *end is NUL: reading one byte ahead is safe */
	const char *end;
	bool in_key; /* json-c cuts a key at a NUL */
	int depth;
	int max_depth;
	char open[DEPTH_LIMIT]; /* the brackets that are open */
	struct fault *fault;
};

static int wrong(struct scan *s, const char *what)
{
	return fault_set(s->fault, FAULT_BAD_REQUEST,
			 "The body is not valid JSON: %s at byte %zu.", what,
			 (size_t)(s->p - s->start));
}

static void skip_blanks(struct scan *s)
{
	s->p += strspn(s->p, " \t\r\n");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex4(const char *p)
{
	uint8_t b[2];

	return strnlen(p, 4) == 4 && str_unhex(p, 4, b, 2) == 0
		       ? b[0] << 8 | b[1]
		       : -1;
}

/* At the backslash; RFC 8259 section 7. */
static int scan_escape(struct scan *s)
{
	int high, low;

	if (s->p[1] != 'u') {
		if (!s->p[1] || !strchr("\"\\/bfnrt", s->p[1]))
			return wrong(s, "a bad escape");
		s->p += 2;
		return 0;
	}
	high = hex4(s->p + 2);
	if (high < 0)
		return wrong(s, "a bad escape");
	if (high == 0 && s->in_key)
		return wrong(s, "a NUL character");
	if (high >= 0xdc00 && high <= 0xdfff)
		return wrong(s, "half a surrogate pair");
	if (high >= 0xd800 && high <= 0xdbff) {
		low = s->p[6] == '\\' && s->p[7] == 'u' ? hex4(s->p + 8) : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return wrong(s, "half a surrogate pair");
		s->p += 6;
	}
	s->p += 6;
	return 0;
}

/* At the opening quote. */
static int scan_string(struct scan *s)
{
	for (s->p++; *s->p != '"';) {
		if (*s->p == '\\') {
			if (scan_escape(s))
				return -1;
		} else if (s->p == s->end) {
			return wrong(s, "an unfinished string");
		} else if ((unsigned char)*s->p < 0x20) {
			return wrong(s, "a control character in a string");
		} else {
			s->p++;
		}
	}
	s->p++;
	return 0;
}

static bool skip_digits(struct scan *s)
{
	const char *from = s->p;

	while (is_digit(*s->p))
		s->p++;
	return s->p > from;
}

/* What json-c would round or saturate is refused, not changed. */
static int check_range(struct scan *s, const char *from, bool whole)
{
	bool fits;

	errno = 0;
	if (!whole)
		fits = isfinite(strtod(from, NULL));
	else if (*from == '-')
		fits = (strtoll(from, NULL, 10), errno == 0);
	else
		fits = (strtoull(from, NULL, 10), errno == 0);
	if (fits)
		return 0;
	s->p = from;
	return wrong(s, "a number out of range");
}

static int scan_number(struct scan *s)
{
	const char *from = s->p;
	bool whole = true;

	s->p += *s->p == '-';
	if (*s->p == '0')
		s->p++;
	else if (!skip_digits(s))
		return wrong(s, "an unexpected character");
	if (*s->p == '.') {
		whole = false;
		s->p++;
		if (!skip_digits(s))
			return wrong(s, "a broken number");
	}
	if (*s->p == 'e' || *s->p == 'E') {
		whole = false;
		s->p++;
		s->p += *s->p == '+' || *s->p == '-';
		if (!skip_digits(s))
			return wrong(s, "a broken number");
	}
	return check_range(s, from, whole);
}

static int scan_word(struct scan *s)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		size_t n = strlen(words[i]);

		if (strncmp(s->p, words[i], n) == 0) {
			s->p += n;
			return 0;
		}
	}
	return wrong(s, s->p == s->end ? "an unexpected end"
				       : "an unexpected character");
}

static int scan_key(struct scan *s)
{
	skip_blanks(s);
	if (*s->p != '"')
		return wrong(s, s->p == s->end ? "an unexpected end"
					       : "an unexpected character");
	s->in_key = true;
	if (scan_string(s))
		return -1;
	s->in_key = false;
	skip_blanks(s);
	if (*s->p != ':')
		return wrong(s, "a missing colon");
	s->p++;
	return 0;
}

/* At an opening bracket. 1 where a value follows, 0 where it was empty. */
static int open_bracket(struct scan *s)
{
	char close = *s->p == '{' ? '}' : ']';

	if (s->depth == s->max_depth) {
		fault_set(s->fault, FAULT_BAD_REQUEST,
			  "The body is nested too deeply: more than %d levels "
			  "at byte %zu.",
			  s->max_depth, (size_t)(s->p - s->start));
		return -1;
	}
	s->p++;
	skip_blanks(s);
	if (*s->p == close) {
		s->p++;
		return 0;
	}
	s->open[s->depth++] = close;
	return close == '}' && scan_key(s) ? -1 : 1;
}

/* Behind a value: closes brackets. 1 where another value follows, 0 at the
 * end of the outermost. */
static int after_value(struct scan *s)
{
	for (;;) {
		skip_blanks(s);
		if (s->depth == 0)
			return 0;
		if (*s->p == ',') {
			s->p++;
			if (s->open[s->depth - 1] == '}' && scan_key(s))
				return -1;
			return 1;
		}
		if (*s->p != s->open[s->depth - 1])
			return wrong(s, s->p == s->end
						? "an unexpected end"
						: "an unexpected character");
		s->p++;
		s->depth--;
	}
}

/* 1 where the value went on with a first member, 0 where it is whole. */
static int scan_value(struct scan *s)
{
	skip_blanks(s);
	switch (*s->p) {
	case '{':
	case '[':
		return open_bracket(s);
	case '"':
		return scan_string(s);
	case 't':
	case 'f':
	case 'n':
	case '\0':
		return scan_word(s);
	default:
		return scan_number(s);
	}
}

int json_scan(const char *bytes, size_t len, int depth, struct fault *f)
{
	struct scan s = { .start = bytes,
			  .p = bytes,
			  .end = bytes + len,
			  .max_depth =
				  depth < DEPTH_LIMIT ? depth : DEPTH_LIMIT,
			  .fault = f };
	int more = 1;

	if (!str_is_utf8(bytes, len))
		return fault_set(f, FAULT_BAD_REQUEST,
				 "The body is not valid UTF-8.");
	while (more) {
		more = scan_value(&s);
		if (more == 0)
			more = after_value(&s);
		if (more < 0)
			return -1;
	}
	return s.p == s.end ? 0 : wrong(&s, "an unexpected character");
}
