// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: making, looking at, resending and revoking sessions. */
#include "api/kycgenie/kycgenie.h"
#include "base/json.h"
#include "kyc/detail.h"
#include "kyc/outcome.h"
#include "kyc/session_change.h"
#include "kyc/workflow.h"

struct create_args {
	struct param_uuid entity_id;
	const char *email;
	int profile;
	struct json_object *checks;
	int64_t expiry_hours;
	int send_email;
	const char *webhook_url;
	const char *locale;
};

#define NEW(field) offsetof(struct create_args, field)

static const struct param create_params[] = {
	{ .name = "entity_id",
	  .type = PARAM_UUID,
	  .offset = NEW(entity_id),
	  .required = true },
	{ .name = "email",
	  .type = PARAM_EMAIL,
	  .offset = NEW(email),
	  .required = true },
	{ .name = "verification_profile",
	  .type = PARAM_WORD,
	  .offset = NEW(profile),
	  .words = kycgenie_profiles,
	  .def = 1, /* standard */
	  .has_def = true },
	{ .name = "verification_checks",
	  .type = PARAM_OBJECT,
	  .offset = NEW(checks) },
	{ .name = "expiry_hours",
	  .type = PARAM_INT,
	  .offset = NEW(expiry_hours),
	  .min = 1,
	  .max = 168,
	  .def = 48,
	  .has_def = true },
	{ .name = "send_email",
	  .type = PARAM_BOOL,
	  .offset = NEW(send_email),
	  .def = 1,
	  .has_def = true },
	{ .name = "webhook_url",
	  .type = PARAM_URL,
	  .offset = NEW(webhook_url) },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = NEW(locale),
	  .min = 2,
	  .max = 16 },
};

/* No secret: the link is in the mail alone. */
static void render_url(struct api_call *call, const struct kyc_session *s)
{
	char id[UUID_TEXT_SIZE];

	uuid_text(&s->id, id);
	json_str(&call->res->body, "verification_url",
		 arena_printf(call->req->arena, "%s/verify/%s",
			      call->kyc->conf->public_url, id));
}

/* What stood in the way of a new session, beside the fault that says so. */
static int clashed(struct api_call *call, const struct uuid *entity,
		   const struct kyc_session_clash *clash)
{
	const struct kyc_session *s = &clash->under_way;
	struct buf *b;

	if (clash->is_company) {
		b = api_details(call);
		json_str(b, "entity_type", kyc_entity_type_names[KYC_COMPANY]);
		native_uuid(b, "entity_id", entity);
	} else if (!uuid_is_nil(&s->id)) {
		b = api_details(call);
		native_uuid(b, "existing_session_id", &s->id);
		json_str(b, "status", kycgenie_status(s));
		native_time(b, "expires_at", s->expires_at);
		native_time(b, "created_at", s->created_at);
	}
	return -1;
}

static int reply_created(struct api_call *call, const struct kyc_session *s)
{
	struct buf *b = &call->res->body;

	call->subject = s->id;
	json_open(b, NULL, '{');
	kycgenie_render_session(b, s);
	json_str(b, "status", kycgenie_status(s));
	render_url(call, s);
	json_flag(b, "email_sent", s->invited_at >= 0);
	native_time(b, "expires_at", s->expires_at);
	native_time(b, "created_at", s->created_at);
	json_close(b, '}');
	api_reply(call, 202);
	return 0;
}

/* Without a mail nobody could know the link, so none is issued yet. */
static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	const struct kyc_detail detail = { .webhook_url = args->webhook_url };
	struct kyc_session_clash clash = { .is_company = false };
	struct kyc_session_new new = {
		.protocol = KYC_KYCGENIE,
		.entity = args->entity_id.id,
		.customer_email = args->email,
		.locale = args->locale,
		.ttl_ms = args->expiry_hours * CLOCK_HOUR,
		.draft = !args->send_email,
		.invite = args->send_email,
		.detail = &detail,
		.single = &clash,
	};
	char token[UUID_TEXT_SIZE];
	struct kyc_builtin wanted;
	struct kyc_session s;

	if (kycgenie_checks(call, args->profile, args->checks, &wanted) ||
	    kyc_workflow_builtin(call->kyc, &wanted, &new.workflow,
				 &call->fault))
		return -1;
	if (kyc_session_create(call->kyc, &new, &s, token, &call->fault))
		return clashed(call, &new.entity, &clash);
	return reply_created(call, &s);
}

/* The document prints "" for none. */
static const char *failure_details(const struct kyc_session *s)
{
	static const char *const texts[] = {
		[KYC_REASON_NONE] = "",
		[KYC_REASON_DOCUMENT_FAKE] =
			"The document shows signs of forgery.",
		[KYC_REASON_DOCUMENT_EXPIRED] = "The document has expired.",
		[KYC_REASON_DOCUMENT_UNREADABLE] =
			"The document could not be read.",
		[KYC_REASON_DOCUMENT_MISMATCH] =
			"The document does not agree with what was stated.",
		[KYC_REASON_FACE_MISMATCH] =
			"The face is not the one on the document.",
		[KYC_REASON_LIVENESS_FAILED] =
			"No living person was seen before the camera.",
		[KYC_REASON_ADDRESS_MISMATCH] =
			"The proof shows another address.",
		[KYC_REASON_SANCTIONS_MATCH] =
			"The name or wallet is on a sanctions list.",
		[KYC_REASON_PEP_MATCH] =
			"The name is a politically exposed person's.",
		[KYC_REASON_ADVERSE_MEDIA_MATCH] =
			"The name is in adverse media.",
		[KYC_REASON_ATTEMPTS_EXCEEDED] = "All attempts were used up.",
		[KYC_REASON_TECHNICAL_ERROR] = "A check could not be run.",
	};

	return s->reason < ARRAY_SIZE(texts) ? texts[s->reason] : "";
}

static int get(struct api_call *call)
{
	const struct kyc_session *s = call->session;
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	kycgenie_render_session(b, s);
	json_str(b, "status", kycgenie_status(s));
	json_str(b, "outcome", kyc_outcome_names[s->outcome]);
	json_str(b, "failure_reason", kyc_reason_name(s->reason));
	json_str(b, "failure_details", failure_details(s));
	render_url(call, s);
	json_flag(b, "email_sent", s->invited_at >= 0);
	json_str(b, "delivery_method", s->invited_at >= 0 ? "email" : NULL);
	native_time(b, "accessed_at", s->opened_at);
	native_time(b, "completed_at", s->processed_at);
	native_time(b, "expires_at", s->expires_at);
	native_time(b, "created_at", s->created_at);
	kycgenie_render_checks(b, &s->id, call->checks, false);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static int results(struct api_call *call)
{
	const struct kyc_session *s = call->session;
	struct buf *b = &call->res->body;

	if (strcmp(kycgenie_status(s), "completed") != 0)
		return kycgenie_not_now(call, s,
					"Verification session not completed.",
					"current_status");
	json_open(b, NULL, '{');
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "entity_id", &s->entity);
	json_str(b, "status", kycgenie_status(s));
	json_str(b, "outcome", kyc_outcome_names[s->outcome]);
	kycgenie_render_extracted(b, call->checks, call->kyc->who.live);
	kycgenie_render_checks(b, &s->id, call->checks, true);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

struct resend_args {
	const char *email;
};

static const struct param resend_params[] = {
	{ .name = "email",
	  .type = PARAM_EMAIL,
	  .offset = offsetof(struct resend_args, email) },
};

static int resend_refused(struct api_call *call, const struct kyc_session *s)
{
	struct buf *b;

	if (call->fault.code == FAULT_CONFLICT)
		return kycgenie_not_now(
			call, s,
			arena_printf(call->req->arena,
				     "Cannot resend link of %s session",
				     kycgenie_status(s)),
			"status");
	if (call->fault.code != FAULT_RATE_LIMITED)
		return -1;
	api_refuse(call, FAULT_RATE_LIMITED,
		   "Too many resend attempts. Please create a new verification "
		   "session.");
	b = api_details(call);
	native_uuid(b, "session_id", &s->id);
	json_int(b, "resend_count", s->resends);
	return -1;
}

static int resend(struct api_call *call)
{
	const struct resend_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_session s;

	if (api_lock_session(call, &s))
		return -1;
	if (kyc_session_resend(call->kyc, &s, args->email, &call->fault))
		return resend_refused(call, &s);
	json_open(b, NULL, '{');
	json_flag(b, "success", true);
	json_str(b, "message", "Verification link resent successfully");
	native_uuid(b, "session_id", &s.id);
	json_str(b, "email_sent_to", s.customer_email);
	json_int(b, "resend_count", s.resends);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static int revoke_refused(struct api_call *call, const struct kyc_session *s)
{
	if (call->fault.code != FAULT_CONFLICT)
		return -1;
	kycgenie_not_now(call, s,
			 arena_printf(call->req->arena,
				      "Cannot revoke %s session",
				      kycgenie_status(s)),
			 "status");
	native_time(&call->details, "completed_at", s->processed_at);
	return -1;
}

static int revoke(struct api_call *call)
{
	const struct kyc_session_change change = { .version = -1,
						   .verb = KYC_REVOKE,
						   .legal_hold = -1 };
	struct buf *b = &call->res->body;
	struct kyc_session s;

	if (api_lock_session(call, &s))
		return -1;
	if (kyc_session_change(call->kyc, &s, &change, &call->fault))
		return revoke_refused(call, &s);
	json_open(b, NULL, '{');
	json_flag(b, "success", true);
	json_str(b, "message", "Verification session revoked");
	native_uuid(b, "session_id", &s.id);
	json_str(b, "status", kycgenie_status(&s));
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

#define SESSIONS "verification/sessions/"

#define CREATE(base)                                                           \
	{                                                                      \
		.method = HTTP_POST, .path = base SESSIONS, .auth = API_KEY,   \
		.permission = KYC_MAY_CREATE, .body = API_JSON,                \
		.handler = create, .params = create_params,                    \
		.param_count = ARRAY_SIZE(create_params),                      \
		.args_size = sizeof(struct create_args)                        \
	}
#define GET(base)                                                              \
	{                                                                      \
		.method = HTTP_GET, .path = base SESSIONS "{id}/",             \
		.auth = API_KEY_SESSION, .look = KYC_LOOK_SESSION,             \
		.permission = KYC_MAY_READ, .handler = get                     \
	}
#define RESULTS(base)                                                          \
	{                                                                      \
		.method = HTTP_GET, .path = base SESSIONS "{id}/results/",     \
		.auth = API_KEY_SESSION, .look = KYC_LOOK_WHOLE,               \
		.parts = 1u << KYC_PART_CHECKS, .permission = KYC_MAY_READ,    \
		.handler = results                                             \
	}
#define RESEND(base)                                                           \
	{                                                                      \
		.method = HTTP_POST, .path = base SESSIONS "{id}/resend/",     \
		.auth = API_KEY, .permission = KYC_MAY_UPDATE,                 \
		.body = API_JSON, .handler = resend, .params = resend_params,  \
		.param_count = ARRAY_SIZE(resend_params),                      \
		.args_size = sizeof(struct resend_args)                        \
	}
#define REVOKE(base)                                                           \
	{                                                                      \
		.method = HTTP_DELETE, .path = base SESSIONS "{id}/revoke/",   \
		.auth = API_KEY, .permission = KYC_MAY_UPDATE,                 \
		.handler = revoke                                              \
	}

static const struct api_route rows[] = {
	KYCGENIE_BOTH(CREATE), KYCGENIE_BOTH(GET),    KYCGENIE_BOTH(RESULTS),
	KYCGENIE_BOTH(RESEND), KYCGENIE_BOTH(REVOKE),
};

const struct api_routes kycgenie_session_routes = { rows, ARRAY_SIZE(rows) };
