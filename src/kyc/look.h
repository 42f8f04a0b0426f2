// SPDX-License-Identifier: GPL-3.0-or-later
/* Who asks, and what he asks for, by one statement. */
#ifndef KYC_LOOK_H
#define KYC_LOOK_H

#include "kyc/client.h"
#include "kyc/whole.h"

enum kyc_look_kind {
	KYC_LOOK_NOTHING,
	KYC_LOOK_BRIEF,	  /* a session, by KYC_SESSION_BRIEF, and its checks */
	KYC_LOOK_SESSION, /* a session and its checks */
	KYC_LOOK_WHOLE,	  /* all there is of a session */
	KYC_LOOK_CLIENT,  /* a person's sessions */
	KYC_LOOKS
};

/* The wish; then what was found, within the tenant of who asks. */
struct kyc_look {
	enum kyc_look_kind kind;
	const struct uuid *id; /* of a session */
	unsigned int parts;    /* of KYC_LOOK_WHOLE */
	const char *client;    /* external id, of KYC_LOOK_CLIENT */
	bool found;	       /* of a session */
	struct kyc_session *session;
	struct kyc_checks *checks;
	struct kyc_whole *whole;
	struct kyc_client *person;
};

/* By what somebody is known. */
enum kyc_asker_kind {
	KYC_BY_DIGEST,	/* of an API key */
	KYC_BY_KEY,	/* an API key's id, which a token of ours names */
	KYC_BY_OPERATOR /* a tenant: a token of an outside issuer */
};

struct kyc_asker {
	enum kyc_asker_kind kind;
	const uint8_t *digest; /* DIGEST_SIZE, of KYC_BY_DIGEST */
	struct uuid tenant;    /* of KYC_BY_KEY */
	struct uuid key;
	struct uuid organisation; /* of KYC_BY_OPERATOR */
	bool live;
};

/* Of whom the row is. */
struct kyc_asker_row {
	int64_t expires_at;
	int64_t revoked_at;
	int64_t last_used_at;
};

/* Runs the statement and reads who asks into k->who (permissions as the key
 * has them, with what they bring along; none of KYC_BY_OPERATOR). 1, 0 where
 * there is nobody like that, or -1. Then, if he may look, kyc_look_read once:
 * what is looked for. */
int kyc_look_ask(struct kyc *k, const struct kyc_look *look,
		 const struct kyc_asker *who, struct db_rows *rows,
		 struct kyc_asker_row *out, struct fault *f);
int kyc_look_read(struct kyc *k, struct db_rows *rows, struct kyc_look *look,
		  struct fault *f);

#endif
