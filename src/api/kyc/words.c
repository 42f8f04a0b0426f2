// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: words and numbers that several of its answers share. */
#include "api/kyc/words.h"
#include "base/json.h"

const char *const kyc_priority_words[] = { "low", "medium", "high", "urgent",
					   NULL };

const char *const kyc_risk_words[] = { "low", "medium", "high", NULL };

const char *const kyc_compliance_words[KYC_COMPLIANCES + 1] = {
	[KYC_COMPLIANCE_PENDING] = "pending",
	[KYC_COMPLIANCE_MANUAL_REVIEW] = "manual_review",
	[KYC_COMPLIANCE_APPROVED] = "approved",
	[KYC_COMPLIANCE_REJECTED] = "rejected",
	[KYC_COMPLIANCE_REMEDIATION] = "remediation",
	[KYC_COMPLIANCE_COMPLETED] = "completed",
	[KYC_COMPLIANCE_INCOMPLETE] = "incomplete",
};

enum kyc_compliance kyc_compliance_of(enum kyc_state state)
{
	switch (state) {
	case KYC_INVITED:
	case KYC_OPENED:
	case KYC_STARTED:
	case KYC_PROCESSING:
		return KYC_COMPLIANCE_PENDING;
	case KYC_COMPLETED:
	case KYC_PROCESSED:
		return KYC_COMPLIANCE_COMPLETED;
	case KYC_MANUAL_REVIEW:
		return KYC_COMPLIANCE_MANUAL_REVIEW;
	case KYC_CORRECTING:
		return KYC_COMPLIANCE_REMEDIATION;
	case KYC_APPROVED:
		return KYC_COMPLIANCE_APPROVED;
	case KYC_REJECTED:
		return KYC_COMPLIANCE_REJECTED;
	case KYC_NO_STATE:
	case KYC_DRAFT:
	case KYC_EXPIRED:
	case KYC_REVOKED:
	case KYC_FAILED:
	case KYC_STATES:
		break;
	}
	return KYC_COMPLIANCE_INCOMPLETE;
}

unsigned int kyc_compliance_states(enum kyc_compliance c)
{
	unsigned int states = 0;
	int s;

	for (s = KYC_DRAFT; s < KYC_STATES; s++) {
		if (kyc_compliance_of((enum kyc_state)s) == c)
			states |= KYC_BIT(s);
	}
	return states;
}

enum kyc_risk_level kyc_risk_level(int64_t hundredths)
{
	if (hundredths < KYC_RISK_MEDIUM_FROM)
		return KYC_RISK_LOW;
	return hundredths < KYC_RISK_HIGH_FROM ? KYC_RISK_MEDIUM
					       : KYC_RISK_HIGH;
}

void kyc_words_risk(struct buf *b, int64_t hundredths)
{
	native_hundredths(b, "risk_score", hundredths);
	json_str(b, "risk_level",
		 hundredths < 0 ? NULL
				: kyc_risk_words[kyc_risk_level(hundredths)]);
}
