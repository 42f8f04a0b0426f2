// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: sessions made, looked at and changed by the operator. */
#include "api/kyc/sessions.h"
#include "base/json.h"

struct create_args {
	struct param_uuid workflow_id;
	int64_t ttl_days;
	struct json_object *metadata;
	const char *external_id;
	struct param_uuid customer_id;
	const char *client_id;
	const char *callback_url;
	const char *webhook_url;
	int priority;
	int draft;
	const char *locale;
	int send_invitation;
};

#define NEW(field) offsetof(struct create_args, field)

static const struct param create_params[] = {
	{ .name = "workflow_id",
	  .type = PARAM_UUID,
	  .offset = NEW(workflow_id) },
	{ .name = "ttl_days",
	  .type = PARAM_INT,
	  .offset = NEW(ttl_days),
	  .min = 1,
	  .max = 90 },
	{ .name = "metadata", .type = PARAM_OBJECT, .offset = NEW(metadata) },
	{ .name = "external_id",
	  .type = PARAM_STRING,
	  .offset = NEW(external_id),
	  .min = 1 },
	{ .name = "customer_id",
	  .type = PARAM_UUID,
	  .offset = NEW(customer_id) },
	{ .name = "client_id",
	  .type = PARAM_STRING,
	  .offset = NEW(client_id),
	  .min = 1 },
	{ .name = "callback_url",
	  .type = PARAM_URL,
	  .offset = NEW(callback_url) },
	{ .name = "webhook_url",
	  .type = PARAM_URL,
	  .offset = NEW(webhook_url) },
	{ .name = "priority",
	  .type = PARAM_WORD,
	  .offset = NEW(priority),
	  .words = kyc_priority_words },
	{ .name = "draft",
	  .type = PARAM_BOOL,
	  .offset = NEW(draft),
	  .has_def = true },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = NEW(locale),
	  .min = 2,
	  .max = 16 },
	{ .name = "send_invitation",
	  .type = PARAM_BOOL,
	  .offset = NEW(send_invitation),
	  .def = 1,
	  .has_def = true },
};

enum kyc_invite sessions_invite(int send_invitation)
{
	if (send_invitation < 0)
		return KYC_INVITE_AS_USUAL;
	return send_invitation ? KYC_INVITE : KYC_INVITE_NOT;
}

static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	struct fault *f = &call->fault;
	struct kyc_detail detail = { .callback_url = args->callback_url,
				     .webhook_url = args->webhook_url };
	struct kyc_session_new new = {
		.protocol = KYC_NATIVE,
		.workflow = args->workflow_id.id,
		.entity = args->customer_id.id,
		.client_id = args->client_id,
		.external_id = args->external_id,
		.locale = args->locale,
		.priority = (enum kyc_priority)(args->priority + 1),
		.draft = args->draft,
		.detail = &detail,
	};
	char token[UUID_TEXT_SIZE];
	struct kyc_session s;

	if (args->ttl_days != PARAM_ABSENT)
		new.ttl_ms = args->ttl_days *CLOCK_DAY;
	if (args->customer_id.set && args->client_id)
		return fault_field(f, "client_id",
				   "cannot come with customer_id");
	if (kyc_detail_metadata(call->kyc, args->metadata, &detail.metadata,
				&new.customer_name, &new.customer_email, f))
		return -1;
	new.invite =
		args->send_invitation &&new.customer_name &&new.customer_email;
	if (kyc_session_create(call->kyc, &new, &s, token, f))
		return -1;
	return sessions_reply(call, &s, 201);
}

static int get(struct api_call *call)
{
	return sessions_reply_whole(call, call->whole, 200);
}

struct change_args {
	int status;
	const char *notes;
	int priority;
	const char *assigned_to;
	struct json_object *metadata;
	int legal_hold;
	int64_t version;
};

/* What a status means as a wish. Most of them nobody can wish for: their verbs
 * are refused. */
static const struct {
	enum kyc_verb verb;
	enum kyc_decision decision;
} wishes[NATIVE_STATUSES] = {
	[NATIVE_DRAFT] = { KYC_CREATE, KYC_NO_DECISION },
	[NATIVE_ACTIVE] = { KYC_REACTIVATE, KYC_NO_DECISION },
	[NATIVE_COMPLETED] = { KYC_FINISH, KYC_NO_DECISION },
	[NATIVE_PROCESSING] = { KYC_PROCESS, KYC_NO_DECISION },
	[NATIVE_PROCESSED] = { KYC_DECIDE, KYC_NO_DECISION },
	[NATIVE_MANUAL_REVIEW] = { KYC_DECIDE, KYC_DECIDED_MANUAL_REVIEW },
	[NATIVE_AWAITING_CORRECTION] = { KYC_CORRECT, KYC_NO_DECISION },
	[NATIVE_APPROVED] = { KYC_DECIDE, KYC_DECIDED_APPROVED },
	[NATIVE_REJECTED] = { KYC_DECIDE, KYC_DECIDED_REJECTED },
	[NATIVE_EXPIRED] = { KYC_EXPIRE, KYC_NO_DECISION },
	[NATIVE_REVOKED] = { KYC_REVOKE, KYC_NO_DECISION },
	[NATIVE_FAILED] = { KYC_FAIL, KYC_NO_DECISION },
};

#define CHANGE(field) offsetof(struct change_args, field)

static const struct param change_params[] = {
	{ .name = "status",
	  .type = PARAM_WORD,
	  .offset = CHANGE(status),
	  .words = native_status_words },
	{ .name = "notes", .type = PARAM_TEXT, .offset = CHANGE(notes) },
	{ .name = "priority",
	  .type = PARAM_WORD,
	  .offset = CHANGE(priority),
	  .words = kyc_priority_words },
	{ .name = "assigned_to",
	  .type = PARAM_STRING,
	  .offset = CHANGE(assigned_to),
	  .max = 64 },
	{ .name = "metadata",
	  .type = PARAM_OBJECT,
	  .offset = CHANGE(metadata) },
	{ .name = "legal_hold",
	  .type = PARAM_BOOL,
	  .offset = CHANGE(legal_hold) },
	{ .name = "version",
	  .type = PARAM_INT,
	  .offset = CHANGE(version),
	  .min = 1,
	  .max = UINT32_MAX,
	  .def = -1,
	  .has_def = true },
};

static void render_changed(struct api_call *call, const struct kyc_session *s)
{
	enum kyc_state state = kyc_state_now(s, clock_now_ms());
	struct buf *b = &call->res->body;

	native_uuid(b, "session_id", &s->id);
	json_str(b, "status", native_state_word(state));
	json_str(b, "compliance_status",
		 kyc_compliance_words[kyc_compliance_of(state)]);
	json_str(b, "priority", kyc_priority_words[s->priority - 1]);
	json_str(b, "assigned_to", s->assigned_to);
	json_int(b, "version", s->version);
	json_int(b, "expires_at", s->expires_at / CLOCK_SECOND);
	native_time(b, "updated_at", s->updated_at);
}

static int change(struct api_call *call)
{
	const struct change_args *args = call->args;
	struct kyc_session_change c = {
		.version = args->version,
		.notes = args->notes && *args->notes ? args->notes : NULL,
		.priority = (enum kyc_priority)(args->priority + 1),
		.assigned_to = args->assigned_to,
		.metadata = args->metadata,
		.legal_hold = args->legal_hold,
	};
	struct kyc_session s;

	if (args->status >= 0) {
		c.verb = wishes[args->status].verb;
		c.decision = wishes[args->status].decision;
	}
	if (api_lock_session(call, &s) ||
	    kyc_session_change(call->kyc, &s, &c, &call->fault))
		return -1;
	call->subject = s.id;
	native_open(call);
	render_changed(call, &s);
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/sessions"

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
	  .path = BASE "/{id}",
	  .auth = API_KEY_SESSION,
	  .look = KYC_LOOK_WHOLE,
	  .parts = KYC_EVERY_PART,
	  .permission = KYC_MAY_READ,
	  .handler = get },
	{ .method = HTTP_PATCH,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE | KYC_MAY_REVIEW | KYC_MAY_MANAGE,
	  .any_permission = true,
	  .body = API_JSON,
	  .handler = change,
	  .params = change_params,
	  .param_count = ARRAY_SIZE(change_params),
	  .args_size = sizeof(struct change_args) },
};

const struct api_routes kyc_session_routes = { rows, ARRAY_SIZE(rows) };
