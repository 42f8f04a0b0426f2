// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: deleting a session. */
#include "api/kyc/kyc.h"
#include "base/json.h"
#include "kyc/erase.h"

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	char text[UUID_TEXT_SIZE];
	struct uuid id;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	if (kyc_erase(call->kyc, &id, &call->fault))
		return -1;
	uuid_text(&id, text);
	native_open(call);
	json_str(b, "session_id", text);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

static const struct api_route rows[] = {
	{ .method = HTTP_DELETE,
	  .path = "/kyc/sessions/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_DELETE,
	  .handler = delete },
};

const struct api_routes kyc_erase_routes = { rows, ARRAY_SIZE(rows) };
