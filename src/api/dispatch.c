// SPDX-License-Identifier: GPL-3.0-or-later
/* The way of a request: route, admit, run, render. */
#include "api/api.h"
#include "base/json.h"
#include "base/log.h"

static bool has_prefix(const struct api_protocol *p, const char *path)
{
	size_t i;

	for (i = 0; p->prefixes[i]; i++) {
		size_t len = strlen(p->prefixes[i]);

		if (strncmp(path, p->prefixes[i], len) != 0)
			continue;
		if (p->prefixes[i][len - 1] == '/' || !path[len] ||
		    path[len] == '/')
			return true;
	}
	return false;
}

/* A path of nobody's gets the last protocol's words: the native ones. */
static const struct api_protocol *find_protocol(const char *path)
{
	size_t i;

	for (i = 0; i + 1 < api_protocol_count; i++) {
		if (has_prefix(api_protocols[i], path))
			return api_protocols[i];
	}
	return api_protocols[i];
}

static bool method_fits(enum http_method route, enum http_method asked)
{
	return route == asked || (route == HTTP_GET && asked == HTTP_HEAD);
}

/* More than one route may match a path: each method is named once. */
static void allow_method(struct buf *allow, enum http_method m)
{
	if (strstr(buf_cstr(allow), http_method_name(m)))
		return;
	if (allow->len)
		buf_str(allow, ", ");
	buf_str(allow, http_method_name(m));
	if (m == HTTP_GET)
		buf_str(allow, ", HEAD");
}

static const struct api_route *find_in(const struct api_routes *table,
				       struct http_request *req,
				       struct buf *allow)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		const struct api_route *r = &table->row[i];

		if (!http_path_match(r->path, req->path, req))
			continue;
		if (method_fits(r->method, req->method))
			return r;
		allow_method(allow, r->method);
	}
	return NULL;
}

const struct api_route *api_route_find(const struct api_protocol *p,
				       struct http_request *req,
				       struct buf *allow)
{
	const struct api_route *found = NULL;
	size_t i;

	for (i = 0; p->routes[i] && !found; i++)
		found = find_in(p->routes[i], req, allow);
	return found;
}

static int no_route(struct api_call *call, struct buf *allow)
{
	if (!*call->req->path)
		return fault_set(&call->fault, FAULT_BAD_REQUEST,
				 "The path cannot be read.");
	if (!allow->len)
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "There is nothing at this path.");
	buf_str(allow, ", OPTIONS");
	http_header(call->res, "Allow", allow->data);
	if (call->req->method == HTTP_OPTIONS) {
		call->res->status = 204;
		return 0;
	}
	return fault_set(&call->fault, FAULT_METHOD, NULL);
}

static int answer(struct api_call *call)
{
	struct buf allow;

	buf_init(&allow, call->req->arena);
	call->protocol = find_protocol(*call->req->path ? call->req->path
							: call->req->target);
	call->route = api_route_find(call->protocol, call->req, &allow);
	if (!call->route)
		return no_route(call, &allow);
	if (call->req->content_length < 0)
		return fault_set(&call->fault, FAULT_BAD_REQUEST,
				 "Content-Length is no number.");
	if (api_admit(call))
		return -1;
	return api_run(call);
}

const char *api_fault_text(struct api_call *call, const struct fault *f)
{
	struct buf text;
	size_t i;

	if (!f->field_count)
		return f->message;
	buf_init(&text, call->req->arena);
	for (i = 0; i < f->field_count; i++)
		buf_printf(&text, "%s%s %s", i ? "; " : "", f->fields[i].path,
			   f->fields[i].message);
	return text.data;
}

int api_refuse(struct api_call *call, enum fault_code code, const char *message)
{
	fault_clear(&call->fault);
	buf_reset(&call->details);
	return fault_set(&call->fault, code, "%s", message);
}

struct buf *api_details(struct api_call *call)
{
	buf_reset(&call->details);
	json_open(&call->details, NULL, '{');
	return &call->details;
}

void api_render_details(struct api_call *call, struct buf *b, const char *key)
{
	size_t len = call->details.len;

	if (!len)
		return;
	json_close(&call->details, '}');
	json_raw(b, key, call->details.data);
	call->details.len = len; /* a fault may be rendered once more */
}

/* The messages of one name stand together, where the first of them is. */
static bool came_before(const struct fault *f, size_t at)
{
	size_t i;

	for (i = 0; i < at; i++) {
		if (!strcmp(f->fields[i].path, f->fields[at].path))
			return true;
	}
	return false;
}

void api_render_fields(struct buf *b, const char *key, const struct fault *f)
{
	size_t i, j;

	json_open(b, key, '{');
	for (i = 0; i < f->field_count; i++) {
		if (came_before(f, i))
			continue;
		json_open(b, f->fields[i].path, '[');
		for (j = i; j < f->field_count; j++) {
			if (!strcmp(f->fields[j].path, f->fields[i].path))
				json_str(b, NULL, f->fields[j].message);
		}
		json_close(b, ']');
	}
	json_close(b, '}');
}

void api_reply(struct api_call *call, int status)
{
	call->res->status = status;
	call->res->content_type = "application/json; charset=utf-8";
}

/* RFC 6750 section 3: an error is told to who brought a token. */
static const char *challenge(const struct api_call *call)
{
	if (call->protocol->challenge)
		return call->protocol->challenge;
	return *call->req->authorization
		       ? "Bearer realm=\"vouchsafe\", error=\"invalid_token\""
		       : "Bearer realm=\"vouchsafe\"";
}

void api_reply_fault(struct api_call *call)
{
	struct fault *f = &call->fault;
	int status;

	buf_reset(&call->res->body);
	status = call->protocol->fault(call, f);
	api_reply(call, status);
	if (f->code == FAULT_UNAUTHENTICATED)
		http_header(call->res, "WWW-Authenticate", challenge(call));
	if (f->code == FAULT_UNAVAILABLE)
		http_header(call->res, "Retry-After", "2");
	if (f->code == FAULT_INTERNAL || f->code == FAULT_UNAVAILABLE)
		log_error("request %s: %s %s", call->req->request_id,
			  fault_row(f->code)->name, f->detail);
}

void api_dispatch(struct kyc *k, struct http_request *req,
		  struct http_response *res)
{
	struct api_call *call = arena_new(req->arena, struct api_call);

	call->req = req;
	call->res = res;
	call->kyc = k;
	buf_init(&call->details, req->arena);
	http_header(res, "X-Request-Id", req->request_id);
	http_header(res, "X-Content-Type-Options", "nosniff");
	http_header(res, "Cache-Control", "no-store");
	if (answer(call))
		api_reply_fault(call);
	api_input_finish(call);
	if (call->protocol)
		req->protocol = call->protocol->name;
	if (call->route)
		req->route = call->route->path;
}
