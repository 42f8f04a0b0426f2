// SPDX-License-Identifier: GPL-3.0-or-later
/* Attempts: how often a customer may do a thing over again. */
#include "kyc/attempt.h"
#include "kyc/state.h"

int kyc_attempt(struct kyc *k, struct kyc_session *s, int64_t limit,
		struct fault *f)
{
	s->attempts++;
	if (s->attempts <= limit) {
		s->updated_at = clock_now_ms();
		return kyc_session_write(k, s, f);
	}
	s->reason = KYC_REASON_ATTEMPTS_EXCEEDED;
	return kyc_state_move(k, s, KYC_FAIL, KYC_FAILED, f) ? -1 : 1;
}

int kyc_attempt_refuse(struct fault *f)
{
	return fault_set(f, FAULT_CONFLICT,
			 "All attempts have been used up: this verification "
			 "has failed.");
}
