// SPDX-License-Identifier: GPL-3.0-or-later
/* The state machine of a session: one table of legal transitions. */
#ifndef KYC_STATE_H
#define KYC_STATE_H

#include "kyc/session.h"

/* What is done to a session; stored in audit rows: append, never renumber. */
enum kyc_verb {
	KYC_CREATE = 1,
	KYC_OPEN,
	KYC_ADVANCE,  /* a step is done, others are left */
	KYC_FINISH,   /* the customer's last step is done */
	KYC_PROCESS,  /* the first check starts */
	KYC_CONCLUDE, /* the last check has ended */
	KYC_EXPIRE,
	KYC_UPLOAD,
	KYC_ISSUE,	/* a draft's first link */
	KYC_RELINK,	/* a new link, the old one is dead */
	KYC_EXTEND,	/* more time */
	KYC_REACTIVATE, /* an expired or failed one goes on */
	KYC_UPDATE,	/* priority, assignment, metadata, notes */
	KYC_DECIDE,	/* a person's decision */
	KYC_CORRECT,	/* the customer must mend steps */
	KYC_REVOKE,
	KYC_FAIL, /* attempts used up */
	KYC_DELETE,
	KYC_VIEW_DOCUMENT,
	KYC_HOLD,	     /* legal hold set */
	KYC_ERASE_DOCUMENTS, /* by retention */
	KYC_WORKFLOW_CREATE,
	KYC_WORKFLOW_UPDATE,
	KYC_WORKFLOW_DELETE,
	KYC_KEY_CREATE,
	KYC_KEY_REVOKE,
	KYC_WEBHOOK_CREATE,
	KYC_WEBHOOK_UPDATE,
	KYC_WEBHOOK_DELETE,
	KYC_WEBHOOK_ROTATE,
	KYC_WEBHOOK_RESEND,
	KYC_ENTITY_CREATE,
	KYC_ENTITY_UPDATE,
	KYC_ENTITY_DELETE,
	KYC_TENANT_UPDATE,
	KYC_CHANNEL_CREATE,
	KYC_CHANNEL_DELETE,
	KYC_UNHOLD, /* legal hold lifted */
	KYC_RESEND, /* the same link once more, by mail */
	KYC_VERBS
};

/* What subscribers are told; stored: append, never renumber. */
enum kyc_event {
	KYC_EVENT_NONE,
	KYC_EVENT_CREATED,
	KYC_EVENT_OPENED,
	KYC_EVENT_COMPLETED,
	KYC_EVENT_CHECK_ENDED,
	KYC_EVENT_PROCESSED,
	KYC_EVENT_APPROVED,
	KYC_EVENT_REJECTED,
	KYC_EVENT_MANUAL_REVIEW,
	KYC_EVENT_EXPIRED,
	KYC_EVENT_REVOKED,
	KYC_EVENT_FAILED,
	KYC_EVENT_CORRECTIONS,
	KYC_EVENT_ALERT, /* a list change matches a customer */
	KYC_EVENTS
};

/* Whether verb may take a session in that state to another. */
bool kyc_state_allows(enum kyc_state from, enum kyc_verb verb,
		      enum kyc_state to);

/* The states of a session that has not come to its end: its customer or its
 * checks are still at work. Just these can be revoked. */
#define KYC_UNDER_WAY                                                          \
	(KYC_BIT(KYC_DRAFT) | KYC_BIT(KYC_INVITED) | KYC_BIT(KYC_OPENED) |     \
	 KYC_BIT(KYC_STARTED) | KYC_BIT(KYC_CORRECTING) |                      \
	 KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING))

/* The state as of now: expired once the time is up, whether or not that has
 * been written. */
enum kyc_state kyc_state_now(const struct kyc_session *s, int64_t now);

/* Moves the session (compare-and-swap on its version), writes the transition's
 * event and the audit row; part of the caller's transaction, so that a crash
 * leaves all or nothing. Changed fields of s are written with it. A verb that
 * is not legal now: FAULT_CONFLICT; one that k->who may not do:
 * FAULT_FORBIDDEN. */
int kyc_state_move(struct kyc *k, struct kyc_session *s, enum kyc_verb verb,
		   enum kyc_state to, struct fault *f);

/* Writes EXPIRED where the locked session's time is up, so that what is done
 * next starts from what every read shows. */
int kyc_state_settle(struct kyc *k, struct kyc_session *s, struct fault *f);

/* Sets due_at by state and expires_at: for who changes the latter. */
void kyc_state_renew(struct kyc_session *s, int64_t expires_at);

/* Writes EXPIRED for the first of the tenant's sessions whose time is up, in
 * the caller's transaction; how many, or -1. */
int kyc_state_expire_batch(struct kyc *k, struct fault *f);

/* The same batch after batch until none is due, or max_batches are done (a
 * request must not pay for a backlog; reads show what is left as expired
 * anyway). Transactions of its own. */
int kyc_state_expire_due(struct kyc *k, int max_batches, struct fault *f);

/* For every tenant, up to 1,000 sessions each; changes k->who. */
int kyc_state_expire_everywhere(struct kyc *k, struct fault *f);

const char *kyc_state_name(enum kyc_state state); /* "manual_review" */

/* "approved"; NULL for none, and at the end of the list. */
extern const char *const kyc_decision_names[KYC_DECISIONS + 1];
const char *kyc_decision_name(enum kyc_decision decision);

#endif
