// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary: subsessions, as operator and customer see them. */
#include "api/native.h"
#include "base/json.h"
#include "kyc/subsession.h"

void native_subsession(struct api_call *call, const struct kyc_session *s,
		       const char *token, const char *label)
{
	struct buf *b = &call->res->body;

	native_uuid(b, "subsession_id", &s->id);
	json_str(b, "access_token", token);
	json_str(b, "access_link",
		 token ? kyc_link_native(call->kyc, token) : NULL);
	native_uuid(b, "workflow_id", &s->workflow);
	json_str(b, "step_id", s->parent_step);
	json_str(b, "status",
		 native_state_word(kyc_state_now(s, clock_now_ms())));
	json_str(b, "label", label);
	json_int(b, "expires_at", s->expires_at / CLOCK_SECOND);
	native_time(b, "created_at", s->created_at);
	if (s->completed_at >= 0)
		native_time(b, "completed_at", s->completed_at);
}

int native_subsessions(struct api_call *call, const struct kyc_session *parent,
		       const char *step_id)
{
	int64_t completed = 0, pending = 0;
	struct buf *b = &call->res->body;
	struct kyc_subsession *list;
	int n, i;

	n = kyc_subsession_list(call->kyc, parent, step_id, &list,
				&call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "subsessions", '[');
	for (i = 0; i < n; i++) {
		const struct kyc_session *s = &list[i].session;

		completed += kyc_subsession_is_completed(s);
		pending += kyc_subsession_is_pending(s);
		json_open(b, NULL, '{');
		native_subsession(call, s, list[i].view.token,
				  list[i].view.detail.label);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_int(b, "total", n);
	json_int(b, "completed", completed);
	json_int(b, "pending", pending);
	native_close(call, 200);
	return 0;
}
