// SPDX-License-Identifier: GPL-3.0-or-later
/* The state machine of a session: one table of legal transitions. */
#include "kyc/record.h"
#include "kyc/state.h"

#define UNFINISHED                                                             \
	(KYC_BIT(KYC_DRAFT) | KYC_BIT(KYC_INVITED) | KYC_BIT(KYC_OPENED) |     \
	 KYC_BIT(KYC_STARTED) | KYC_BIT(KYC_CORRECTING))

#define DECIDED                                                                \
	(KYC_BIT(KYC_PROCESSED) | KYC_BIT(KYC_MANUAL_REVIEW) |                 \
	 KYC_BIT(KYC_APPROVED) | KYC_BIT(KYC_REJECTED))
#define CHECKED (KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING))
#define FAILABLE                                                               \
	(KYC_BIT(KYC_OPENED) | KYC_BIT(KYC_STARTED) | KYC_BIT(KYC_CORRECTING))
#define EXPIRED KYC_BIT(KYC_EXPIRED)
#define ENDED (EXPIRED | KYC_BIT(KYC_FAILED))

/* Who may: sets of actors. A key also needs the row's permission. */
#define BY(actor) (1u << KYC_ACTOR_##actor)
#define OPERATOR (BY(KEY) | BY(ADMIN))

static const struct transition {
	unsigned int from; /* set of states */
	enum kyc_verb verb;
	enum kyc_state to;
	enum kyc_event event;
	unsigned int who;	 /* set of actors */
	unsigned int permission; /* of a key */
} transitions[] = {
	{ KYC_BIT(KYC_DRAFT), KYC_ISSUE, KYC_INVITED, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ KYC_BIT(KYC_INVITED), KYC_OPEN, KYC_OPENED, KYC_EVENT_OPENED,
	  BY(CUSTOMER), 0 },
	{ KYC_BIT(KYC_OPENED), KYC_ADVANCE, KYC_STARTED, KYC_EVENT_NONE,
	  BY(CUSTOMER), 0 },
	{ FAILABLE, KYC_FINISH, KYC_COMPLETED, KYC_EVENT_COMPLETED,
	  BY(CUSTOMER), 0 },
	{ FAILABLE, KYC_FAIL, KYC_FAILED, KYC_EVENT_FAILED,
	  BY(CUSTOMER) | BY(JOB), 0 },
	{ KYC_BIT(KYC_COMPLETED), KYC_PROCESS, KYC_PROCESSING, KYC_EVENT_NONE,
	  BY(JOB) | OPERATOR, KYC_MAY_UPDATE },
	{ CHECKED, KYC_CONCLUDE, KYC_PROCESSED, KYC_EVENT_NONE, BY(JOB), 0 },
	{ CHECKED, KYC_CONCLUDE, KYC_APPROVED, KYC_EVENT_APPROVED, BY(JOB), 0 },
	{ CHECKED, KYC_CONCLUDE, KYC_REJECTED, KYC_EVENT_REJECTED, BY(JOB), 0 },
	{ CHECKED, KYC_CONCLUDE, KYC_MANUAL_REVIEW, KYC_EVENT_MANUAL_REVIEW,
	  BY(JOB), 0 },
	{ DECIDED & ~KYC_BIT(KYC_PROCESSED), KYC_DECIDE, KYC_PROCESSED,
	  KYC_EVENT_NONE, OPERATOR, KYC_MAY_REVIEW },
	{ DECIDED & ~KYC_BIT(KYC_APPROVED), KYC_DECIDE, KYC_APPROVED,
	  KYC_EVENT_APPROVED, OPERATOR, KYC_MAY_REVIEW },
	{ DECIDED & ~KYC_BIT(KYC_REJECTED), KYC_DECIDE, KYC_REJECTED,
	  KYC_EVENT_REJECTED, OPERATOR, KYC_MAY_REVIEW },
	{ DECIDED & ~KYC_BIT(KYC_MANUAL_REVIEW), KYC_DECIDE, KYC_MANUAL_REVIEW,
	  KYC_EVENT_MANUAL_REVIEW, OPERATOR, KYC_MAY_REVIEW },
	{ DECIDED, KYC_CORRECT, KYC_CORRECTING, KYC_EVENT_CORRECTIONS,
	  BY(JOB) | OPERATOR, KYC_MAY_REVIEW },
	{ UNFINISHED, KYC_EXPIRE, KYC_EXPIRED, KYC_EVENT_EXPIRED, BY(JOB), 0 },
	{ EXPIRED, KYC_REACTIVATE, KYC_DRAFT, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ EXPIRED, KYC_REACTIVATE, KYC_INVITED, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ ENDED, KYC_REACTIVATE, KYC_OPENED, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ ENDED, KYC_REACTIVATE, KYC_STARTED, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ ENDED, KYC_REACTIVATE, KYC_CORRECTING, KYC_EVENT_NONE, OPERATOR,
	  KYC_MAY_UPDATE },
	{ KYC_UNDER_WAY, KYC_REVOKE, KYC_REVOKED, KYC_EVENT_REVOKED, OPERATOR,
	  KYC_MAY_UPDATE },
};

static const struct transition *find(enum kyc_state from, enum kyc_verb verb,
				     enum kyc_state to)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(transitions); i++) {
		const struct transition *t = &transitions[i];

		if (t->verb == verb && t->to == to && t->from & KYC_BIT(from))
			return t;
	}
	return NULL;
}

bool kyc_state_allows(enum kyc_state from, enum kyc_verb verb,
		      enum kyc_state to)
{
	return find(from, verb, to) != NULL;
}

enum kyc_state kyc_state_now(const struct kyc_session *s, int64_t now)
{
	if (s->due_at >= 0 && s->due_at <= now)
		return KYC_EXPIRED;
	return s->state;
}

/* The times that a state brings with it. */
static void stamp(struct kyc_session *s, enum kyc_state from, int64_t now)
{
	s->updated_at = now;
	if (s->state == KYC_OPENED && s->opened_at < 0)
		s->opened_at = now;
	if (s->state == KYC_COMPLETED)
		s->completed_at = now;
	if (s->state == KYC_EXPIRED || s->state == KYC_FAILED)
		s->prior_state = from;
	kyc_state_renew(s, s->expires_at);
}

void kyc_state_renew(struct kyc_session *s, int64_t expires_at)
{
	s->expires_at = expires_at;
	s->due_at = KYC_BIT(s->state) & UNFINISHED ? expires_at : -1;
}

/* A row that names nobody's actor is a defect in the caller. */
static int check_who(const struct kyc *k, enum kyc_verb verb, struct fault *f)
{
	const struct transition *t = transitions;
	const struct transition *end = t + ARRAY_SIZE(transitions);

	while (t < end && t->verb != verb) /* all rows of a verb agree */
		t++;
	if (t == end)
		return fault_internal(f, "a verb that moves nothing");
	if (!(t->who & 1u << k->who.actor))
		return fault_set(f, FAULT_FORBIDDEN, NULL);
	if (k->who.actor == KYC_ACTOR_KEY &&
	    (k->who.permissions & t->permission) != t->permission)
		return fault_set(f, FAULT_FORBIDDEN,
				 "The API key lacks the permission %s.",
				 kyc_permission_name(t->permission));
	return 0;
}

int kyc_state_move(struct kyc *k, struct kyc_session *s, enum kyc_verb verb,
		   enum kyc_state to, struct fault *f)
{
	enum kyc_state from = s->state;
	const struct transition *t = find(from, verb, to);
	struct kyc_record record = { .verb = verb, .from = from, .to = to };

	if (check_who(k, verb, f))
		return -1;
	if (!t)
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: that is not possible now.",
				 kyc_state_name(from));
	s->state = to;
	stamp(s, from, clock_now_ms());
	if (kyc_session_write(k, s, f))
		return -1;
	if (t->event && kyc_record_event(k, s, t->event, f))
		return -1;
	return kyc_record_audit(k, &s->id, &record, f);
}

const char *const kyc_decision_names[KYC_DECISIONS + 1] = {
	[KYC_DECIDED_APPROVED] = "approved",
	[KYC_DECIDED_FLAGGED] = "flagged",
	[KYC_DECIDED_MANUAL_REVIEW] = "manual_review",
	[KYC_DECIDED_REJECTED] = "rejected",
};

const char *kyc_decision_name(enum kyc_decision decision)
{
	return decision < KYC_DECISIONS ? kyc_decision_names[decision] : NULL;
}

const char *kyc_state_name(enum kyc_state state)
{
	static const char *const names[KYC_STATES] = {
		[KYC_DRAFT] = "draft",
		[KYC_INVITED] = "invited",
		[KYC_OPENED] = "opened",
		[KYC_STARTED] = "started",
		[KYC_COMPLETED] = "completed",
		[KYC_PROCESSING] = "processing",
		[KYC_PROCESSED] = "processed",
		[KYC_MANUAL_REVIEW] = "manual_review",
		[KYC_CORRECTING] = "correcting",
		[KYC_APPROVED] = "approved",
		[KYC_REJECTED] = "rejected",
		[KYC_EXPIRED] = "expired",
		[KYC_REVOKED] = "revoked",
		[KYC_FAILED] = "failed",
	};

	return state < KYC_STATES && names[state] ? names[state] : "?";
}

/* Expiry: a batch of due sessions is locked and moved in one transaction, so
 * that a crash leaves the rest for the next run. What somebody else holds is
 * skipped: that one is being extended, finished or expired right now. */
enum { BATCH = 50, BATCHES_A_TENANT = 20 };

static const struct db_sql DUE = {
	"SELECT " KYC_SESSION_COLUMNS " FROM session s"
	" WHERE s.tenant_id = ? AND s.due_at <= ? ORDER BY s.due_at LIMIT ?"
	" FOR UPDATE SKIP LOCKED"
};
/* By the index due: mostly nothing is, and then no transaction is needed. */
static const struct db_sql ANY_DUE = {
	"SELECT 1 FROM session s FORCE INDEX (due)"
	" WHERE s.tenant_id = ? AND s.due_at <= ? LIMIT 1"
};
static const struct db_sql TENANTS = { "SELECT id FROM tenant" };

static int find_due(struct kyc *k, struct kyc_session *out, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc;

	if (db_query(k->db, k->arena, &rows, &DUE, db_uuid(&k->who.tenant),
		     db_int(clock_now_ms()), db_int(BATCH)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && n < BATCH)
		kyc_session_read(&rows, 0, &out[n++]);
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* Nobody asked for it: it happened. */
static int expire(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	struct kyc_who caller = k->who;
	int rc;

	k->who.actor = KYC_ACTOR_JOB;
	k->who.key_id = (struct uuid){ { 0 } };
	k->who.remote_addr = NULL;
	rc = kyc_state_move(k, s, KYC_EXPIRE, KYC_EXPIRED, f);
	k->who = caller;
	return rc;
}

int kyc_state_settle(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	if (s->state == kyc_state_now(s, clock_now_ms()))
		return 0;
	return expire(k, s, f);
}

int kyc_state_expire_batch(struct kyc *k, struct fault *f)
{
	struct kyc_session due[BATCH] = { 0 };
	int n = find_due(k, due, f), i, rc = 0;

	for (i = 0; i < n && !rc; i++)
		rc = expire(k, &due[i], f);
	return rc ? -1 : n;
}

static int batch(struct kyc *k, void *ctx, struct fault *f)
{
	int *n = ctx;

	*n = kyc_state_expire_batch(k, f);
	return *n < 0 ? -1 : 0;
}

/* 1 or 0; -1 with the fault set. */
static int any_due(struct kyc *k, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &ANY_DUE, db_uuid(&k->who.tenant),
		     db_int(clock_now_ms())))
		return db_fault(k->db, f);
	rc = db_next(&rows);
	return rc < 0 ? db_fault(k->db, f) : rc;
}

int kyc_state_expire_due(struct kyc *k, int max_batches, struct fault *f)
{
	int n = any_due(k, f), total = 0;

	if (n <= 0)
		return n;
	do {
		if (kyc_transact(k, batch, &n, f))
			return -1;
		total += n;
	} while (n == BATCH && --max_batches > 0);
	return total;
}

int kyc_state_expire_everywhere(struct kyc *k, struct fault *f)
{
	struct uuid *tenants = NULL;
	struct db_rows rows;
	size_t count = 0, i;
	int rc, n, total = 0;

	if (db_query_(k->db, k->arena, &rows, &TENANTS, NULL, 0))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		tenants = mem_realloc(tenants, (count + 1) * sizeof(*tenants));
		tenants[count++] = db_get_uuid(&rows, 0);
	}
	for (i = 0; i < count && rc >= 0; i++) {
		k->who.tenant = tenants[i];
		n = kyc_state_expire_due(k, BATCHES_A_TENANT, f);
		total += n > 0 ? n : 0;
		if (n >= 0)
			continue;
		rc = f->code == FAULT_UNAVAILABLE ? -1 : 0;
		if (!rc)
			fault_clear(f); /* one tenant's trouble is its own */
	}
	free(tenants);
	return rc < 0 ? db_fault(k->db, f) : total;
}
