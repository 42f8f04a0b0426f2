// SPDX-License-Identifier: GPL-3.0-or-later
/* Tickets: uploads that are announced, put and confirmed. */
#ifndef KYC_TICKET_H
#define KYC_TICKET_H

#include "kyc/document.h"

/* How long there is to put and confirm, how long a confirmed one answers
 * again, and how many a session may have open. */
enum {
	KYC_TICKET_TTL_MS = 15 * CLOCK_MINUTE,
	KYC_TICKET_KEEP_MS = CLOCK_DAY,
	KYC_TICKETS_MAX = 8
};

struct kyc_ticket {
	struct uuid id;
	struct kyc_document announced; /* its size is what must come */
	int64_t expires_at;
	struct kyc_object object; /* id nil where nothing has been put */
	int64_t confirmed_at;	  /* -1 while it is not */
};

/* Announces a file that the step takes (see kyc_document_fits); d's media is
 * what the customer says. In the caller's transaction, with the session
 * locked. FAULT_CONFLICT where too many are open. */
int kyc_ticket_create(struct kyc *k, const struct kyc_session *s,
		      const struct kyc_step_def *def,
		      const struct kyc_document *d, struct kyc_ticket *out,
		      struct fault *f);

/* FAULT_NOT_FOUND where the session has no such one or its time is up. */
int kyc_ticket_load(struct kyc *k, const struct kyc_session *s,
		    const struct uuid *id, struct kyc_ticket *out,
		    struct fault *f);

/* FAULT_CONFLICT where it has been confirmed; FAULT_INVALID where size is
 * another than was announced. */
int kyc_ticket_may_put(const struct kyc_ticket *t, int64_t size,
		       struct fault *f);

/* Keeps what was uploaded as the ticket's object, in a transaction of its own;
 * one put before goes. A crash before the commit leaves an object that no row
 * names; after it, one that the ticket names until it is over. */
int kyc_ticket_put(struct kyc *k, struct kyc_upload *u, const char *token,
		   const struct uuid *id, struct fault *f);

/* Makes the object a document, by the rules of an upload, in a transaction of
 * its own: the ticket says so from the same commit on, so that asking again
 * gives the same document. FAULT_CONFLICT where nothing has been put, or where
 * the document has been replaced since. */
int kyc_ticket_confirm(struct kyc *k, const char *token, const struct uuid *id,
		       struct kyc_document *out, struct fault *f);

/* For the clean-up, over all tenants: forgets tickets whose time is up; how
 * many, or -1. And 1 where a ticket names the object, 0, or -1. */
int64_t kyc_ticket_forget(struct kyc *k, struct fault *f);
int kyc_ticket_names(struct kyc *k, const struct uuid *tenant,
		     const struct uuid *session, const struct uuid *object);

#endif
