// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of a session: their rows, their end, the decision. */
#include "kyc/check.h"
#include "kyc/job.h"
#include "kyc/record.h"

static const struct db_sql INSERT = {
	"INSERT INTO check_run (tenant_id, session_id, kind, status, outcome,"
	" reason, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT " KYC_CHECK_COLUMNS " FROM check_run c"
	" WHERE c.tenant_id = ? AND c.session_id = ?"
};
static const struct db_sql START = {
	"UPDATE check_run SET status = ?, started_at = ?"
	" WHERE tenant_id = ? AND session_id = ? AND kind = ? AND status = ?"
};
static const struct db_sql END = {
	"UPDATE check_run SET status = ?, outcome = ?, reason = ?,"
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
		     unsigned int kinds, struct fault *f)
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
		if (kyc_job_add(k, KYC_LANE_CHECK, KYC_JOB_CHECK, &s->id, kind,
				f))
			return -1;
	}
	return 0;
}

/* As PROTOCOLS.md orders them: pending while any has not ended, error if one
 * could not run, else the worst finding. */
enum kyc_outcome kyc_outcome_worst(enum kyc_outcome a, enum kyc_outcome b)
{
	static const int rank[] = {
		[KYC_OUTCOME_CLEAR] = 0,     [KYC_OUTCOME_CONSIDER] = 1,
		[KYC_OUTCOME_ATTENTION] = 2, [KYC_OUTCOME_ISSUE] = 3,
		[KYC_OUTCOME_ERROR] = 4,     [KYC_OUTCOME_PENDING] = 5,
	};

	return rank[a] >= rank[b] ? a : b;
}

/* The outcome over all checks, and the reason of the first not clear. */
static enum kyc_outcome summarise(const struct kyc_checks *checks,
				  enum kyc_reason *reason)
{
	enum kyc_outcome worst = KYC_OUTCOME_CLEAR;
	int kind;

	*reason = KYC_REASON_NONE;
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (!c->status)
			continue;
		worst = kyc_outcome_worst(worst, c->outcome);
		if (*reason == KYC_REASON_NONE)
			*reason = c->reason;
	}
	return worst;
}

/* clear is approved, all else needs a person. */
static int conclude(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	struct kyc_checks checks;
	enum kyc_outcome outcome;
	enum kyc_reason reason;

	if (kyc_checks_load(k, &s->id, &checks, f))
		return -1;
	outcome = summarise(&checks, &reason);
	if (outcome == KYC_OUTCOME_PENDING)
		return 0;
	s->outcome = outcome;
	s->reason = reason;
	s->processed_at = clock_now_ms();
	if (kyc_record_event(k, s, KYC_EVENT_PROCESSED, f))
		return -1;
	return kyc_state_move(k, s, KYC_CONCLUDE,
			      outcome == KYC_OUTCOME_CLEAR ? KYC_APPROVED
							   : KYC_MANUAL_REVIEW,
			      f);
}

struct change {
	const struct uuid *session;
	enum kyc_check_kind kind;
	enum kyc_outcome outcome;
	enum kyc_reason reason;
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
	if (s.state != KYC_COMPLETED)
		return 0;
	return kyc_state_move(k, &s, KYC_PROCESS, KYC_PROCESSING, f);
}

int kyc_check_start(struct kyc *k, const struct uuid *session,
		    enum kyc_check_kind kind, struct fault *f)
{
	struct change c = { .session = session, .kind = kind };

	return kyc_transact(k, start, &c, f);
}

int kyc_check_end(struct kyc *k, const struct uuid *session,
		  enum kyc_check_kind kind, enum kyc_outcome outcome,
		  enum kyc_reason reason, struct fault *f)
{
	int64_t now = clock_now_ms(), changed;
	struct kyc_session s;

	if (kyc_session_load(k, session, true, &s, f))
		return -1;
	changed = db_exec(k->db, &END, db_int(KYC_CHECK_ENDED), db_int(outcome),
			  db_int(reason), db_int(now), db_int(now),
			  db_uuid(&k->who.tenant), db_uuid(session),
			  db_int(kind), db_int(KYC_CHECK_ENDED));
	if (changed < 0)
		return db_fault(k->db, f);
	if (!changed || !(KYC_BIT(s.state) &
			  (KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING))))
		return 0;
	if (kyc_record_event(k, &s, KYC_EVENT_CHECK_ENDED, f))
		return -1;
	return conclude(k, &s, f);
}
