// SPDX-License-Identifier: GPL-3.0-or-later
/* The protocols' envelopes of events: one file each, this table. */
#ifndef API_ENVELOPES_H
#define API_ENVELOPES_H

#include "kyc/event.h"

extern const struct kyc_envelope kyc_envelope;
extern const struct kyc_envelope kycgenie_envelope;
extern const struct kyc_envelope dossiers_envelope;
extern const struct kyc_envelope verilock_envelope;

/* NULL at the end. */
extern const struct kyc_envelope *const api_envelopes[];

enum { ENVELOPE_ID_SIZE = 5 + 2 * UUID_SIZE };

/* A prefix of at most four letters ("evt_") and 32 hex digits. */
void envelope_id(const char *prefix, const struct uuid *id,
		 char out[ENVELOPE_ID_SIZE]);

/* A member that is an id in the usual form, or null where it is nil. */
void envelope_uuid(struct buf *b, const char *key, const struct uuid *id);

/* risk_score as a number from 0 to 100, null where there is none. */
void envelope_risk(struct buf *b, const char *key, int64_t hundredths);

/* What stands in data of a test event. */
void envelope_test_data(struct buf *b);

#endif
