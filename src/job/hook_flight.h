// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside the lane of webhooks: deliveries that are under way. */
#ifndef JOB_HOOK_FLIGHT_H
#define JOB_HOOK_FLIGHT_H

#include "kyc/delivery.h"
#include "kyc/event.h"
#include "net/net.h"
#include "net/url.h"

struct flight {
	struct flight *next;
	struct arena *arena; /* owns what the delivery points to */
	struct kyc_target target;
	struct kyc_delivery delivery;
	int64_t began_us;
	char host[NET_HOST_SIZE];
};

struct hook_lane {
	const struct conf *conf;
	const struct kyc_envelope *const *envelopes;
	struct net_rules rules;
	struct net *net;
	struct flight *flights;
	size_t count;
	size_t turn; /* where the walk over targets starts */
};

size_t flight_count(const struct hook_lane *lane, const struct kyc_target *t);

/* Opens a leased delivery and starts its request; one that can't be sent is
 * ended. */
void flight_start(struct kyc *k, struct hook_lane *lane,
		  const struct kyc_target *t, const struct kyc_delivery *d);

/* Records the answer and lets go of the flight. */
void flight_end(struct kyc *k, struct hook_lane *lane, void *flight,
		const struct net_answer *answer);

/* Gives every one back untried. */
void flight_release_all(struct kyc *k, struct hook_lane *lane);

#endif
