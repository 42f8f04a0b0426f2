// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: which paths are its own, and its errors. */
#include "api/verilock/verilock.h"
#include "base/json.h"

static const char *const codes[FAULT_CODES] = {
	[FAULT_NONE] = "server_error",
	[FAULT_BAD_REQUEST] = "validation_error",
	[FAULT_INVALID] = "validation_error",
	[FAULT_UNAUTHENTICATED] = "authentication_error",
	[FAULT_FORBIDDEN] = "permission_error",
	[FAULT_NOT_FOUND] = "not_found",
	[FAULT_METHOD] = "method_not_allowed",
	[FAULT_CONFLICT] = "conflict",
	[FAULT_GONE] = "not_found",
	[FAULT_TOO_LARGE] = "payload_too_large",
	[FAULT_MEDIA_TYPE] = "validation_error",
	[FAULT_IDEMPOTENCY_MISMATCH] = "validation_error",
	[FAULT_RATE_LIMITED] = "rate_limit_exceeded",
	[FAULT_INTERNAL] = "server_error",
	[FAULT_UNAVAILABLE] = "server_error",
};

/* {error, message, details}; details names the fields. */
static int fault_body(struct api_call *call, const struct fault *f)
{
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	json_str(b, "error", codes[f->code]);
	json_str(b, "message", f->message);
	api_render_fields(b, "details", f);
	json_close(b, '}');
	return f->code == FAULT_INVALID ? 422 : fault_row(f->code)->status;
}

static const char *const prefixes[] = { "/api/v1/sessions", NULL };

static const struct api_routes *const tables[] = { &verilock_session_routes,
						   &verilock_list_routes,
						   NULL };

const struct api_protocol verilock_protocol = {
	.name = "verilock",
	.prefixes = prefixes,
	.routes = tables,
	.id_prefix = "ses_",
	.fault = fault_body,
};
