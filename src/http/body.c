// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a body: whole, as JSON, or part by part. */
#include <json-c/json.h>

#include "base/json_scan.h"
#include "http/body.h"
#include "http/door.h"

int http_body_read(struct http_request *req, size_t max, struct buf *out,
		   struct fault *f)
{
	size_t left;

	if (req->content_length < 0)
		return fault_set(f, FAULT_BAD_REQUEST,
				 "The Content-Length is not a number.");
	if ((uint64_t)req->content_length > max)
		return fault_set(f, FAULT_TOO_LARGE,
				 "The body is larger than %zu bytes.", max);
	left = (size_t)req->content_length;
	buf_reserve(out, left);
	while (left) {
		char *to = buf_reserve(out, left);
		ssize_t n = http_door_read(req->door, to, left);

		if (n <= 0)
			return fault_set(f, FAULT_BAD_REQUEST,
					 "The body ended too early.");
		out->len += (size_t)n;
		out->data[out->len] = '\0';
		left -= (size_t)n;
	}
	return 0;
}

enum { TOKENER_KEEP = 16384 };

static bool is_blank(const struct buf *body)
{
	return body->len == 0 || strspn(body->data, " \t\r\n") == body->len;
}

/* Not in its strict mode: json-c 0.18 takes every byte from 0x80 on for a
 * control character there, and the scanner has been stricter already.
 * A tokener keeps the largest string it ever saw: one that has seen a big body
 * is not used again. */
static struct json_object *build(const struct buf *body, struct fault *f)
{
	static struct json_tokener *tokener; /* one a process */
	struct json_object *o;
	enum json_tokener_error error;

	if (!tokener)
		tokener = json_tokener_new_ex(HTTP_JSON_DEPTH + 2);
	if (!tokener) {
		fault_internal(f, "no memory for the JSON parser");
		return NULL;
	}
	json_tokener_reset(tokener);
	o = json_tokener_parse_ex(tokener, body->data, (int)body->len + 1);
	error = json_tokener_get_error(tokener);
	if (error != json_tokener_success)
		fault_set(f, FAULT_BAD_REQUEST,
			  "The body is not valid JSON: %s at byte %zu.",
			  json_tokener_error_desc(error),
			  json_tokener_get_parse_end(tokener));
	if (body->len > TOKENER_KEEP) {
		json_tokener_free(tokener);
		tokener = NULL;
	}
	return o;
}

/* json-c is laxer than RFC 8259 even when asked to be strict, and rounds big
 * numbers; so the scanner decides what is JSON and json-c only builds it. */
int http_json_parse(const struct buf *body, struct json_object **out,
		    struct fault *f)
{
	*out = NULL;
	if (is_blank(body)) {
		*out = json_object_new_object();
		return 0;
	}
	if (json_scan(body->data, body->len, HTTP_JSON_DEPTH, f))
		return -1;
	*out = build(body, f);
	if (!f->code && json_object_is_type(*out, json_type_object))
		return 0;
	json_object_put(*out);
	*out = NULL;
	return fault_set(f, FAULT_BAD_REQUEST,
			 "The body must be a JSON object.");
}
