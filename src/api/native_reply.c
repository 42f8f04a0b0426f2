// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary: the envelope of its answers, its errors. */
#include "api/native.h"
#include "base/json.h"

int native_fault(struct api_call *call, const struct fault *f)
{
	const struct fault_row *row = fault_row(f->code);
	struct buf *b = &call->res->body;
	size_t i;

	json_open(b, NULL, '{');
	json_str(b, "status", "error");
	json_str(b, "error", row->name);
	json_str(b, "message", api_fault_text(call, f));
	if (f->field_count) {
		json_open(b, "details", '{');
		json_open(b, "fields", '{');
		for (i = 0; i < f->field_count; i++) {
			json_open(b, f->fields[i].path, '[');
			json_str(b, NULL, f->fields[i].message);
			json_close(b, ']');
		}
		json_close(b, '}');
		json_close(b, '}');
	}
	json_close(b, '}');
	return row->status;
}

void native_open(struct api_call *call)
{
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	json_str(b, "status", "success");
	json_open(b, "data", '{');
}

void native_close(struct api_call *call, int status)
{
	json_close(&call->res->body, '}');
	json_close(&call->res->body, '}');
	api_reply(call, status);
}
