// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of a session: their rows, their start and end, findings. */
#include "crypto/digest.h"
#include "kyc/check.h"
#include "kyc/conclude.h"
#include "kyc/number.h"
#include "kyc/portrait.h"
#include "kyc/record.h"
#include "kyc/secret.h"

static const struct db_sql INSERT = {
	"INSERT INTO check_run (tenant_id, session_id, kind, status, outcome,"
	" reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT " KYC_CHECK_COLUMNS " FROM check_run c"
	" WHERE c.tenant_id = ? AND c.session_id = ?"
};
static const struct db_sql FINDINGS = {
	"SELECT kind, sealed FROM check_run WHERE tenant_id = ?"
	" AND session_id = ? AND sealed IS NOT NULL"
};
static const struct db_sql FORGET = {
	"DELETE FROM check_run WHERE tenant_id = ? AND session_id = ?"
};
static const struct db_sql START = {
	"UPDATE check_run SET status = ?, started_at = ?"
	" WHERE tenant_id = ? AND session_id = ? AND kind = ? AND status = ?"
};
static const struct db_sql END = {
	"UPDATE check_run SET status = ?, outcome = ?, reason = ?, sealed = ?,"
	" started_at = COALESCE(started_at, ?), ended_at = ?"
	" WHERE tenant_id = ? AND session_id = ? AND kind = ? AND status <> ?"
};

static const char *const names[KYC_CHECK_KINDS] = {
	[KYC_DOCUMENT_CHECK] = "document_check",
	[KYC_IDENTITY_CHECK] = "identity_check",
	[KYC_ENHANCED_IDENTITY_CHECK] = "enhanced_identity_check",
	[KYC_PROOF_OF_ADDRESS_CHECK] = "proof_of_address_check",
	[KYC_AML_CHECK] = "aml_check",
	[KYC_PEP_CHECK] = "pep_check",
	[KYC_ADVERSE_MEDIA_CHECK] = "adverse_media_check",
	[KYC_CRYPTO_CHECK] = "crypto_check",
	[KYC_WEB_CHECK] = "web_check",
	[KYC_LIVENESS_CHECK] = "liveness_check",
};

struct uuid kyc_check_id(const struct uuid *session, enum kyc_check_kind kind)
{
	uint8_t text[UUID_SIZE + 1], digest[DIGEST_SIZE];

	memcpy(text, session->b, UUID_SIZE);
	text[UUID_SIZE] = (uint8_t)kind;
	digest_sha256(text, sizeof(text), digest);
	return uuid_v8(digest);
}

const char *kyc_check_name(enum kyc_check_kind kind)
{
	return kind > 0 && kind < KYC_CHECK_KINDS ? names[kind] : "?";
}

enum kyc_check_kind kyc_check_kind(const char *name)
{
	int i;

	for (i = 1; i < KYC_CHECK_KINDS; i++) {
		if (!strcmp(names[i], name))
			return (enum kyc_check_kind)i;
	}
	return 0;
}

void kyc_check_read(const struct db_rows *rows, unsigned int i,
		    struct kyc_checks *out)
{
	int64_t kind = db_get_int(rows, i);

	if (kind <= 0 || kind >= KYC_CHECK_KINDS)
		return;
	out->by_kind[kind] = (struct kyc_check){
		.status = (enum kyc_check_status)db_get_int(rows, i + 1),
		.outcome = (enum kyc_outcome)db_get_int(rows, i + 2),
		.reason = (enum kyc_reason)db_get_int(rows, i + 3),
		.started_at = db_get_time(rows, i + 4),
		.ended_at = db_get_time(rows, i + 5),
		.created_at = db_get_int(rows, i + 6),
	};
}

int kyc_checks_load(struct kyc *k, const struct uuid *session,
		    struct kyc_checks *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	*out = (struct kyc_checks){ 0 };
	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_uuid(session)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0)
		kyc_check_read(&rows, 0, out);
	return rc ? db_fault(k->db, f) : 0;
}

int kyc_checks_queue(struct kyc *k, const struct kyc_session *s,
		     unsigned int kinds, enum kyc_job_kind job, struct fault *f)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (!(kinds & 1u << kind))
			continue;
		if (db_exec(k->db, &INSERT, db_uuid(&s->tenant),
			    db_uuid(&s->id), db_int(kind),
			    db_int(KYC_CHECK_PENDING),
			    db_int(KYC_OUTCOME_PENDING),
			    db_int(KYC_REASON_NONE),
			    db_int(clock_now_ms())) < 0)
			return db_fault(k->db, f);
		if (kyc_job_add(k, KYC_LANE_CHECK, job, &s->id, kind, f))
			return -1;
	}
	return 0;
}

int kyc_checks_forget(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	if (db_exec(k->db, &FORGET, db_uuid(&s->tenant), db_uuid(&s->id)) < 0)
		return db_fault(k->db, f);
	if (kyc_number_forget(k, s, f) || kyc_portrait_forget(k, &s->id, f))
		return -1;
	s->outcome = KYC_OUTCOME_PENDING;
	s->reason = KYC_REASON_NONE;
	s->processed_at = -1;
	s->risk = -1;
	s->validated = 0;
	return 0;
}

/* A row's findings open in no other row. */
static struct seal_context context(struct kyc *k, const struct uuid *session,
				   enum kyc_check_kind kind)
{
	return kyc_secret_context(
		k, session,
		arena_printf(k->arena, "findings %s", kyc_check_name(kind)));
}

static int seal_findings(struct kyc *k, const struct uuid *session,
			 enum kyc_check_kind kind, const char *findings,
			 struct buf *out, struct fault *f)
{
	struct seal_context ctx = context(k, session, kind);
	uint8_t key[SEAL_KEY_SIZE];

	buf_init(out, k->arena);
	if (!findings)
		return 0;
	if (kyc_secret_load(k, session, key, f))
		return -1;
	seal_box(key, &ctx, findings, strlen(findings), out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

int kyc_check_open(struct kyc *k, const struct uuid *session,
		   const uint8_t key[SEAL_KEY_SIZE], int64_t kind,
		   const void *sealed, size_t len, struct kyc_checks *checks)
{
	struct seal_context ctx;
	struct buf plain;

	if (kind <= 0 || kind >= KYC_CHECK_KINDS || !sealed)
		return 0;
	ctx = context(k, session, (enum kyc_check_kind)kind);
	buf_init(&plain, k->arena);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return -1;
	checks->by_kind[kind].findings = buf_cstr(&plain);
	return 0;
}

int kyc_checks_findings(struct kyc *k, const struct uuid *session,
			struct kyc_checks *checks, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	const void *sealed;
	bool torn = false;
	size_t len;
	int rc;

	if (kyc_secret_load(k, session, key, f))
		return -1;
	rc = db_query(k->db, k->arena, &rows, &FINDINGS,
		      db_uuid(&k->who.tenant), db_uuid(session));
	while (!rc && (rc = db_next(&rows)) > 0) {
		sealed = db_get_bytes(&rows, 1, &len);
		torn |= kyc_check_open(k, session, key, db_get_int(&rows, 0),
				       sealed, len, checks) != 0;
		rc = 0;
	}
	crypto_wipe(key, sizeof(key));
	if (rc < 0)
		return db_fault(k->db, f);
	return torn ? fault_internal(f, "findings cannot be opened") : 0;
}

struct change {
	const struct uuid *session;
	enum kyc_check_kind kind;
	bool processing;
};

static int start(struct kyc *k, void *ctx, struct fault *f)
{
	const struct change *c = ctx;
	struct kyc_session s;

	if (kyc_session_load(k, c->session, true, &s, f))
		return -1;
	if (db_exec(k->db, &START, db_int(KYC_CHECK_RUNNING),
		    db_int(clock_now_ms()), db_uuid(&k->who.tenant),
		    db_uuid(c->session), db_int(c->kind),
		    db_int(KYC_CHECK_PENDING)) < 0)
		return db_fault(k->db, f);
	if (!c->processing || s.state != KYC_COMPLETED)
		return 0;
	return kyc_state_move(k, &s, KYC_PROCESS, KYC_PROCESSING, f);
}

int kyc_check_start(struct kyc *k, const struct uuid *session,
		    enum kyc_check_kind kind, bool processing, struct fault *f)
{
	struct change c = { session, kind, processing };

	return kyc_transact(k, start, &c, f);
}

/* The row; 1 where it had not ended before. */
static int end_row(struct kyc *k, const struct uuid *session,
		   enum kyc_check_kind kind, const struct kyc_result *r,
		   struct fault *f)
{
	int64_t now = clock_now_ms(), changed;
	struct buf sealed;

	if (seal_findings(k, session, kind, r->findings, &sealed, f))
		return -1;
	changed = db_exec(
		k->db, &END, db_int(KYC_CHECK_ENDED), db_int(r->outcome),
		db_int(r->reason),
		db_bytes(r->findings ? sealed.data : NULL, sealed.len),
		db_int(now), db_int(now), db_uuid(&k->who.tenant),
		db_uuid(session), db_int(kind), db_int(KYC_CHECK_ENDED));
	return changed < 0 ? db_fault(k->db, f) : changed > 0;
}

int kyc_check_end(struct kyc *k, const struct uuid *session,
		  enum kyc_check_kind kind, const struct kyc_result *r,
		  struct fault *f)
{
	struct kyc_session s;
	int changed;

	if (kyc_session_load(k, session, true, &s, f))
		return -1;
	changed = end_row(k, session, kind, r, f);
	if (changed < 0)
		return -1;
	if (!changed || !(KYC_BIT(s.state) &
			  (KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING))))
		return 0;
	/* each event has a version of its own, so that they can be ordered */
	s.updated_at = clock_now_ms();
	if (kyc_session_write(k, &s, f) || kyc_record_check(k, &s, kind, f))
		return -1;
	return s.state == KYC_PROCESSING ? kyc_conclude(k, &s, f) : 0;
}
