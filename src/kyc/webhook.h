// SPDX-License-Identifier: GPL-3.0-or-later
/* Webhook endpoints of a tenant, and their secrets. */
#ifndef KYC_WEBHOOK_H
#define KYC_WEBHOOK_H

#include "kyc/kyc.h"

enum { KYC_WEBHOOKS_MAX = 100, KYC_EVENTS_TEXT_MAX = 2000 };

/* Strings live in the arena. */
struct kyc_webhook {
	struct uuid id;
	enum kyc_protocol protocol; /* 0 in the row of the tenant's secret */
	const char *url;
	const char *description; /* NULL for none */
	const char *events;	 /* words between blanks, or "*" */
	bool enabled;
	bool gone; /* switched off because it answered 410 */
	const char *secret;
	const char *old_secret; /* NULL for none */
	int64_t old_until;	/* old_secret signs until then; -1 */
	int64_t created_at;
	int64_t updated_at;
};

/* Whether the configuration lets webhooks be sent to that URL; FAULT_INVALID
 * names the field. What a name resolves to is checked when it is sent. */
int kyc_webhook_check(struct kyc *k, const char *field, const char *url,
		      struct fault *f);

/* A new endpoint from url, protocol, events, description and enabled; the rest
 * is filled in, the secret too. FAULT_INVALID names url; FAULT_CONFLICT at
 * KYC_WEBHOOKS_MAX. Audited. */
int kyc_webhook_create(struct kyc *k, struct kyc_webhook *w, struct fault *f);

/* FAULT_NOT_FOUND. lock: FOR UPDATE. */
int kyc_webhook_load(struct kyc *k, const struct uuid *id, bool lock,
		     struct kyc_webhook *out, struct fault *f);

/* All of the tenant, oldest first; out holds KYC_WEBHOOKS_MAX. How many. */
int kyc_webhook_list(struct kyc *k, struct kyc_webhook *out, struct fault *f);

/* Writes url, events, description and enabled of the locked endpoint; enabling
 * forgets that it was gone. Audited. */
int kyc_webhook_change(struct kyc *k, struct kyc_webhook *w, struct fault *f);

/* A new secret; the one before signs too for overlap_ms (0: no more).
 * Audited. */
int kyc_webhook_rotate(struct kyc *k, struct kyc_webhook *w, int64_t overlap_ms,
		       struct fault *f);

/* What waits for it is given up. Audited. */
int kyc_webhook_delete(struct kyc *k, const struct uuid *id, struct fault *f);

/* Switches it off because it answered 410, if its URL is still the one. */
int kyc_webhook_gone(struct kyc *k, const struct uuid *id, struct fault *f);

/* The row of the secret that signs for sessions' own webhook_url; made where
 * there is none yet. */
int kyc_webhook_secret(struct kyc *k, bool lock, struct kyc_webhook *out,
		       struct fault *f);

/* The old secret, while it is valid, else NULL. */
const char *kyc_webhook_old_secret(const struct kyc_webhook *w, int64_t now);

/* Whether a list of words (or "*") holds the word. */
bool kyc_events_hold(const char *events, const char *word);

#endif
