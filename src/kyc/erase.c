// SPDX-License-Identifier: GPL-3.0-or-later
/* Erasing a session for good: key, rows, counters; its files by a job. */
#include "kyc/count.h"
#include "kyc/document.h"
#include "kyc/erase.h"
#include "kyc/job.h"
#include "kyc/record.h"
#include "kyc/retention.h"
#include "store/store.h"

enum { DEPTH_MAX = 8, OBJECT_AGE_MS = CLOCK_HOUR };

#define OF_SESSION " WHERE tenant_id = ? AND session_id = ?"

/* Every table with rows of a session. The key comes first; audit rows stay,
 * see FORGET. tests/api/test_erasure.py asks the database which tables have a
 * session_id, and fails for one that is missing here. */
static const struct db_sql tables[] = {
	{ "DELETE FROM {keys}.session_key" OF_SESSION },
	{ "DELETE FROM check_run" OF_SESSION },
	{ "DELETE FROM consent" OF_SESSION },
	{ "DELETE FROM correction" OF_SESSION },
	{ "DELETE FROM document" OF_SESSION },
	{ "DELETE FROM document_number" OF_SESSION },
	{ "DELETE FROM document_portrait" OF_SESSION },
	{ "DELETE FROM event" OF_SESSION },
	{ "DELETE FROM idempotency" OF_SESSION },
	{ "DELETE FROM link" OF_SESSION },
	{ "DELETE FROM liveness_challenge" OF_SESSION },
	{ "DELETE FROM delivery" OF_SESSION },
	{ "DELETE FROM mail" OF_SESSION },
	{ "DELETE FROM review" OF_SESSION },
	{ "DELETE FROM session_detail" OF_SESSION },
	{ "DELETE FROM step" OF_SESSION },
	{ "DELETE FROM upload_ticket" OF_SESSION },
	{ "DELETE FROM word" OF_SESSION },
};

/* The chain holds a digest of the address and its salt: without the salt it
 * tells nothing, not even to whoever tries every address. */
static const struct db_sql FORGET = {
	"UPDATE audit SET remote_addr = NULL, salt = REPEAT(CHAR(0), 16)"
	" WHERE tenant_id = ? AND session_id = ?"
};
static const struct db_sql CHILDREN = {
	"SELECT id FROM session WHERE tenant_id = ? AND parent_id = ?"
};
static const struct db_sql DELETE = {
	"DELETE FROM session WHERE tenant_id = ? AND id = ?"
};
/* The person that a session was made of, by name and mail only; not one that
 * the operator keeps, nor one that has other sessions. */
static const struct db_sql DELETE_ENTITY = {
	"DELETE FROM entity WHERE tenant_id = ? AND id = ?"
	" AND external_id IS NULL AND sealed IS NULL AND NOT EXISTS"
	" (SELECT 1 FROM session s WHERE s.tenant_id = entity.tenant_id"
	" AND s.entity_id = entity.id)"
};

static int delete_rows(struct kyc *k, const struct kyc_session *s,
		       struct fault *f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		if (db_exec(k->db, &tables[i], db_uuid(&s->tenant),
			    db_uuid(&s->id)) < 0)
			return db_fault(k->db, f);
	}
	if (db_exec(k->db, &DELETE, db_uuid(&s->tenant), db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	if (!uuid_is_nil(&s->entity) &&
	    db_exec(k->db, &DELETE_ENTITY, db_uuid(&s->tenant),
		    db_uuid(&s->entity)) < 0)
		return db_fault(k->db, f);
	return kyc_count_forget(k, s, f);
}

/* Who and when, but not from where. */
static int leave_tombstone(struct kyc *k, const struct kyc_session *s,
			   struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_DELETE,
					   .from = s->state };
	const char *addr = k->who.remote_addr;
	int rc;

	if (db_exec(k->db, &FORGET, db_uuid(&s->tenant), db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	k->who.remote_addr = NULL;
	rc = kyc_record_audit(k, &s->id, &record, f);
	k->who.remote_addr = addr;
	return rc;
}

static int children(struct kyc *k, const struct uuid *id, struct uuid **out,
		    struct fault *f)
{
	struct db_rows rows;
	struct buf ids;
	struct uuid child;
	int rc;

	buf_init(&ids, k->arena);
	if (db_query(k->db, k->arena, &rows, &CHILDREN, db_uuid(&k->who.tenant),
		     db_uuid(id)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		child = db_get_uuid(&rows, 0);
		buf_add(&ids, &child, sizeof(child));
	}
	*out = (struct uuid *)(void *)ids.data;
	return rc < 0 ? db_fault(k->db, f) : (int)(ids.len / sizeof(child));
}

/* The row is locked first, so that no child, upload or hold comes in between;
 * one that comes later finds no session. */
static int erase(struct kyc *k, const struct uuid *id, int depth,
		 struct fault *f)
{
	struct uuid *list = NULL;
	struct kyc_session s;
	int n, i;

	if (depth == DEPTH_MAX)
		return fault_internal(f, "subsessions within subsessions");
	if (kyc_session_load(k, id, true, &s, f) || kyc_hold_check(k, id, f))
		return -1;
	n = children(k, id, &list, f);
	for (i = 0; i < n; i++) {
		if (erase(k, &list[i], depth + 1, f))
			return -1;
	}
	if (n < 0 || delete_rows(k, &s, f) || leave_tombstone(k, &s, f))
		return -1;
	return kyc_job_add(k, KYC_LANE_UPKEEP, KYC_JOB_ERASE, id, 0, f);
}

int kyc_erase(struct kyc *k, const struct uuid *session, struct fault *f)
{
	return erase(k, session, 0, f);
}

struct objects {
	struct kyc *k;
	bool unsure; /* the database did not say */
};

static bool keep(void *ctx, const struct store_name *name)
{
	struct objects *o = ctx;
	int rc = kyc_document_exists(o->k, &name->tenant, &name->session,
				     &name->object);

	o->unsure = o->unsure || rc < 0;
	return rc != 0;
}

int kyc_erase_objects(struct kyc *k, const struct uuid *session,
		      struct fault *f)
{
	struct objects o = { .k = k };
	struct kyc_session s;
	int64_t age = OBJECT_AGE_MS;

	if (kyc_session_load(k, session, false, &s, f)) {
		if (f->code != FAULT_NOT_FOUND)
			return -1;
		fault_clear(f);
		age = -OBJECT_AGE_MS; /* whatever the clocks say */
	}
	if (store_sweep_session(k->store, &k->who.tenant, session, age, keep,
				&o) < 0)
		return fault_set(f, FAULT_UNAVAILABLE,
				 "objects cannot be removed: see the log");
	return o.unsure ? db_fault(k->db, f) : 0;
}
