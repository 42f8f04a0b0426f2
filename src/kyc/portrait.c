// SPDX-License-Identifier: GPL-3.0-or-later
/* Portraits: faces cut out of identity documents, kept sealed. */
#include "base/str.h"
#include "kyc/portrait.h"
#include "kyc/record.h"
#include "kyc/secret.h"

/* All by the primary key. */
static const struct db_sql KEEP = {
	"INSERT INTO document_portrait (tenant_id, session_id, document_id,"
	" sealed, created_at) VALUES (?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE sealed = VALUES(sealed)"
};
/* Not of a document that was replaced or erased. */
static const struct db_sql SELECT = {
	"SELECT p.sealed FROM document_portrait p JOIN document d"
	" ON d.tenant_id = p.tenant_id AND d.session_id = p.session_id"
	" AND d.id = p.document_id WHERE p.tenant_id = ?"
	" AND p.session_id = ? AND p.document_id = ?"
};
static const struct db_sql FORGET = {
	"DELETE FROM document_portrait WHERE tenant_id = ? AND session_id = ?"
};

/* One document's opens as no other's. */
static struct seal_context context(struct kyc *k, const struct uuid *session,
				   const struct uuid *document)
{
	char id[2 * UUID_SIZE + 1];

	str_hex(document->b, UUID_SIZE, id);
	return kyc_secret_context(k, session,
				  arena_printf(k->arena, "portrait %s", id));
}

int kyc_portrait_keep(struct kyc *k, const struct kyc_session *s,
		      const struct uuid *document, const void *jpeg, size_t len,
		      struct fault *f)
{
	struct seal_context ctx = context(k, &s->id, document);
	uint8_t key[SEAL_KEY_SIZE];
	struct buf sealed;

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	buf_init(&sealed, k->arena);
	seal_box(key, &ctx, jpeg, len, &sealed);
	crypto_wipe(key, sizeof(key));
	if (db_exec(k->db, &KEEP, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_uuid(document), db_bytes(sealed.data, sealed.len),
		    db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int open_sealed(struct kyc *k, const struct uuid *session,
		       const struct uuid *document, const struct db_rows *rows,
		       struct buf *jpeg, struct fault *f)
{
	struct seal_context ctx = context(k, session, document);
	uint8_t key[SEAL_KEY_SIZE];
	const void *sealed;
	size_t len;
	int rc;

	if (kyc_secret_load(k, session, key, f))
		return -1;
	sealed = db_get_bytes(rows, 0, &len);
	buf_init(jpeg, k->arena);
	rc = seal_open(key, &ctx, sealed, len, jpeg);
	crypto_wipe(key, sizeof(key));
	return rc ? fault_internal(f, "a portrait cannot be opened") : 0;
}

int kyc_portrait_load(struct kyc *k, const struct uuid *session,
		      const struct uuid *document, struct buf *jpeg,
		      struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_uuid(session), db_uuid(document)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Portrait not found.");
	return open_sealed(k, session, document, &rows, jpeg, f);
}

int kyc_portrait_viewed(struct kyc *k, const struct uuid *session,
			const struct uuid *document, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_VIEW_DOCUMENT,
					   .object = *document };

	return kyc_record_audit(k, session, &record, f);
}

int kyc_portrait_forget(struct kyc *k, const struct uuid *session,
			struct fault *f)
{
	if (db_exec(k->db, &FORGET, db_uuid(&k->who.tenant), db_uuid(session)) <
	    0)
		return db_fault(k->db, f);
	return 0;
}
