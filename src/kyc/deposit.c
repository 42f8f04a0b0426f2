// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows of documents: written with the step that asks for them. */
#include "kyc/attempt.h"
#include "kyc/document.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "kyc/step.h"

/* The same side, and every side of another kind of document: a passport's
 * page does not leave the back of an identity card behind. By the key part. */
static const struct db_sql SELECT_REPLACED = {
	"SELECT id, IF(side = ? AND kind <=> ?, tries_left, NULL)"
	" FROM document"
	" WHERE tenant_id = ? AND session_id = ?"
	" AND step_id = ? AND type = ? AND (side = ? OR NOT kind <=> ?)"
};
static const struct db_sql SELECT_TYPE = {
	"SELECT id FROM document WHERE tenant_id = ? AND session_id = ?"
	" AND step_id = ? AND type = ?"
};
static const struct db_sql DELETE = {
	"DELETE FROM document WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql INSERT = {
	"INSERT INTO document (tenant_id, session_id, id, step_id, type, kind,"
	" side, media_type, size, digest, file_name, uploaded_at, frame,"
	" action, tries_left, quality)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
};

static struct db_val kind_or_null(const struct kyc_document *d)
{
	return d->kind ? db_int(d->kind) : db_null();
}

static int gather(struct kyc *k, struct db_rows *rows, struct kyc_replaced *out,
		  struct fault *f)
{
	int rc;

	out->count = 0;
	while ((rc = db_next(rows)) > 0 && out->count < KYC_REPLACED_MAX)
		out->ids[out->count++] = db_get_uuid(rows, 0);
	return rc < 0 ? db_fault(k->db, f) : 0;
}

static int find_replaced(struct kyc *k, const struct kyc_session *s,
			 struct kyc_document *d, struct kyc_replaced *out,
			 struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT_REPLACED, db_int(d->side),
		     kind_or_null(d), db_uuid(&s->tenant), db_uuid(&s->id),
		     db_text(d->step_id), db_int(d->type), db_int(d->side),
		     kind_or_null(d)))
		return db_fault(k->db, f);
	d->tries_left = KYC_TRIES_MAX;
	out->count = 0;
	while ((rc = db_next(&rows)) > 0 && out->count < KYC_REPLACED_MAX) {
		out->ids[out->count++] = db_get_uuid(&rows, 0);
		if (!db_is_null(&rows, 1))
			d->tries_left = (int)db_get_int(&rows, 1);
	}
	return rc < 0 ? db_fault(k->db, f) : 0;
}

/* The page asks for no file that would use up the attempts. */
static void count_try(const struct kyc_session *s, const struct kyc_workflow *w,
		      struct kyc_document *d)
{
	int64_t left = w->attempts - s->attempts;

	d->tries_left--;
	if (d->tries_left > left)
		d->tries_left = (int)left;
	if (d->tries_left < 0)
		d->tries_left = 0;
}

static int forget(struct kyc *k, const struct kyc_session *s,
		  const struct kyc_replaced *r, struct fault *f)
{
	size_t i;

	for (i = 0; i < r->count; i++) {
		if (db_exec(k->db, &DELETE, db_uuid(&s->tenant),
			    db_uuid(&s->id), db_uuid(&r->ids[i])) < 0)
			return db_fault(k->db, f);
	}
	return 0;
}

int kyc_document_remove_type(struct kyc *k, const struct kyc_session *s,
			     const char *step_id, enum kyc_document_type type,
			     struct kyc_replaced *out, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &SELECT_TYPE, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_text(step_id), db_int(type)))
		return db_fault(k->db, f);
	if (gather(k, &rows, out, f))
		return -1;
	return forget(k, s, out, f);
}

int kyc_document_insert(struct kyc *k, const struct kyc_session *s,
			const struct kyc_deposit *deposit, struct fault *f)
{
	const struct kyc_document *d = deposit->document;
	struct seal_context ctx = kyc_secret_context(k, &s->id, "file_name");
	struct kyc_record record = { .verb = KYC_UPLOAD, .object = d->id };
	struct buf sealed;

	buf_init(&sealed, k->arena);
	seal_box(deposit->key, &ctx, d->file_name, strlen(d->file_name),
		 &sealed);
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_uuid(&d->id), db_text(d->step_id), db_int(d->type),
		    kind_or_null(d), db_int(d->side), db_int(d->media),
		    db_int(d->size), db_bytes(deposit->digest, DIGEST_SIZE),
		    db_bytes(sealed.data, sealed.len), db_int(d->uploaded_at),
		    db_int(d->frame), d->action ? db_int(d->action) : db_null(),
		    db_int(d->tries_left),
		    d->quality ? db_int(d->quality) : db_null()) < 0)
		return db_fault(k->db, f);
	return kyc_record_audit(k, &s->id, &record, f);
}

int kyc_document_take(struct kyc *k, struct kyc_session *s,
		      const struct kyc_workflow *w,
		      const struct kyc_deposit *deposit,
		      struct kyc_replaced *out, struct fault *f)
{
	struct kyc_document *d = deposit->document;
	int rc;

	if (kyc_step_begin(k, s, d->step_id, f) ||
	    find_replaced(k, s, d, out, f))
		return -1;
	if (out->count) {
		rc = kyc_attempt(k, s, w->attempts, f);
		if (rc)
			return rc;
	}
	count_try(s, w, d);
	if (forget(k, s, out, f) || kyc_quality_ask(k, s, d, f))
		return -1;
	return kyc_document_insert(k, s, deposit, f);
}
