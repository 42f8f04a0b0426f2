// SPDX-License-Identifier: GPL-3.0-or-later
/* A request and its response, whatever brought them (FastCGI or CGI). */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/fault.h"

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_OPTIONS,
	HTTP_OTHER,
	HTTP_METHODS
};

enum { HTTP_SEGMENT_MAX = 4, HTTP_REQUEST_ID_SIZE = 65 };

struct http_door;
struct json_object;

/* Strings live in the arena until the next request; none is NULL, absent is
 * "". */
struct http_request {
	struct arena *arena;
	struct http_door *door; /* where the body is read from */
	enum http_method method;
	const char *method_name;
	const char *target; /* as sent: whose a path is that is unreadable */
	/* Percent-decoded once, without the query; behind the program's own
	 * address on a shared host. "" where it can't be read (a broken escape,
	 * not UTF-8, a control character): answer 400. Not normalised: ".." and
	 * "//" are as sent, and %2F is a slash like any other. */
	const char *path;
	const char *query; /* as sent, without '?' */
	const char *content_type;
	int64_t content_length; /* 0: none; -1: not a number, answer 400 */
	const char *authorization;
	const char *api_key; /* X-API-Key */
	const char *accept;
	const char *accept_language;
	const char *idempotency_key;
	const char *remote_addr;
	const char *user_agent; /* "" also where it isn't clean UTF-8 */
	const char *range;
	bool no_wait; /* the web server asks for an answer at once, with 202
		       * where that is not the last word: no worker to spare */
	char request_id[HTTP_REQUEST_ID_SIZE];
	/* for the log and the counters: never the path, it may hold a token */
	const char *protocol;
	const char *route;
	const char *segment[HTTP_SEGMENT_MAX]; /* {…} parts of the route, "" */
};

/* A body that comes while it is sent. read fills out, with fewer than len
 * bytes at the end only; -1 breaks the answer off, which the client sees by
 * Content-Length. close is called once, whatever became of the answer. */
struct http_stream {
	ssize_t (*read)(void *ctx, void *out, size_t len);
	void (*close)(void *ctx);
	void *ctx;
	int64_t length;
};

struct http_response {
	int status;
	const char *content_type; /* NULL: no body, Content-Length 0 */
	struct buf headers;	  /* "Name: value\r\n" lines */
	struct buf body;
	struct http_stream stream; /* instead of body where read is set */
	bool no_body;		   /* HEAD: headers and length only */
};

const char *http_method_name(enum http_method m);
const char *http_status_title(int status);

/* Bytes of the body, sent or (HEAD) not. */
int64_t http_response_length(const struct http_response *r);

/* Adds a header line; a value with a control character is dropped whole. */
void http_header(struct http_response *r, const char *name, const char *value);

/* In a path: a slash that was sent as %2F, which is part of a segment and
 * divides nothing (RFC 3986 section 2.2). No path has this character itself. */
#define HTTP_SLASH '\x1f'

/* Compares a path with a pattern such as "/kyc-sessions/{id}"; fills segment[]
 * in order, the rest with "", only where it matches. A {part} is never empty;
 * it ends at the next slash, and HTTP_SLASH in it becomes one. A slash at the
 * pattern's end may be missing in the path. */
bool http_path_match(const char *pattern, const char *path,
		     struct http_request *req);

/* The type without its parameters: "application/json; charset=x" is
 * application/json. */
bool http_media_type_is(const char *content_type, const char *type);

#endif
