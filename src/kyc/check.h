// SPDX-License-Identifier: GPL-3.0-or-later
/* The checks of a session: their rows, their end, the decision. */
#ifndef KYC_CHECK_H
#define KYC_CHECK_H

#include "crypto/seal.h"
#include "kyc/job.h"
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
	int64_t created_at;
	int64_t started_at;
	int64_t ended_at;
	const char *findings; /* NULL until kyc_checks_findings, or none */
};

/* Asks somebody outside for the name or the wallet, not the documents. */
#define KYC_EXTERNAL_CHECKS                                                    \
	(1u << KYC_AML_CHECK | 1u << KYC_PEP_CHECK |                           \
	 1u << KYC_ADVERSE_MEDIA_CHECK | 1u << KYC_CRYPTO_CHECK)

/* By kind. */
struct kyc_checks {
	struct kyc_check by_kind[KYC_CHECK_KINDS];
};

#define KYC_CHECK_COLUMNS                                                      \
	"c.kind, c.status, c.outcome, c.reason, c.started_at, c.ended_at,"     \
	" c.created_at"
enum { KYC_CHECK_COLUMN_COUNT = 7 };

/* Adds the row's check, where there is one (LEFT JOIN). */
void kyc_check_read(const struct db_rows *rows, unsigned int first,
		    struct kyc_checks *out);

int kyc_checks_load(struct kyc *k, const struct uuid *session,
		    struct kyc_checks *out, struct fault *f);

/* The id of a check, which follows from the two (version 8). */
struct uuid kyc_check_id(const struct uuid *session, enum kyc_check_kind kind);

const char *kyc_check_name(enum kyc_check_kind kind); /* "document_check" */
enum kyc_check_kind kyc_check_kind(const char *name); /* 0 for none */

/* Opens what the checks found, into the arena: JSON objects,
 *	document_check	{"documents": {"doc_…": {"back": "doc_…" (of the same
 *			 paper), "full_name", … and the names of
 *			 kyc_extracted_names, "address" of a barcode, "mrz":
 *			 {"format", "lines", "valid"}}}, "breakdown":
 *			 {"document_validation", "image_quality",
 *			 "visual_authenticity"}, each clear, consider or issue,
 *			 or null where nothing is known, "cross_validation":
 *			 {"status", "warnings", "errors", "comparisons"},
 *			 "evidence": {"doc_…": {"age", "notes",
 *			 "number_seen_elsewhere", "visual_zone", "pictures"}}}
 *	proof_of_address_check {"documents": {"doc_…": {"address": {"line1",
 *			 "city", "postcode", "country"}}}, "evidence": {"doc_…":
 *			 {"notes", "proof"}}}
 *	identity_check, enhanced_identity_check, liveness_check
 *			{"face_match": {"status", "confidence", "threshold"}}
 *	aml_check, pep_check
 *			{"lists": {"is_match", "match_count", "lists_checked",
 *			 "matches"}}
 *	adverse_media_check {"adverse_media": {"risk_score", "decision"}}
 *	crypto_check	{"crypto": {"is_match", "wallets_checked"}}
 *	web_check	{"web": [{"url", "status"}]}
 * A check that could not run has none. */
int kyc_checks_findings(struct kyc *k, const struct uuid *session,
			struct kyc_checks *checks, struct fault *f);

/* One of them, where its sealed bytes are at hand (NULL: it has none); -1 where
 * they cannot be opened. key is the session's. */
int kyc_check_open(struct kyc *k, const struct uuid *session,
		   const uint8_t key[SEAL_KEY_SIZE], int64_t kind,
		   const void *sealed, size_t len, struct kyc_checks *checks);

/* Pending rows and their jobs for the kinds (bits 1 << kind) that have no row
 * yet, in the caller's transaction with the session locked. job says whether
 * the checks are part of processing (KYC_JOB_CHECK) or run on their own
 * (KYC_JOB_VALIDATE). */
int kyc_checks_queue(struct kyc *k, const struct kyc_session *s,
		     unsigned int kinds, enum kyc_job_kind job,
		     struct fault *f);

/* Forgets what an earlier round found: rows, and the result in s, which the
 * caller writes. In the caller's transaction. */
int kyc_checks_forget(struct kyc *k, struct kyc_session *s, struct fault *f);

/* Marks a check as running; where it is part of processing the session
 * becomes PROCESSING with the first. Its own transaction. */
int kyc_check_start(struct kyc *k, const struct uuid *session,
		    enum kyc_check_kind kind, bool processing, struct fault *f);

struct kyc_result {
	enum kyc_outcome outcome;
	enum kyc_reason reason;
	const char *findings; /* JSON object; NULL for none */
};

/* Ends a check with its result, in the caller's transaction; the last one of
 * a session that is PROCESSING concludes it. The session's row is locked
 * first, so that of two that end together one sees the other. Ending twice
 * changes nothing. */
int kyc_check_end(struct kyc *k, const struct uuid *session,
		  enum kyc_check_kind kind, const struct kyc_result *r,
		  struct fault *f);

#endif
