// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: what a customer has done of a session's workflow. */
#ifndef KYC_STEP_H
#define KYC_STEP_H

#include "kyc/document.h"
#include "kyc/link.h"
#include "kyc/workflow.h"

/* Stored: append, never renumber. */
enum kyc_step_status {
	KYC_STEP_PENDING, /* no row */
	KYC_STEP_IN_PROGRESS,
	KYC_STEP_COMPLETED,
	KYC_STEP_SKIPPED,
	KYC_STEP_NEEDS_CORRECTION,
};

/* Times are ms, -1 where absent. */
struct kyc_step {
	const struct kyc_step_def *def;
	enum kyc_step_status status; /* SKIPPED where it is not due */
	enum kyc_step_status stored; /* what its row says, due or not */
	bool due;		     /* its `when` holds, or may hold yet */
	bool undecided; /* due, but what it hangs on has no answer yet */
	int64_t started_at;
	int64_t completed_at;
	int document_kind; /* chosen at completion; 0 for none */
	const char *document_country;
	const char *form; /* JSON object: key to value; NULL where absent */
};

/* All that the page shows of a session. */
struct kyc_progress {
	struct kyc_workflow workflow;
	struct kyc_step steps[KYC_STEPS_MAX]; /* as the workflow's */
	struct kyc_document *documents;
	size_t document_count;
	size_t done;	/* of step_count: completed or skipped */
	size_t current; /* the first step that is not done; or step_count */
	const struct kyc_checks *ended; /* NULL where no step hangs on one */
	unsigned int checks; /* to run: the workflow's, and those of the
			      * validation steps that are due */
};

int kyc_step_progress(struct kyc *k, const struct kyc_session *s,
		      struct kyc_progress *out, struct fault *f);

/* FAULT_CONFLICT once the customer has finished. */
int kyc_step_may_act(const struct kyc_session *s, struct fault *f);

/* The customer's first action: INVITED becomes OPENED, once. Later nothing
 * changes. In the caller's transaction, with the session locked. */
int kyc_step_open(struct kyc *k, struct kyc_session *s, struct fault *f);

/* Marks a step as begun, or a completed one as begun again; one that needs
 * correction goes on to need it. FAULT_CONFLICT after the customer has
 * finished, for a step that is not asked for, and while CORRECTING for one
 * that need not be mended. Opens the session where it was not. Same
 * conditions. */
int kyc_step_begin(struct kyc *k, struct kyc_session *s, const char *step_id,
		   struct fault *f);

/* Marks a step as one that the customer must mend; what it holds stays. Same
 * conditions, whatever the session's state. */
int kyc_step_reopen(struct kyc *k, const struct kyc_session *s,
		    const char *step_id, struct fault *f);

/* The operator has given the customer more to do in a step: where it was done,
 * it is to be completed again. Same conditions, in an unfinished session. */
int kyc_step_undo(struct kyc *k, struct kyc_session *s, const char *step_id,
		  struct fault *f);

struct kyc_step_input {
	const char *step_id;
	bool consent_accepted;
	const char *consent_version; /* NULL where absent */
	const char *consent_locale;
	int document_kind;	      /* 0 where absent */
	const char *document_country; /* NULL where absent */
	struct json_object *form;     /* borrowed; NULL where absent */
};

/* Completes a step, or leaves an optional one out for which nothing was given;
 * the last one completes the session (kyc_finish). The session's progress is
 * written with it. While CORRECTING only what was reopened or became due can
 * be completed, and its open corrections are resolved. FAULT_CONFLICT names
 * what is missing, FAULT_INVALID the wrong field, FAULT_NOT_FOUND an unknown
 * step. Same conditions. */
int kyc_step_complete(struct kyc *k, struct kyc_session *s,
		      const struct kyc_step_input *in, struct fault *f);

const char *kyc_step_status_name(enum kyc_step_status status);

#endif
