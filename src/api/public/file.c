// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what a customer says of a file, as a document. */
#include "api/public/public.h"
#include "base/str.h"

/* The last part of a path that a browser may have sent. */
static const char *last_part(const char *name)
{
	const char *slash = strrchr(name, '/'), *back = strrchr(name, '\\');

	if (slash)
		name = slash + 1;
	if (back && back >= name)
		name = back + 1;
	return name;
}

const char *public_file_name(struct api_call *call, const char *name)
{
	size_t len = strlen(name);

	if (!str_is_utf8(name, len) || str_has_control(name, len, false)) {
		fault_field(&call->fault, "file_name",
			    "must be UTF-8 without control characters");
		return NULL;
	}
	name = last_part(name);
	return arena_strndup(call->req->arena, name,
			     str_utf8_prefix(name, strlen(name), 255));
}

int public_file(struct api_call *call, const struct public_file_args *args,
		const struct kyc_workflow *w, struct kyc_document *out)
{
	const struct kyc_step_def *def = kyc_workflow_step(w, args->step_id);
	const char *name;

	if (!def)
		return fault_field(&call->fault, "step_id",
				   "names no step of this session");
	name = public_file_name(call, args->file_name ? args->file_name : "");
	if (!name)
		return -1;
	*out = (struct kyc_document){
		.step_id = def->id,
		.type = (enum kyc_document_type)(args->type + 1),
		.kind = (enum kyc_document_kind)(args->document_kind + 1),
		.side = (enum kyc_side)(args->side + 1),
		.file_name = name,
	};
	return 0;
}
