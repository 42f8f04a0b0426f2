// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: what a customer has done of a session's workflow. */
#include "kyc/conclude.h"
#include "kyc/correction.h"
#include "kyc/form.h"
#include "kyc/secret.h"
#include "kyc/state.h"
#include "kyc/step_part.h"
#include "kyc/when.h"

/* What was left to mend stays so until it is completed. */
static const struct db_sql BEGIN = {
	"INSERT INTO step (tenant_id, session_id, step_id, status,"
	" started_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = IF(status = ?, status, VALUES(status)),"
	" completed_at = NULL, document_kind = NULL, document_country = NULL"
};
static const struct db_sql REOPEN = {
	"INSERT INTO step (tenant_id, session_id, step_id, status, started_at)"
	" VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = VALUES(status), completed_at = NULL"
};
static const struct db_sql COMPLETE = {
	"INSERT INTO step (tenant_id, session_id, step_id, status, started_at,"
	" completed_at, document_kind, document_country, sealed)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = VALUES(status), completed_at = VALUES(completed_at),"
	" document_kind = VALUES(document_kind),"
	" document_country = VALUES(document_country),"
	" sealed = VALUES(sealed)"
};

const char *kyc_step_status_name(enum kyc_step_status status)
{
	static const char *const names[] = {
		[KYC_STEP_PENDING] = "pending",
		[KYC_STEP_IN_PROGRESS] = "in_progress",
		[KYC_STEP_COMPLETED] = "completed",
		[KYC_STEP_SKIPPED] = "skipped",
		[KYC_STEP_NEEDS_CORRECTION] = "needs_correction",
	};

	return names[status];
}

static bool may_act(const struct kyc_session *s)
{
	return KYC_BIT(s->state) &
	       (KYC_BIT(KYC_INVITED) | KYC_BIT(KYC_OPENED) |
		KYC_BIT(KYC_STARTED) | KYC_BIT(KYC_CORRECTING));
}

int kyc_step_may_act(const struct kyc_session *s, struct fault *f)
{
	if (may_act(s))
		return 0;
	return fault_set(f, FAULT_CONFLICT,
			 "This verification has been sent already.");
}

int kyc_step_open(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	if (kyc_step_may_act(s, f))
		return -1;
	if (s->state != KYC_INVITED)
		return 0;
	return kyc_state_move(k, s, KYC_OPEN, KYC_OPENED, f);
}

/* The customer's step of that id; FAULT_NOT_FOUND. */
static struct kyc_step *find(struct kyc_progress *p, const char *step_id,
			     struct fault *f)
{
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (!strcmp(p->steps[i].def->id, step_id))
			return &p->steps[i];
	}
	fault_set(f, FAULT_NOT_FOUND, "Step not found.");
	return NULL;
}

static bool is_done(const struct kyc_step *step)
{
	return step->status == KYC_STEP_COMPLETED ||
	       step->status == KYC_STEP_SKIPPED;
}

/* Whether the customer may do something in the step now. */
static int check_turn(const struct kyc_session *s, const struct kyc_step *step,
		      struct fault *f)
{
	if (!step->due)
		return fault_set(f, FAULT_CONFLICT,
				 "This step is not asked for.");
	if (step->undecided)
		return fault_set(f, FAULT_CONFLICT,
				 "Whether this step is asked for depends on "
				 "the step %s: complete that one first.",
				 step->def->when.step);
	if (s->state == KYC_CORRECTING && is_done(step))
		return fault_set(f, FAULT_CONFLICT,
				 "This step has been done: nothing in it needs "
				 "to be mended.");
	return 0;
}

/* The session's own numbers of progress; the caller writes them. */
static void note_progress(struct kyc_session *s, const struct kyc_progress *p)
{
	s->steps_total = (int64_t)p->workflow.step_count;
	s->steps_done = (int64_t)p->done;
	s->step_current = (int64_t)p->current;
}

int kyc_step_begin(struct kyc *k, struct kyc_session *s, const char *step_id,
		   struct fault *f)
{
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);
	struct kyc_step *step;

	if (kyc_step_open(k, s, f) || step_load(k, s, p, f))
		return -1;
	step = find(p, step_id, f);
	if (!step || check_turn(s, step, f))
		return -1;
	if (db_exec(k->db, &BEGIN, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(step_id), db_int(KYC_STEP_IN_PROGRESS),
		    db_int(clock_now_ms()),
		    db_int(KYC_STEP_NEEDS_CORRECTION)) < 0)
		return db_fault(k->db, f);
	if (!is_done(step))
		return 0;
	step->stored = KYC_STEP_IN_PROGRESS;
	kyc_when_apply(k, p);
	note_progress(s, p);
	s->updated_at = clock_now_ms();
	return kyc_session_write(k, s, f);
}

static int reopen(struct kyc *k, const struct kyc_session *s,
		  const char *step_id, enum kyc_step_status status,
		  struct fault *f)
{
	if (db_exec(k->db, &REOPEN, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(step_id), db_int(status),
		    db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_step_reopen(struct kyc *k, const struct kyc_session *s,
		    const char *step_id, struct fault *f)
{
	if (kyc_quality_ask_anew(k, s, step_id, f))
		return -1;
	return reopen(k, s, step_id, KYC_STEP_NEEDS_CORRECTION, f);
}

int kyc_step_undo(struct kyc *k, struct kyc_session *s, const char *step_id,
		  struct fault *f)
{
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);
	struct kyc_step *step;

	if (step_load(k, s, p, f))
		return -1;
	step = find(p, step_id, f);
	if (!step)
		return -1;
	if (!step->due || !is_done(step))
		return 0;
	step->stored = s->state == KYC_CORRECTING ? KYC_STEP_NEEDS_CORRECTION
						  : KYC_STEP_IN_PROGRESS;
	if (reopen(k, s, step_id, step->stored, f))
		return -1;
	kyc_when_apply(k, p);
	note_progress(s, p);
	s->updated_at = clock_now_ms();
	return kyc_session_write(k, s, f);
}

static int seal_form(struct kyc *k, const struct kyc_session *s,
		     const struct kyc_step *step, struct buf *out,
		     struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	kyc_form_seal(k, s, step->def->id, key, step->form, out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

static int write_step(struct kyc *k, const struct kyc_session *s,
		      const struct kyc_step *step, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct buf sealed;

	buf_init(&sealed, k->arena);
	if (step->form && seal_form(k, s, step, &sealed, f))
		return -1;
	if (db_exec(k->db, &COMPLETE, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(step->def->id), db_int(step->stored), db_int(now),
		    db_int(now),
		    step->document_kind ? db_int(step->document_kind)
					: db_null(),
		    db_text(step->document_country),
		    db_bytes(sealed.data, sealed.len)) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* Where a step's end leaves the session. */
/* Who has finished was perhaps the last that a step of the parent waited for:
 * then that step is done, too. It is not where others are still missing, the
 * parent's customer has not come yet, or is through: nothing is written. */
static int tell_parent(struct kyc *k, const struct kyc_session *child,
		       struct fault *f)
{
	const struct kyc_step_input in = { .step_id = child->parent_step };
	struct kyc_session parent = { .version = 0 };
	struct fault no = { .code = FAULT_NONE };

	if (uuid_is_nil(&child->parent))
		return 0;
	if (kyc_session_load(k, &child->parent, true, &parent, &no)) {
		if (no.code == FAULT_NOT_FOUND)
			return 0;
		*f = no;
		return -1;
	}
	if (kyc_state_now(&parent, clock_now_ms()) != parent.state ||
	    !(KYC_BIT(parent.state) &
	      (KYC_BIT(KYC_OPENED) | KYC_BIT(KYC_STARTED) |
	       KYC_BIT(KYC_CORRECTING))))
		return 0;
	if (!kyc_step_complete(k, &parent, &in, &no) ||
	    no.code == FAULT_CONFLICT || no.code == FAULT_NOT_FOUND)
		return 0;
	*f = no;
	return -1;
}

static int advance(struct kyc *k, struct kyc_session *s,
		   const struct kyc_progress *p, struct fault *f)
{
	note_progress(s, p);
	if (p->done == p->workflow.step_count)
		return kyc_finish(k, s, p, f) || tell_parent(k, s, f) ? -1 : 0;
	if (s->state == KYC_OPENED)
		return kyc_state_move(k, s, KYC_ADVANCE, KYC_STARTED, f);
	s->updated_at = clock_now_ms();
	return kyc_session_write(k, s, f);
}

/* What the step holds from before is what is completed now, or nothing. */
static int fill(struct kyc *k, const struct kyc_session *s,
		struct kyc_progress *p, struct kyc_step *step,
		const struct kyc_step_input *in, struct fault *f)
{
	int rc;

	step->form = NULL;
	step->document_kind = 0;
	step->document_country = NULL;
	rc = step_check(k, s, p, step, in, f);
	if (rc < 0)
		return -1;
	step->stored = rc ? KYC_STEP_COMPLETED : KYC_STEP_SKIPPED;
	return write_step(k, s, step, f);
}

int kyc_step_complete(struct kyc *k, struct kyc_session *s,
		      const struct kyc_step_input *in, struct fault *f)
{
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);
	struct kyc_step *step;

	if (kyc_step_open(k, s, f) || kyc_step_progress(k, s, p, f))
		return -1;
	step = find(p, in->step_id, f);
	if (!step || check_turn(s, step, f))
		return -1;
	if (in->document_country && !kyc_country_is(in->document_country))
		return fault_field(f, "document_country",
				   "must be a country's two capital letters "
				   "(ISO 3166-1 alpha-2)");
	if (fill(k, s, p, step, in, f) ||
	    kyc_correction_resolve(k, s, in->step_id, f))
		return -1;
	kyc_when_apply(k, p);
	return advance(k, s, p, f);
}
