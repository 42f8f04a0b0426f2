// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the audit trail of a tenant. */
#include "api/cursor.h"
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "kyc/audit.h"

struct list_args {
	struct param_uuid session;
	struct param_uuid actor;
	const char *action;
	int64_t from;
	int64_t to;
	int64_t limit;
	const char *next_key;
};

static const struct param list_params[] = {
	{ .name = "session_id",
	  .type = PARAM_UUID,
	  .offset = offsetof(struct list_args, session) },
	{ .name = "actor",
	  .type = PARAM_UUID,
	  .offset = offsetof(struct list_args, actor) },
	{ .name = "action",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct list_args, action) },
	{ .name = "from",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct list_args, from) },
	{ .name = "to",
	  .type = PARAM_TIME,
	  .offset = offsetof(struct list_args, to) },
	API_PAGE_PARAMS(struct list_args),
};

static int read_filter(struct api_call *call, struct kyc_audit_filter *out)
{
	const struct list_args *args = call->args;

	*out = (struct kyc_audit_filter){
		.session = args->session.id,
		.actor = args->actor.id,
		.from = args->from == PARAM_ABSENT ? -1 : args->from,
		.to = args->to == PARAM_ABSENT ? -1 : args->to,
	};
	if (!args->action)
		return 0;
	out->verb = kyc_verb_by_name(args->action);
	if (!out->verb)
		return fault_field(&call->fault, "action", "is no action");
	return 0;
}

/* In the form that the object's own endpoints have. */
static void render_object(struct buf *b, const struct kyc_audit_row *row)
{
	const char *prefix = NULL;

	if (row->verb == KYC_VIEW_DOCUMENT || row->verb == KYC_UPLOAD)
		prefix = "doc_";
	if (row->verb >= KYC_WEBHOOK_CREATE && row->verb <= KYC_WEBHOOK_ROTATE)
		prefix = "wh_";
	if (row->verb == KYC_WEBHOOK_RESEND)
		prefix = "del_";
	if (prefix)
		native_ref(b, "object_id", prefix, &row->object);
	else
		native_uuid(b, "object_id", &row->object);
}

/* The fine states of the core: the native words would show several of them
 * as one, and a row that says "active" to "active" tells nothing. */
static void render_state(struct buf *b, const char *key, enum kyc_state state)
{
	json_str(b, key, state ? kyc_state_name(state) : NULL);
}

static void render(struct buf *b, const struct kyc_audit_row *row)
{
	static const char *const actors[] = {
		[KYC_ACTOR_KEY] = "api_key",
		[KYC_ACTOR_CUSTOMER] = "customer",
		[KYC_ACTOR_JOB] = "system",
		[KYC_ACTOR_ADMIN] = "admin",
		[KYC_ACTOR_ISSUER] = "issuer",
	};

	json_open(b, NULL, '{');
	native_uuid(b, "id", &row->id);
	json_int_or_null(b, "seq", row->seq);
	native_time(b, "at", row->at);
	json_open(b, "actor", '{');
	json_str(b, "type", actors[row->actor]);
	native_uuid(b, "id", &row->actor_id);
	json_str(b, "name", row->actor_name);
	json_close(b, '}');
	json_str(b, "action", kyc_verb_name(row->verb));
	native_uuid(b, "session_id", &row->session);
	render_object(b, row);
	render_state(b, "from", row->from);
	render_state(b, "to", row->to);
	json_str(b, "ip", row->remote_addr);
	json_close(b, '}');
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_audit_row *found = arena_alloc(
		call->req->arena, (size_t)(args->limit + 1) * sizeof(*found));
	struct uuid before = { { 0 } };
	struct kyc_audit_filter filter;
	int n, i;

	if (read_filter(call, &filter))
		return -1;
	if (args->next_key &&
	    api_cursor_read(call, "audit",
			    (struct api_cursor){ "next_key", args->next_key },
			    &before, sizeof(before)))
		return -1;
	n = kyc_audit_page(call->kyc, &filter, &before, found, args->limit + 1,
			   &call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "audit", '[');
	for (i = 0; i < n && i < args->limit; i++)
		render(b, &found[i]);
	json_close(b, ']');
	json_str(b, "next_key",
		 n > args->limit ? api_cursor_write(call, "audit",
						    &found[args->limit - 1].id,
						    sizeof(found->id))
				 : NULL);
	native_close(call, 200);
	return 0;
}

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/kyc/audit",
	  .auth = API_KEY,
	  .permission = KYC_MAY_EXPORT,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
};

const struct api_routes kyc_audit_routes = { rows, ARRAY_SIZE(rows) };
