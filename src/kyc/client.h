// SPDX-License-Identifier: GPL-3.0-or-later
/* A person by the operator's own id, with all of his or her sessions. */
#ifndef KYC_CLIENT_H
#define KYC_CLIENT_H

#include "kyc/entity.h"
#include "kyc/session_view.h"

struct kyc_client_session {
	struct kyc_session session;
	struct kyc_session_view view;
};

struct kyc_client {
	struct uuid entity;		     /* nil: nobody has that id */
	const char *external_id;	     /* as the entity has it */
	struct kyc_client_session *sessions; /* newest first */
	size_t count;
};

/* For a statement that also finds out who asks: columns, and joins on the
 * tenant t, which bind the external id; in any order. */
#define KYC_CLIENT_COLUMNS "e.id, " KYC_SESSION_COLUMNS ", " KYC_VIEW_COLUMNS
#define KYC_CLIENT_JOINS                                                       \
	" LEFT JOIN entity e ON e.tenant_id = t.id AND e.external_id = ?"      \
	" LEFT JOIN session s ON s.tenant_id = e.tenant_id"                    \
	" AND s.entity_id = e.id" KYC_VIEW_JOINS_OF_SESSION

/* From the first row, which is the current one, to the last; columns from
 * first on. k->who must be filled in by then. */
int kyc_client_read(struct kyc *k, struct db_rows *rows, unsigned int first,
		    struct kyc_client *out, struct fault *f);

/* The next limit clients that have a session, oldest entity first, from the
 * start-th on, into the arena; how many, or -1. Two statements. */
int kyc_client_list(struct kyc *k, int64_t start, int64_t limit,
		    struct kyc_client **out, struct fault *f);

/* Whether enough is known of a person to be verified: first name, last name,
 * and a date of birth that lies KYC_CLIENT_AGE years back. FAULT_INVALID names
 * what is missing of userId, or userId where nobody has that id. Locks the
 * entity's row, in the caller's transaction. */
enum { KYC_CLIENT_AGE = 14 };
int kyc_client_check(struct kyc *k, const char *external_id,
		     struct uuid *entity, struct fault *f);

#endif
