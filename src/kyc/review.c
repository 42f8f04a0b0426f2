// SPDX-License-Identifier: GPL-3.0-or-later
/* Reviews: every decision about a session, whoever took it. */
#include "crypto/digest.h"
#include "kyc/record.h"
#include "kyc/review.h"
#include "kyc/secret.h"

static const struct db_sql INSERT = {
	"INSERT INTO review (tenant_id, session_id, id, decision, actor,"
	" actor_id, sealed, created_at, checks)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
};
/* By the primary key. The number is a statement within: as a window function
 * it would take a table on the database's disk, for the rows have blobs. */
static const struct db_sql LIST = {
	"SELECT r.id, r.decision, r.actor, r.actor_id, r.sealed, r.created_at,"
	" r.checks, k.name, (SELECT COUNT(*) FROM review n"
	" WHERE n.tenant_id = ? AND n.session_id = ? AND n.actor <> ?)"
	" FROM review r"
	" LEFT JOIN api_key k ON k.tenant_id = r.tenant_id"
	" AND k.id = r.actor_id WHERE r.tenant_id = ? AND r.session_id = ?"
	" AND r.actor <> ? ORDER BY r.id DESC LIMIT ?"
};

static const struct db_sql NAME = {
	"SELECT name FROM api_key WHERE tenant_id = ? AND id = ?"
};

static const char OBJECT[] = "review";

enum kyc_state kyc_decision_state(enum kyc_decision decision)
{
	static const enum kyc_state states[KYC_DECISIONS] = {
		[KYC_NO_DECISION] = KYC_PROCESSED,
		[KYC_DECIDED_APPROVED] = KYC_APPROVED,
		[KYC_DECIDED_FLAGGED] = KYC_APPROVED,
		[KYC_DECIDED_MANUAL_REVIEW] = KYC_MANUAL_REVIEW,
		[KYC_DECIDED_REJECTED] = KYC_REJECTED,
	};

	return states[decision];
}

static int seal_notes(struct kyc *k, const struct uuid *session,
		      const char *notes, struct buf *out, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, OBJECT);
	uint8_t key[SEAL_KEY_SIZE];

	buf_init(out, k->arena);
	if (!notes)
		return 0;
	if (kyc_secret_load(k, session, key, f))
		return -1;
	seal_box(key, &ctx, notes, strlen(notes), out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

int kyc_review_note(struct kyc *k, const struct kyc_session *s,
		    struct kyc_review *r, struct fault *f)
{
	struct buf sealed;

	r->created_at = clock_now_ms();
	r->id = uuid_v7(r->created_at);
	r->actor = k->who.actor;
	r->actor_id = k->who.key_id;
	if (seal_notes(k, &s->id, r->notes, &sealed, f))
		return -1;
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_uuid(&r->id), db_int(r->decision), db_int(r->actor),
		    db_uuid(&r->actor_id),
		    db_bytes(r->notes ? sealed.data : NULL, sealed.len),
		    db_int(r->created_at), db_int(r->checks)) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* The state stays, perhaps not the decision: flagged and approved share it. */
static int stay(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_DECIDE,
					   .from = s->state,
					   .to = s->state };

	if (k->who.actor == KYC_ACTOR_KEY &&
	    !(k->who.permissions & KYC_MAY_REVIEW))
		return fault_set(f, FAULT_FORBIDDEN, NULL);
	s->updated_at = clock_now_ms();
	if (kyc_session_write(k, s, f))
		return -1;
	return kyc_record_audit(k, &s->id, &record, f);
}

int kyc_review_decide(struct kyc *k, struct kyc_session *s,
		      struct kyc_review *r, struct fault *f)
{
	enum kyc_decision decision = r->decision;
	enum kyc_state to = kyc_decision_state(decision);
	bool same = s->state == to;

	/* what the checks recommend stays while nobody decides otherwise */
	if (same && !decision)
		return stay(k, s, f) ? -1 : kyc_review_note(k, s, r, f);
	if (!same || s->decision != decision)
		s->decided_at = decision ? clock_now_ms() : -1;
	s->decision = decision;
	if (same ? stay(k, s, f) : kyc_state_move(k, s, KYC_DECIDE, to, f))
		return -1;
	return kyc_review_note(k, s, r, f);
}

int kyc_review_name(struct kyc *k, struct kyc_review *r, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &NAME, db_uuid(&k->who.tenant),
		     db_uuid(&r->actor_id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	r->actor_name = rc ? db_get_text(&rows, 0) : NULL;
	return 0;
}

static const char *open_notes(struct kyc *k, const struct uuid *session,
			      const uint8_t key[SEAL_KEY_SIZE],
			      const struct db_rows *rows, unsigned int column)
{
	struct seal_context ctx = kyc_secret_context(k, session, OBJECT);
	struct buf plain;
	const void *sealed;
	size_t len;

	if (db_is_null(rows, column))
		return NULL;
	buf_init(&plain, k->arena);
	sealed = db_get_bytes(rows, column, &len);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return NULL;
	return buf_cstr(&plain);
}

int kyc_review_list(struct kyc *k, const struct uuid *session,
		    struct kyc_review **out, int64_t *total, struct fault *f)
{
	struct kyc_review *list =
		arena_alloc(k->arena, KYC_REVIEWS_MAX * sizeof(*list));
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	int n = 0, rc;

	if (kyc_secret_load(k, session, key, f))
		return -1;
	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&k->who.tenant),
		     db_uuid(session), db_int(KYC_ACTOR_JOB),
		     db_uuid(&k->who.tenant), db_uuid(session),
		     db_int(KYC_ACTOR_JOB), db_int(KYC_REVIEWS_MAX))) {
		crypto_wipe(key, sizeof(key));
		return db_fault(k->db, f);
	}
	*total = 0;
	while ((rc = db_next(&rows)) > 0) {
		*total = db_get_int(&rows, 8);
		list[n++] = (struct kyc_review){
			.id = db_get_uuid(&rows, 0),
			.decision = (enum kyc_decision)db_get_int(&rows, 1),
			.actor = (enum kyc_actor)db_get_int(&rows, 2),
			.actor_id = db_get_uuid(&rows, 3),
			.notes = open_notes(k, session, key, &rows, 4),
			.created_at = db_get_int(&rows, 5),
			.checks = (unsigned int)db_get_int(&rows, 6),
			.actor_name = db_get_text(&rows, 7),
		};
	}
	crypto_wipe(key, sizeof(key));
	*out = list;
	return rc < 0 ? db_fault(k->db, f) : n;
}
