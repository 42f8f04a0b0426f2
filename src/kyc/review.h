// SPDX-License-Identifier: GPL-3.0-or-later
/* Reviews: every decision about a session, whoever took it. */
#ifndef KYC_REVIEW_H
#define KYC_REVIEW_H

#include "kyc/state.h"

enum { KYC_REVIEWS_MAX = 200 };

struct kyc_review {
	struct uuid id;
	enum kyc_decision decision; /* 0: put back among the processed ones */
	enum kyc_actor actor;
	struct uuid actor_id;	/* the API key; nil for a job */
	const char *actor_name; /* of that key; NULL for none */
	const char *notes;	/* NULL for none */
	unsigned int checks;	/* bits 1 << kind that it is about; 0: all */
	int64_t created_at;
};

/* A person's decision, in the caller's transaction: review row with the notes
 * (sealed; NULL for none), state, audit row, event. r holds decision, notes and
 * checks; the rest but actor_name is filled in. approved and flagged are
 * both the state APPROVED, KYC_NO_DECISION puts the session back to PROCESSED.
 * s is locked, or as it was read with the version that the caller saw: another
 * one in the row is FAULT_CONFLICT. So is a session that can't be decided now.
 * A decision that repeats the current one leaves a review row and an audit
 * row, adds one to the version (so that it can't win twice) and fires no
 * event. FAULT_FORBIDDEN for a key without KYC_MAY_REVIEW. */
int kyc_review_decide(struct kyc *k, struct kyc_session *s,
		      struct kyc_review *r, struct fault *f);

/* The review row alone: for a decision that was applied by the workflow's
 * rules. In the caller's transaction. */
int kyc_review_note(struct kyc *k, const struct kyc_session *s,
		    struct kyc_review *r, struct fault *f);

/* The name of who took the decision, into actor_name. */
int kyc_review_name(struct kyc *k, struct kyc_review *r, struct fault *f);

/* People's decisions, not those that the workflow's rules applied: the newest
 * KYC_REVIEWS_MAX, newest first, into the arena; *total is how many there are
 * of all. Returns how many, or -1. */
int kyc_review_list(struct kyc *k, const struct uuid *session,
		    struct kyc_review **out, int64_t *total, struct fault *f);

/* The state that a decision means. */
enum kyc_state kyc_decision_state(enum kyc_decision decision);

#endif
