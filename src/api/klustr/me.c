// SPDX-License-Identifier: GPL-3.0-or-later
/* klustr: sessions as the person of a token sees and makes them. */
#include "api/klustr/klustr.h"
#include "base/json.h"
#include "kyc/state.h"

static int create(struct api_call *call)
{
	return klustr_create(call, call->kyc->who.subject);
}

static int sessions(struct api_call *call)
{
	return klustr_sessions(call, call->kyc->who.subject);
}

/* The newest that has not come to its end. */
static int current(struct api_call *call)
{
	const struct kyc_client *c = call->person;
	int64_t now = clock_now_ms();
	size_t i;

	for (i = 0; i < c->count; i++) {
		const struct kyc_client_session *s = &c->sessions[i];

		if (!(KYC_BIT(kyc_state_now(&s->session, now)) & KYC_UNDER_WAY))
			continue;
		klustr_render_session(call, NULL, &s->session, s->view.token,
				      &s->view.detail);
		api_reply(call, 200);
		return 0;
	}
	return fault_set(&call->fault, FAULT_NOT_FOUND,
			 "No session is under way for the user id.");
}

#define LOOK(where, function)                                                  \
	{                                                                      \
		.method = HTTP_GET, .path = "/ekyc/me/" where,                 \
		.auth = API_PERSON, .look = KYC_LOOK_CLIENT,                   \
		.handler = function                                            \
	}

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = "/ekyc/me/sessions",
	  .auth = API_PERSON,
	  .body = API_JSON,
	  .handler = create,
	  .params = klustr_create_params,
	  .param_count = ARRAY_SIZE(klustr_create_params),
	  .args_size = sizeof(struct klustr_create_args) },
	LOOK("sessions", sessions),
	LOOK("sessions/current", current),
	LOOK("status", klustr_status),
};

const struct api_routes klustr_me_routes = { rows, ARRAY_SIZE(rows) };
