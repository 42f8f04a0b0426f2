// SPDX-License-Identifier: GPL-3.0-or-later
/* klustr: sessions as the operator's service sees and makes them. */
#include "api/klustr/klustr.h"
#include "base/json.h"

struct list_args {
	int64_t limit;
	int64_t start;
};

static const struct param list_params[] = {
	{ .name = "limit",
	  .type = PARAM_INT,
	  .offset = offsetof(struct list_args, limit),
	  .min = 1,
	  .max = 1024,
	  .def = 1024,
	  .has_def = true },
	{ .name = "start",
	  .type = PARAM_INT,
	  .offset = offsetof(struct list_args, start),
	  .max = 1000000000,
	  .has_def = true },
};

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_client *clients;
	int n = kyc_client_list(call->kyc, args->start, args->limit, &clients,
				&call->fault);
	int i;

	if (n < 0)
		return -1;
	json_open(b, NULL, '[');
	for (i = 0; i < n; i++)
		klustr_render_client(call, clients[i].external_id, &clients[i]);
	json_close(b, ']');
	api_reply(call, 200);
	return 0;
}

static int create(struct api_call *call)
{
	return klustr_create(call, call->req->segment[0]);
}

static int sessions(struct api_call *call)
{
	return klustr_sessions(call, call->req->segment[0]);
}

#define USER "/ekyc/admin/{userId}"

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = "/ekyc/admin",
	  .auth = API_KEY,
	  .permission = KYC_MAY_EKYC_LIST,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_GET,
	  .path = USER "/sessions",
	  .auth = API_KEY,
	  .look = KYC_LOOK_CLIENT,
	  .permission = KYC_MAY_EKYC_GET,
	  .handler = sessions },
	{ .method = HTTP_POST,
	  .path = USER "/sessions",
	  .auth = API_KEY,
	  .permission = KYC_MAY_EKYC_CREATE,
	  .body = API_JSON,
	  .handler = create,
	  .params = klustr_create_params,
	  .param_count = ARRAY_SIZE(klustr_create_params),
	  .args_size = sizeof(struct klustr_create_args) },
	{ .method = HTTP_GET,
	  .path = USER "/status",
	  .auth = API_KEY,
	  .look = KYC_LOOK_CLIENT,
	  .permission = KYC_MAY_EKYC_GET,
	  .handler = klustr_status },
};

const struct api_routes klustr_admin_routes = { rows, ARRAY_SIZE(rows) };
