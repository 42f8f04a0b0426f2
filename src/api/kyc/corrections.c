// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: asking the customer for corrections. */
#include <json-c/json.h>

#include "api/kyc/kyc.h"
#include "base/json.h"
#include "kyc/correction.h"
#include "kyc/step.h"

struct args {
	struct json_object *corrections;
	const char *comment;
};

struct item_args {
	const char *step_id;
	struct json_object *field_ids;
	struct json_object *document_types;
	const char *message;
};

static const struct param params[] = {
	{ .name = "corrections",
	  .type = PARAM_ARRAY,
	  .offset = offsetof(struct args, corrections),
	  .required = true,
	  .min = 1,
	  .max = KYC_CORRECTIONS_MAX },
	{ .name = "comment",
	  .type = PARAM_TEXT,
	  .offset = offsetof(struct args, comment) },
};

static const struct param item_params[] = {
	{ .name = "step_id",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct item_args, step_id),
	  .required = true,
	  .min = 1,
	  .max = 64 },
	{ .name = "field_ids",
	  .type = PARAM_ARRAY,
	  .offset = offsetof(struct item_args, field_ids),
	  .max = KYC_CORRECTION_FIELDS_MAX },
	{ .name = "document_types",
	  .type = PARAM_ARRAY,
	  .offset = offsetof(struct item_args, document_types),
	  .max = 16 },
	{ .name = "message",
	  .type = PARAM_TEXT,
	  .offset = offsetof(struct item_args, message) },
};

static const char *path_of(struct api_call *call, size_t at, const char *name)
{
	return arena_printf(call->req->arena, "corrections[%zu].%s", at, name);
}

/* Strings of an array, NULL where one is none. */
static const char *string_at(struct api_call *call, struct json_object *list,
			     size_t i)
{
	struct json_object *v = json_object_array_get_idx(list, i);

	if (!json_object_is_type(v, json_type_string))
		return NULL;
	return arena_strndup(call->req->arena, json_object_get_string(v),
			     (size_t)json_object_get_string_len(v));
}

/* Whether they are fields of the step is the domain's to say; what is one is
 * clean text. */
static void read_fields(struct api_call *call, struct json_object *list,
			size_t at, struct kyc_correction *c)
{
	size_t i, n = list ? json_object_array_length(list) : 0;
	const char **ids =
		arena_alloc(call->req->arena, (n + 1) * sizeof(*ids));

	for (i = 0; i < n; i++) {
		ids[i] = string_at(call, list, i);
		if (!ids[i]) {
			fault_field(&call->fault,
				    path_of(call, at,
					    arena_printf(call->req->arena,
							 "field_ids[%zu]", i)),
				    "must be a string");
			return;
		}
	}
	c->field_ids = ids;
	c->field_count = n;
}

static unsigned int type_bit(const char *word)
{
	unsigned int type;

	for (type = 1; word && type < KYC_TYPES; type++) {
		if (!strcmp(kyc_document_type_names[type], word))
			return 1u << type;
	}
	return 0;
}

static void read_types(struct api_call *call, struct json_object *list,
		       size_t at, struct kyc_correction *c)
{
	size_t i, n = list ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		unsigned int bit = type_bit(string_at(call, list, i));

		c->document_types |= bit;
		if (!bit)
			fault_field(
				&call->fault,
				path_of(call, at,
					arena_printf(call->req->arena,
						     "document_types[%zu]", i)),
				"must be a type of document, such as id "
				"or selfie");
	}
}

static void read_item(struct api_call *call, struct json_object *o, size_t at,
		      struct kyc_correction *c)
{
	struct item_args args = { NULL, NULL, NULL, NULL };
	struct fault own = { .code = FAULT_NONE };
	size_t i;

	if (!json_object_is_type(o, json_type_object)) {
		fault_field(
			&call->fault,
			arena_printf(call->req->arena, "corrections[%zu]", at),
			"must be an object");
		return;
	}
	param_from_json(item_params, ARRAY_SIZE(item_params), o,
			call->req->arena, &args, &own);
	for (i = 0; i < own.field_count; i++)
		fault_field(&call->fault, path_of(call, at, own.fields[i].path),
			    "%s", own.fields[i].message);
	c->step_id = args.step_id;
	c->message = args.message;
	read_fields(call, args.field_ids, at, c);
	read_types(call, args.document_types, at, c);
}

/* The steps that corrections were asked for, in the workflow's order. */
static void render_step(struct buf *b, const struct kyc_step *step,
			const struct kyc_correction *c, size_t count)
{
	bool open = false;
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(c[i].step_id, step->def->id) != 0)
			continue;
		if (!open) {
			json_open(b, NULL, '{');
			json_str(b, "step_id", step->def->id);
			json_str(b, "status",
				 kyc_step_status_name(step->status));
			json_open(b, "correction_requests", '[');
			open = true;
		}
		native_correction(b, &c[i]);
	}
	if (!open)
		return;
	json_close(b, ']');
	json_close(b, '}');
}

static int reply(struct api_call *call, const struct kyc_session *s,
		 const struct kyc_correction *c, size_t count)
{
	struct kyc_progress *p =
		arena_new(call->req->arena, struct kyc_progress);
	struct buf *b = &call->res->body;
	char id[UUID_TEXT_SIZE];
	size_t i;

	if (kyc_step_progress(call->kyc, s, p, &call->fault))
		return -1;
	uuid_text(&s->id, id);
	native_open(call);
	json_str(b, "session_id", id);
	json_str(b, "status", native_state_word(s->state));
	json_int(b, "current_step_index", (int64_t)p->current);
	json_open(b, "steps_data", '[');
	for (i = 0; i < p->workflow.step_count; i++)
		render_step(b, &p->steps[i], c, count);
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}

static int create(struct api_call *call)
{
	const struct args *args = call->args;
	size_t i, count = json_object_array_length(args->corrections);
	struct kyc_correction *c =
		arena_alloc(call->req->arena, count * sizeof(*c));
	struct kyc_session s;
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	for (i = 0; i < count; i++) {
		read_item(call, json_object_array_get_idx(args->corrections, i),
			  i, &c[i]);
		c[i].comment = args->comment;
	}
	if (call->fault.code ||
	    kyc_session_load(call->kyc, &id, true, &s, &call->fault) ||
	    kyc_correction_request(call->kyc, &s, c, count, &call->fault))
		return -1;
	call->subject = s.id;
	return reply(call, &s, c, count);
}

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = "/kyc/sessions/{id}/corrections",
	  .auth = API_KEY,
	  .permission = KYC_MAY_REVIEW,
	  .body = API_JSON,
	  .handler = create,
	  .params = params,
	  .param_count = ARRAY_SIZE(params),
	  .args_size = sizeof(struct args) },
};

const struct api_routes kyc_correction_routes = { rows, ARRAY_SIZE(rows) };
