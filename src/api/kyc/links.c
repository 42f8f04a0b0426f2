// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: a session's link made anew, and given more time. */
#include "api/kyc/sessions.h"
#include "base/json.h"

struct extend_args {
	int64_t extend_days;
	const char *comment;
};

struct link_args {
	int send_invitation;
};

static const struct param extend_params[] = {
	{ .name = "extend_days",
	  .type = PARAM_INT,
	  .offset = offsetof(struct extend_args, extend_days),
	  .required = true,
	  .min = 1,
	  .max = 90 },
	{ .name = "comment",
	  .type = PARAM_TEXT,
	  .offset = offsetof(struct extend_args, comment) },
};

static const struct param link_params[] = {
	{ .name = "send_invitation",
	  .type = PARAM_BOOL,
	  .offset = offsetof(struct link_args, send_invitation) },
};

static int reply(struct api_call *call, const struct kyc_session *s,
		 const char *token)
{
	const char *link = token ? kyc_link_native(call->kyc, token) : NULL;
	struct buf *b = &call->res->body;

	call->subject = s->id;
	native_open(call);
	native_uuid(b, "session_id", &s->id);
	json_str(b, "status",
		 native_state_word(kyc_state_now(s, clock_now_ms())));
	json_str(b, "access_token", token);
	json_str(b, "link", link);
	json_str(b, "access_link", link);
	json_int(b, "expires_at", s->expires_at / CLOCK_SECOND);
	json_int(b, "version", s->version);
	native_time(b, "updated_at", s->updated_at);
	native_close(call, 200);
	return 0;
}

static int extend(struct api_call *call)
{
	const struct extend_args *args = call->args;
	struct kyc_session_view view;
	struct kyc_session s;

	if (api_lock_session(call, &s) ||
	    kyc_session_extend(call->kyc, &s, args->extend_days, args->comment,
			       &call->fault) ||
	    kyc_session_view(call->kyc, &s, &view, &call->fault))
		return -1;
	return reply(call, &s, view.token);
}

static int generate(struct api_call *call)
{
	const struct link_args *args = call->args;
	char token[UUID_TEXT_SIZE];
	struct kyc_session s;

	if (api_lock_session(call, &s) ||
	    kyc_session_relink(call->kyc, &s,
			       sessions_invite(args->send_invitation), token,
			       &call->fault))
		return -1;
	return reply(call, &s, token);
}

#define BASE "/kyc/sessions/{id}"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE "/extend",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .handler = extend,
	  .params = extend_params,
	  .param_count = ARRAY_SIZE(extend_params),
	  .args_size = sizeof(struct extend_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/generate-link",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .handler = generate,
	  .params = link_params,
	  .param_count = ARRAY_SIZE(link_params),
	  .args_size = sizeof(struct link_args) },
};

const struct api_routes kyc_link_routes = { rows, ARRAY_SIZE(rows) };
