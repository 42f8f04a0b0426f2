// SPDX-License-Identifier: GPL-3.0-or-later
/* Readings: what a check has read off a document so far. */
#ifndef KYC_READING_H
#define KYC_READING_H

#include "kyc/document.h"

enum kyc_reading_status {
	KYC_READING_UNAVAILABLE, /* nothing reads it, or nothing could */
	KYC_READING_PROCESSING,	 /* the check that reads it has not ended */
	KYC_READING_COMPLETED
};

struct kyc_reading {
	enum kyc_reading_status status;
	const char *fields; /* JSON object in the arena; "{}" for nothing */
};

/* Of one document of the session; both sides of a card say the same. */
int kyc_reading_load(struct kyc *k, const struct uuid *session,
		     const struct kyc_document *d, struct kyc_reading *out,
		     struct fault *f);

#endif
