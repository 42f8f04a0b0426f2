// SPDX-License-Identifier: GPL-3.0-or-later
/* Corrections: what a reviewer asks the customer to mend. */
#ifndef KYC_CORRECTION_H
#define KYC_CORRECTION_H

#include "crypto/seal.h"
#include "kyc/session.h"

enum {
	KYC_CORRECTIONS_MAX = 64, /* of one request */
	KYC_CORRECTIONS_LISTED = 10 * KYC_CORRECTIONS_MAX,
	KYC_CORRECTION_FIELDS_MAX = 64,
};

struct kyc_correction {
	struct uuid id;
	const char *step_id;
	const char *const *field_ids; /* keys or field ids of the form */
	size_t field_count;
	unsigned int document_types; /* bits 1 << enum kyc_document_type */
	const char *message;	     /* for the customer; NULL for none */
	const char *comment;	     /* for colleagues; NULL for none */
	int64_t created_at;
	int64_t resolved_at; /* -1 while open */
};

/* Asks for corrections: the steps need them, the session is CORRECTING, its
 * decision is cleared and it is not complete any more. What the steps hold
 * stays until it is replaced. One change: rows, event and audit row belong to
 * the caller's transaction, with the session locked. c's id and times are
 * filled in. FAULT_INVALID names "corrections[1].step_id" for a step that the
 * workflow does not have (or that the customer has no part in), likewise
 * field_ids[n] and document_types; FAULT_CONFLICT where the session can't
 * go to CORRECTING or its link has ended. */
int kyc_correction_request(struct kyc *k, struct kyc_session *s,
			   struct kyc_correction *c, size_t count,
			   struct fault *f);

/* The session's corrections, oldest first, into the arena; how many, or -1.
 * open: without the resolved ones. */
int kyc_correction_list(struct kyc *k, const struct uuid *session, bool open,
			struct kyc_correction **out, struct fault *f);

/* The customer completes a step again: its open corrections are resolved.
 * FAULT_CONFLICT names a document that was to be replaced and was not uploaded
 * again since. Nothing in any other state than CORRECTING. Same conditions. */
int kyc_correction_resolve(struct kyc *k, const struct kyc_session *s,
			   const char *step_id, struct fault *f);

/* The columns in the order that kyc_correction_read takes them, with the alias
 * q; key is the session's. */
#define KYC_CORRECTION_COLUMNS                                                 \
	"q.id, q.step_id, q.sealed, q.created_at, q.resolved_at"
enum { KYC_CORRECTION_COLUMN_COUNT = 5 };
int kyc_correction_read(struct kyc *k, const struct uuid *session,
			const uint8_t key[SEAL_KEY_SIZE],
			const struct db_rows *rows, unsigned int first,
			struct kyc_correction *out, struct fault *f);

#endif
