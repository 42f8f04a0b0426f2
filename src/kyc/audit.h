// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading the audit trail. */
#ifndef KYC_AUDIT_H
#define KYC_AUDIT_H

#include "kyc/record.h"

/* Nil ids, verb 0 and times below zero ask for any. */
struct kyc_audit_filter {
	struct uuid session;
	struct uuid actor; /* an API key */
	enum kyc_verb verb;
	int64_t from; /* ms, both ends included */
	int64_t to;
};

struct kyc_audit_row {
	struct uuid id;
	int64_t seq; /* place in the chain; -1: not chained yet */
	int64_t at;
	enum kyc_actor actor;
	struct uuid actor_id;
	const char *actor_name; /* NULL where none is known */
	enum kyc_verb verb;
	struct uuid session;
	struct uuid object;
	enum kyc_state from; /* 0 for none */
	enum kyc_state to;
	const char *remote_addr; /* NULL: none, or erased */
};

/* The tenant's rows, newest first, behind before (nil to start); how many of
 * at most max, or -1. */
int kyc_audit_page(struct kyc *k, const struct kyc_audit_filter *filter,
		   const struct uuid *before, struct kyc_audit_row *out,
		   int64_t max, struct fault *f);

#endif
