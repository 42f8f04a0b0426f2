// SPDX-License-Identifier: GPL-3.0-or-later
/* The public API: what the customer's page calls, by access token alone. */
#ifndef API_PUBLIC_PUBLIC_H
#define API_PUBLIC_PUBLIC_H

#include "api/api.h"
#include "kyc/step.h"

extern const struct api_protocol public_protocol;

extern const struct api_routes public_subsession_routes;

/* One endpoint each. */
int public_get(struct api_call *call);
int public_open(struct api_call *call);
int public_upload(struct api_call *call);
int public_upload_init(struct api_call *call);
int public_upload_put(struct api_call *call);
int public_upload_confirm(struct api_call *call);
int public_liveness_start(struct api_call *call);
int public_liveness_complete(struct api_call *call);
int public_extract(struct api_call *call);
int public_workflow(struct api_call *call);
int public_complete(struct api_call *call);
int public_qr(struct api_call *call);
int public_quality(struct api_call *call);

struct public_complete_args {
	int consent_accepted;
	const char *consent_version;
	const char *consent_locale;
	int document_kind; /* index in public_kinds, or -1 */
	const char *document_country;
	struct json_object *form;
};

/* What is said of a file, however it comes. */
struct public_file_args {
	const char *step_id;
	int type;	   /* index in the words, or -1 */
	int document_kind; /* the same */
	int side;
	const char *file_name; /* NULL where absent */
};

/* Rows for it; it is the first member of what they fill. */
#define PUBLIC_FILE_AT(field) offsetof(struct public_file_args, field)
#define PUBLIC_FILE_PARAMS                                                     \
	{ .name = "step_id",                                                   \
	  .type = PARAM_STRING,                                                \
	  .offset = PUBLIC_FILE_AT(step_id),                                   \
	  .required = true,                                                    \
	  .min = 1,                                                            \
	  .max = 64 },                                                         \
		{ .name = "type",                                              \
		  .type = PARAM_WORD,                                          \
		  .offset = PUBLIC_FILE_AT(type),                              \
		  .required = true,                                            \
		  .words = kyc_document_type_names + 1 },                      \
		{ .name = "document_kind",                                     \
		  .type = PARAM_WORD,                                          \
		  .offset = PUBLIC_FILE_AT(document_kind),                     \
		  .words = kyc_document_kind_names + 1 },                      \
		{ .name = "side",                                              \
		  .type = PARAM_WORD,                                          \
		  .offset = PUBLIC_FILE_AT(side),                              \
		  .words = kyc_side_names + 1,                                 \
		  .def = KYC_FRONT - 1,                                        \
		  .has_def = true },                                           \
	{                                                                      \
		.name = "file_name", .type = PARAM_STRING,                     \
		.offset = PUBLIC_FILE_AT(file_name)                            \
	}

/* The document that args tell of, for a step of the workflow. */
int public_file(struct api_call *call, const struct public_file_args *args,
		const struct kyc_workflow *w, struct kyc_document *out);
/* A name as it is kept: its last part, cut to 255 bytes; NULL with the fault
 * set where it is no clean text. In the arena. */
const char *public_file_name(struct api_call *call, const char *name);

struct public_init_args {
	struct public_file_args file;
	const char *mime_type;
	int64_t size;
};

struct public_id_args {
	const char *id;
};

/* The kinds' words without the empty first one: index + 1 is the kind. */
extern const char *const *const public_kinds;

/* Follows the link of the path; k->who is the customer's then. */
int public_follow(struct api_call *call, bool lock, struct kyc_visit *out);

/* The session as the page shows it. */
int public_reply_session(struct api_call *call, const struct kyc_visit *visit,
			 int status);

/* A document as the page shows it: with what is said of its quality, in the
 * session's language. served: whether somebody looks at once. Members of what
 * is open. */
struct public_quality_at {
	struct api_call *call;
	const char *locale;
	bool served;
};
void public_document(struct buf *b, const struct kyc_document *d,
		     const struct public_quality_at *at);

/* What a step asks for, as members of what is open. */
void public_render_step(struct buf *b, const struct kyc_step_def *def);

#endif
