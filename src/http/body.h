// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a body: whole, as JSON, or part by part. */
#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include "http/http.h"

enum { HTTP_JSON_DEPTH = 32 };

/* The whole body, at most max bytes: FAULT_TOO_LARGE beyond. 0 or -1. */
int http_body_read(struct http_request *req, size_t max, struct buf *out,
		   struct fault *f);

/* Parses a JSON object (RFC 8259, UTF-8, HTTP_JSON_DEPTH levels, no trailing
 * bytes, no duplicate-key tricks: the last wins; no integer beyond 64 bits, no
 * NUL in a name, no lone surrogate). Absent or blank equals {}.
 * On success *out is a json-c object that the caller puts. Not JSON or not an
 * object: FAULT_BAD_REQUEST that says so and where. */
int http_json_parse(const struct buf *body, struct json_object **out,
		    struct fault *f);

#endif
