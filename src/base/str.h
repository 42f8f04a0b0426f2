// SPDX-License-Identifier: GPL-3.0-or-later
/* Text: UTF-8, hexadecimal, base64, numbers. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>

#include "base/buf.h"

/* Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates. */
bool str_is_utf8(const char *s, size_t len);

/* A control character: C0, DEL, C1 (U+0080 to U+009F), or a line or paragraph
 * separator. Line ends and tabs pass where text_lines is set. The bytes must
 * be UTF-8. */
bool str_has_control(const char *s, size_t len, bool text_lines);

/* Number of code points of valid UTF-8. */
size_t str_utf8_length(const char *s, size_t len);

/* The longest prefix of at most max bytes that ends between code points. */
size_t str_utf8_prefix(const char *s, size_t len, size_t max);

/* out holds 2 * len + 1 bytes, lower case. */
void str_hex(const void *bytes, size_t len, char *out);
/* Exactly 2 * len hex digits into len bytes; 0 or -1. */
int str_unhex(const char *hex, size_t hex_len, void *out, size_t len);

/* RFC 4648: base64 with padding; base64url without. */
void str_base64(struct buf *out, const void *bytes, size_t len);
void str_base64url(struct buf *out, const void *bytes, size_t len);
/* Either alphabet, padding optional; 0, or -1 on any other byte, with the
 * buffer as it was. */
int str_unbase64(struct buf *out, const char *s, size_t len);
/* Likewise the one spelling that RFC 7515 allows: base64url, no padding, no
 * bit set that means nothing. */
int str_unbase64url(struct buf *out, const char *s, size_t len);

/* A whole decimal number within min..max; 0, or -1. No blanks, no plus. */
int str_int(const char *s, int64_t min, int64_t max, int64_t *out);

/* The form of an address that a mail server takes (RFC 5321 dot-string,
 * ASCII), at most 254 bytes. */
bool str_is_email(const char *s, size_t len);

/* Percent-decoding (RFC 3986) in place, '+' as a blank where plus is set;
 * the new length, or -1 on a broken escape. */
int64_t str_percent_decode(char *s, bool plus);

/* Whether a list of words, a blank between two, has the word. */
bool str_listed(const char *list, const char *word);

/* Copies at most size - 1 bytes and always ends with NUL. */
void str_copy(char *out, size_t size, const char *s);

#endif
