// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: its paths, its errors, its way of paging. */
#include "api/cursor.h"
#include "api/kycgenie/kycgenie.h"
#include "api/states.h"
#include "base/json.h"

static const char *const codes[FAULT_CODES] = {
	[FAULT_BAD_REQUEST] = "INVALID_REQUEST",
	[FAULT_INVALID] = "VALIDATION_ERROR",
	[FAULT_UNAUTHENTICATED] = "AUTHENTICATION_FAILED",
	[FAULT_FORBIDDEN] = "PERMISSION_DENIED",
	[FAULT_NOT_FOUND] = "NOT_FOUND",
	[FAULT_METHOD] = "INVALID_REQUEST",
	[FAULT_CONFLICT] = "CONFLICT",
	[FAULT_GONE] = "NOT_FOUND",
	[FAULT_TOO_LARGE] = "INVALID_REQUEST",
	[FAULT_MEDIA_TYPE] = "INVALID_REQUEST",
	[FAULT_IDEMPOTENCY_MISMATCH] = "IDEMPOTENCY_MISMATCH",
	[FAULT_RATE_LIMITED] = "RATE_LIMITED",
	[FAULT_INTERNAL] = "SERVER_ERROR",
	[FAULT_UNAVAILABLE] = "SERVER_ERROR",
};

/* {error, code, details?, errors?, request_id} */
static int fault_body(struct api_call *call, const struct fault *f)
{
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	json_str(b, "error", f->message);
	json_str(b, "code", codes[f->code]);
	api_render_details(call, b, "details");
	if (f->field_count)
		api_render_fields(b, "errors", f);
	json_str(b, "request_id", call->req->request_id);
	json_close(b, '}');
	return fault_row(f->code)->status;
}

int kycgenie_not_now(struct api_call *call, const struct kyc_session *s,
		     const char *message, const char *status_name)
{
	struct buf *b;

	api_refuse(call, FAULT_BAD_REQUEST, message);
	b = api_details(call);
	native_uuid(b, "session_id", &s->id);
	json_str(b, status_name, kycgenie_status(s));
	return -1;
}

int kycgenie_position(struct api_call *call, const char *list,
		      const struct kycgenie_page_args *page, struct uuid *below,
		      struct uuid *above)
{
	const struct api_cursor after = { "after", page->after };
	const struct api_cursor before = { "before", page->before };

	*below = *above = (struct uuid){ { 0 } };
	if (page->after && page->before)
		return fault_field(&call->fault, "before",
				   "cannot come with after");
	if (page->after)
		return api_cursor_read(call, list, after, below,
				       sizeof(*below));
	if (page->before)
		return api_cursor_read(call, list, before, above,
				       sizeof(*above));
	return 0;
}

static void render_cursor(struct api_call *call, const char *name,
			  const char *list, const struct uuid *at)
{
	json_str(&call->res->body, name,
		 at ? api_cursor_write(call, list, at, sizeof(*at)) : NULL);
}

/* A page that was walked back to has another one behind it: the one that the
 * walk came from. */
void kycgenie_render_cursors(struct api_call *call, const char *list,
			     const struct kycgenie_page_args *page, bool more,
			     const struct uuid *first, const struct uuid *last)
{
	bool next = page->before ? last != NULL : more;
	bool prev = page->before ? more : page->after != NULL;

	json_flag(&call->res->body, "has_more", next);
	render_cursor(call, "next_cursor", list, next ? last : NULL);
	render_cursor(call, "prev_cursor", list, prev ? first : NULL);
}

static const char *const prefixes[] = { "/api/", NULL };

static const struct api_routes *const tables[] = {
	&kycgenie_list_routes, /* sessions/list/ before sessions/{id}/ */
	&kycgenie_session_routes, &kycgenie_review_routes,
	&kycgenie_entity_routes, NULL
};

const struct api_protocol kycgenie_protocol = {
	.name = "kycgenie",
	.prefixes = prefixes,
	.routes = tables,
	.fault = fault_body,
};
