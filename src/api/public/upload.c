// SPDX-License-Identifier: GPL-3.0-or-later
/* public: an upload, sealed while it is read. */
#include <json-c/json.h>

#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"
#include "base/str.h"
#include "http/body.h"
#include "http/multipart.h"

enum {
	FIELD_MAX = 1024,
	FIELDS_MAX = 16,
	JSON_BODY_MAX = 20 * 1024 * 1024, /* base64 of 15 MiB */
};

static const struct param params[] = { PUBLIC_FILE_PARAMS };

/* What comes in: plain fields are kept, the file goes to the store. */
struct intake {
	struct api_call *call;
	struct kyc_upload *upload;
	struct param_pair fields[FIELDS_MAX];
	size_t field_count;
	struct buf value;
	bool in_file;
	bool has_file;
	const char *file_name;
};

static int on_part(void *ctx, const char *name, const char *file_name,
		   const char *content_type, struct fault *f)
{
	struct intake *in = ctx;
	struct arena *a = in->call->req->arena;

	(void)content_type; /* the bytes tell */
	in->in_file = !strcmp(name, "file");
	if (in->in_file) {
		if (in->has_file)
			return fault_field(f, "file", "must come once");
		in->has_file = true;
		in->file_name = arena_strdup(a, file_name ? file_name : "");
		return 0;
	}
	if (in->field_count == FIELDS_MAX)
		return fault_set(f, FAULT_BAD_REQUEST, "Too many fields.");
	in->fields[in->field_count].name = arena_strdup(a, name);
	buf_init(&in->value, a);
	return 0;
}

static int on_data(void *ctx, const char *bytes, size_t len, struct fault *f)
{
	struct intake *in = ctx;

	if (in->in_file)
		return kyc_upload_add(in->upload, bytes, len, f);
	if (in->value.len + len > FIELD_MAX)
		return fault_field(f, in->fields[in->field_count].name,
				   "is too long");
	buf_add(&in->value, bytes, len);
	return 0;
}

static int on_part_end(void *ctx, struct fault *f)
{
	struct intake *in = ctx;

	(void)f;
	if (in->in_file)
		return 0;
	in->fields[in->field_count].value = buf_cstr(&in->value);
	in->fields[in->field_count++].len = in->value.len;
	return 0;
}

static int read_multipart(struct intake *in, struct public_file_args *args)
{
	struct multipart_handler h = { on_part, on_data, on_part_end, in };
	struct api_call *call = in->call;
	struct fault *f = &call->fault;

	if (multipart_read(call->req, call->route->max_body, &h, f))
		return -1;
	if (!in->has_file)
		return fault_field(f, "file", "is required");
	if (param_from_pairs(params, ARRAY_SIZE(params), in->fields,
			     in->field_count, call->req->arena, args, f))
		return -1;
	if (!args->file_name)
		args->file_name = in->file_name;
	return 0;
}

static int read_content(struct intake *in, struct json_object *object)
{
	struct fault *f = &in->call->fault;
	struct json_object *content;
	struct buf bytes = BUF_INIT;
	int rc;

	if (!json_object_object_get_ex(object, "content", &content))
		return fault_field(f, "content", "is required");
	if (!json_object_is_type(content, json_type_string) ||
	    str_unbase64(&bytes, json_object_get_string(content),
			 (size_t)json_object_get_string_len(content))) {
		buf_finish(&bytes);
		return fault_field(f, "content", "must be base64");
	}
	rc = kyc_upload_add(in->upload, bytes.data, bytes.len, f);
	buf_finish(&bytes);
	return rc;
}

static int read_json(struct intake *in, struct public_file_args *args)
{
	struct api_call *call = in->call;
	struct buf body = BUF_INIT;
	struct json_object *object = NULL;
	int rc = -1;

	if (http_body_read(call->req, JSON_BODY_MAX, &body, &call->fault) ||
	    http_json_parse(&body, &object, &call->fault))
		goto out;
	if (param_from_json(params, ARRAY_SIZE(params), object,
			    call->req->arena, args, &call->fault) ||
	    read_content(in, object))
		goto out;
	rc = 0;
out:
	json_object_put(object);
	buf_finish(&body);
	return rc;
}

static int read_body(struct intake *in, struct public_file_args *args)
{
	const char *type = in->call->req->content_type;

	if (http_media_type_is(type, "multipart/form-data"))
		return read_multipart(in, args);
	if (http_media_type_is(type, "application/json"))
		return read_json(in, args);
	return fault_set(&in->call->fault, FAULT_MEDIA_TYPE,
			 "The body must be multipart/form-data or "
			 "application/json.");
}

static int take_in(struct intake *in, const struct kyc_visit *visit)
{
	struct api_call *call = in->call;
	struct public_file_args args = { .type = -1, .document_kind = -1 };
	struct kyc_document d = { 0 };
	struct kyc_workflow w = { 0 };

	in->upload =
		kyc_upload_create(call->kyc, &visit->session, &call->fault);
	if (!in->upload || read_body(in, &args) ||
	    kyc_workflow_load(call->kyc, &visit->session, &w, &call->fault) ||
	    public_file(call, &args, &w, &d))
		return -1;
	if (kyc_upload_commit(in->upload, call->req->segment[0], &w, &d,
			      &call->fault))
		return -1;
	native_open(call);
	native_document(&call->res->body, &d);
	native_close(call, 201);
	return 0;
}

int public_upload(struct api_call *call)
{
	struct intake in = { .call = call };
	struct kyc_visit visit;
	int rc;

	if (public_follow(call, false, &visit) ||
	    kyc_step_may_act(&visit.session, &call->fault))
		return -1;
	rc = take_in(&in, &visit);
	kyc_upload_destroy(in.upload);
	return rc;
}
