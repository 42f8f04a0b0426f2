// SPDX-License-Identifier: GPL-3.0-or-later
/* The domain: what every noun's file shares. Knows no HTTP and no protocol. */
#ifndef KYC_KYC_H
#define KYC_KYC_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/uuid.h"
#include "crypto/keyring.h"
#include "db/db.h"

struct kyc_issuer;
struct store;

/* Values are stored in the database: append, never renumber. */
enum kyc_state {
	KYC_NO_STATE,
	KYC_DRAFT,
	KYC_INVITED,
	KYC_OPENED,
	KYC_STARTED,
	KYC_COMPLETED,
	KYC_PROCESSING,
	KYC_PROCESSED,
	KYC_MANUAL_REVIEW,
	KYC_CORRECTING,
	KYC_APPROVED,
	KYC_REJECTED,
	KYC_EXPIRED,
	KYC_REVOKED,
	KYC_FAILED,
	KYC_STATES /* one more than the last */
};

/* A set of states, bit (1 << state). */
#define KYC_BIT(state) (1u << (state))

enum kyc_protocol {
	KYC_NO_PROTOCOL,
	KYC_NATIVE,
	KYC_KYCGENIE,
	KYC_DOSSIERS,
	KYC_VERILOCK,
	KYC_KLUSTR
};

enum kyc_outcome {
	KYC_OUTCOME_PENDING,
	KYC_OUTCOME_CLEAR,
	KYC_OUTCOME_CONSIDER,
	KYC_OUTCOME_ATTENTION,
	KYC_OUTCOME_ISSUE,
	KYC_OUTCOME_ERROR
};

enum kyc_reason {
	KYC_REASON_NONE,
	KYC_REASON_DOCUMENT_FAKE,
	KYC_REASON_DOCUMENT_EXPIRED,
	KYC_REASON_DOCUMENT_UNREADABLE,
	KYC_REASON_DOCUMENT_MISMATCH,
	KYC_REASON_FACE_MISMATCH,
	KYC_REASON_LIVENESS_FAILED,
	KYC_REASON_ADDRESS_MISMATCH,
	KYC_REASON_SANCTIONS_MATCH,
	KYC_REASON_PEP_MATCH,
	KYC_REASON_ADVERSE_MEDIA_MATCH,
	KYC_REASON_ATTEMPTS_EXCEEDED,
	KYC_REASON_TECHNICAL_ERROR
};

/* The decision as the native API shows it; approved and flagged are both the
 * state APPROVED. */
enum kyc_decision {
	KYC_NO_DECISION,
	KYC_DECIDED_APPROVED,
	KYC_DECIDED_FLAGGED,
	KYC_DECIDED_MANUAL_REVIEW,
	KYC_DECIDED_REJECTED,
	KYC_DECISIONS
};

enum kyc_priority {
	KYC_NO_PRIORITY,
	KYC_PRIORITY_LOW,
	KYC_PRIORITY_MEDIUM,
	KYC_PRIORITY_HIGH,
	KYC_PRIORITY_URGENT,
	KYC_PRIORITIES
};

/* Kinds of validation that the summary of a list counts: bits. */
enum kyc_validation {
	KYC_VALIDATED_LISTS = 1 << 0,
	KYC_VALIDATED_FACE_MATCH = 1 << 1,
	KYC_VALIDATED_ADVERSE_MEDIA = 1 << 2
};

/* Bits of a key's permissions. */
enum kyc_permission {
	KYC_MAY_CREATE = 1 << 0,
	KYC_MAY_READ = 1 << 1,
	KYC_MAY_UPDATE = 1 << 2,
	KYC_MAY_DELETE = 1 << 3,
	KYC_MAY_REVIEW = 1 << 4,
	KYC_MAY_EXPORT = 1 << 5,
	KYC_MAY_MANAGE = 1 << 6,
	KYC_MAY_ALL = (1 << 7) - 1,
	/* Scopes of OAuth2 tokens. Each allows its own verb and nothing else;
	 * those above bring them along (kyc_permissions_with). */
	KYC_MAY_EKYC_LIST = 1 << 7,
	KYC_MAY_EKYC_GET = 1 << 8,
	KYC_MAY_EKYC_CREATE = 1 << 9,
	KYC_MAY_EKYC =
		KYC_MAY_EKYC_LIST | KYC_MAY_EKYC_GET | KYC_MAY_EKYC_CREATE,
	KYC_MAY_LAST = KYC_MAY_EKYC_CREATE
};

enum kyc_actor {
	KYC_ACTOR_KEY = 1,
	KYC_ACTOR_CUSTOMER,
	KYC_ACTOR_JOB,
	KYC_ACTOR_ADMIN, /* at the operator's tool */
	KYC_ACTOR_ISSUER /* a token of an outside issuer */
};

/* Who acts, and for which tenant. */
struct kyc_who {
	enum kyc_actor actor;
	struct uuid tenant;
	struct uuid organisation;
	struct uuid key_id;  /* nil unless KYC_ACTOR_KEY */
	const char *subject; /* the person of a token, NULL for none */
	bool live;
	unsigned int permissions;
	struct uuid workflow;	 /* the tenant's default */
	const char *remote_addr; /* "" where there is none */
};

/* What every verb is given. One a process; arena and who change with each
 * request or job. */
struct kyc {
	struct db *db;
	const struct conf *conf;
	struct keyring *keyring;
	struct store *store;
	struct arena *arena;
	struct kyc_who who;
	uint32_t master_noted;	   /* kyc_master_note's: a key id */
	struct kyc_issuer *issuer; /* kyc_issuer_verify's: keys of others */
};

/* Runs body in a transaction, again from the start where the database asks
 * for it (deadlock, lost server), at most five times. body returns 0 or -1
 * with the fault set; what it wrote outside the database must stand being
 * written again. 0 once committed. */
int kyc_transact(struct kyc *k,
		 int (*body)(struct kyc *k, void *ctx, struct fault *f),
		 void *ctx, struct fault *f);

/* The names of permissions: "kyc:create", "ekyc.session.get" and so on; 0 for
 * an unknown one. */
unsigned int kyc_permission_bit(const char *name);
const char *kyc_permission_name(unsigned int bit);

/* Those of a list of names with blanks between; unknown ones and NULL say
 * nothing. */
unsigned int kyc_permissions_of(const char *names);

/* The permissions with the scopes that they bring along: reading sessions
 * those of list and get, creating them that of create. */
unsigned int kyc_permissions_with(unsigned int bits);

#endif
