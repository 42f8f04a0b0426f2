// SPDX-License-Identifier: GPL-3.0-or-later
/* How long what is kept, and what is kept whatever that says. */
#include "kyc/document.h"
#include "kyc/erase.h"
#include "kyc/job.h"
#include "kyc/portrait.h"
#include "kyc/record.h"
#include "kyc/retention.h"

enum { BATCH = 50, BATCHES = 20 };

static const struct db_sql GET = {
	"SELECT keep_documents, keep_biometrics, keep_sessions FROM tenant"
	" WHERE id = ?"
};
static const struct db_sql SET = {
	"UPDATE tenant SET keep_documents = COALESCE(?, keep_documents),"
	" keep_biometrics = COALESCE(?, keep_biometrics),"
	" keep_sessions = COALESCE(?, keep_sessions) WHERE id = ?"
};
static const struct db_sql SELECT_HOLD = {
	"SELECT legal_hold FROM session WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql UPDATE_HOLD = {
	"UPDATE session SET legal_hold = ? WHERE tenant_id = ? AND id = ?"
};
/* The session and those above it. */
static const struct db_sql IS_HELD = {
	"WITH RECURSIVE up AS (SELECT parent_id, legal_hold FROM session"
	" WHERE tenant_id = ? AND id = ? UNION ALL"
	" SELECT s.parent_id, s.legal_hold FROM up JOIN session s"
	" ON s.tenant_id = ? AND s.id = up.parent_id)"
	" SELECT COALESCE(MAX(legal_hold), 0) FROM up"
};
/* A row an organisation and mode: a scan of a small table. */
static const struct db_sql TENANTS = {
	"SELECT id, keep_documents, keep_biometrics, keep_sessions FROM tenant"
	" WHERE keep_documents > 0 OR keep_biometrics > 0 OR keep_sessions > 0"
};

/* The same as ended_at below; the row is looked at again under its lock. */
#define ENDED_AT                                                               \
	"CASE WHEN s.state = 12 THEN s.expires_at WHEN s.state IN (10, 11)"    \
	" THEN COALESCE(s.decided_at, s.processed_at, s.updated_at)"           \
	" ELSE s.updated_at END"

/* By the index of states. Subsessions go with their parent. */
static const struct db_sql DUE_SESSIONS = {
	"SELECT s.id FROM session s WHERE s.tenant_id = ? AND s.state = ?"
	" AND s.id > ? AND s.id < ? AND s.parent_id IS NULL"
	" AND s.legal_hold = 0 AND " ENDED_AT " <= ? ORDER BY s.id LIMIT ?"
};
/* By the index of types: rows that are gone cost nothing. */
static const struct db_sql DUE_DOCUMENTS = {
	"SELECT DISTINCT d.session_id FROM document d FORCE INDEX (type)"
	" JOIN session s ON s.tenant_id = d.tenant_id AND s.id = d.session_id"
	" WHERE d.tenant_id = ? AND d.type = ? AND d.session_id > ?"
	" AND d.session_id < ? AND s.legal_hold = 0"
	" AND s.state IN (10, 11, 12, 13, 14) AND " ENDED_AT " <= ?"
	" AND NOT EXISTS (SELECT 1 FROM session p WHERE p.legal_hold = 1"
	" AND p.tenant_id = s.tenant_id AND p.id = s.parent_id)"
	" ORDER BY d.session_id LIMIT ?"
};
static const struct db_sql DELETE_DOCUMENTS = {
	"DELETE FROM document WHERE tenant_id = ? AND session_id = ?"
	" AND type = ?"
};

_Static_assert(KYC_APPROVED == 10 && KYC_REJECTED == 11 && KYC_EXPIRED == 12 &&
		       KYC_REVOKED == 13 && KYC_FAILED == 14,
	       "the statements above name states by number");

static void read_days(const struct db_rows *rows, unsigned int first,
		      struct kyc_retention *out)
{
	*out = (struct kyc_retention){
		.documents = db_get_int(rows, first),
		.biometrics = db_get_int(rows, first + 1),
		.sessions = db_get_int(rows, first + 2),
	};
}

int kyc_retention_get(struct kyc *k, struct kyc_retention *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &GET, db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	read_days(&rows, 0, out);
	return 0;
}

static void check_days(const char *name, int64_t days, struct fault *f)
{
	if (days > KYC_RETENTION_DAYS_MAX)
		fault_field(f, name, "must be at most %d days",
			    KYC_RETENTION_DAYS_MAX);
}

int kyc_retention_set(struct kyc *k, const struct kyc_retention *r,
		      struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_TENANT_UPDATE };

	check_days("retention.documents_days", r->documents, f);
	check_days("retention.biometrics_days", r->biometrics, f);
	check_days("retention.sessions_days", r->sessions, f);
	if (f->code)
		return -1;
	if (db_exec(k->db, &SET, db_time(r->documents), db_time(r->biometrics),
		    db_time(r->sessions), db_uuid(&k->who.tenant)) < 0)
		return db_fault(k->db, f);
	return kyc_record_audit(k, NULL, &record, f);
}

int kyc_hold_get(struct kyc *k, const struct uuid *session, bool *hold,
		 struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT_HOLD,
		     db_uuid(&k->who.tenant), db_uuid(session)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
	*hold = db_get_int(&rows, 0) != 0;
	return 0;
}

int kyc_hold_check(struct kyc *k, const struct uuid *session, struct fault *f)
{
	struct db_val tenant = db_uuid(&k->who.tenant);
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &IS_HELD, tenant, db_uuid(session),
		     tenant) ||
	    db_next(&rows) != 1)
		return db_fault(k->db, f);
	if (db_get_int(&rows, 0))
		return fault_set(f, FAULT_CONFLICT,
				 "The session is under legal hold.");
	return 0;
}

/* The session is written first: that locks its row and proves its version. */
int kyc_hold_set(struct kyc *k, struct kyc_session *s, bool hold,
		 struct fault *f)
{
	const struct kyc_record record = { .verb = hold ? KYC_HOLD
							: KYC_UNHOLD };
	bool held = false;

	if (k->who.actor == KYC_ACTOR_KEY &&
	    !(k->who.permissions & KYC_MAY_MANAGE))
		return fault_set(f, FAULT_FORBIDDEN,
				 "The API key lacks the permission %s.",
				 kyc_permission_name(KYC_MAY_MANAGE));
	if (kyc_hold_get(k, &s->id, &held, f))
		return -1;
	if (held == hold)
		return 0;
	s->updated_at = clock_now_ms();
	if (kyc_session_write(k, s, f))
		return -1;
	if (db_exec(k->db, &UPDATE_HOLD, db_int(hold), db_uuid(&s->tenant),
		    db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	return kyc_record_audit(k, &s->id, &record, f);
}

/* -1: it has not ended. */
static int64_t ended_at(const struct kyc_session *s)
{
	switch (s->state) {
	case KYC_APPROVED:
	case KYC_REJECTED:
		if (s->decided_at >= 0)
			return s->decided_at;
		return s->processed_at >= 0 ? s->processed_at : s->updated_at;
	case KYC_EXPIRED:
		return s->expires_at;
	case KYC_REVOKED:
	case KYC_FAILED:
		return s->updated_at;
	default:
		return -1;
	}
}

/* What one batch is about. type 0: whole sessions in state. */
struct due {
	enum kyc_state state;
	enum kyc_document_type type;
	int64_t before; /* ended by then */
	struct uuid after;
	struct uuid ids[BATCH];
	struct uuid id; /* the one that is erased now */
	bool done;
};

/* Locked, and due still: somebody may have gone on with it, or held it. */
static int lock_due(struct kyc *k, const struct due *d, bool *due,
		    struct fault *f)
{
	struct kyc_session s = { 0 };
	int64_t ended;

	if (kyc_session_load(k, &d->id, true, &s, f) ||
	    kyc_hold_check(k, &d->id, f))
		return -1;
	ended = ended_at(&s);
	*due = ended >= 0 && ended <= d->before;
	return 0;
}

/* A face goes with the document that it was cut out of, and with the others
 * that show it. */
static bool shows_face(enum kyc_document_type type)
{
	return type == KYC_TYPE_ID || kyc_document_is_biometric(type);
}

static int erase_documents(struct kyc *k, const struct due *d, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_ERASE_DOCUMENTS };
	int64_t n = db_exec(k->db, &DELETE_DOCUMENTS, db_uuid(&k->who.tenant),
			    db_uuid(&d->id), db_int(d->type));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return 0;
	if (shows_face(d->type) && kyc_portrait_forget(k, &d->id, f))
		return -1;
	if (kyc_record_audit(k, &d->id, &record, f))
		return -1;
	return kyc_job_add(k, KYC_LANE_UPKEEP, KYC_JOB_ERASE, &d->id, 0, f);
}

static int erase_one(struct kyc *k, void *ctx, struct fault *f)
{
	struct due *d = ctx;

	if (lock_due(k, d, &d->done, f))
		return -1;
	if (!d->done)
		return 0;
	return d->type ? erase_documents(k, d, f) : kyc_erase(k, &d->id, f);
}

/* The smallest id of a time: older sessions have smaller ones. */
static struct uuid id_floor(int64_t ms)
{
	struct uuid id = { { 0 } };
	int i;

	for (i = 5; i >= 0; i--) {
		id.b[i] = (uint8_t)ms;
		ms >>= 8;
	}
	return id;
}

static int find(struct kyc *k, struct due *d, struct fault *f)
{
	struct uuid end = id_floor(d->before);
	struct db_rows rows;
	int n = 0, rc;

	if (db_query(k->db, k->arena, &rows,
		     d->type ? &DUE_DOCUMENTS : &DUE_SESSIONS,
		     db_uuid(&k->who.tenant),
		     db_int(d->type ? (int64_t)d->type : (int64_t)d->state),
		     db_bytes(d->after.b, UUID_SIZE), db_uuid(&end),
		     db_int(d->before), db_int(BATCH)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && n < BATCH)
		d->ids[n++] = db_get_uuid(&rows, 0);
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* Walks by id, so that one that can't be erased (a subsession is held) does
 * not stand in the way of the others. */
static int64_t run(struct kyc *k, struct due *d, struct fault *f)
{
	int64_t total = 0;
	int n, i, batches = 0;

	do {
		n = find(k, d, f);
		for (i = 0; i < n; i++) {
			d->id = d->after = d->ids[i];
			d->done = false;
			if (!kyc_transact(k, erase_one, d, f)) {
				total += d->done;
				continue;
			}
			if (f->code == FAULT_UNAVAILABLE)
				return -1;
			fault_clear(f);
		}
	} while (n == BATCH && ++batches < BATCHES);
	return n < 0 ? -1 : total;
}

static int64_t run_documents(struct kyc *k, const struct kyc_retention *r,
			     int64_t now, struct fault *f)
{
	int64_t n = 0, total = 0, days;
	int type;

	for (type = 1; type < KYC_TYPES && n >= 0; type++) {
		struct due d = { .type = (enum kyc_document_type)type };

		days = kyc_document_is_biometric(d.type) ? r->biometrics
							 : r->documents;
		d.before = now - days * CLOCK_DAY;
		n = days ? run(k, &d, f) : 0;
		total += n;
	}
	return n < 0 ? -1 : total;
}

static int64_t run_tenant(struct kyc *k, const struct kyc_retention *r,
			  struct fault *f)
{
	static const enum kyc_state ended[] = { KYC_APPROVED, KYC_REJECTED,
						KYC_EXPIRED, KYC_REVOKED,
						KYC_FAILED };
	int64_t now = clock_now_ms(), n = 0, total = 0;
	size_t i;

	for (i = 0; r->sessions && i < ARRAY_SIZE(ended) && n >= 0; i++) {
		struct due d = { .state = ended[i],
				 .before = now - r->sessions * CLOCK_DAY };

		n = run(k, &d, f);
		total += n;
	}
	if (n >= 0)
		n = run_documents(k, r, now, f);
	return n < 0 ? -1 : total + n;
}

struct rule {
	struct uuid tenant;
	struct kyc_retention days;
};

int64_t kyc_retention_run(struct kyc *k, struct fault *f)
{
	struct rule *rules = NULL;
	int64_t n = 0, total = 0;
	size_t count = 0, i;
	struct db_rows rows;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &TENANTS, NULL, 0))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		rules = mem_realloc(rules, (count + 1) * sizeof(*rules));
		rules[count].tenant = db_get_uuid(&rows, 0);
		read_days(&rows, 1, &rules[count++].days);
	}
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	for (i = 0; i < count && rc >= 0 && n >= 0; i++) {
		k->who.tenant = rules[i].tenant;
		n = run_tenant(k, &rules[i].days, f);
		total += n;
	}
	free(rules);
	return rc < 0 || n < 0 ? db_fault(k->db, f) : total;
}
