// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of a session: their rows, their end, the decision. */
#ifndef KYC_CHECK_H
#define KYC_CHECK_H

#include "kyc/session.h"

/* Stored: append, never renumber. */
enum kyc_check_kind {
	KYC_NO_CHECK_KIND,
	KYC_DOCUMENT_CHECK,
	KYC_IDENTITY_CHECK,
	KYC_ENHANCED_IDENTITY_CHECK,
	KYC_PROOF_OF_ADDRESS_CHECK,
	KYC_AML_CHECK,
	KYC_PEP_CHECK,
	KYC_ADVERSE_MEDIA_CHECK,
	KYC_CRYPTO_CHECK,
	KYC_WEB_CHECK,
	KYC_LIVENESS_CHECK,
	KYC_CHECK_KINDS
};

enum kyc_check_status {
	KYC_NO_CHECK,
	KYC_CHECK_PENDING,
	KYC_CHECK_RUNNING,
	KYC_CHECK_ENDED
};

struct kyc_check {
	enum kyc_check_status status; /* 0: the session has no such check */
	enum kyc_outcome outcome;
	enum kyc_reason reason;
	int64_t started_at;
	int64_t ended_at;
};

/* By kind. */
struct kyc_checks {
	struct kyc_check by_kind[KYC_CHECK_KINDS];
};

#define KYC_CHECK_COLUMNS                                                      \
	"c.kind, c.status, c.outcome, c.reason, c.started_at, c.ended_at"
enum { KYC_CHECK_COLUMN_COUNT = 6 };

/* Adds the row's check, where there is one (LEFT JOIN). */
void kyc_check_read(const struct db_rows *rows, unsigned int first,
		    struct kyc_checks *out);

int kyc_checks_load(struct kyc *k, const struct uuid *session,
		    struct kyc_checks *out, struct fault *f);

const char *kyc_check_name(enum kyc_check_kind kind); /* "document_check" */
enum kyc_check_kind kyc_check_kind(const char *name); /* 0 for none */

/* Pending rows and their jobs for the kinds (bits 1 << kind), in the
 * transaction that completes the session. */
int kyc_checks_queue(struct kyc *k, const struct kyc_session *s,
		     unsigned int kinds, struct fault *f);

/* Marks a check as running; the session becomes PROCESSING with the first. Its
 * own transaction. */
int kyc_check_start(struct kyc *k, const struct uuid *session,
		    enum kyc_check_kind kind, struct fault *f);

/* Ends a check with its result, in the caller's transaction; the last one
 * decides the session. The session's row is locked first, so that of two that
 * end together one sees the other. Ending twice changes nothing. */
int kyc_check_end(struct kyc *k, const struct uuid *session,
		  enum kyc_check_kind kind, enum kyc_outcome outcome,
		  enum kyc_reason reason, struct fault *f);

/* The worst of two: clear < consider < attention < issue, with pending and
 * error above all, as PROTOCOLS.md orders them. */
enum kyc_outcome kyc_outcome_worst(enum kyc_outcome a, enum kyc_outcome b);

#endif
