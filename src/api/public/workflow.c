// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what a session asks for, before anything has been done. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"

int public_workflow(struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct kyc_workflow w = { 0 };
	struct kyc_visit visit;
	size_t i;

	if (public_follow(call, false, &visit) ||
	    kyc_workflow_load(call->kyc, &visit.session, &w, &call->fault))
		return -1;
	native_open(call);
	json_str(b, "name", w.name);
	json_str(b, "description", w.description);
	json_int(b, "version", w.version);
	json_open(b, "steps", '[');
	for (i = 0; i < w.step_count; i++) {
		json_open(b, NULL, '{');
		public_render_step(b, &w.steps[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}
