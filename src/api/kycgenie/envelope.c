// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: events as webhooks show them. */
#include "api/envelopes.h"
#include "api/native.h"
#include "api/states.h"
#include "base/json.h"

static const char *const words[KYC_EVENTS] = {
	[KYC_EVENT_CREATED] = "verification.session_created",
	[KYC_EVENT_OPENED] = "verification.session_accessed",
	[KYC_EVENT_CHECK_ENDED] = "verification.check_completed",
	[KYC_EVENT_PROCESSED] = "verification.session_completed",
	[KYC_EVENT_FAILED] = "verification.session_failed",
	[KYC_EVENT_EXPIRED] = "verification.session_expired",
};

static const char *const types[] = {
	"verification.session_created",
	"verification.session_accessed",
	"verification.check_completed",
	"verification.session_completed",
	"verification.session_failed",
	"verification.session_expired",
	NULL,
};

static const char *type(const struct kyc_happening *h)
{
	return words[h->kind];
}

static const char *state_word(const struct kyc_happening *h)
{
	/* the checks have ended, and the decision is a moment away */
	if (h->kind == KYC_EVENT_PROCESSED)
		return "completed";
	return api_state_word(KYC_KYCGENIE, h->session->state);
}

static int64_t checks_completed(const struct kyc_checks *checks)
{
	int64_t n = 0;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++)
		n += checks->by_kind[kind].status == KYC_CHECK_ENDED;
	return n;
}

static void render_data(struct buf *b, const struct kyc_happening *h)
{
	static const char *const outcomes[] = {
		[KYC_OUTCOME_PENDING] = "pending",
		[KYC_OUTCOME_CLEAR] = "clear",
		[KYC_OUTCOME_CONSIDER] = "consider",
		[KYC_OUTCOME_ATTENTION] = "attention",
		[KYC_OUTCOME_ISSUE] = "issue",
		[KYC_OUTCOME_ERROR] = "error",
	};
	const struct kyc_session *s = h->session;

	json_open(b, "data", '{');
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "entity_id", &s->entity);
	json_str(b, "entity_name", s->customer_name);
	json_str(b, "status", state_word(h));
	json_str(b, "outcome", outcomes[s->outcome]);
	json_int(b, "checks_completed", checks_completed(h->checks));
	native_time(b, "completed_at", s->processed_at);
	if (h->check)
		json_str(b, "check_type", kyc_check_name(h->check));
	json_int(b, "version", s->version);
	json_close(b, '}');
}

static void render(struct buf *b, const struct kyc_happening *h,
		   const char *word)
{
	json_open(b, NULL, '{');
	json_str(b, "event", word);
	native_time(b, "timestamp", h->at);
	if (h->session)
		render_data(b, h);
	else
		envelope_test_data(b);
	json_close(b, '}');
}

const struct kyc_envelope kycgenie_envelope = {
	.protocol = KYC_KYCGENIE,
	.name = "kycgenie",
	.types = types,
	.style = HOOK_PLAIN,
	.type = type,
	.render = render,
};
