// SPDX-License-Identifier: GPL-3.0-or-later
/* What an operator changes of a session: fields, state, time, link. */
#ifndef KYC_SESSION_CHANGE_H
#define KYC_SESSION_CHANGE_H

#include "kyc/state.h"

struct json_object;

/* All of them want the session locked in the caller's transaction, and first
 * write that its time is up where it is. */

struct kyc_session_change {
	int64_t version; /* the one that the caller knows; -1 for any */
	/* KYC_REACTIVATE, KYC_REVOKE or KYC_DECIDE; 0 for none; of any other
	 * the answer is FAULT_CONFLICT: no person does that. */
	enum kyc_verb verb;
	enum kyc_decision decision; /* of KYC_DECIDE; none: back to processed */
	const char *notes;	    /* of the decision, else of the session */
	enum kyc_priority priority; /* 0: as it is */
	const char *assigned_to;    /* NULL: as it is; "": nobody */
	/* NULL: as it is. Replaces the whole; name and mail address of the
	 * customer stay what they were at creation. */
	struct json_object *metadata;
	int legal_hold; /* 1, 0, or -1: as it is */
};

/* FAULT_CONFLICT for a wrong version (the field says which one it is now) and
 * for a move that is not legal. Nothing to change is fine. A key needs
 * kyc:review for a decision, tenant:manage for the legal hold and kyc:update
 * for the rest. */
int kyc_session_change(struct kyc *k, struct kyc_session *s,
		       const struct kyc_session_change *c, struct fault *f);

/* More time, from expires_at or from now where that is past; an expired one
 * goes on where it was. The comment (NULL for none) becomes a note.
 * FAULT_CONFLICT of a revoked or failed one. */
int kyc_session_extend(struct kyc *k, struct kyc_session *s, int64_t days,
		       const char *comment, struct fault *f);

enum kyc_invite { KYC_INVITE_NOT, KYC_INVITE, KYC_INVITE_AS_USUAL };

/* A new link; the old one is dead with the commit, as is an invitation that
 * still waits to be sent. The first link of a draft makes it an invited one
 * and, as usual, invites a customer whose name and address are known; later
 * ones invite on demand only. KYC_INVITE without an address: FAULT_INVALID.
 * FAULT_CONFLICT of an expired, revoked or failed one, and of KYC_INVITE where
 * the customer has finished. */
int kyc_session_relink(struct kyc *k, struct kyc_session *s,
		       enum kyc_invite invite, char token[UUID_TEXT_SIZE],
		       struct fault *f);

enum { KYC_RESENDS_MAX = 3 };

/* Sends the invitation once more, to another address where email is not NULL:
 * that is the customer's from now on, with a new link, for the old one may lie
 * in a stranger's mailbox. A draft gets its first link so. FAULT_CONFLICT once
 * the customer has finished or the session has ended; FAULT_RATE_LIMITED after
 * KYC_RESENDS_MAX; FAULT_INVALID names email where there is none. */
int kyc_session_resend(struct kyc *k, struct kyc_session *s, const char *email,
		       struct fault *f);

#endif
