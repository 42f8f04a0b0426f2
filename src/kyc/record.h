// SPDX-License-Identifier: GPL-3.0-or-later
/* What a change leaves behind: event rows and audit rows, only inserted. */
#ifndef KYC_RECORD_H
#define KYC_RECORD_H

#include "crypto/digest.h"
#include "kyc/check.h"
#include "kyc/state.h"

enum { KYC_SALT_SIZE = 16 };

struct kyc_record {
	enum kyc_verb verb;
	enum kyc_state from; /* 0 for none */
	enum kyc_state to;
	struct uuid object; /* what else it is about; nil for nothing */
	struct uuid id; /* nil: a new one; else a second row of it is none */
};

/* Both belong to the caller's transaction. The event carries the session's
 * version, so that a receiver can order what comes out of order. */
int kyc_record_event(struct kyc *k, const struct kyc_session *s,
		     enum kyc_event event, struct fault *f);
/* KYC_EVENT_CHECK_ENDED, which says of what kind the check was. */
int kyc_record_check(struct kyc *k, const struct kyc_session *s,
		     enum kyc_check_kind check, struct fault *f);
/* session may be NULL: what is done to a key or a workflow is about none. */
int kyc_record_audit(struct kyc *k, const struct uuid *session,
		     const struct kyc_record *r, struct fault *f);

/* The words of verbs, "document_viewed" and so on. */
const char *kyc_verb_name(enum kyc_verb verb);
enum kyc_verb kyc_verb_by_name(const char *name); /* 0 for an unknown one */

/* What the chain holds of a personal part: without its salt it tells
 * nothing. */
void kyc_record_digest(const uint8_t salt[KYC_SALT_SIZE], const char *part,
		       uint8_t out[DIGEST_SIZE]);

#endif
