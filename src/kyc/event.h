// SPDX-License-Identifier: GPL-3.0-or-later
/* The outbox: events become deliveries and notifications. */
#ifndef KYC_EVENT_H
#define KYC_EVENT_H

#include "hook/hook.h"
#include "kyc/check.h"
#include "kyc/state.h"
#include "kyc/webhook.h"

/* An event with what it tells of, as it was then: state and version are the
 * event's, and what came later is taken out. */
struct kyc_happening {
	struct uuid id;
	enum kyc_event kind;	   /* KYC_EVENT_NONE: a test */
	enum kyc_check_kind check; /* of KYC_EVENT_CHECK_ENDED, else 0 */
	int64_t at;
	struct uuid organisation;
	bool live;
	const struct kyc_session *session; /* NULL in a test */
	/* With their findings in KYC_EVENT_PROCESSED, for whom shows them. */
	const struct kyc_checks *checks;
	const char *custom_tags; /* JSON object of the session's workflow */
	const char *metadata;	 /* JSON object, or NULL */
};

/* What api/ says of a protocol's events; kyc/ knows no protocol's JSON. */
struct kyc_envelope {
	enum kyc_protocol protocol;
	const char *name;	  /* "kyc" */
	const char *const *types; /* every word; NULL at the end */
	enum hook_style style;
	bool findings; /* shows what the checks found */
	/* The word, or NULL where the protocol has none for it. */
	const char *(*type)(const struct kyc_happening *h);
	/* The whole body; type is the word, KYC_EVENT_TEST in a test. */
	void (*render)(struct buf *b, const struct kyc_happening *h,
		       const char *type);
};

#define KYC_EVENT_TEST "webhook.test"

/* NULL where none is of that protocol; the table ends with NULL. */
const struct kyc_envelope *
kyc_envelope_of(const struct kyc_envelope *const *table,
		enum kyc_protocol protocol);

/* Takes at most max events, oldest first, and writes a delivery for every
 * enabled endpoint that wants it, one for the session's own webhook_url, and
 * the mails of notification channels. One transaction: an event is fanned out
 * once, however often the process is killed. Several hosts may do so at once.
 * How many, or -1. */
int kyc_event_fan_out(struct kyc *k, const struct kyc_envelope *const *table,
		      int max, struct fault *f);

/* Sets aside the oldest event, which can't be fanned out, so that the others
 * go on. */
int kyc_event_park(struct kyc *k, struct fault *f);
/* Those come back; how many, or -1. */
int64_t kyc_event_unpark(struct kyc *k, struct fault *f);

/* Queues a test event to the endpoint, in the caller's transaction. */
int kyc_event_test(struct kyc *k, const struct kyc_envelope *e,
		   const struct kyc_webhook *w, struct uuid *delivery,
		   struct fault *f);

/* Removes events that were fanned out and are older than 30 days; how many, or
 * -1. */
int64_t kyc_event_forget(struct kyc *k, struct fault *f);

#endif
