// SPDX-License-Identifier: GPL-3.0-or-later
/* What an operator changes of a session: fields, state, time, link. */
#include "crypto/digest.h"
#include "kyc/detail.h"
#include "kyc/link.h"
#include "kyc/mail.h"
#include "kyc/record.h"
#include "kyc/retention.h"
#include "kyc/review.h"
#include "kyc/secret.h"
#include "kyc/session_change.h"
#include "kyc/word.h"
#include "kyc/workflow.h"

static int audit(struct kyc *k, const struct kyc_session *s, enum kyc_verb verb,
		 struct fault *f)
{
	const struct kyc_record record = { .verb = verb };

	return kyc_record_audit(k, &s->id, &record, f);
}

/* The field holds the version that the caller should look at. */
static int check_version(const struct kyc_session *s, int64_t version,
			 struct fault *f)
{
	if (version < 0 || version == s->version)
		return 0;
	fault_field(f, "version", "is %u now", s->version);
	f->code = FAULT_CONFLICT;
	return -1;
}

static int check_permission(const struct kyc *k, struct fault *f)
{
	if (k->who.actor != KYC_ACTOR_KEY ||
	    k->who.permissions & KYC_MAY_UPDATE)
		return 0;
	return fault_set(f, FAULT_FORBIDDEN,
			 "The API key lacks the permission %s.",
			 kyc_permission_name(KYC_MAY_UPDATE));
}

static int change_detail(struct kyc *k, const struct kyc_session *s,
			 const struct kyc_session_change *c, const char *notes,
			 struct fault *f)
{
	const char *name, *email;
	struct kyc_detail d;

	if (!c->metadata && !notes)
		return 0;
	if (kyc_detail_load(k, &s->id, &d, f))
		return -1;
	if (c->metadata &&
	    kyc_detail_metadata(k, c->metadata, &d.metadata, &name, &email, f))
		return -1;
	if (notes && kyc_detail_note(k, &d, "update", notes, f))
		return -1;
	return kyc_detail_save(k, &s->id, &d, f);
}

/* Everything but the state: one write, one audit row. */
static int change_fields(struct kyc *k, struct kyc_session *s,
			 const struct kyc_session_change *c, struct fault *f)
{
	const char *notes = c->verb == KYC_DECIDE ? NULL : c->notes;

	if (!c->metadata && !notes && !c->priority && !c->assigned_to)
		return 0;
	if (check_permission(k, f) || change_detail(k, s, c, notes, f))
		return -1;
	if (c->priority)
		s->priority = c->priority;
	if (c->assigned_to)
		s->assigned_to = *c->assigned_to ? c->assigned_to : NULL;
	s->updated_at = clock_now_ms();
	if (kyc_session_write(k, s, f))
		return -1;
	return audit(k, s, KYC_UPDATE, f);
}

/* Where an expired or failed one goes on. */
static enum kyc_state state_before(const struct kyc_session *s)
{
	if (s->prior_state)
		return s->prior_state;
	return s->opened_at >= 0 ? KYC_OPENED : KYC_INVITED;
}

static int reactivate(struct kyc *k, struct kyc_session *s, int64_t expires_at,
		      struct fault *f)
{
	enum kyc_state to = state_before(s);

	if (s->state == KYC_FAILED) {
		s->attempts = 0;
		s->reason = KYC_REASON_NONE;
	}
	s->prior_state = KYC_NO_STATE;
	s->expires_at = expires_at;
	return kyc_state_move(k, s, KYC_REACTIVATE, to, f);
}

static int activate(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct kyc_workflow *w;

	if (s->state != KYC_EXPIRED && s->state != KYC_FAILED)
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: only an expired or failed "
				 "one can be made active.",
				 kyc_state_name(s->state));
	if (s->expires_at > now)
		return reactivate(k, s, s->expires_at, f);
	w = arena_new(k->arena, struct kyc_workflow);
	if (kyc_workflow_load(k, s, w, f))
		return -1;
	return reactivate(k, s, now + w->ttl_days * CLOCK_DAY, f);
}

static int change_state(struct kyc *k, struct kyc_session *s,
			const struct kyc_session_change *c, struct fault *f)
{
	if (c->verb == KYC_REACTIVATE)
		return activate(k, s, f);
	if (c->verb == KYC_REVOKE)
		return kyc_state_move(k, s, KYC_REVOKE, KYC_REVOKED, f);
	if (c->verb == KYC_DECIDE) {
		struct kyc_review r = { .decision = c->decision,
					.notes = c->notes };

		return kyc_review_decide(k, s, &r, f);
	}
	return fault_set(f, FAULT_CONFLICT,
			 "The session cannot be given that status.");
}

int kyc_session_change(struct kyc *k, struct kyc_session *s,
		       const struct kyc_session_change *c, struct fault *f)
{
	if (check_version(s, c->version, f) || kyc_state_settle(k, s, f) ||
	    change_fields(k, s, c, f))
		return -1;
	if (c->legal_hold >= 0 && kyc_hold_set(k, s, c->legal_hold > 0, f))
		return -1;
	return c->verb ? change_state(k, s, c, f) : 0;
}

static int note_comment(struct kyc *k, const struct kyc_session *s,
			const char *comment, struct fault *f)
{
	struct kyc_detail d;

	if (!comment || !*comment)
		return 0;
	if (kyc_detail_load(k, &s->id, &d, f) ||
	    kyc_detail_note(k, &d, "extend", comment, f))
		return -1;
	return kyc_detail_save(k, &s->id, &d, f);
}

int kyc_session_extend(struct kyc *k, struct kyc_session *s, int64_t days,
		       const char *comment, struct fault *f)
{
	int64_t now = clock_now_ms(), until;
	int rc;

	if (kyc_state_settle(k, s, f))
		return -1;
	if (s->state == KYC_REVOKED || s->state == KYC_FAILED)
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: it cannot be extended.",
				 kyc_state_name(s->state));
	until = (s->expires_at > now ? s->expires_at : now) + days * CLOCK_DAY;
	if (s->state == KYC_EXPIRED) {
		rc = reactivate(k, s, until, f);
	} else {
		kyc_state_renew(s, until);
		s->updated_at = now;
		rc = kyc_session_write(k, s, f);
	}
	if (rc || note_comment(k, s, comment, f))
		return -1;
	return audit(k, s, KYC_EXTEND, f);
}

/* The key opens nothing else: it goes as soon as the link is written. */
static int write_link(struct kyc *k, const struct kyc_session *s,
		      char token[UUID_TEXT_SIZE], struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int rc;

	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	rc = kyc_link_create(k, s, key, token, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

static int next_generation(struct kyc *k, struct kyc_session *s,
			   struct fault *f)
{
	s->link_generation++;
	if (s->state == KYC_DRAFT)
		return kyc_state_move(k, s, KYC_ISSUE, KYC_INVITED, f);
	s->updated_at = clock_now_ms();
	if (kyc_session_write(k, s, f))
		return -1;
	return audit(k, s, KYC_RELINK, f);
}

/* Who has finished may look at the state, but has nothing to be invited to:
 * only what is unfinished can expire. */
static int check_link(const struct kyc_session *s, enum kyc_invite invite,
		      struct fault *f)
{
	if (KYC_BIT(s->state) &
	    (KYC_BIT(KYC_EXPIRED) | KYC_BIT(KYC_REVOKED) | KYC_BIT(KYC_FAILED)))
		return fault_set(
			f, FAULT_CONFLICT,
			"The session is %s: a link would lead nowhere.",
			kyc_state_name(s->state));
	if (invite == KYC_INVITE &&
	    !kyc_state_allows(s->state, KYC_EXPIRE, KYC_EXPIRED))
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: the customer has finished "
				 "and is not invited again.",
				 kyc_state_name(s->state));
	return 0;
}

/* Written with the session's row, before the mail itself is queued. */
static void note_invitation(const struct kyc *k, struct kyc_session *s)
{
	if (kyc_mail_reaches(k, s->customer_email))
		s->invited_at = clock_now_ms();
}

int kyc_session_relink(struct kyc *k, struct kyc_session *s,
		       enum kyc_invite invite, char token[UUID_TEXT_SIZE],
		       struct fault *f)
{
	bool first = s->state == KYC_DRAFT;

	if (invite == KYC_INVITE && !s->customer_email)
		return fault_field(f, "send_invitation",
				   "needs a customer with a mail address");
	if (kyc_state_settle(k, s, f))
		return -1;
	if (check_link(s, invite, f))
		return -1;
	if (invite == KYC_INVITE_AS_USUAL && first && s->customer_name &&
	    s->customer_email)
		invite = KYC_INVITE;
	if (invite == KYC_INVITE)
		note_invitation(k, s);
	if (next_generation(k, s, f) || write_link(k, s, token, f))
		return -1;
	return invite == KYC_INVITE ? kyc_mail_queue(k, s, "invitation", f) : 0;
}

/* The address is one of the session's search words. */
static int move_to(struct kyc *k, struct kyc_session *s, const char *email,
		   struct fault *f)
{
	char token[UUID_TEXT_SIZE];
	bool other = email && (!s->customer_email ||
			       strcmp(email, s->customer_email) != 0);

	if (email)
		s->customer_email = email;
	note_invitation(k, s);
	if (other && kyc_word_replace(k, s, f))
		return -1;
	if (other || !s->link_generation)
		return next_generation(k, s, f) || write_link(k, s, token, f)
			       ? -1
			       : 0;
	s->updated_at = clock_now_ms();
	if (kyc_session_write(k, s, f))
		return -1;
	return audit(k, s, KYC_RESEND, f);
}

int kyc_session_resend(struct kyc *k, struct kyc_session *s, const char *email,
		       struct fault *f)
{
	if (kyc_state_settle(k, s, f))
		return -1;
	if (!kyc_state_allows(s->state, KYC_EXPIRE, KYC_EXPIRED))
		return fault_set(f, FAULT_CONFLICT,
				 "The session is %s: its link is not sent "
				 "again.",
				 kyc_state_name(s->state));
	if (s->resends >= KYC_RESENDS_MAX)
		return fault_set(f, FAULT_RATE_LIMITED,
				 "The link was sent again %d times, as often "
				 "as it may.",
				 KYC_RESENDS_MAX);
	if (!email && !s->customer_email)
		return fault_field(f, "email",
				   "is required: there is none yet");
	s->resends++;
	if (move_to(k, s, email, f))
		return -1;
	return kyc_mail_queue(k, s, "invitation", f);
}
