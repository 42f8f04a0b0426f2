// SPDX-License-Identifier: GPL-3.0-or-later
/* One session, five vocabularies: what each protocol calls a state. */
#include "api/states.h"

enum { VOCABULARIES = KYC_KLUSTR + 1 };

#define ROW(kyc, kycgenie, dossiers, verilock, klustr)                         \
	{                                                                      \
		[KYC_NATIVE] = kyc, [KYC_KYCGENIE] = kycgenie,                 \
		[KYC_DOSSIERS] = dossiers, [KYC_VERILOCK] = verilock,          \
		[KYC_KLUSTR] = klustr                                          \
	}

/* clang-format off */
static const char *const words[KYC_STATES][VOCABULARIES] = {
	/*                        kyc, kycgenie, dossiers, verilock, klustr */
	[KYC_DRAFT] =         ROW("draft", "pending", "created", "created", "created"),
	[KYC_INVITED] =       ROW("active", "pending", "created", "created", "created"),
	[KYC_OPENED] =        ROW("active", "accessed", "started", "created", "started"),
	[KYC_STARTED] =       ROW("active", "accessed", "started", "processing", "started"),
	[KYC_COMPLETED] =     ROW("completed", "accessed", "processing", "processing", "submitted"),
	[KYC_PROCESSING] =    ROW("processing", "accessed", "processing", "processing", "submitted"),
	[KYC_PROCESSED] =     ROW("processed", "completed", "processing", "processing", "submitted"),
	[KYC_MANUAL_REVIEW] = ROW("manual_review", "completed", "processing", "processing", "submitted"),
	[KYC_CORRECTING] =    ROW("awaiting_client_correction", "accessed", "started", "processing", "started"),
	[KYC_APPROVED] =      ROW("approved", "completed", "completed", "approved", "success"),
	[KYC_REJECTED] =      ROW("rejected", "completed", "completed", "declined", "rejected"),
	[KYC_EXPIRED] =       ROW("expired", "expired", "expired", "expired", "expired"),
	[KYC_REVOKED] =       ROW("revoked", "revoked", "cancelled", "expired", "expired"),
	[KYC_FAILED] =        ROW("failed", "failed", "failed", "declined", "rejected"),
};
/* clang-format on */

const char *api_state_word(enum kyc_protocol protocol, enum kyc_state state)
{
	return words[state][protocol];
}

unsigned int api_state_bits(enum kyc_protocol protocol, const char *word)
{
	unsigned int states = 0;
	int s;

	for (s = KYC_DRAFT; s < KYC_STATES; s++) {
		if (!strcmp(words[s][protocol], word))
			states |= KYC_BIT(s);
	}
	return states;
}
