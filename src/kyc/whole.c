// SPDX-License-Identifier: GPL-3.0-or-later
/* All that there is of a session, by one statement. */
#include "crypto/digest.h"
#include "kyc/secret.h"
#include "kyc/state.h"
#include "kyc/step_part.h"
#include "kyc/when.h"
#include "kyc/whole.h"

/* Tables are joined in the order that is written: all by primary keys, and
 * looking for another order would cost more than the statement. */
static const struct db_sql LOAD = { "SELECT STRAIGHT_JOIN " KYC_WHOLE_COLUMNS
				    " FROM tenant t" KYC_WHOLE_JOINS
				    " WHERE t.id = ? ORDER BY p.part" };

/* Where the columns of each part begin. */
enum {
	AT_SESSION = 1,
	AT_VIEW = AT_SESSION + KYC_SESSION_COLUMN_COUNT,
	AT_WORKFLOW = AT_VIEW + KYC_VIEW_COLUMN_COUNT,
	AT_ENTITY = AT_WORKFLOW + KYC_WORKFLOW_COLUMN_COUNT,
	AT_TENANT_KEY = AT_ENTITY + KYC_ENTITY_COLUMN_COUNT,
	AT_CHECK = AT_TENANT_KEY + 1,
	AT_FINDINGS = AT_CHECK + KYC_CHECK_COLUMN_COUNT,
	AT_STEP = AT_FINDINGS + 1,
	AT_DOCUMENT = AT_STEP + STEP_COLUMN_COUNT,
	AT_CORRECTION = AT_DOCUMENT + KYC_DOCUMENT_COLUMN_COUNT,
	AT_CHILD = AT_CORRECTION + KYC_CORRECTION_COLUMN_COUNT
};

/* A look in progress. */
struct look {
	struct kyc *k;
	const struct db_rows *rows;
	unsigned int first;
	struct kyc_whole *out;
	struct fault *fault;
	uint8_t key[SEAL_KEY_SIZE]; /* the session's */
};

void kyc_whole_bind(const struct uuid *id, unsigned int parts,
		    struct db_val out[KYC_WHOLE_BINDS])
{
	int i;

	for (i = 0; i < KYC_PARTS; i++)
		out[i] = db_int(parts & 1u << i ? i : KYC_PART_SESSION);
	for (; i < KYC_WHOLE_BINDS; i++)
		out[i] = db_uuid(id);
}

static int read_entity(struct look *l)
{
	struct kyc_entity *e = arena_new(l->k->arena, struct kyc_entity);
	uint8_t key[SEAL_KEY_SIZE];
	const void *wrapped;
	size_t len;
	int rc;

	if (db_is_null(l->rows, l->first + AT_ENTITY))
		return 0;
	wrapped = db_get_bytes(l->rows, l->first + AT_TENANT_KEY, &len);
	if (kyc_secret_open_tenant(l->k, wrapped, len, key, l->fault))
		return -1;
	rc = kyc_entity_read(l->k, l->rows, l->first + AT_ENTITY, key, e,
			     l->fault);
	crypto_wipe(key, sizeof(key));
	l->out->entity = e;
	return rc;
}

static int read_session(struct look *l)
{
	struct kyc_whole *out = l->out;

	kyc_session_read(l->rows, l->first + AT_SESSION, &out->session);
	if (kyc_session_view_open(l->k, l->rows, l->first + AT_VIEW,
				  &out->session, l->key, &out->view,
				  l->fault) ||
	    kyc_workflow_read_row(l->k, l->rows, l->first + AT_WORKFLOW,
				  &out->progress.workflow, l->fault))
		return -1;
	step_none(&out->progress);
	out->child_steps =
		kyc_subsession_none(&out->progress.workflow, out->children);
	return read_entity(l);
}

static int read_check(struct look *l)
{
	const void *sealed;
	size_t len;

	kyc_check_read(l->rows, l->first + AT_CHECK, &l->out->checks);
	sealed = db_get_bytes(l->rows, l->first + AT_FINDINGS, &len);
	if (kyc_check_open(l->k, &l->out->session.id, l->key,
			   db_get_int(l->rows, l->first + AT_CHECK), sealed,
			   len, &l->out->checks))
		return fault_internal(l->fault, "findings cannot be opened");
	return 0;
}

static int read_step(struct look *l)
{
	struct step_sealed form =
		step_read(l->rows, l->first + AT_STEP, &l->out->progress);

	return step_open_form(l->k, &l->out->session, l->key, &form, l->fault);
}

static int read_document(struct look *l)
{
	struct kyc_progress *p = &l->out->progress;

	if (!p->documents)
		p->documents = arena_alloc(
			l->k->arena, KYC_DOCUMENTS_MAX * sizeof(*p->documents));
	if (p->document_count < KYC_DOCUMENTS_MAX)
		kyc_document_read(l->k, &l->out->session.id, l->key, l->rows,
				  l->first + AT_DOCUMENT,
				  &p->documents[p->document_count++]);
	return 0;
}

static int read_correction(struct look *l)
{
	struct kyc_whole *out = l->out;

	if (!out->corrections)
		out->corrections = arena_alloc(
			l->k->arena,
			KYC_CORRECTIONS_LISTED * sizeof(*out->corrections));
	if (out->correction_count == KYC_CORRECTIONS_LISTED)
		return 0;
	return kyc_correction_read(l->k, &out->session.id, l->key, l->rows,
				   l->first + AT_CORRECTION,
				   &out->corrections[out->correction_count++],
				   l->fault);
}

static int read_child(struct look *l)
{
	const struct kyc_session child = {
		.state = (enum kyc_state)db_get_int(l->rows,
						    l->first + AT_CHILD),
		.due_at = db_get_time(l->rows, l->first + AT_CHILD + 1),
		.parent_step = db_get_text(l->rows, l->first + AT_CHILD + 2),
	};

	kyc_subsession_add(l->out->children, l->out->child_steps, &child);
	return 0;
}

/* Who reads a row of a part, and the column that is NULL where the part has no
 * row at all. */
static const struct {
	int (*read)(struct look *l);
	unsigned int key;
} readers[KYC_PARTS] = {
	[KYC_PART_SESSION] = { read_session, AT_SESSION },
	[KYC_PART_CHECKS] = { read_check, AT_CHECK },
	[KYC_PART_STEPS] = { read_step, AT_STEP },
	[KYC_PART_DOCUMENTS] = { read_document, AT_DOCUMENT },
	[KYC_PART_CORRECTIONS] = { read_correction, AT_CORRECTION },
	[KYC_PART_CHILDREN] = { read_child, AT_CHILD },
};

static int read_row(struct look *l)
{
	int64_t part = db_get_int(l->rows, l->first);

	if (part < 0 || part >= KYC_PARTS ||
	    db_is_null(l->rows, l->first + readers[part].key))
		return 0;
	return readers[part].read(l);
}

static int by_id(const void *a, const void *b)
{
	const struct kyc_document *x = a, *y = b;

	return memcmp(&x->id, &y->id, sizeof(x->id));
}

static int by_correction(const void *a, const void *b)
{
	const struct kyc_correction *x = a, *y = b;

	return memcmp(&x->id, &y->id, sizeof(x->id));
}

/* Rows of one part come in no order that SQL promises. */
static void conclude(struct look *l)
{
	struct kyc_progress *p = &l->out->progress;

	if (p->document_count)
		qsort(p->documents, p->document_count, sizeof(*p->documents),
		      by_id);
	if (l->out->correction_count)
		qsort(l->out->corrections, (size_t)l->out->correction_count,
		      sizeof(*l->out->corrections), by_correction);
	if (kyc_when_needs_checks(&p->workflow))
		p->ended = &l->out->checks;
	kyc_when_apply(l->k, p);
}

int kyc_whole_read(struct kyc *k, struct db_rows *rows, unsigned int first,
		   struct kyc_whole *out, struct fault *f)
{
	struct look l = {
		.k = k, .rows = rows, .first = first, .out = out, .fault = f
	};
	int rc = 1;

	/* the session's row is the first */
	if (db_is_null(rows, first + AT_SESSION))
		return 0;
	while (rc > 0) {
		rc = read_row(&l);
		if (!rc)
			rc = db_next(rows);
		if (rc < 0 && !f->code)
			db_fault(k->db, f);
	}
	crypto_wipe(l.key, sizeof(l.key));
	if (rc < 0)
		return -1;
	conclude(&l);
	return 1;
}

int kyc_whole_load(struct kyc *k, const struct uuid *id, unsigned int parts,
		   struct kyc_whole *out, struct fault *f)
{
	struct db_val vals[KYC_WHOLE_BINDS + 1];
	struct db_rows rows;
	int rc;

	kyc_whole_bind(id, parts, vals);
	vals[KYC_WHOLE_BINDS] = db_uuid(&k->who.tenant);
	if (db_query_(k->db, k->arena, &rows, &LOAD, vals, ARRAY_SIZE(vals)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc)
		rc = kyc_whole_read(k, &rows, 0, out, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
	return rc < 0 ? -1 : 0;
}
