// SPDX-License-Identifier: GPL-3.0-or-later
/* The protocols' envelopes of events: the table, and what they share. */
#include <stdio.h>

#include "api/envelopes.h"
#include "base/json.h"
#include "base/str.h"

const struct kyc_envelope *const api_envelopes[] = {
	&kyc_envelope,
	&kycgenie_envelope,
	&dossiers_envelope,
	&verilock_envelope,
	NULL,
};

void envelope_id(const char *prefix, const struct uuid *id,
		 char out[ENVELOPE_ID_SIZE])
{
	char hex[2 * UUID_SIZE + 1];

	str_hex(id->b, UUID_SIZE, hex);
	snprintf(out, ENVELOPE_ID_SIZE, "%.4s%s", prefix, hex);
}

void envelope_uuid(struct buf *b, const char *key, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_text(id, text);
	json_str(b, key, uuid_is_nil(id) ? NULL : text);
}

void envelope_risk(struct buf *b, const char *key, int64_t hundredths)
{
	char text[32];

	if (hundredths < 0) {
		json_null(b, key);
		return;
	}
	snprintf(text, sizeof(text), "%g", (double)hundredths / 100);
	json_raw(b, key, text);
}

void envelope_test_data(struct buf *b)
{
	json_open(b, "data", '{');
	json_flag(b, "test", true);
	json_str(b, "message", "A test of this endpoint; it tells of nothing.");
	json_close(b, '}');
}
