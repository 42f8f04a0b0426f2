// SPDX-License-Identifier: GPL-3.0-or-later
/* The input of a handler: the body, and parameters by the route's table. */
#include <json-c/json.h>

#include "api/api.h"
#include "http/body.h"

enum { JSON_MAX = 1024 * 1024 };

static void request_digest(struct api_call *call, const struct buf *body)
{
	const struct http_request *req = call->req;
	struct digest d;

	digest_init(&d);
	digest_update(&d, req->method_name, strlen(req->method_name) + 1);
	digest_update(&d, req->path, strlen(req->path) + 1);
	digest_update(&d, req->query, strlen(req->query) + 1);
	digest_update(&d, buf_cstr(body), body->len);
	digest_finish(&d, call->body_digest);
	call->has_digest = true;
}

static const char *const media_types[] = {
	[API_JSON] = "application/json",
	[API_FORM] = "application/x-www-form-urlencoded",
};

static int check_type(struct api_call *call)
{
	const char *wanted = media_types[call->route->body];

	if (!call->req->content_length ||
	    http_media_type_is(call->req->content_type, wanted))
		return 0;
	return fault_set(&call->fault, FAULT_MEDIA_TYPE, "The body must be %s.",
			 wanted);
}

static bool has_body(const struct api_route *r)
{
	return r->body == API_JSON || r->body == API_FORM;
}

static int parse_json(struct api_call *call, const struct buf *body)
{
	const struct api_route *r = call->route;

	if (http_json_parse(body, &call->json, &call->fault))
		return -1;
	return param_from_json(r->params, r->param_count, call->json,
			       call->req->arena, call->args, &call->fault);
}

static int parse_form(struct api_call *call, const struct buf *body)
{
	const struct api_route *r = call->route;
	const char *text = buf_cstr(body);

	if (strlen(text) != body->len)
		return fault_set(&call->fault, FAULT_BAD_REQUEST,
				 "The body holds a byte of zero.");
	return param_from_form(r->params, r->param_count, text,
			       call->req->arena, call->args, &call->fault);
}

int api_input(struct api_call *call)
{
	const struct api_route *r = call->route;
	struct buf body;

	buf_init(&body, call->req->arena);
	call->args = arena_alloc(call->req->arena, r->args_size);
	if (r->body == API_STREAM)
		return 0;
	if (has_body(r) &&
	    (check_type(call) ||
	     http_body_read(call->req, r->max_body ? r->max_body : JSON_MAX,
			    &body, &call->fault)))
		return -1;
	if (*call->req->idempotency_key)
		request_digest(call, &body);
	if (r->body == API_JSON)
		return parse_json(call, &body);
	if (r->body == API_FORM)
		return parse_form(call, &body);
	if (r->body == API_QUERY)
		return param_from_query(r->params, r->param_count,
					call->req->query, call->req->arena,
					call->args, &call->fault);
	return 0;
}

void api_input_finish(struct api_call *call)
{
	json_object_put(call->json);
	call->json = NULL;
}
