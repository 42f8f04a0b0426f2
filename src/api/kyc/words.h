// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: words and numbers that several of its answers share. */
#ifndef API_KYC_WORDS_H
#define API_KYC_WORDS_H

#include "api/native.h"

/* NULL at the end, in the order of enum kyc_priority behind its none. */
extern const char *const kyc_priority_words[];

/* What reviewers see of a state: incomplete, pending, … */
enum kyc_compliance {
	KYC_COMPLIANCE_PENDING,
	KYC_COMPLIANCE_MANUAL_REVIEW,
	KYC_COMPLIANCE_APPROVED,
	KYC_COMPLIANCE_REJECTED,
	KYC_COMPLIANCE_REMEDIATION,
	KYC_COMPLIANCE_COMPLETED,
	KYC_COMPLIANCE_INCOMPLETE,
	KYC_COMPLIANCES
};
extern const char *const kyc_compliance_words[KYC_COMPLIANCES + 1];
enum kyc_compliance kyc_compliance_of(enum kyc_state state);
/* The states that show so: KYC_BIT()s. */
unsigned int kyc_compliance_states(enum kyc_compliance c);

/* Risk: hundredths in the core, a number of at most two decimals here. */
enum kyc_risk_level { KYC_RISK_LOW, KYC_RISK_MEDIUM, KYC_RISK_HIGH };
enum {
	KYC_RISK_MEDIUM_FROM = 3000,
	KYC_RISK_HIGH_FROM = 6000,
	KYC_RISK_TOP = 10000
};
extern const char *const kyc_risk_words[];
enum kyc_risk_level kyc_risk_level(int64_t hundredths);

/* "risk_score" and "risk_level", both null where there is no score (-1). */
void kyc_words_risk(struct buf *b, int64_t hundredths);

#endif
