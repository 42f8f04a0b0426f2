// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the subsessions of a session. */
#include "api/kyc/sessions.h"
#include "base/json.h"
#include "kyc/erase.h"
#include "kyc/subsession.h"

struct create_args {
	const char *step_id;
	const char *label;
	struct json_object *metadata;
	int64_t ttl_days;
	const char *locale;
	int send_invitation;
};

#define NEW(field) offsetof(struct create_args, field)

static const struct param create_params[] = {
	{ .name = "step_id",
	  .type = PARAM_STRING,
	  .offset = NEW(step_id),
	  .required = true,
	  .min = 1,
	  .max = 64 },
	{ .name = "label", .type = PARAM_STRING, .offset = NEW(label) },
	{ .name = "metadata", .type = PARAM_OBJECT, .offset = NEW(metadata) },
	{ .name = "ttl_days",
	  .type = PARAM_INT,
	  .offset = NEW(ttl_days),
	  .min = 1,
	  .max = 90 },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = NEW(locale),
	  .min = 2,
	  .max = 16 },
	{ .name = "send_invitation",
	  .type = PARAM_BOOL,
	  .offset = NEW(send_invitation) },
};

struct list_args {
	const char *step_id;
};

static const struct param list_params[] = {
	{ .name = "step_id",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct list_args, step_id),
	  .min = 1,
	  .max = 64 },
};

struct link_args {
	int send_invitation;
};

static const struct param link_params[] = {
	{ .name = "send_invitation",
	  .type = PARAM_BOOL,
	  .offset = offsetof(struct link_args, send_invitation) },
};

static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	struct kyc_subsession_new new = {
		.step_id = args->step_id,
		.label = args->label,
		.locale = args->locale,
		.invite = sessions_invite(args->send_invitation),
	};
	struct kyc_session parent, s;
	char token[UUID_TEXT_SIZE];

	if (args->ttl_days != PARAM_ABSENT)
		new.ttl_ms = args->ttl_days *CLOCK_DAY;
	if (kyc_detail_metadata(call->kyc, args->metadata, &new.metadata,
				&new.name, &new.email, &call->fault) ||
	    api_lock_session(call, &parent) ||
	    kyc_subsession_create(call->kyc, &parent, &new, &s, token,
				  &call->fault))
		return -1;
	call->subject = s.id;
	native_open(call);
	native_subsession(call, &s, token, new.label);
	native_close(call, 201);
	return 0;
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;

	return native_subsessions(call, call->session, args->step_id);
}

/* The parent need not be locked: a child never changes it. */
static int lock_child(struct api_call *call, struct kyc_session *out)
{
	struct uuid parent, id;

	if (uuid_parse(call->req->segment[0], &parent) ||
	    uuid_parse(call->req->segment[1], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	return kyc_subsession_lock(call->kyc, &parent, &id, out, &call->fault);
}

static int regenerate(struct api_call *call)
{
	const struct link_args *args = call->args;
	struct buf *b = &call->res->body;
	char token[UUID_TEXT_SIZE];
	struct kyc_session s;

	if (lock_child(call, &s) ||
	    kyc_session_relink(call->kyc, &s,
			       sessions_invite(args->send_invitation), token,
			       &call->fault))
		return -1;
	call->subject = s.id;
	native_open(call);
	native_uuid(b, "subsession_id", &s.id);
	json_str(b, "access_token", token);
	json_str(b, "access_link", kyc_link_native(call->kyc, token));
	json_int(b, "expires_at", s.expires_at / CLOCK_SECOND);
	native_close(call, 200);
	return 0;
}

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct kyc_session s;

	if (lock_child(call, &s) || kyc_erase(call->kyc, &s.id, &call->fault))
		return -1;
	native_open(call);
	native_uuid(b, "subsession_id", &s.id);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/sessions/{id}/subsessions"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_CREATE,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct create_args) },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY_SESSION,
	  .look = KYC_LOOK_SESSION,
	  .permission = KYC_MAY_READ,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/{sub_id}/regenerate-link",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .handler = regenerate,
	  .params = link_params,
	  .param_count = ARRAY_SIZE(link_params),
	  .args_size = sizeof(struct link_args) },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{sub_id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_DELETE,
	  .handler = delete },
};

const struct api_routes kyc_subsession_routes = { rows, ARRAY_SIZE(rows) };
