// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows: which steps a customer goes through and which checks run. */
#ifndef KYC_WORKFLOW_H
#define KYC_WORKFLOW_H

#include "kyc/session.h"

enum { KYC_STEPS_MAX = 32 };

enum kyc_step_kind {
	KYC_STEP_CONSENT = 1,
	KYC_STEP_DOCUMENT,
	KYC_STEP_SELFIE,
	KYC_STEP_LIVENESS,
};

struct kyc_step_def {
	const char *id;
	enum kyc_step_kind kind;
	const char *title;	     /* NULL: the page has words for the kind */
	const char *text_version;    /* of a consent */
	unsigned int document_kinds; /* of a document: bits 1 << kind */
	int actions;		     /* of liveness: how many, 1 to 4 */
};

struct kyc_workflow {
	struct uuid id;
	uint32_t version;
	const char *name;
	struct kyc_step_def steps[KYC_STEPS_MAX];
	size_t step_count;
	unsigned int checks; /* bits 1 << enum kyc_check_kind */
	int64_t attempts;    /* a customer's, above the first of each thing */
};

/* The tenant's first workflow: consent, document, selfie; document_check and
 * identity_check. */
int kyc_workflow_create_default(struct kyc *k, struct uuid *id,
				struct fault *f);

/* The version that the session keeps. */
int kyc_workflow_load(struct kyc *k, const struct kyc_session *s,
		      struct kyc_workflow *out, struct fault *f);

/* The step of that id, or NULL. */
const struct kyc_step_def *kyc_workflow_step(const struct kyc_workflow *w,
					     const char *step_id);

const char *kyc_step_kind_name(enum kyc_step_kind kind);

#endif
