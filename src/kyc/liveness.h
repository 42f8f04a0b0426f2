// SPDX-License-Identifier: GPL-3.0-or-later
/* Liveness: a challenge, and the frames that answer it. */
#ifndef KYC_LIVENESS_H
#define KYC_LIVENESS_H

#include "kyc/document.h"

enum {
	KYC_CHALLENGE_TTL_MS = 5 * CLOCK_MINUTE,
	KYC_CHALLENGE_ACTIONS_MAX = 4,
	KYC_FRAMES_MAX = 8
};

struct kyc_challenge {
	struct uuid id;
	const char *step_id;
	enum kyc_action actions[KYC_CHALLENGE_ACTIONS_MAX]; /* no two alike */
	size_t action_count;
	int64_t expires_at;
	int64_t used_at; /* -1 while it is not */
};

/* A new challenge for the step, which begins with it; one before dies, and
 * starting again is an attempt of the session. A transaction of its own.
 * FAULT_INVALID where the step is none of that kind, FAULT_CONFLICT after the
 * customer has finished or when the attempts are used up. */
int kyc_liveness_start(struct kyc *k, const char *token, const char *step_id,
		       struct kyc_challenge *out, struct fault *f);

/* Frames on their way in: each is sealed as it comes, like an upload. */
struct kyc_liveness;

struct kyc_liveness *kyc_liveness_create(struct kyc *k,
					 const struct kyc_session *s);
/* The next frame begins; its bytes; its end, when it is durable. FAULT_INVALID
 * names frames where there are too many, else as kyc_upload_add. The name
 * lives until destroy. */
int kyc_liveness_begin(struct kyc_liveness *l, const char *file_name,
		       struct fault *f);
int kyc_liveness_add(struct kyc_liveness *l, const void *bytes, size_t len,
		     struct fault *f);
int kyc_liveness_end(struct kyc_liveness *l, struct fault *f);

/* Uses the challenge up: each frame becomes a document that knows its action,
 * in place of those of an earlier challenge. A transaction of its own; a crash
 * before its commit leaves objects without rows, which the clean-up removes,
 * and a challenge that can still be answered. FAULT_NOT_FOUND for an unknown or
 * replaced challenge, FAULT_CONFLICT for a used or late one, FAULT_INVALID
 * where the frames are not as many as the actions, or so many times as many.
 * out receives KYC_FRAMES_MAX documents at most; how many, or -1. */
int kyc_liveness_complete(struct kyc_liveness *l, const char *token,
			  const struct uuid *challenge,
			  struct kyc_document out[KYC_FRAMES_MAX],
			  struct fault *f);
/* Removes what was not committed; NULL is fine. */
void kyc_liveness_destroy(struct kyc_liveness *l);

#endif
