// SPDX-License-Identifier: GPL-3.0-or-later
/* A request and its response, whatever brought them (FastCGI or CGI). */
#include <strings.h>

#include "http/http.h"

static const char *const methods[HTTP_METHODS] = {
	[HTTP_GET] = "GET",	    [HTTP_HEAD] = "HEAD",
	[HTTP_POST] = "POST",	    [HTTP_PUT] = "PUT",
	[HTTP_PATCH] = "PATCH",	    [HTTP_DELETE] = "DELETE",
	[HTTP_OPTIONS] = "OPTIONS", [HTTP_OTHER] = "OTHER",
};

/* RFC 9110 section 15, RFC 6585. */
static const struct {
	int status;
	const char *title;
} titles[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 206, "Partial Content" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 422, "Unprocessable Content" },
	{ 425, "Too Early" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

const char *http_method_name(enum http_method m)
{
	return methods[m < HTTP_METHODS ? m : HTTP_OTHER];
}

const char *http_status_title(int status)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(titles); i++) {
		if (titles[i].status == status)
			return titles[i].title;
	}
	return "Unknown";
}

int64_t http_response_length(const struct http_response *r)
{
	if (!r->content_type)
		return 0;
	return r->stream.read ? r->stream.length : (int64_t)r->body.len;
}

static bool is_header_value(const char *s)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

void http_header(struct http_response *r, const char *name, const char *value)
{
	if (!is_header_value(name) || !is_header_value(value))
		return;
	buf_str(&r->headers, name);
	buf_add(&r->headers, ": ", 2);
	buf_str(&r->headers, value);
	buf_add(&r->headers, "\r\n", 2);
}

static const char *segment(struct arena *a, const char *start, size_t len)
{
	char *s = arena_strndup(a, start, len), *slash = s;

	while ((slash = strchr(slash, HTTP_SLASH)))
		*slash++ = '/';
	return s;
}

bool http_path_match(const char *pattern, const char *path,
		     struct http_request *req)
{
	struct {
		const char *start;
		size_t len;
	} found[HTTP_SEGMENT_MAX];
	size_t n = 0, i;

	while (*pattern) {
		if (!*path && !strcmp(pattern, "/"))
			break;
		if (*pattern != '{') {
			if (*pattern++ != *path++)
				return false;
			continue;
		}
		pattern += strcspn(pattern, "}");
		if (!*pattern++ || n == HTTP_SEGMENT_MAX)
			return false;
		found[n].start = path;
		found[n].len = strcspn(path, "/");
		if (!found[n].len)
			return false;
		path += found[n++].len;
	}
	if (*path)
		return false;
	for (i = 0; i < HTTP_SEGMENT_MAX; i++)
		req->segment[i] = i < n ? segment(req->arena, found[i].start,
						  found[i].len)
					: "";
	return true;
}

bool http_media_type_is(const char *content_type, const char *type)
{
	size_t len = strcspn(content_type, "; \t,");

	if (len != strlen(type) || strncasecmp(content_type, type, len) != 0)
		return false;
	content_type += len;
	content_type += strspn(content_type, " \t");
	return *content_type == '\0' || *content_type == ';';
}
