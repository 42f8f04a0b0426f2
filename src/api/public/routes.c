// SPDX-License-Identifier: GPL-3.0-or-later
/* public: its routes and parameters. */
#include "api/native.h"
#include "api/public/public.h"

const char *const *const public_kinds = kyc_document_kind_names + 1;

#define COMPLETE(field) offsetof(struct public_complete_args, field)

static const struct param consent_params[] = {
	{ .name = "accepted",
	  .type = PARAM_BOOL,
	  .offset = COMPLETE(consent_accepted) },
	{ .name = "text_version",
	  .type = PARAM_STRING,
	  .offset = COMPLETE(consent_version),
	  .min = 1,
	  .max = 32 },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = COMPLETE(consent_locale),
	  .min = 2,
	  .max = 16 },
};

static const struct param complete_params[] = {
	{ .name = "consent",
	  .type = PARAM_GROUP,
	  .fields = consent_params,
	  .field_count = ARRAY_SIZE(consent_params) },
	{ .name = "document_kind",
	  .type = PARAM_WORD,
	  .offset = COMPLETE(document_kind),
	  .words = kyc_document_kind_names + 1 },
	{ .name = "document_country",
	  .type = PARAM_STRING,
	  .offset = COMPLETE(document_country),
	  .min = 2,
	  .max = 2 },
	{ .name = "form_data", .type = PARAM_OBJECT, .offset = COMPLETE(form) },
};

#define INIT(field) offsetof(struct public_init_args, field)

static const struct param init_params[] = {
	PUBLIC_FILE_PARAMS,
	{ .name = "mime_type",
	  .type = PARAM_STRING,
	  .offset = INIT(mime_type),
	  .required = true,
	  .min = 1 },
	{ .name = "size",
	  .type = PARAM_INT,
	  .offset = INIT(size),
	  .required = true,
	  .min = 1,
	  .max = KYC_UPLOAD_MAX },
};

/* An id or the like, and nothing else. */
#define ID_PARAM(word)                                                         \
	{                                                                      \
		{                                                              \
			.name = word,                                          \
			.type = PARAM_STRING,                                  \
			.offset = offsetof(struct public_id_args, id),         \
			.required = true,                                      \
			.min = 1,                                              \
			.max = 64,                                             \
		},                                                             \
	}

static const struct param confirm_params[] = ID_PARAM("upload_id");
static const struct param start_params[] = ID_PARAM("step_id");
static const struct param extract_params[] = ID_PARAM("doc_id");

enum { UPLOAD_BODY_MAX = 22 * 1024 * 1024 };

#define BASE "/public/sessions/{token}"

static const struct api_route routes[] = {
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_LINK,
	  .handler = public_get },
	{ .method = HTTP_POST,
	  .path = BASE "/open",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .handler = public_open },
	{ .method = HTTP_POST,
	  .path = BASE "/upload",
	  .auth = API_LINK,
	  .body = API_STREAM,
	  .max_body = UPLOAD_BODY_MAX,
	  .slow = true,
	  .handler = public_upload },
	{ .method = HTTP_POST,
	  .path = BASE "/documents",
	  .auth = API_LINK,
	  .body = API_STREAM,
	  .max_body = UPLOAD_BODY_MAX,
	  .slow = true,
	  .handler = public_upload },
	{ .method = HTTP_GET,
	  .path = BASE "/documents/{doc_id}/quality",
	  .auth = API_LINK,
	  .handler = public_quality },
	{ .method = HTTP_POST,
	  .path = BASE "/upload/init",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .handler = public_upload_init,
	  .params = init_params,
	  .param_count = ARRAY_SIZE(init_params),
	  .args_size = sizeof(struct public_init_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/upload/confirm",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .alone = true,
	  .handler = public_upload_confirm,
	  .params = confirm_params,
	  .param_count = ARRAY_SIZE(confirm_params),
	  .args_size = sizeof(struct public_id_args) },
	{ .method = HTTP_PUT,
	  .path = BASE "/upload/{upload_id}",
	  .auth = API_LINK,
	  .body = API_STREAM,
	  .max_body = UPLOAD_BODY_MAX,
	  .slow = true,
	  .handler = public_upload_put },
	{ .method = HTTP_POST,
	  .path = BASE "/liveness/start",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .alone = true,
	  .handler = public_liveness_start,
	  .params = start_params,
	  .param_count = ARRAY_SIZE(start_params),
	  .args_size = sizeof(struct public_id_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/liveness/complete",
	  .auth = API_LINK,
	  .body = API_STREAM,
	  .max_body = UPLOAD_BODY_MAX,
	  .slow = true,
	  .handler = public_liveness_complete },
	{ .method = HTTP_POST,
	  .path = BASE "/extract",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .handler = public_extract,
	  .params = extract_params,
	  .param_count = ARRAY_SIZE(extract_params),
	  .args_size = sizeof(struct public_id_args) },
	{ .method = HTTP_GET,
	  .path = BASE "/workflow",
	  .auth = API_LINK,
	  .handler = public_workflow },
	{ .method = HTTP_POST,
	  .path = BASE "/step/{step_id}/complete",
	  .auth = API_LINK,
	  .body = API_JSON,
	  .handler = public_complete,
	  .params = complete_params,
	  .param_count = ARRAY_SIZE(complete_params),
	  .args_size = sizeof(struct public_complete_args) },
	{ .method = HTTP_GET,
	  .path = BASE "/qr",
	  .auth = API_LINK,
	  .handler = public_qr },
};

static const char *const prefixes[] = { "/public/", NULL };

static const struct api_routes table = { routes, ARRAY_SIZE(routes) };
static const struct api_routes *const tables[] = { &table,
						   &public_subsession_routes,
						   NULL };

const struct api_protocol public_protocol = {
	.name = "public",
	.prefixes = prefixes,
	.routes = tables,
	.fault = native_fault,
};
