// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary: a correction, for the operator and the customer. */
#include "api/native.h"
#include "base/json.h"
#include "base/str.h"
#include "kyc/correction.h"
#include "kyc/document.h"

void native_correction(struct buf *b, const struct kyc_correction *c)
{
	size_t i;

	json_open(b, NULL, '{');
	native_ref(b, "id", "corr_", &c->id);
	json_str(b, "step_id", c->step_id);
	json_open(b, "field_ids", '[');
	for (i = 0; i < c->field_count; i++)
		json_str(b, NULL, c->field_ids[i]);
	json_close(b, ']');
	json_open(b, "document_types", '[');
	for (i = 1; i < KYC_TYPES; i++) {
		if (c->document_types & 1u << i)
			json_str(b, NULL, kyc_document_type_names[i]);
	}
	json_close(b, ']');
	json_str(b, "message", c->message);
	json_str(b, "status", c->resolved_at < 0 ? "open" : "resolved");
	native_time(b, "created_at", c->created_at);
	json_close(b, '}');
}
