// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows: which steps a customer goes through and which checks run. */
#include <json-c/json.h>

#include "kyc/check.h"
#include "kyc/document.h"
#include "kyc/workflow.h"

static const struct db_sql INSERT = {
	"INSERT INTO workflow (tenant_id, id, version, name, definition,"
	" created_at) VALUES (?, ?, 1, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT name, definition FROM workflow"
	" WHERE tenant_id = ? AND id = ? AND version = ?"
};

static const char DEFAULT_NAME[] = "Identity verification";
/* Without titles: the page names these steps in the customer's language. */
static const char DEFAULT_DEFINITION[] =
	"{\"steps\":["
	"{\"id\":\"step_consent\",\"kind\":\"consent\",\"text_version\":\"1\"},"
	"{\"id\":\"step_document\",\"kind\":\"document\",\"document_kinds\":"
	"[\"passport\",\"id_card\",\"driving_license\",\"residence_permit\"]},"
	"{\"id\":\"step_selfie\",\"kind\":\"selfie\"}],"
	"\"checks\":[\"document_check\",\"identity_check\"]}";

int kyc_workflow_create_default(struct kyc *k, struct uuid *id, struct fault *f)
{
	int64_t now = clock_now_ms();

	*id = uuid_v7(now);
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(id),
		    db_text(DEFAULT_NAME), db_text(DEFAULT_DEFINITION),
		    db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static const char *const kinds[] = {
	[KYC_STEP_CONSENT] = "consent",
	[KYC_STEP_DOCUMENT] = "document",
	[KYC_STEP_SELFIE] = "selfie",
	[KYC_STEP_LIVENESS] = "liveness",
};

const char *kyc_step_kind_name(enum kyc_step_kind kind)
{
	return kind > 0 && kind < ARRAY_SIZE(kinds) ? kinds[kind] : "?";
}

static const char *text_of(struct kyc *k, struct json_object *o,
			   const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v))
		return "";
	return arena_strdup(k->arena, json_object_get_string(v));
}

static struct json_object *array_of(struct json_object *o, const char *name,
				    size_t *len)
{
	struct json_object *v;

	*len = 0;
	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_array))
		return NULL;
	*len = json_object_array_length(v);
	return v;
}

enum { LIVENESS_ACTIONS = 2, ATTEMPTS = 20 };

static void read_step(struct kyc *k, struct json_object *o,
		      struct kyc_step_def *step)
{
	const char *kind = text_of(k, o, "kind");
	struct json_object *list;
	size_t i, len;

	step->id = text_of(k, o, "id");
	step->title = text_of(k, o, "title");
	if (!*step->title)
		step->title = NULL;
	step->text_version = text_of(k, o, "text_version");
	step->actions = LIVENESS_ACTIONS;
	for (i = 1; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i], kind))
			step->kind = (enum kyc_step_kind)i;
	}
	list = array_of(o, "document_kinds", &len);
	for (i = 0; i < len; i++)
		step->document_kinds |=
			1u << kyc_document_kind(json_object_get_string(
				json_object_array_get_idx(list, i)));
}

static void read_definition(struct kyc *k, struct json_object *o,
			    struct kyc_workflow *out)
{
	struct json_object *list;
	size_t i, len;

	list = array_of(o, "steps", &len);
	for (i = 0; i < len && i < KYC_STEPS_MAX; i++)
		read_step(k, json_object_array_get_idx(list, i),
			  &out->steps[out->step_count++]);
	list = array_of(o, "checks", &len);
	for (i = 0; i < len; i++)
		out->checks |= 1u << kyc_check_kind(json_object_get_string(
				       json_object_array_get_idx(list, i)));
	out->checks &= ~1u; /* unknown names */
}

int kyc_workflow_load(struct kyc *k, const struct kyc_session *s,
		      struct kyc_workflow *out, struct fault *f)
{
	struct json_object *o;
	struct db_rows rows;
	int rc;

	*out = (struct kyc_workflow){ .id = s->workflow,
				      .version = s->workflow_version,
				      .attempts = ATTEMPTS };
	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&s->tenant),
		     db_uuid(&s->workflow), db_int(s->workflow_version)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_internal(f, "a session's workflow is missing");
	out->name = db_get_text(&rows, 0);
	o = json_tokener_parse(db_get_text(&rows, 1));
	if (!o)
		return fault_internal(f, "a workflow's definition is no JSON");
	read_definition(k, o, out);
	json_object_put(o);
	return 0;
}

int kyc_workflow_definition(struct kyc *k, const struct kyc_session *s,
			    struct json_object **out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&s->tenant),
		     db_uuid(&s->workflow), db_int(s->workflow_version)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_internal(f, "a session's workflow is missing");
	*out = json_tokener_parse(db_get_text(&rows, 1));
	if (!*out)
		return fault_internal(f, "a workflow's definition is no JSON");
	return 0;
}

const struct kyc_step_def *kyc_workflow_step(const struct kyc_workflow *w,
					     const char *step_id)
{
	size_t i;

	for (i = 0; i < w->step_count; i++) {
		if (!strcmp(w->steps[i].id, step_id))
			return &w->steps[i];
	}
	return NULL;
}
