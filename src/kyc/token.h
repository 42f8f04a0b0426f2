// SPDX-License-Identifier: GPL-3.0-or-later
/* Access tokens: of our own service accounts, and of the outside issuer. */
#ifndef KYC_TOKEN_H
#define KYC_TOKEN_H

#include "kyc/look.h"

/* Ours live so long; a revoked key ends its tokens at once all the same. */
enum { KYC_TOKEN_LIFE_S = 900 };

struct kyc_token {
	struct kyc_asker who;
	const char *issuer;
	const char *subject;   /* the client's id, or the person */
	const char *client_id; /* NULL where the issuer names none */
	bool is_person;	       /* not a client that acts for itself */
	unsigned int permissions;
	int64_t issued_at; /* ms, -1 where it does not say */
	int64_t expires_at;
};

/* A service account is an API key: its id is the client's, its text the
 * secret. Fills k->who; FAULT_UNAUTHENTICATED. */
int kyc_token_client(struct kyc *k, const char *client_id, const char *secret,
		     struct fault *f);

/* A token for k->who, an API key: *permissions of KYC_MAY_EKYC, 0 for all that
 * it has, are what is granted then. FAULT_FORBIDDEN where it lacks one, or has
 * none at all. text lives in the arena. */
int kyc_token_issue(struct kyc *k, unsigned int *permissions, const char **text,
		    struct fault *f);

/* Whether a text looks like a token rather than an API key. */
bool kyc_token_is(const char *text);

/* Signature, issuer, audience and times. No statement, but where keys of the
 * outside issuer are to be read again. FAULT_UNAUTHENTICATED. */
int kyc_token_read(struct kyc *k, const char *text, struct kyc_token *out,
		   struct fault *f);

/* Fills k->who by one statement, which brings what is looked for:
 * FAULT_UNAUTHENTICATED where the client's key has ended. What the token
 * grants and the key has lost is not granted. */
int kyc_token_admit(struct kyc *k, const struct kyc_token *token,
		    struct kyc_look *look, struct fault *f);

/* The scope's words with blanks between, in the arena. */
const char *kyc_token_scope(struct kyc *k, unsigned int permissions);

#endif
