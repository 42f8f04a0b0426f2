// SPDX-License-Identifier: GPL-3.0-or-later
/* klustr: its paths and errors. */
#include "api/klustr/klustr.h"
#include "base/json.h"

/* {timestamp, status, error, message, path} */
static int fault_body(struct api_call *call, const struct fault *f)
{
	const struct fault_row *row = fault_row(f->code);
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	native_time(b, "timestamp", clock_now_ms());
	json_int(b, "status", row->status);
	json_str(b, "error", row->title);
	json_str(b, "message", api_fault_text(call, f));
	json_str(b, "path", call->req->path);
	json_close(b, '}');
	return row->status;
}

static const char *const prefixes[] = { "/ekyc", NULL };

static const struct api_routes *const tables[] = { &klustr_admin_routes,
						   &klustr_me_routes, NULL };

const struct api_protocol klustr_protocol = {
	.name = "klustr",
	.prefixes = prefixes,
	.routes = tables,
	.fault = fault_body,
};
