// SPDX-License-Identifier: GPL-3.0-or-later
/* Subsessions: complete sessions that a step of another one asks for. */
#ifndef KYC_SUBSESSION_H
#define KYC_SUBSESSION_H

#include "kyc/session_change.h"
#include "kyc/session_view.h"
#include "kyc/workflow.h"

/* Subsessions of subsessions: how many levels below the first session. Rows
 * that one list shows. */
enum { KYC_SUBSESSION_DEPTH = 3, KYC_SUBSESSIONS_MAX = 1000 };

struct kyc_subsession {
	struct kyc_session session;
	struct kyc_session_view view; /* without client_id */
};

struct kyc_subsession_new {
	const char *step_id;
	const char *label;    /* NULL for none */
	const char *metadata; /* JSON text; NULL for none */
	const char *name;     /* of the customer; NULL for none */
	const char *email;    /* NULL for none */
	const char *locale;   /* NULL: the parent's */
	int64_t ttl_ms;	      /* 0: its workflow's */
	enum kyc_invite invite;
};

/* A session of the workflow that the parent's step names, in the caller's
 * transaction with the parent locked. It tells the parent's webhook_url, and
 * lives on by itself: the parent's expiry does not touch it. By a customer only
 * where the step allows that; it opens the parent and begins the step.
 * FAULT_INVALID names step_id; FAULT_CONFLICT where the step has as many as it
 * may, or the parent is finished or ended; FAULT_FORBIDDEN. */
int kyc_subsession_create(struct kyc *k, struct kyc_session *parent,
			  const struct kyc_subsession_new *n,
			  struct kyc_session *out, char token[UUID_TEXT_SIZE],
			  struct fault *f);

/* The parent's, or those of one step (NULL: all), oldest first, at most
 * KYC_SUBSESSIONS_MAX, into the arena; how many, or -1. One statement. */
int kyc_subsession_list(struct kyc *k, const struct kyc_session *parent,
			const char *step_id, struct kyc_subsession **out,
			struct fault *f);

/* One of the parent's, locked; FAULT_NOT_FOUND. */
int kyc_subsession_lock(struct kyc *k, const struct uuid *parent,
			const struct uuid *id, struct kyc_session *out,
			struct fault *f);

/* completed: its customer has finished; pending: may still finish. Expired,
 * revoked and failed ones are neither. */
struct kyc_subsession_count {
	const char *step_id;
	int64_t total;
	int64_t completed;
	int64_t pending;
};

/* For each subsessions step of the workflow one count, in its order; how many,
 * or -1. No statement where it has no such step. */
int kyc_subsession_counts(struct kyc *k, const struct kyc_session *parent,
			  const struct kyc_workflow *w,
			  struct kyc_subsession_count out[KYC_STEPS_MAX],
			  struct fault *f);

/* Parts of it, for who has the rows already: the counts at zero, how many; a
 * child (state, due_at and parent_step of it) into its step's count. */
int kyc_subsession_none(const struct kyc_workflow *w,
			struct kyc_subsession_count out[KYC_STEPS_MAX]);
void kyc_subsession_add(struct kyc_subsession_count *counts, int n,
			const struct kyc_session *child);

bool kyc_subsession_is_completed(const struct kyc_session *s);
bool kyc_subsession_is_pending(const struct kyc_session *s);

#endif
