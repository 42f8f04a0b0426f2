// SPDX-License-Identifier: GPL-3.0-or-later
/* Deliveries: events on their way to receivers, at least once. */
#ifndef KYC_DELIVERY_H
#define KYC_DELIVERY_H

#include "kyc/kyc.h"

/* Stored: append, never renumber. */
enum kyc_delivery_status {
	KYC_DELIVERY_PENDING = 1,
	KYC_DELIVERY_DELIVERED,
	KYC_DELIVERY_FAILED,
	KYC_DELIVERY_STATUSES
};

enum { KYC_DELIVERY_KEEP_DAYS = 30 };

struct kyc_delivery {
	struct uuid tenant;
	struct uuid id;
	struct uuid webhook; /* nil: the session's own webhook_url */
	struct uuid session; /* nil: a test event */
	struct uuid event;
	enum kyc_protocol protocol;
	const char *type; /* the event's word */
	enum kyc_delivery_status status;
	int64_t attempts; /* in all */
	int64_t tries;	  /* of the schedule, this one included */
	int64_t answer;	  /* last status code, -1 for none */
	const char *last_error;
	int64_t due_at; /* clock of the database; -1 once ended */
	int64_t first_try_at;
	int64_t last_try_at;
	int64_t created_at;
	struct uuid lease;
};

/* What is slow together: an endpoint, or the host of sessions' own URLs. */
struct kyc_target {
	struct uuid tenant;
	struct uuid id;
};

/* Seals body with the session's key (the tenant's for a test event) and queues
 * it, in the caller's transaction: tenant, webhook, session, event, protocol
 * and type are read, id is filled in. */
int kyc_delivery_add(struct kyc *k, struct kyc_delivery *d,
		     const struct uuid *target, const struct buf *body,
		     struct fault *f);

/* Newest first, behind before (nil to start); webhook nil: any; status 0: any.
 * How many of at most max. */
int kyc_delivery_page(struct kyc *k, const struct uuid *webhook,
		      enum kyc_delivery_status status,
		      const struct uuid *before, struct kyc_delivery *out,
		      int64_t max, struct fault *f);

/* Starts the schedule of one that has ended anew. FAULT_NOT_FOUND where no
 * such delivery is, or not of that endpoint (nil: any); FAULT_CONFLICT while
 * it is under way or after 30 days. Audited. */
int kyc_delivery_resend(struct kyc *k, const struct uuid *webhook,
			const struct uuid *id, struct kyc_delivery *out,
			struct fault *f);

/* Of every tenant: where something is due; how many of at most max. */
int kyc_delivery_targets(struct kyc *k, struct kyc_target *out, size_t max,
			 struct fault *f);

/* Leases at most max (<= KYC_CLAIM_MAX) due ones of a target, one a session,
 * each of whose tries count from here on: what kills the process does not do
 * so for ever. A lease that runs out makes it due again. Own transaction. */
enum { KYC_CLAIM_MAX = 64 };
int kyc_delivery_claim(struct kyc *k, const struct kyc_target *target,
		       struct kyc_delivery *out, size_t max, struct fault *f);

/* What a leased one needs to be sent; FAULT_GONE where its endpoint or session
 * is gone or switched off. In the arena. */
struct kyc_parcel {
	const char *url;
	const char *secret;
	const char *old_secret; /* NULL for none */
	struct buf body;
};
int kyc_delivery_open(struct kyc *k, const struct kyc_delivery *d,
		      struct kyc_parcel *out, struct fault *f);

/* Ends a try, in its own transaction: again after delay_ms where the status is
 * still pending; gone switches the endpoint off. FAULT_CONFLICT where the
 * lease was lost. */
struct kyc_delivery_result {
	enum kyc_delivery_status status;
	int64_t answer;	   /* -1 for none */
	const char *error; /* NULL for none; no personal data */
	int64_t delay_ms;
	bool gone;
};
int kyc_delivery_end(struct kyc *k, const struct kyc_delivery *d,
		     const struct kyc_delivery_result *r, struct fault *f);

/* Gives a leased one back untried. */
int kyc_delivery_release(struct kyc *k, const struct kyc_delivery *d,
			 struct fault *f);

/* Removes what is older than 30 days and has ended; how many, or -1. */
int64_t kyc_delivery_forget(struct kyc *k, struct fault *f);

/* "pending", "delivered", "failed"; NULL at the end. */
extern const char *const kyc_delivery_status_names[];

#endif
