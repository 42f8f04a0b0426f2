// SPDX-License-Identifier: GPL-3.0-or-later
/* dossiers: its routes, parameters and errors. */
#include "api/dossiers/dossiers.h"
#include "base/json.h"

static const char *const sort_words[] = { "createdAt",	  "expiresAt",
					  "completedAt",  "state",
					  "customerName", NULL };
static const char *const order_words[] = { "desc", "asc", NULL };

#define CREATE(field) offsetof(struct dossiers_create_args, field)
#define SEARCH(field) offsetof(struct dossiers_search_args, field)

static const struct param create_params[] = {
	{ .name = "externalId",
	  .type = PARAM_STRING,
	  .offset = CREATE(external_id),
	  .min = 1 },
	{ .name = "expiresInMs",
	  .type = PARAM_INT,
	  .offset = CREATE(expires_in_ms),
	  .min = 60000,
	  .max = INT64_C(2592000000),
	  .def = 3600000,
	  .has_def = true },
	{ .name = "customerEmail",
	  .type = PARAM_EMAIL,
	  .offset = CREATE(customer_email) },
	{ .name = "customerName",
	  .type = PARAM_STRING,
	  .offset = CREATE(customer_name),
	  .min = 1 },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = CREATE(locale),
	  .min = 2,
	  .max = 16 },
};

static const struct param created_at[] = {
	{ .name = "from",
	  .type = PARAM_INT,
	  .offset = SEARCH(created_from),
	  .max = INT64_C(253402300799999) },
	{ .name = "to",
	  .type = PARAM_INT,
	  .offset = SEARCH(created_to),
	  .max = INT64_C(253402300799999) },
};

static const struct param search_params[] = {
	{ .name = "searchQuery",
	  .type = PARAM_STRING,
	  .offset = SEARCH(search_query) },
	{ .name = "state",
	  .type = PARAM_WORD,
	  .offset = SEARCH(state),
	  .words = dossiers_states },
	{ .name = "isComplete",
	  .type = PARAM_BOOL,
	  .offset = SEARCH(is_complete) },
	{ .name = "isInvalid",
	  .type = PARAM_BOOL,
	  .offset = SEARCH(is_invalid) },
	{ .name = "createdAt",
	  .type = PARAM_GROUP,
	  .fields = created_at,
	  .field_count = ARRAY_SIZE(created_at) },
	{ .name = "sortBy",
	  .type = PARAM_WORD,
	  .offset = SEARCH(sort_by),
	  .words = sort_words,
	  .def = KYC_SORT_CREATED,
	  .has_def = true },
	{ .name = "sortOrder",
	  .type = PARAM_WORD,
	  .offset = SEARCH(sort_order),
	  .words = order_words,
	  .has_def = true },
	{ .name = "limit",
	  .type = PARAM_INT,
	  .offset = SEARCH(limit),
	  .min = 1,
	  .max = 100,
	  .def = 20,
	  .has_def = true },
	{ .name = "offset",
	  .type = PARAM_INT,
	  .offset = SEARCH(offset),
	  .max = 1000000000,
	  .has_def = true },
};

static const struct api_route routes[] = {
	{ .method = HTTP_POST,
	  .path = "/kyc-sessions",
	  .auth = API_KEY,
	  .permission = KYC_MAY_CREATE,
	  .body = API_JSON,
	  .handler = dossiers_create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct dossiers_create_args) },
	{ .method = HTTP_POST,
	  .path = "/kyc-sessions/search",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .body = API_JSON,
	  .alone = true,
	  .handler = dossiers_search,
	  .params = search_params,
	  .param_count = ARRAY_SIZE(search_params),
	  .args_size = sizeof(struct dossiers_search_args) },
	{ .method = HTTP_GET,
	  .path = "/kyc-sessions/{id}",
	  .auth = API_KEY_SESSION,
	  .permission = KYC_MAY_READ,
	  .look = KYC_LOOK_BRIEF,
	  .handler = dossiers_get },
};

/* {statusCode, message, error}; message names the fields. */
static int fault_body(struct api_call *call, const struct fault *f)
{
	const struct fault_row *row = fault_row(f->code);
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	json_int(b, "statusCode", row->status);
	json_str(b, "message", api_fault_text(call, f));
	json_str(b, "error", row->title);
	json_close(b, '}');
	return row->status;
}

static const char *const prefixes[] = { "/kyc-sessions", NULL };

static const struct api_routes table = { routes, ARRAY_SIZE(routes) };
static const struct api_routes *const tables[] = { &table, NULL };

const struct api_protocol dossiers_protocol = {
	.name = "dossiers",
	.prefixes = prefixes,
	.routes = tables,
	.fault = fault_body,
};
