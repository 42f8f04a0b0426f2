// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: processing a session and validating it, with a wait for the results;
 * and the names that lead to each result in test mode. */
#include "api/kyc/kyc.h"
#include "api/kyc/results.h"
#include "base/json.h"
#include "kyc/conclude.h"
#include "kyc/outcome.h"
#include "kyc/trial.h"

enum { WAIT_MS = 20 * CLOCK_SECOND, FIRST_PAUSE_MS = 100, LAST_PAUSE_MS = 500 };

/* 1 once it is there, 0 where it goes on, or -1. Short reads, no transaction:
 * a waiter holds nothing but its worker. */
static int wait_for(struct api_call *call, const struct uuid *id,
		    enum kyc_request what)
{
	int64_t wait_ms = call->req->no_wait ? 0 : WAIT_MS;
	int64_t end = clock_monotonic_us() + wait_ms * 1000;
	int64_t pause = FIRST_PAUSE_MS;
	int done;

	while (!(done = kyc_request_done(call->kyc, id, what, &call->fault))) {
		if (clock_monotonic_us() >= end)
			return 0;
		clock_pause_ms(pause);
		pause += pause / 2;
		if (pause > LAST_PAUSE_MS)
			pause = LAST_PAUSE_MS;
	}
	return done;
}

static int answer(struct api_call *call, enum kyc_request what,
		  struct kyc_whole *w)
{
	struct uuid id;
	int done;

	if (uuid_parse(call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	call->subject = id;
	if (kyc_request(call->kyc, &id, what, &call->fault))
		return -1;
	done = wait_for(call, &id, what);
	if (done < 0 ||
	    kyc_whole_load(call->kyc, &id, KYC_RESULT_PARTS, w, &call->fault))
		return -1;
	return done;
}

static int process(struct api_call *call)
{
	struct kyc_whole *w = arena_new(call->req->arena, struct kyc_whole);
	int done = answer(call, KYC_REQUEST_PROCESS, w);
	struct buf *b = &call->res->body;

	if (done < 0)
		return -1;
	native_open(call);
	native_uuid(b, "session_id", &w->session.id);
	json_str(b, "status",
		 done ? native_state_word(w->session.state) : "processing");
	kyc_results_render(b, w);
	native_close(call, done ? 200 : 202);
	return 0;
}

static int validate(struct api_call *call)
{
	struct kyc_whole *w = arena_new(call->req->arena, struct kyc_whole);
	int done = answer(call, KYC_REQUEST_VALIDATE, w);
	struct buf *b = &call->res->body;

	if (done < 0)
		return -1;
	native_open(call);
	native_uuid(b, "session_id", &w->session.id);
	if (!done)
		json_str(b, "status", "processing");
	kyc_results_render_external(b, w);
	native_close(call, done ? 200 : 202);
	return 0;
}

static void render_trial(struct buf *b, const struct kyc_trial *t)
{
	int kind;

	json_open(b, NULL, '{');
	json_str(b, "customer_name", t->name);
	json_str(b, "description", t->about);
	json_open(b, "checks", '{');
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++)
		json_str(b, kyc_check_name((enum kyc_check_kind)kind),
			 kyc_outcome_name(kyc_trial_outcome(
				 t, (enum kyc_check_kind)kind)));
	json_close(b, '}');
	json_str(b, "failure_reason", kyc_reason_name(t->reason));
	json_int(b, "delay_seconds", t->delay_ms / CLOCK_SECOND);
	json_close(b, '}');
}

static int list_trials(struct api_call *call)
{
	struct buf *b = &call->res->body;
	size_t i;

	native_open(call);
	json_open(b, "test_outcomes", '[');
	for (i = 0; i < kyc_trial_count; i++)
		render_trial(b, &kyc_trials[i]);
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/sessions/{id}"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE "/process",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .slow = true,
	  .alone = true,
	  .handler = process },
	{ .method = HTTP_POST,
	  .path = BASE "/validate",
	  .auth = API_KEY,
	  .permission = KYC_MAY_UPDATE,
	  .body = API_JSON,
	  .slow = true,
	  .alone = true,
	  .handler = validate },
	{ .method = HTTP_GET,
	  .path = "/kyc/test-outcomes",
	  .auth = API_KEY,
	  .permission = KYC_MAY_READ,
	  .handler = list_trials },
};

const struct api_routes kyc_process_routes = { rows, ARRAY_SIZE(rows) };
