// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside event: one event, what it tells of, and its deliveries. */
#ifndef KYC_EVENT_ROW_H
#define KYC_EVENT_ROW_H

#include "kyc/detail.h"
#include "kyc/event.h"

struct event_row {
	struct uuid tenant;
	struct uuid id;
	struct uuid session;
	enum kyc_event kind;
	enum kyc_check_kind check;
	uint32_t version;
	enum kyc_state state;
	int64_t at;
};

/* happening points into the rest. */
struct event_about {
	struct event_row row;
	struct kyc_session session;
	struct kyc_checks checks;
	struct kyc_detail detail;
	bool has_tags;
	bool has_findings;
	struct kyc_happening happening;
};

/* Fills about from its row; FAULT_NOT_FOUND or FAULT_GONE where the session
 * was erased. */
int event_load(struct kyc *k, struct event_about *about, struct fault *f);

/* A delivery in that envelope; webhook NULL: the session's own. */
int event_deliver(struct kyc *k, const struct kyc_envelope *e,
		  const struct uuid *webhook, const struct uuid *target,
		  struct event_about *about, struct fault *f);

/* To the session's own webhook_url, where it has one and its protocol (e, or
 * NULL) tells of such events. */
int event_deliver_own(struct kyc *k, const struct kyc_envelope *e,
		      struct event_about *about, struct fault *f);

#endif
