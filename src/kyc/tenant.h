// SPDX-License-Identifier: GPL-3.0-or-later
/* A tenant as its own keys see and set it. */
#ifndef KYC_TENANT_H
#define KYC_TENANT_H

#include "kyc/kyc.h"

struct kyc_tenant {
	const char *name; /* of the organisation: shown to customers */
	const char
		*locale; /* of the organisation, where a session names none */
	struct uuid workflow; /* used where a request names none */
	int64_t created_at;
};

int kyc_tenant_load(struct kyc *k, struct kyc_tenant *out, struct fault *f);

/* Whether k->who.tenant is one of live data: 1, 0 for test data, or -1. A job
 * knows its tenant's id alone. */
int kyc_tenant_is_live(struct kyc *k, struct fault *f);

/* Sets what is not NULL (workflow: not nil). Name and locale are the
 * organisation's, so both modes see them: FAULT_FORBIDDEN in test mode, whose
 * keys change nothing that live customers see. FAULT_INVALID names locale or
 * default_workflow_id. Audited. */
int kyc_tenant_change(struct kyc *k, const struct kyc_tenant *change,
		      struct fault *f);

#endif
