// SPDX-License-Identifier: GPL-3.0-or-later
/* What the checks of a session come to: outcome, reason, risk. No database. */
#include "kyc/outcome.h"

enum kyc_outcome kyc_outcome_worst(enum kyc_outcome a, enum kyc_outcome b)
{
	static const int rank[KYC_OUTCOMES] = {
		[KYC_OUTCOME_CLEAR] = 0,     [KYC_OUTCOME_CONSIDER] = 1,
		[KYC_OUTCOME_ATTENTION] = 2, [KYC_OUTCOME_ISSUE] = 3,
		[KYC_OUTCOME_ERROR] = 4,     [KYC_OUTCOME_PENDING] = 5,
	};

	return rank[a] >= rank[b] ? a : b;
}

enum kyc_outcome kyc_outcome_of(const struct kyc_checks *checks,
				enum kyc_reason *reason)
{
	enum kyc_outcome worst = KYC_OUTCOME_CLEAR;
	int kind;

	*reason = KYC_REASON_NONE;
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (!c->status)
			continue;
		worst = kyc_outcome_worst(worst, c->outcome);
		if (*reason == KYC_REASON_NONE)
			*reason = c->reason;
	}
	return worst;
}

int64_t kyc_outcome_risk(const struct kyc_checks *checks)
{
	/* 1 - w */
	static const double safe[KYC_OUTCOMES] = {
		[KYC_OUTCOME_CLEAR] = 1,       [KYC_OUTCOME_CONSIDER] = 0.75,
		[KYC_OUTCOME_ATTENTION] = 0.5, [KYC_OUTCOME_ISSUE] = 0.1,
		[KYC_OUTCOME_ERROR] = 0.75,
	};
	bool scored = false;
	double left = 1;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (c->status != KYC_CHECK_ENDED)
			continue;
		left *= safe[c->outcome];
		scored = true;
	}
	return scored ? (int64_t)(10000 * (1 - left) + 0.5) : -1;
}

unsigned int kyc_outcome_validated(const struct kyc_checks *checks)
{
	static const unsigned int bits[KYC_CHECK_KINDS] = {
		[KYC_IDENTITY_CHECK] = KYC_VALIDATED_FACE_MATCH,
		[KYC_ENHANCED_IDENTITY_CHECK] = KYC_VALIDATED_FACE_MATCH,
		[KYC_AML_CHECK] = KYC_VALIDATED_LISTS,
		[KYC_PEP_CHECK] = KYC_VALIDATED_LISTS,
		[KYC_ADVERSE_MEDIA_CHECK] = KYC_VALIDATED_ADVERSE_MEDIA,
	};
	unsigned int validated = 0;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (c->status == KYC_CHECK_ENDED &&
		    c->outcome != KYC_OUTCOME_ERROR)
			validated |= bits[kind];
	}
	return validated;
}

const char *const kyc_outcome_names[KYC_OUTCOMES + 1] = {
	[KYC_OUTCOME_PENDING] = "pending",
	[KYC_OUTCOME_CLEAR] = "clear",
	[KYC_OUTCOME_CONSIDER] = "consider",
	[KYC_OUTCOME_ATTENTION] = "attention",
	[KYC_OUTCOME_ISSUE] = "issue",
	[KYC_OUTCOME_ERROR] = "error",
};

const char *kyc_outcome_name(enum kyc_outcome outcome)
{
	return (int)outcome < (int)KYC_OUTCOMES ? kyc_outcome_names[outcome]
						: "?";
}

const char *kyc_reason_name(enum kyc_reason reason)
{
	static const char *const names[] = {
		[KYC_REASON_NONE] = NULL,
		[KYC_REASON_DOCUMENT_FAKE] = "document_fake",
		[KYC_REASON_DOCUMENT_EXPIRED] = "document_expired",
		[KYC_REASON_DOCUMENT_UNREADABLE] = "document_unreadable",
		[KYC_REASON_DOCUMENT_MISMATCH] = "document_mismatch",
		[KYC_REASON_FACE_MISMATCH] = "face_mismatch",
		[KYC_REASON_LIVENESS_FAILED] = "liveness_failed",
		[KYC_REASON_ADDRESS_MISMATCH] = "address_mismatch",
		[KYC_REASON_SANCTIONS_MATCH] = "sanctions_match",
		[KYC_REASON_PEP_MATCH] = "pep_match",
		[KYC_REASON_ADVERSE_MEDIA_MATCH] = "adverse_media_match",
		[KYC_REASON_ATTEMPTS_EXCEEDED] = "attempts_exceeded",
		[KYC_REASON_TECHNICAL_ERROR] = "technical_error",
	};

	return reason < ARRAY_SIZE(names) ? names[reason] : NULL;
}
