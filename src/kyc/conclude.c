// SPDX-License-Identifier: GPL-3.0-or-later
/* From the customer's last step to the decision. */
#include "kyc/conclude.h"
#include "kyc/outcome.h"
#include "kyc/record.h"
#include "kyc/review.h"
#include "kyc/when.h"

/* Both by the primary keys. The set of external kinds has a fixed length. */
static const struct db_sql DONE = {
	"SELECT s.state, (SELECT COUNT(*) FROM check_run c"
	" WHERE c.tenant_id = s.tenant_id AND c.session_id = s.id"
	" AND c.status <> ? AND c.kind IN (?, ?, ?, ?)) FROM session s"
	" WHERE s.tenant_id = ? AND s.id = ?"
};

#define UNDECIDED (KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING))
#define FINISHED                                                               \
	(UNDECIDED | KYC_BIT(KYC_PROCESSED) | KYC_BIT(KYC_MANUAL_REVIEW) |     \
	 KYC_BIT(KYC_APPROVED) | KYC_BIT(KYC_REJECTED))

struct kyc_automation kyc_automation_of(const struct kyc_workflow *w,
					const struct kyc_session *s)
{
	struct kyc_automation a = w->automation;

	if (s->protocol != KYC_NATIVE) {
		a.on_call = false;
		a.apply_decision = true;
	}
	return a;
}

/* PROCESSED and the decision's event tell of one change, so that both carry
 * the version that the move gives. */
static int settle(struct kyc *k, struct kyc_session *s, bool apply,
		  struct fault *f)
{
	enum kyc_state to =
		apply ? kyc_decision_state(s->decision) : KYC_PROCESSED;
	struct kyc_session told = *s;
	struct kyc_review r = { .decision = s->decision };

	told.version++;
	told.state = to;
	if (kyc_record_event(k, &told, KYC_EVENT_PROCESSED, f) ||
	    kyc_state_move(k, s, KYC_CONCLUDE, to, f))
		return -1;
	return apply ? kyc_review_note(k, s, &r, f) : 0;
}

/* 1 where the outcome of a check asks the customer for one more step. */
static int step_became_due(struct kyc *k, const struct kyc_session *s,
			   const struct kyc_workflow *w, struct fault *f)
{
	struct kyc_progress *p;

	if (!kyc_when_needs_checks(w))
		return 0;
	p = arena_new(k->arena, struct kyc_progress);
	if (kyc_step_progress(k, s, p, f))
		return -1;
	return p->done < p->workflow.step_count;
}

static unsigned int missing(const struct kyc_checks *checks, unsigned int kinds)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (checks->by_kind[kind].status)
			kinds &= ~(1u << kind);
	}
	return kinds;
}

/* 1 where the outcome of a check asks for checks that have not run: they are
 * queued, and nothing is concluded before they end. Every round starts at least
 * one kind, so that there are few. */
static int ask_for_more(struct kyc *k, const struct kyc_session *s,
			const struct kyc_workflow *w,
			const struct kyc_checks *checks, struct fault *f)
{
	struct kyc_progress *p;
	unsigned int kinds;

	if (!kyc_when_needs_checks(w))
		return 0;
	p = arena_new(k->arena, struct kyc_progress);
	if (kyc_step_progress(k, s, p, f))
		return -1;
	kinds = missing(checks, p->checks);
	if (kinds && kyc_checks_queue(k, s, kinds, KYC_JOB_CHECK, f))
		return -1;
	return kinds != 0;
}

/* Nothing is decided while a step is missing. */
static int go_on(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);

	if (kyc_step_progress(k, s, p, f))
		return -1;
	s->decision = KYC_NO_DECISION;
	s->decided_at = -1;
	if (settle(k, s, false, f))
		return -1;
	s->completed_at = -1;
	s->steps_done = (int64_t)p->done;
	s->step_current = (int64_t)p->current;
	return kyc_state_move(k, s, KYC_CORRECT, KYC_CORRECTING, f);
}

static int decide(struct kyc *k, struct kyc_session *s,
		  const struct kyc_workflow *w, struct fault *f)
{
	struct kyc_automation rules = kyc_automation_of(w, s);
	int due = step_became_due(k, s, w, f);

	if (due < 0)
		return -1;
	if (due && s->expires_at > s->processed_at)
		return go_on(k, s, f);
	s->decision =
		due ? KYC_DECIDED_MANUAL_REVIEW : rules.decide[s->outcome];
	s->decided_at = rules.apply_decision ? s->processed_at : -1;
	return settle(k, s, rules.apply_decision, f);
}

int kyc_conclude(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);
	struct kyc_who caller = k->who;
	enum kyc_outcome outcome;
	enum kyc_reason reason;
	struct kyc_checks checks;
	int rc;

	if (kyc_checks_load(k, &s->id, &checks, f))
		return -1;
	outcome = kyc_outcome_of(&checks, &reason);
	if (outcome == KYC_OUTCOME_PENDING)
		return 0;
	if (kyc_workflow_load(k, s, w, f))
		return -1;
	rc = ask_for_more(k, s, w, &checks, f);
	if (rc)
		return rc < 0 ? -1 : 0;
	s->outcome = outcome;
	s->reason = reason;
	s->processed_at = clock_now_ms();
	s->risk = kyc_outcome_risk(&checks);
	s->validated = kyc_outcome_validated(&checks);
	/* nobody decides here: it follows */
	k->who.actor = KYC_ACTOR_JOB;
	k->who.key_id = (struct uuid){ { 0 } };
	k->who.remote_addr = NULL;
	rc = decide(k, s, w, f);
	k->who = caller;
	return rc;
}

int kyc_finish(struct kyc *k, struct kyc_session *s,
	       const struct kyc_progress *p, struct fault *f)
{
	struct kyc_automation rules = kyc_automation_of(&p->workflow, s);

	if (s->processed_at >= 0 && kyc_checks_forget(k, s, f))
		return -1;
	if (kyc_state_move(k, s, KYC_FINISH, KYC_COMPLETED, f))
		return -1;
	if (rules.on_call)
		return 0;
	if (!p->checks)
		return kyc_conclude(k, s, f);
	return kyc_checks_queue(k, s, p->checks, KYC_JOB_CHECK, f);
}

struct request {
	const struct uuid *session;
	enum kyc_request request;
};

/* Processing on call: what has no row yet gets one; where all have ended
 * already there is nothing to wait for. */
static int process(struct kyc *k, struct kyc_session *s, unsigned int kinds,
		   bool on_call, struct fault *f)
{
	if (s->state != KYC_COMPLETED || !on_call)
		return 0;
	if (kyc_checks_queue(k, s, kinds, KYC_JOB_CHECK, f) ||
	    kyc_state_move(k, s, KYC_PROCESS, KYC_PROCESSING, f))
		return -1;
	return kyc_conclude(k, s, f);
}

static int request(struct kyc *k, void *ctx, struct fault *f)
{
	const struct request *r = ctx;
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);
	struct kyc_checks checks;
	struct kyc_session s;

	if (kyc_session_load(k, r->session, true, &s, f))
		return -1;
	if (!(KYC_BIT(s.state) & FINISHED))
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: the customer has not "
				 "finished.",
				 kyc_state_name(s.state));
	if (!(KYC_BIT(s.state) & UNDECIDED))
		return 0;
	if (kyc_step_progress(k, &s, p, f) ||
	    kyc_checks_load(k, &s.id, &checks, f))
		return -1;
	if (r->request == KYC_REQUEST_PROCESS)
		return process(k, &s, missing(&checks, p->checks),
			       kyc_automation_of(&p->workflow, &s).on_call, f);
	return kyc_checks_queue(
		k, &s, missing(&checks, p->checks & KYC_EXTERNAL_CHECKS),
		KYC_JOB_VALIDATE, f);
}

int kyc_request(struct kyc *k, const struct uuid *session,
		enum kyc_request what, struct fault *f)
{
	struct request r = { session, what };

	return kyc_transact(k, request, &r, f);
}

int kyc_request_done(struct kyc *k, const struct uuid *session,
		     enum kyc_request what, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &DONE, db_int(KYC_CHECK_ENDED),
		     db_int(KYC_AML_CHECK), db_int(KYC_PEP_CHECK),
		     db_int(KYC_ADVERSE_MEDIA_CHECK), db_int(KYC_CRYPTO_CHECK),
		     db_uuid(&k->who.tenant), db_uuid(session)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
	if (what == KYC_REQUEST_VALIDATE)
		return db_get_int(&rows, 1) == 0;
	return !(KYC_BIT(db_get_int(&rows, 0)) & UNDECIDED);
}
