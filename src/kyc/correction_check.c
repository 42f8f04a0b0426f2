// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether corrections fit the session's workflow. */
#include <json-c/json.h>

#include "kyc/correction_check.h"
#include "kyc/document.h"
#include "kyc/workflow.h"

/* What the customer can send in a step of a kind; a kind without a row here
 * and without a form has no document to replace. */
static const struct {
	const char *step_kind;
	const char *document_type;
} documents[] = {
	{ "document", "id" },
	{ "selfie", "selfie" },
	{ "liveness", "liveness" },
	{ "proof_of_address", "proof_of_address" },
};

static const char *text_of(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return json_object_get_string(v);
}

static struct json_object *array_of(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_array))
		return NULL;
	return v;
}

/* Definitions of the first version name a step by "id". */
static struct json_object *find_step(struct json_object *definition,
				     const char *id)
{
	struct json_object *steps = array_of(definition, "steps"), *step;
	size_t i;

	for (i = 0; steps && i < json_object_array_length(steps); i++) {
		step = json_object_array_get_idx(steps, i);
		if (!strcmp(text_of(step, "step_id"), id) ||
		    !strcmp(text_of(step, "id"), id))
			return step;
	}
	return NULL;
}

static bool has_field(struct json_object *step, const char *id)
{
	struct json_object *options = step, *fields, *field;
	size_t i;

	json_object_object_get_ex(step, "options", &options);
	fields = array_of(options, "fields");
	for (i = 0; fields && i < json_object_array_length(fields); i++) {
		field = json_object_array_get_idx(fields, i);
		if (!strcmp(text_of(field, "key"), id) ||
		    !strcmp(text_of(field, "field_id"), id))
			return true;
	}
	return false;
}

/* The types (bits) that the customer sends in the step. */
static unsigned int types_of(struct json_object *step)
{
	const char *kind = text_of(step, "kind");
	unsigned int type, types = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(documents); i++) {
		if (strcmp(documents[i].step_kind, kind) != 0)
			continue;
		for (type = 1; type < KYC_TYPES; type++) {
			if (!strcmp(kyc_document_type_names[type],
				    documents[i].document_type))
				types |= 1u << type;
		}
	}
	return types;
}

static void check_one(struct kyc *k, struct json_object *definition,
		      const struct kyc_correction *c, size_t at,
		      struct fault *f)
{
	struct json_object *step = find_step(definition, c->step_id);
	size_t i;

	if (!step || !strcmp(text_of(step, "kind"), "validation")) {
		fault_field(
			f,
			arena_printf(k->arena, "corrections[%zu].step_id", at),
			step ? "is a step without a part for the customer"
			     : "names no step of the session's workflow");
		return;
	}
	for (i = 0; i < c->field_count; i++) {
		if (!has_field(step, c->field_ids[i]))
			fault_field(f,
				    arena_printf(k->arena,
						 "corrections[%zu].field_ids"
						 "[%zu]",
						 at, i),
				    "names no field of the step");
	}
	if (c->document_types & ~types_of(step))
		fault_field(f,
			    arena_printf(k->arena,
					 "corrections[%zu].document_types", at),
			    "names a document that the step does not ask for");
}

int kyc_correction_check(struct kyc *k, const struct kyc_session *s,
			 const struct kyc_correction *c, size_t count,
			 struct fault *f)
{
	struct json_object *definition;
	size_t i;

	if (kyc_workflow_definition(k, s, &definition, f))
		return -1;
	for (i = 0; i < count; i++)
		check_one(k, definition, &c[i], i, f);
	json_object_put(definition);
	return f->code ? -1 : 0;
}
