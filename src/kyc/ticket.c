// SPDX-License-Identifier: GPL-3.0-or-later
/* Tickets: uploads that are announced, put and confirmed. */
#include "kyc/attempt.h"
#include "kyc/secret.h"
#include "kyc/step.h"
#include "kyc/ticket.h"

/* All but the last find their rows by the primary key. */
static const struct db_sql COUNT = {
	"SELECT COUNT(*) FROM upload_ticket WHERE tenant_id = ?"
	" AND session_id = ? AND expires_at > ? AND confirmed_at IS NULL"
};
static const struct db_sql INSERT = {
	"INSERT INTO upload_ticket (tenant_id, session_id, id, step_id, type,"
	" kind, side, size, file_name, created_at, expires_at)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT step_id, type, kind, side, size, file_name, expires_at,"
	" object_id, media_type, digest, confirmed_at FROM upload_ticket"
	" WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql PUT = {
	"UPDATE upload_ticket SET object_id = ?, media_type = ?, digest = ?"
	" WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql CONFIRM = {
	"UPDATE upload_ticket SET confirmed_at = ?, expires_at = ?"
	" WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql NAMES = {
	"SELECT 1 FROM upload_ticket WHERE tenant_id = ? AND session_id = ?"
	" AND object_id = ?"
};
/* By the key expires. */
static const struct db_sql FORGET = {
	"DELETE FROM upload_ticket WHERE expires_at <= ? LIMIT 1000"
};

/* What the sealed file name is bound to. */
static const char NAME[] = "ticket";

static int check_count(struct kyc *k, const struct kyc_session *s,
		       struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &COUNT, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_int(clock_now_ms())) ||
	    db_next(&rows) < 0)
		return db_fault(k->db, f);
	if (db_get_int(&rows, 0) < KYC_TICKETS_MAX)
		return 0;
	return fault_set(f, FAULT_CONFLICT,
			 "Too many uploads have been begun and not confirmed.");
}

static int seal_name(struct kyc *k, const struct kyc_session *s,
		     const char *name, struct buf *out, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &s->id, NAME);
	uint8_t key[SEAL_KEY_SIZE];

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	buf_init(out, k->arena);
	seal_box(key, &ctx, name, strlen(name), out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

int kyc_ticket_create(struct kyc *k, const struct kyc_session *s,
		      const struct kyc_step_def *def,
		      const struct kyc_document *d, struct kyc_ticket *out,
		      struct fault *f)
{
	int64_t now = clock_now_ms();
	struct buf name;

	if (kyc_document_fits(def, d, f) || check_count(k, s, f) ||
	    seal_name(k, s, d->file_name, &name, f))
		return -1;
	*out = (struct kyc_ticket){ .id = uuid_v7(now),
				    .announced = *d,
				    .expires_at = now + KYC_TICKET_TTL_MS,
				    .confirmed_at = -1 };
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_uuid(&out->id), db_text(d->step_id), db_int(d->type),
		    d->kind ? db_int(d->kind) : db_null(), db_int(d->side),
		    db_int(d->size), db_bytes(name.data, name.len), db_int(now),
		    db_int(out->expires_at)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int open_name(struct kyc *k, const struct kyc_session *s,
		     const void *sealed, size_t len, const char **out,
		     struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &s->id, NAME);
	uint8_t key[SEAL_KEY_SIZE];
	struct buf plain;
	int rc;

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	buf_init(&plain, k->arena);
	rc = seal_open(key, &ctx, sealed, len, &plain);
	crypto_wipe(key, sizeof(key));
	*out = buf_cstr(&plain);
	return rc ? fault_internal(f, "a ticket cannot be unsealed") : 0;
}

/* digest stays zero where nothing has been put. */
static void read_digest(const struct db_rows *rows, unsigned int column,
			uint8_t out[DIGEST_SIZE])
{
	size_t len = 0;
	const void *digest = db_get_bytes(rows, column, &len);

	if (digest && len == DIGEST_SIZE)
		memcpy(out, digest, DIGEST_SIZE);
}

static int read(struct kyc *k, const struct kyc_session *s,
		const struct db_rows *rows, struct kyc_ticket *t,
		struct fault *f)
{
	size_t len = 0;
	const void *name = db_get_bytes(rows, 5, &len);
	struct kyc_document *d = &t->announced;

	*d = (struct kyc_document){
		.step_id = db_get_text(rows, 0),
		.type = (enum kyc_document_type)db_get_int(rows, 1),
		.kind = (enum kyc_document_kind)db_get_int(rows, 2),
		.side = (enum kyc_side)db_get_int(rows, 3),
		.size = db_get_int(rows, 4),
	};
	t->expires_at = db_get_int(rows, 6);
	t->object = (struct kyc_object){
		.id = db_get_uuid(rows, 7),
		.media = (enum check_media)db_get_int(rows, 8),
		.size = d->size,
	};
	read_digest(rows, 9, t->object.digest);
	t->confirmed_at = db_get_time(rows, 10);
	return open_name(k, s, name, len, &d->file_name, f);
}

int kyc_ticket_load(struct kyc *k, const struct kyc_session *s,
		    const struct uuid *id, struct kyc_ticket *out,
		    struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc || db_get_int(&rows, 6) <= clock_now_ms())
		return fault_set(f, FAULT_NOT_FOUND,
				 "Upload not found, or its time is up: "
				 "begin again.");
	out->id = *id;
	return read(k, s, &rows, out, f);
}

int kyc_ticket_may_put(const struct kyc_ticket *t, int64_t size,
		       struct fault *f)
{
	if (t->confirmed_at >= 0)
		return fault_set(f, FAULT_CONFLICT,
				 "This upload has been confirmed already.");
	if (size == t->announced.size)
		return 0;
	return fault_field(f, "size",
			   "was announced as %lld bytes, but %lld have come",
			   (long long)t->announced.size, (long long)size);
}

struct put {
	const char *token;
	const struct uuid *id;
	struct kyc_object object;
	struct uuid before; /* what this one replaces */
	struct uuid session;
};

/* The session's row is locked: of two that put or confirm at the same time one
 * waits. */
static int put(struct kyc *k, void *ctx, struct fault *f)
{
	struct put *p = ctx;
	struct kyc_visit visit;
	struct kyc_ticket t = { .confirmed_at = -1 };
	struct kyc_session *s = &visit.session;

	if (kyc_link_follow(k, p->token, true, &visit, f) ||
	    kyc_step_may_act(s, f) || kyc_ticket_load(k, s, p->id, &t, f) ||
	    kyc_ticket_may_put(&t, p->object.size, f))
		return -1;
	p->before = t.object.id;
	p->session = s->id;
	if (db_exec(k->db, &PUT, db_uuid(&p->object.id),
		    db_int(p->object.media),
		    db_bytes(p->object.digest, DIGEST_SIZE),
		    db_uuid(&s->tenant), db_uuid(&s->id), db_uuid(p->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_ticket_put(struct kyc *k, struct kyc_upload *u, const char *token,
		   const struct uuid *id, struct fault *f)
{
	struct put p = { .token = token, .id = id };

	if (kyc_upload_keep(u, &p.object, f))
		return -1;
	if (kyc_transact(k, put, &p, f)) {
		if (!db_commit_unknown(k->db))
			kyc_upload_drop(u);
		return -1;
	}
	if (!uuid_is_nil(&p.before))
		kyc_object_drop(k, &p.session, &p.before, 1);
	return 0;
}

struct confirm {
	const char *token;
	const struct uuid *id;
	struct kyc_document *document;
	struct kyc_replaced replaced;
	struct uuid session;
	bool refused;
};

/* It is a document already, or was one. */
static int answer_again(struct kyc *k, const struct kyc_session *s,
			const struct kyc_ticket *t, struct kyc_document *out,
			struct fault *f)
{
	int rc = kyc_document_exists(k, &s->tenant, &s->id, &t->object.id);

	if (rc < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_CONFLICT,
				 "The document has been replaced since.");
	return kyc_document_load(k, &s->id, &t->object.id, out, f);
}

static int deposit(struct kyc *k, struct kyc_session *s,
		   const struct kyc_ticket *t, struct confirm *c,
		   struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct kyc_deposit d = { c->document, t->object.digest, key };
	struct kyc_workflow w;
	int rc;

	*c->document = t->announced;
	c->document->id = t->object.id;
	c->document->media = t->object.media;
	c->document->uploaded_at = clock_now_ms();
	if (kyc_workflow_load(k, s, &w, f) ||
	    kyc_document_fits(kyc_workflow_step(&w, t->announced.step_id),
			      c->document, f) ||
	    kyc_secret_load(k, &s->id, key, f))
		return -1;
	rc = kyc_document_take(k, s, &w, &d, &c->replaced, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

static int write_confirmed(struct kyc *k, const struct kyc_session *s,
			   const struct kyc_ticket *t, struct fault *f)
{
	int64_t now = clock_now_ms();

	if (db_exec(k->db, &CONFIRM, db_int(now),
		    db_int(now + KYC_TICKET_KEEP_MS), db_uuid(&s->tenant),
		    db_uuid(&s->id), db_uuid(&t->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int confirm(struct kyc *k, void *ctx, struct fault *f)
{
	struct confirm *c = ctx;
	struct kyc_visit visit;
	struct kyc_session *s = &visit.session;
	struct kyc_ticket t = { .confirmed_at = -1 };
	int rc;

	c->refused = false;
	c->replaced.count = 0;
	if (kyc_link_follow(k, c->token, true, &visit, f) ||
	    kyc_step_may_act(s, f) || kyc_ticket_load(k, s, c->id, &t, f))
		return -1;
	c->session = s->id;
	if (t.confirmed_at >= 0)
		return answer_again(k, s, &t, c->document, f);
	if (uuid_is_nil(&t.object.id))
		return fault_set(f, FAULT_CONFLICT,
				 "The file has not been put yet.");
	rc = deposit(k, s, &t, c, f);
	c->refused = rc > 0;
	if (rc)
		return rc > 0 ? 0 : -1;
	return write_confirmed(k, s, &t, f);
}

/* What a refused ticket holds is left for the clean-up: the session has
 * failed. */
int kyc_ticket_confirm(struct kyc *k, const char *token, const struct uuid *id,
		       struct kyc_document *out, struct fault *f)
{
	struct confirm c = { .token = token, .id = id, .document = out };

	if (kyc_transact(k, confirm, &c, f))
		return -1;
	if (c.refused)
		return kyc_attempt_refuse(f);
	kyc_object_drop(k, &c.session, c.replaced.ids, c.replaced.count);
	return 0;
}

int64_t kyc_ticket_forget(struct kyc *k, struct fault *f)
{
	int64_t n = db_exec(k->db, &FORGET, db_int(clock_now_ms()));

	return n < 0 ? db_fault(k->db, f) : n;
}

int kyc_ticket_names(struct kyc *k, const struct uuid *tenant,
		     const struct uuid *session, const struct uuid *object)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &NAMES, db_uuid(tenant),
		     db_uuid(session), db_uuid(object)))
		return -1;
	return db_next(&rows);
}
