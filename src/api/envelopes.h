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

/* What stands in data of a test event. */
void envelope_test_data(struct buf *b);

#endif
