// SPDX-License-Identifier: GPL-3.0-or-later
/* dossiers: a session in the protocol's words. */
#include "api/dossiers/dossiers.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/state.h"

/* For the parameter table. */
const char *const dossiers_states[] = {
	"created", "started",	"processing", "completed",
	"expired", "cancelled", "failed",     NULL,
};

/* {status, result, …}, or null until the check has started. */
static void render_check(struct buf *b, const char *key,
			 const struct kyc_check *c)
{
	static const char *const results[] = {
		[KYC_OUTCOME_CLEAR] = "clear",
		[KYC_OUTCOME_CONSIDER] = "consider",
		[KYC_OUTCOME_ATTENTION] = "consider",
		[KYC_OUTCOME_ISSUE] = "issue",
		[KYC_OUTCOME_ERROR] = NULL,
		[KYC_OUTCOME_PENDING] = NULL,
	};
	const char *status = "pending";

	if (!c->status) {
		json_null(b, key);
		return;
	}
	if (c->status == KYC_CHECK_RUNNING)
		status = "processing";
	if (c->status == KYC_CHECK_ENDED)
		status = c->outcome == KYC_OUTCOME_ERROR ? "failed"
							 : "completed";
	json_open(b, key, '{');
	json_str(b, "status", status);
	json_str(b, "result", results[c->outcome]);
	json_int_or_null(b, "startedAt", c->started_at);
	json_int_or_null(b, "completedAt", c->ended_at);
	json_close(b, '}');
}

void dossiers_render_session(struct buf *b, const char *key,
			     const struct uuid *organisation,
			     const struct kyc_session *s,
			     const struct kyc_checks *checks)
{
	enum kyc_state state = kyc_state_now(s, clock_now_ms());
	bool complete = s->completed_at >= 0;
	char id[UUID_TEXT_SIZE];

	json_open(b, key, '{');
	uuid_text(&s->id, id);
	json_str(b, "id", id);
	uuid_text(organisation, id);
	json_str(b, "organizationId", id);
	json_str(b, "state", api_state_word(KYC_DOSSIERS, state));
	json_flag(b, "isInvalid", KYC_BIT(state) & DOSSIERS_INVALID);
	json_flag(b, "isComplete", complete);
	json_int(b, "createdAt", s->created_at);
	json_str(b, "externalId", s->external_id);
	json_str(b, "customerName", s->customer_name);
	json_str(b, "customerEmail", s->customer_email);
	json_int_or_null(b, "expiresAt", complete ? -1 : s->expires_at);
	json_int_or_null(b, "completedAt", s->completed_at);
	render_check(b, "documentVerification",
		     &checks->by_kind[KYC_DOCUMENT_CHECK]);
	render_check(b, "faceVerification",
		     &checks->by_kind[KYC_IDENTITY_CHECK]);
	json_close(b, '}');
}

void dossiers_render(struct api_call *call, const struct kyc_session *s,
		     const struct kyc_checks *checks)
{
	dossiers_render_session(&call->res->body, NULL,
				&call->kyc->who.organisation, s, checks);
}
