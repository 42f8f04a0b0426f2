// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: the tenant of the key that asks. */
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "kyc/retention.h"
#include "kyc/tenant.h"

struct change_args {
	const char *name;
	const char *locale;
	struct param_uuid workflow;
	struct kyc_retention keep;
};

#define DAYS(wire, field)                                                      \
	{                                                                      \
		.name = wire, .type = PARAM_INT,                               \
		.offset = offsetof(struct kyc_retention, field), .max = 65535, \
		.def = -1, .has_def = true                                     \
	}

static const struct param retention_params[] = {
	DAYS("documents_days", documents),
	DAYS("biometrics_days", biometrics),
	DAYS("sessions_days", sessions),
};

static const struct param change_params[] = {
	{ .name = "name",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct change_args, name),
	  .min = 1 },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct change_args, locale),
	  .min = 2,
	  .max = 16 },
	{ .name = "default_workflow_id",
	  .type = PARAM_UUID,
	  .offset = offsetof(struct change_args, workflow) },
	{ .name = "retention",
	  .type = PARAM_GROUP,
	  .offset = offsetof(struct change_args, keep),
	  .fields = retention_params,
	  .field_count = ARRAY_SIZE(retention_params) },
};

static int get(struct api_call *call)
{
	struct kyc *k = call->kyc;
	struct buf *b = &call->res->body;
	char id[UUID_TEXT_SIZE];
	struct kyc_retention keep;
	struct kyc_tenant t;

	if (kyc_tenant_load(k, &t, &call->fault) ||
	    kyc_retention_get(k, &keep, &call->fault))
		return -1;
	native_open(call);
	uuid_text(&k->who.organisation, id);
	json_str(b, "tenant_id", id);
	json_str(b, "name", t.name);
	json_str(b, "mode", k->who.live ? "live" : "test");
	json_str(b, "locale", t.locale);
	uuid_text(&t.workflow, id);
	json_str(b, "default_workflow_id", id);
	json_open(b, "retention", '{');
	json_int(b, "documents_days", keep.documents);
	json_int(b, "biometrics_days", keep.biometrics);
	json_int(b, "sessions_days", keep.sessions);
	json_close(b, '}');
	native_time(b, "created_at", t.created_at);
	native_close(call, 200);
	return 0;
}

static int change(struct api_call *call)
{
	const struct change_args *args = call->args;
	const struct kyc_tenant wish = { .name = args->name,
					 .locale = args->locale,
					 .workflow = args->workflow.id };

	const struct kyc_retention *keep = &args->keep;
	bool keeps = keep->documents >= 0 || keep->biometrics >= 0 ||
		     keep->sessions >= 0;

	if (kyc_tenant_change(call->kyc, &wish, &call->fault) ||
	    (keeps && kyc_retention_set(call->kyc, keep, &call->fault)))
		return -1;
	return get(call);
}

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/kyc/tenants/me",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .handler = get },
	{ .method = HTTP_PATCH,
	  .path = "/kyc/tenants/me",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = change,
	  .params = change_params,
	  .param_count = ARRAY_SIZE(change_params),
	  .args_size = sizeof(struct change_args) },
};

const struct api_routes kyc_tenant_routes = { rows, ARRAY_SIZE(rows) };
