// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what was read off a document so far. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"
#include "kyc/reading.h"

static const char *const words[] = {
	[KYC_READING_UNAVAILABLE] = "unavailable",
	[KYC_READING_PROCESSING] = "processing",
	[KYC_READING_COMPLETED] = "completed",
};

int public_extract(struct api_call *call)
{
	const struct public_id_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_reading reading;
	struct kyc_document d;
	struct kyc_visit visit;
	struct uuid id;

	if (public_follow(call, true, &visit))
		return -1;
	call->subject = visit.session.id;
	if (kyc_step_open(call->kyc, &visit.session, &call->fault))
		return -1;
	if (native_id_parse("doc_", args->id, &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Document not found.");
	if (kyc_document_load(call->kyc, &visit.session.id, &id, &d,
			      &call->fault) ||
	    kyc_reading_load(call->kyc, &visit.session.id, &d, &reading,
			     &call->fault))
		return -1;
	native_open(call);
	json_str(b, "doc_id", args->id);
	json_str(b, "status", words[reading.status]);
	json_raw(b, "fields", reading.fields);
	native_close(call,
		     reading.status == KYC_READING_PROCESSING ? 202 : 200);
	return 0;
}
