// SPDX-License-Identifier: GPL-3.0-or-later
/* Notification channels: people of the operator who are told of events. */
#ifndef KYC_CHANNEL_H
#define KYC_CHANNEL_H

#include "kyc/session.h"

enum { KYC_CHANNELS_MAX = 20 };

/* Stored: append, never renumber. */
enum kyc_channel_type { KYC_CHANNEL_EMAIL = 1 };

struct kyc_channel {
	struct uuid id;
	enum kyc_channel_type type;
	const char *address;
	const char *events; /* words of kyc between blanks, or "*" */
	const char *locale;
	int64_t created_at;
};

/* From type, address, events and locale; FAULT_INVALID names locale,
 * FAULT_CONFLICT at KYC_CHANNELS_MAX. Audited. */
int kyc_channel_create(struct kyc *k, struct kyc_channel *c, struct fault *f);

/* All of the tenant, oldest first; out holds KYC_CHANNELS_MAX. How many. */
int kyc_channel_list(struct kyc *k, struct kyc_channel *out, struct fault *f);

/* FAULT_NOT_FOUND. */
int kyc_channel_load(struct kyc *k, const struct uuid *id,
		     struct kyc_channel *out, struct fault *f);

/* Audited. */
int kyc_channel_delete(struct kyc *k, const struct uuid *id, struct fault *f);

#endif
