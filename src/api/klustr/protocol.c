// SPDX-License-Identifier: GPL-3.0-or-later
/* klustr: its paths and errors. */
#include "api/klustr/klustr.h"
#include "base/json.h"

/* As it was sent, as far as it matters. */
static void add_path(struct buf *b, const char *path)
{
	struct buf text = BUF_INIT;

	for (; *path; path++) {
		if (*path == HTTP_SLASH)
			buf_str(&text, "%2F");
		else
			buf_chr(&text, *path);
	}
	json_str(b, "path", buf_cstr(&text));
	buf_finish(&text);
}

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
	add_path(b, call->req->path);
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
