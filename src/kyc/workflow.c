// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows: which steps a customer goes through and which checks run. */
#include "base/json.h"
#include "kyc/record.h"
#include "kyc/workflow_part.h"

/* A version is a row that never changes but for deleted_at, which all of them
 * share. created_at of the workflow is that of version 1. */
#define ROW                                                                    \
	" INTO workflow (tenant_id, id, version, name, definition,"            \
	" step_count, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
static const struct db_sql INSERT = { "INSERT" ROW };
static const struct db_sql INSERT_ONCE = { "INSERT IGNORE" ROW };

/* The primary key serves all of them. */
static const struct db_sql VERSION = {
	"SELECT " KYC_WORKFLOW_COLUMNS " FROM workflow w"
	" WHERE w.tenant_id = ? AND w.id = ? AND w.version = ?"
};
static const struct db_sql NEWEST = {
	"SELECT " KYC_WORKFLOW_COLUMNS
	" FROM workflow w WHERE w.tenant_id = ? AND w.id = ?"
	" ORDER BY w.version DESC LIMIT 1"
};
static const struct db_sql NEWEST_LOCKED = {
	"SELECT version, deleted_at FROM workflow WHERE tenant_id = ?"
	" AND id = ? ORDER BY version DESC LIMIT 1 FOR UPDATE"
};
static const struct db_sql LIST = {
	"SELECT " KYC_WORKFLOW_COLUMNS
	" FROM workflow w WHERE w.tenant_id = ? AND w.id < ?"
	" AND w.deleted_at IS NULL AND w.version = (SELECT MAX(n.version)"
	" FROM workflow n WHERE n.tenant_id = w.tenant_id AND n.id = w.id)"
	" ORDER BY w.id DESC LIMIT ?"
};
static const struct db_sql VERSIONS = {
	"SELECT " KYC_WORKFLOW_COLUMNS
	" FROM workflow w WHERE w.tenant_id = ? AND w.id = ?"
	" AND w.version < ? ORDER BY w.version DESC LIMIT ?"
};
static const struct db_sql DELETE = {
	"UPDATE workflow SET deleted_at = ? WHERE tenant_id = ? AND id = ?"
	" AND deleted_at IS NULL"
};
/* The tenant's row is locked, so that the default does not become this one
 * meanwhile. */
static const struct db_sql DEFAULT = {
	"SELECT workflow_id FROM tenant WHERE id = ? FOR UPDATE"
};

static const struct uuid LAST_ID = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff } };

static int no_workflow(struct fault *f)
{
	return fault_set(f, FAULT_NOT_FOUND, "Workflow not found.");
}

/* What is stored was checked before: anything wrong is a defect. */
static int parse(struct kyc *k, const char *text, struct kyc_workflow *out,
		 struct fault *f)
{
	struct json_object *o = json_tokener_parse(text);
	struct fault wrong = { 0 };
	int rc;

	if (!o)
		return fault_internal(f, "a workflow's definition is no JSON");
	rc = workflow_read(k, o, true, out, &wrong);
	json_object_put(o);
	if (rc)
		return fault_internal(f, "a stored workflow: %s %s",
				      wrong.fields[0].path,
				      wrong.fields[0].message);
	return 0;
}

int kyc_workflow_read_row(struct kyc *k, const struct db_rows *rows,
			  unsigned int i, struct kyc_workflow *out,
			  struct fault *f)
{
	*out = (struct kyc_workflow){
		.id = db_get_uuid(rows, i),
		.version = (uint32_t)db_get_int(rows, i + 1),
		.updated_at = db_get_int(rows, i + 4),
		.deleted = !db_is_null(rows, i + 5),
		.created_at = db_get_int(rows, i + 6),
	};
	if (parse(k, db_get_text(rows, i + 3), out, f))
		return -1;
	out->name = db_get_text(rows, i + 2);
	return 0;
}

static int read_one(struct kyc *k, struct db_rows *rows,
		    struct kyc_workflow *out, struct fault *f)
{
	int rc = db_next(rows);

	if (rc < 0)
		return db_fault(k->db, f);
	return rc ? kyc_workflow_read_row(k, rows, 0, out, f) : no_workflow(f);
}

static int read_all(struct kyc *k, struct db_rows *rows,
		    struct kyc_workflow **out, struct fault *f)
{
	int n = 0, rc;

	while ((rc = db_next(rows)) > 0) {
		out[n] = arena_new(k->arena, struct kyc_workflow);
		if (kyc_workflow_read_row(k, rows, 0, out[n++], f))
			return -1;
	}
	return rc < 0 ? db_fault(k->db, f) : n;
}

int kyc_workflow_version(struct kyc *k, const struct uuid *id, uint32_t version,
			 struct kyc_workflow *out, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &VERSION, db_uuid(&k->who.tenant),
		     db_uuid(id), db_int(version)))
		return db_fault(k->db, f);
	return read_one(k, &rows, out, f);
}

int kyc_workflow_load(struct kyc *k, const struct kyc_session *s,
		      struct kyc_workflow *out, struct fault *f)
{
	return kyc_workflow_version(k, &s->workflow, s->workflow_version, out,
				    f);
}

int kyc_workflow_newest(struct kyc *k, const struct uuid *id,
			struct kyc_workflow *out, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &NEWEST, db_uuid(&k->who.tenant),
		     db_uuid(id)))
		return db_fault(k->db, f);
	return read_one(k, &rows, out, f);
}

int kyc_workflow_list(struct kyc *k, const struct uuid *before,
		      struct kyc_workflow **out, int64_t limit, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&k->who.tenant),
		     db_uuid(uuid_is_nil(before) ? &LAST_ID : before),
		     db_int(limit)))
		return db_fault(k->db, f);
	return read_all(k, &rows, out, f);
}

int kyc_workflow_versions(struct kyc *k, const struct uuid *id, uint32_t before,
			  struct kyc_workflow **out, int64_t limit,
			  struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &VERSIONS, db_uuid(&k->who.tenant),
		     db_uuid(id), db_int(before ? before : UINT32_MAX),
		     db_int(limit)))
		return db_fault(k->db, f);
	return read_all(k, &rows, out, f);
}

/* A workflow that a step hands people to must be there, and alive. */
static int check_references(struct kyc *k, const struct kyc_workflow *w,
			    struct fault *f)
{
	struct kyc_workflow *other = arena_new(k->arena, struct kyc_workflow);
	struct fault missing = { 0 };
	char path[64];
	size_t i;

	for (i = 0; i < w->step_count; i++) {
		if (w->steps[i].kind != KYC_STEP_SUBSESSIONS)
			continue;
		if (!kyc_workflow_newest(k, &w->steps[i].workflow, other,
					 &missing) &&
		    !other->deleted)
			continue;
		if (missing.code && missing.code != FAULT_NOT_FOUND) {
			*f = missing;
			return -1;
		}
		fault_clear(&missing);
		snprintf(path, sizeof(path), "steps[%zu].options.workflow_id",
			 w->steps[i].position);
		fault_field(f, path, "names no workflow");
	}
	return f->code ? -1 : 0;
}

static int64_t write(struct kyc *k, const struct kyc_workflow *w,
		     const struct db_sql *sql)
{
	struct buf text;

	buf_init(&text, k->arena);
	json_open(&text, NULL, '{');
	kyc_workflow_write(&text, w);
	json_close(&text, '}');
	return db_exec(k->db, sql, db_uuid(&k->who.tenant), db_uuid(&w->id),
		       db_int(w->version), db_text(w->name), db_text(text.data),
		       db_int((int64_t)w->step_count), db_int(w->updated_at));
}

/* One row a version; which of two writers is first, the primary key says. */
static int insert(struct kyc *k, struct kyc_workflow *w, enum kyc_verb verb,
		  struct fault *f)
{
	const struct kyc_record record = { .verb = verb, .object = w->id };

	if (write(k, w, &INSERT) < 0)
		return db_status(k->db) == DB_DUPLICATE
			       ? fault_set(f, FAULT_CONFLICT,
					   "The workflow was changed at the "
					   "same time.")
			       : db_fault(k->db, f);
	return kyc_record_audit(k, NULL, &record, f);
}

int workflow_insert_once(struct kyc *k, struct kyc_workflow *w,
			 const struct uuid *id, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_WORKFLOW_CREATE,
					   .object = *id };
	int64_t n;

	w->updated_at = w->created_at = clock_now_ms();
	w->id = *id;
	w->version = 1;
	n = write(k, w, &INSERT_ONCE);
	if (n < 0)
		return db_fault(k->db, f);
	return n ? kyc_record_audit(k, NULL, &record, f) : 0;
}

int kyc_workflow_create(struct kyc *k, struct kyc_workflow *w, struct fault *f)
{
	if (check_references(k, w, f))
		return -1;
	w->updated_at = w->created_at = clock_now_ms();
	w->id = uuid_v7(w->created_at);
	w->version = 1;
	return insert(k, w, KYC_WORKFLOW_CREATE, f);
}

/* The newest version's row is locked: who waited for it here finds, once he
 * goes on, that the number he takes is taken. */
int kyc_workflow_replace(struct kyc *k, struct kyc_workflow *w, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &NEWEST_LOCKED,
		     db_uuid(&k->who.tenant), db_uuid(&w->id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc || !db_is_null(&rows, 1))
		return no_workflow(f);
	if (kyc_workflow_is_builtin(&w->id))
		return fault_set(f, FAULT_CONFLICT,
				 "A built-in workflow can't be changed.");
	w->version = (uint32_t)db_get_int(&rows, 0) + 1;
	w->updated_at = clock_now_ms();
	if (check_references(k, w, f) || insert(k, w, KYC_WORKFLOW_UPDATE, f))
		return -1;
	return kyc_workflow_version(k, &w->id, w->version, w, f);
}

int kyc_workflow_delete(struct kyc *k, const struct uuid *id, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_WORKFLOW_DELETE,
					   .object = *id };
	struct uuid standing = { { 0 } };
	struct db_rows rows;
	int64_t n;
	int rc;

	if (db_query(k->db, k->arena, &rows, &DEFAULT,
		     db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc)
		standing = db_get_uuid(&rows, 0);
	if (!memcmp(standing.b, id->b, UUID_SIZE))
		return fault_set(f, FAULT_CONFLICT,
				 "The default workflow can't be deleted.");
	if (kyc_workflow_is_builtin(id))
		return fault_set(f, FAULT_CONFLICT,
				 "A built-in workflow can't be deleted.");
	n = db_exec(k->db, &DELETE, db_int(clock_now_ms()),
		    db_uuid(&k->who.tenant), db_uuid(id));
	if (n < 0)
		return db_fault(k->db, f);
	return n ? kyc_record_audit(k, NULL, &record, f) : no_workflow(f);
}

const struct kyc_step_def *kyc_workflow_step(const struct kyc_workflow *w,
					     const char *step_id)
{
	size_t i;

	for (i = 0; i < w->all_count; i++) {
		if (!strcmp(w->steps[i].id, step_id))
			return &w->steps[i];
	}
	return NULL;
}
