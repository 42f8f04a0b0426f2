// SPDX-License-Identifier: GPL-3.0-or-later
/* The protocols' envelopes of events: the table, and what they share. */
#include "api/envelopes.h"
#include "base/json.h"

const struct kyc_envelope *const api_envelopes[] = {
	&kyc_envelope,
	&kycgenie_envelope,
	&dossiers_envelope,
	&verilock_envelope,
	NULL,
};

void envelope_test_data(struct buf *b)
{
	json_open(b, "data", '{');
	json_flag(b, "test", true);
	json_str(b, "message", "A test of this endpoint; it tells of nothing.");
	json_close(b, '}');
}
