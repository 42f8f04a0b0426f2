// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the door: a request out of CGI variables (RFC 3875). */
#include <strings.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/uuid.h"
#include "http/door_request.h"

enum variable {
	REQUEST_METHOD,
	REQUEST_URI,
	QUERY_STRING,
	SCRIPT_NAME,
	PATH_INFO,
	CONTENT_TYPE,
	CONTENT_LENGTH,
	REQUEST_ID,
	REMOTE_ADDR,
	AUTHORIZATION,
	REDIRECT_AUTHORIZATION, /* Apache, behind a rewrite */
	API_KEY,
	ACCEPT,
	ACCEPT_LANGUAGE,
	IDEMPOTENCY_KEY,
	USER_AGENT,
	RANGE,
	NOWAIT,
	VARIABLES
};

#define NAME(v, s) [v] = { s, sizeof(s) - 1 }

static const struct {
	const char *name;
	size_t len;
} names[VARIABLES] = {
	NAME(REQUEST_METHOD, "REQUEST_METHOD"),
	NAME(REQUEST_URI, "REQUEST_URI"),
	NAME(QUERY_STRING, "QUERY_STRING"),
	NAME(SCRIPT_NAME, "SCRIPT_NAME"),
	NAME(PATH_INFO, "PATH_INFO"),
	NAME(CONTENT_TYPE, "CONTENT_TYPE"),
	NAME(CONTENT_LENGTH, "CONTENT_LENGTH"),
	NAME(REQUEST_ID, "REQUEST_ID"),
	NAME(REMOTE_ADDR, "REMOTE_ADDR"),
	NAME(AUTHORIZATION, "HTTP_AUTHORIZATION"),
	NAME(REDIRECT_AUTHORIZATION, "REDIRECT_HTTP_AUTHORIZATION"),
	NAME(API_KEY, "HTTP_X_API_KEY"),
	NAME(ACCEPT, "HTTP_ACCEPT"),
	NAME(ACCEPT_LANGUAGE, "HTTP_ACCEPT_LANGUAGE"),
	NAME(IDEMPOTENCY_KEY, "HTTP_IDEMPOTENCY_KEY"),
	NAME(USER_AGENT, "HTTP_USER_AGENT"),
	NAME(RANGE, "HTTP_RANGE"),
	NAME(NOWAIT, "VOUCHSAFE_NOWAIT"),
};

/* One walk over all variables: the first of a name counts. */
static void gather(char **envp, const char *value[VARIABLES])
{
	size_t i;

	for (i = 0; i < VARIABLES; i++)
		value[i] = NULL;
	for (; *envp; envp++) {
		const char *eq = strchr(*envp, '=');
		size_t len = eq ? (size_t)(eq - *envp) : 0;

		for (i = 0; len && i < VARIABLES; i++) {
			if (names[i].len != len || value[i] ||
			    memcmp(*envp, names[i].name, len) != 0)
				continue;
			value[i] = eq + 1;
			break;
		}
	}
}

static const char *keep(struct arena *a, const char *value)
{
	return value && *value ? arena_strdup(a, value) : "";
}

static bool is_clean(const char *s)
{
	size_t len = strlen(s);

	return str_is_utf8(s, len) && !str_has_control(s, len, false);
}

/* RFC 9112 section 3.2: clients of proxies send "http://host/path". */
static const char *skip_authority(const char *uri)
{
	const char *host = strstr(uri, "://");

	if (*uri == '/' || !host || strcspn(uri, "/?") < (size_t)(host - uri))
		return uri;
	host += 3;
	return host + strcspn(host, "/?");
}

/* In place; a path that holds HTTP_SLASH itself is not clean. */
static void mark_slashes(char *path)
{
	char *out = path;

	for (; *path; path++) {
		if (strncasecmp(path, "%2f", 3) == 0) {
			*out++ = HTTP_SLASH;
			path += 2;
		} else {
			*out++ = *path;
		}
	}
	*out = '\0';
}

/* The decoded path of a request target; "" where it can't be read. */
static const char *uri_path(struct arena *a, const char *target)
{
	const char *uri = skip_authority(target);
	char *path = arena_strndup(a, uri, strcspn(uri, "?#"));
	char *plain = arena_strdup(a, path);
	int64_t len;

	if (!*path && uri != target)
		return "/";
	if (*path != '/')
		return "";
	len = str_percent_decode(plain, false);
	if (len < 0 || strlen(plain) != (size_t)len || !is_clean(plain))
		return "";
	mark_slashes(path);
	str_percent_decode(path, false);
	return path;
}

/* What lies behind the program's own address, as on a shared host
 * (/cgi-bin/vouchsafe.fcgi/kyc-sessions), is the path. */
static const char *request_path(struct arena *a, const char *const *value)
{
	const char *script = value[SCRIPT_NAME] ? value[SCRIPT_NAME] : "";
	const char *info = value[PATH_INFO] ? value[PATH_INFO] : "";
	size_t len = strlen(script);
	const char *path;

	if (!value[REQUEST_URI] || !*value[REQUEST_URI]) {
		path = *info ? info : script;
		return *path == '/' && is_clean(path) ? keep(a, path) : "";
	}
	path = uri_path(a, value[REQUEST_URI]);
	if (!len || *info != '/' || strncmp(path, script, len) != 0 ||
	    path[len] != '/')
		return path;
	return is_clean(info) ? keep(a, info) : "";
}

static const char *request_query(struct arena *a, const char *const *value)
{
	const char *mark;

	if (value[QUERY_STRING])
		return keep(a, value[QUERY_STRING]);
	mark = value[REQUEST_URI] ? strchr(value[REQUEST_URI], '?') : NULL;
	return mark ? keep(a, mark + 1) : "";
}

static int64_t content_length(const char *s)
{
	int64_t n;

	if (!s || !*s)
		return 0;
	return str_int(s, 0, INT64_MAX, &n) ? -1 : n;
}

static enum http_method method_of(const char *name)
{
	int m;

	for (m = 0; m < HTTP_OTHER; m++) {
		if (strcmp(name, http_method_name((enum http_method)m)) == 0)
			return (enum http_method)m;
	}
	return HTTP_OTHER;
}

static bool is_request_id(const char *s)
{
	size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz"
			       "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789._-");

	return !s[len] && len >= 8 && len < HTTP_REQUEST_ID_SIZE;
}

static void set_request_id(struct http_request *req, const char *id)
{
	struct uuid fresh;

	if (id && is_request_id(id)) {
		str_copy(req->request_id, sizeof(req->request_id), id);
		return;
	}
	fresh = uuid_v7(clock_now_ms());
	uuid_text(&fresh, req->request_id);
}

void door_request(char **envp, struct arena *a, struct http_request *req)
{
	const char *v[VARIABLES];
	size_t i;

	gather(envp, v);
	if (!v[AUTHORIZATION] || !*v[AUTHORIZATION])
		v[AUTHORIZATION] = v[REDIRECT_AUTHORIZATION];
	if (v[USER_AGENT] && !is_clean(v[USER_AGENT]))
		v[USER_AGENT] = NULL;
	*req = (struct http_request){
		.arena = a,
		.method_name = keep(a, v[REQUEST_METHOD]),
		.target = keep(a, v[REQUEST_URI]),
		.path = request_path(a, v),
		.query = request_query(a, v),
		.content_type = keep(a, v[CONTENT_TYPE]),
		.content_length = content_length(v[CONTENT_LENGTH]),
		.authorization = keep(a, v[AUTHORIZATION]),
		.api_key = keep(a, v[API_KEY]),
		.accept = keep(a, v[ACCEPT]),
		.accept_language = keep(a, v[ACCEPT_LANGUAGE]),
		.idempotency_key = keep(a, v[IDEMPOTENCY_KEY]),
		.remote_addr = keep(a, v[REMOTE_ADDR]),
		.user_agent = keep(a, v[USER_AGENT]),
		.range = keep(a, v[RANGE]),
		.no_wait = v[NOWAIT] && *v[NOWAIT],
	};
	req->method = method_of(req->method_name);
	set_request_id(req, v[REQUEST_ID]);
	for (i = 0; i < HTTP_SEGMENT_MAX; i++)
		req->segment[i] = "";
}
