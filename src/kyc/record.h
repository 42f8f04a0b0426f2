// SPDX-License-Identifier: GPL-3.0-or-later
/* What a change leaves behind: event rows and audit rows, only inserted. */
#ifndef KYC_RECORD_H
#define KYC_RECORD_H

#include "kyc/state.h"

struct kyc_record {
	enum kyc_verb verb;
	enum kyc_state from; /* 0 for none */
	enum kyc_state to;
	struct uuid object; /* what else it is about; nil for nothing */
};

/* Both belong to the caller's transaction. The event carries the session's
 * version, so that a receiver can order what comes out of order. */
int kyc_record_event(struct kyc *k, const struct kyc_session *s,
		     enum kyc_event event, struct fault *f);
/* session may be NULL: what is done to a key or a workflow is about none. */
int kyc_record_audit(struct kyc *k, const struct uuid *session,
		     const struct kyc_record *r, struct fault *f);

#endif
