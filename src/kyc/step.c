// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: what a customer has done of a session's workflow. */
#include "kyc/step.h"
#include "kyc/conclude.h"
#include "kyc/correction.h"
#include "kyc/state.h"
#include "mail/template.h"

static const struct db_sql LIST = { "SELECT step_id, status FROM step"
				    " WHERE tenant_id = ? AND session_id = ?" };
static const struct db_sql BEGIN = {
	"INSERT INTO step (tenant_id, session_id, step_id, status,"
	" started_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = VALUES(status), completed_at = NULL, document_kind = NULL,"
	" document_country = NULL"
};
static const struct db_sql REOPEN = {
	"INSERT INTO step (tenant_id, session_id, step_id, status, started_at)"
	" VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = VALUES(status), completed_at = NULL"
};
static const struct db_sql COMPLETE = {
	"INSERT INTO step (tenant_id, session_id, step_id, status, started_at,"
	" completed_at, document_kind, document_country)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" status = VALUES(status), completed_at = VALUES(completed_at),"
	" document_kind = VALUES(document_kind),"
	" document_country = VALUES(document_country)"
};
static const struct db_sql CONSENT = {
	"INSERT INTO consent (tenant_id, session_id, step_id, text_version,"
	" locale, accepted_at) VALUES (?, ?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE accepted_at = accepted_at"
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

static int load_statuses(struct kyc *k, const struct kyc_session *s,
			 struct kyc_progress *p, struct fault *f)
{
	struct db_rows rows;
	size_t i;
	int rc;

	for (i = 0; i < p->workflow.step_count; i++)
		p->steps[i].def = &p->workflow.steps[i];
	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&s->tenant),
		     db_uuid(&s->id)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		const char *id = db_get_text(&rows, 0);

		for (i = 0; i < p->workflow.step_count; i++) {
			if (!strcmp(p->steps[i].def->id, id))
				p->steps[i].status =
					(enum kyc_step_status)db_get_int(&rows,
									 1);
		}
	}
	return rc ? db_fault(k->db, f) : 0;
}

static bool is_done(enum kyc_step_status status)
{
	return status == KYC_STEP_COMPLETED || status == KYC_STEP_SKIPPED;
}

int kyc_step_progress(struct kyc *k, const struct kyc_session *s,
		      struct kyc_progress *p, struct fault *f)
{
	int n;

	*p = (struct kyc_progress){ .document_count = 0 };
	if (kyc_workflow_load(k, s, &p->workflow, f) ||
	    load_statuses(k, s, p, f))
		return -1;
	n = kyc_document_list(k, s, &p->documents, f);
	if (n < 0)
		return -1;
	p->document_count = (size_t)n;
	while (p->current < p->workflow.step_count &&
	       is_done(p->steps[p->current].status))
		p->current++;
	return 0;
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

int kyc_step_begin(struct kyc *k, struct kyc_session *s, const char *step_id,
		   struct fault *f)
{
	if (kyc_step_open(k, s, f))
		return -1;
	if (db_exec(k->db, &BEGIN, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(step_id), db_int(KYC_STEP_IN_PROGRESS),
		    db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_step_reopen(struct kyc *k, const struct kyc_session *s,
		    const char *step_id, struct fault *f)
{
	if (db_exec(k->db, &REOPEN, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(step_id), db_int(KYC_STEP_NEEDS_CORRECTION),
		    db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int complete_consent(struct kyc *k, const struct kyc_session *s,
			    const struct kyc_step_def *def,
			    const struct kyc_step_input *in, struct fault *f)
{
	const char *locale =
		in->consent_locale ? in->consent_locale : s->locale;

	if (!in->consent_accepted)
		return fault_set(f, FAULT_CONFLICT,
				 "Consent is missing: consent.accepted must "
				 "be true.");
	if (!in->consent_version ||
	    strcmp(in->consent_version, def->text_version) != 0)
		return fault_field(f, "consent.text_version",
				   "must be \"%s\", the text in force",
				   def->text_version);
	if (!mail_locale_is_valid(locale))
		return fault_field(f, "consent.locale",
				   "must be a language tag");
	if (db_exec(k->db, &CONSENT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(def->id), db_text(in->consent_version),
		    db_text(locale), db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* The sides of that type that have come, as bits; kind receives the document
 * kind that they were sent as. */
static unsigned int sides_present(const struct kyc_progress *p,
				  const char *step_id,
				  enum kyc_document_type type, int *kind)
{
	unsigned int sides = 0;
	size_t i;

	for (i = 0; i < p->document_count; i++) {
		const struct kyc_document *d = &p->documents[i];

		if (d->type != type || strcmp(d->step_id, step_id) != 0)
			continue;
		if (!*kind)
			*kind = (int)d->kind;
		if ((int)d->kind == *kind)
			sides |= 1u << d->side;
	}
	return sides;
}

static int need_sides(unsigned int needed, unsigned int present,
		      const char *what, struct fault *f)
{
	unsigned int side;

	for (side = KYC_FRONT; side < KYC_SIDES; side++) {
		if (needed & ~present & 1u << side)
			return fault_set(f, FAULT_CONFLICT,
					 "The %s of the %s is missing.",
					 kyc_side_names[side], what);
	}
	return 0;
}

static int complete_document(const struct kyc_progress *p,
			     const struct kyc_step_def *def,
			     struct kyc_step_input *in, struct fault *f)
{
	int kind = 0;
	unsigned int sides = sides_present(p, def->id, KYC_TYPE_ID, &kind);

	if (!sides)
		kind = in->document_kind;
	if (!kind)
		return fault_set(f, FAULT_CONFLICT,
				 "The document is missing: no side has been "
				 "uploaded.");
	if (in->document_kind && in->document_kind != kind)
		return fault_set(f, FAULT_CONFLICT,
				 "document_kind is %s, but what was uploaded "
				 "is a %s.",
				 kyc_document_kind_names[in->document_kind],
				 kyc_document_kind_names[kind]);
	if (!(def->document_kinds & 1u << kind))
		return fault_field(f, "document_kind",
				   "is not accepted in this step");
	in->document_kind = kind;
	return need_sides(kyc_document_sides((enum kyc_document_kind)kind),
			  sides, "document", f);
}

static int check_step(struct kyc *k, const struct kyc_session *s,
		      const struct kyc_progress *p,
		      const struct kyc_step_def *def, struct kyc_step_input *in,
		      struct fault *f)
{
	int ignored = 0;

	switch (def->kind) {
	case KYC_STEP_CONSENT:
		return complete_consent(k, s, def, in, f);
	case KYC_STEP_DOCUMENT:
		return complete_document(p, def, in, f);
	case KYC_STEP_SELFIE:
		return need_sides(
			1u << KYC_FRONT,
			sides_present(p, def->id, KYC_TYPE_SELFIE, &ignored),
			"selfie", f);
	case KYC_STEP_LIVENESS:
		return need_sides(
			1u << KYC_FRONT,
			sides_present(p, def->id, KYC_TYPE_LIVENESS, &ignored),
			"face", f);
	default:
		break;
	}
	return fault_internal(f, "a step of an unknown kind");
}

static int write_step(struct kyc *k, const struct kyc_session *s,
		      const struct kyc_step_input *in, struct fault *f)
{
	int64_t now = clock_now_ms();

	if (db_exec(k->db, &COMPLETE, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(in->step_id), db_int(KYC_STEP_COMPLETED),
		    db_int(now), db_int(now),
		    in->document_kind ? db_int(in->document_kind) : db_null(),
		    db_text(in->document_country)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static bool all_others_done(const struct kyc_progress *p,
			    const struct kyc_step_def *def)
{
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (p->steps[i].def != def && !is_done(p->steps[i].status))
			return false;
	}
	return true;
}

static bool is_country(const char *s)
{
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z' &&
	       !s[2];
}

int kyc_step_complete(struct kyc *k, struct kyc_session *s,
		      const struct kyc_step_input *input, struct fault *f)
{
	struct kyc_step_input in = *input;
	const struct kyc_step_def *def;
	struct kyc_progress p;

	if (kyc_step_open(k, s, f) || kyc_step_progress(k, s, &p, f))
		return -1;
	def = kyc_workflow_step(&p.workflow, in.step_id);
	if (!def)
		return fault_set(f, FAULT_NOT_FOUND, "Step not found.");
	if (in.document_country && !is_country(in.document_country))
		return fault_field(f, "document_country",
				   "must be two capital letters "
				   "(ISO 3166-1 alpha-2)");
	if (check_step(k, s, &p, def, &in, f) || write_step(k, s, &in, f))
		return -1;
	if (kyc_correction_resolve(k, s, in.step_id, f))
		return -1;
	if (all_others_done(&p, def))
		return kyc_finish(k, s, p.workflow.checks, f);
	if (s->state != KYC_OPENED)
		return 0;
	return kyc_state_move(k, s, KYC_ADVANCE, KYC_STARTED, f);
}
