// SPDX-License-Identifier: GPL-3.0-or-later
/* Writing JSON: the one escaper of that context. Reading is json-c's. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>

#include "base/buf.h"

/* Commas are set by looking at the byte before: start with an empty buffer or
 * behind a complete value. key is NULL inside an array or at the top. */
void json_open(struct buf *b, const char *key, char bracket); /* '{' or '[' */
void json_close(struct buf *b, char bracket);		      /* '}' or ']' */

void json_str(struct buf *b, const char *key, const char *s_or_null);
void json_strn(struct buf *b, const char *key, const char *s, size_t len);
void json_int(struct buf *b, const char *key, int64_t v);
/* A finite number, with so many significant digits. */
void json_number(struct buf *b, const char *key, double v, int digits);
void json_flag(struct buf *b, const char *key, bool v);
void json_null(struct buf *b, const char *key);
/* v, or null where it is negative: times that may be absent. */
void json_int_or_null(struct buf *b, const char *key, int64_t v);
/* Bytes that are JSON already. */
void json_raw(struct buf *b, const char *key, const char *json);

#endif
