// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: events as webhooks show them. */
#include "api/envelopes.h"
#include "api/kycgenie/kycgenie.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/outcome.h"

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

/* The checks have ended, and the decision is a moment away. */
static const char *status_of(const struct kyc_happening *h)
{
	return h->kind == KYC_EVENT_PROCESSED
		       ? api_state_word(KYC_KYCGENIE, KYC_PROCESSED)
		       : api_state_word(KYC_KYCGENIE, h->session->state);
}

static int64_t checks_completed(const struct kyc_checks *checks)
{
	int64_t n = 0;
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++)
		n += checks->by_kind[kind].status == KYC_CHECK_ENDED;
	return n;
}

static void render_check(struct buf *b, const struct kyc_happening *h)
{
	const struct kyc_check *c = &h->checks->by_kind[h->check];
	struct uuid id = kyc_check_id(&h->session->id, h->check);

	native_uuid(b, "check_id", &id);
	json_str(b, "check_type", kyc_check_name(h->check));
	json_str(b, "check_outcome", kyc_outcome_names[c->outcome]);
}

static void render_data(struct buf *b, const struct kyc_happening *h)
{
	const struct kyc_session *s = h->session;

	json_open(b, "data", '{');
	kycgenie_render_session(b, s);
	json_str(b, "status", status_of(h));
	json_str(b, "outcome", kyc_outcome_names[s->outcome]);
	json_str(b, "failure_reason", kyc_reason_name(s->reason));
	json_int(b, "checks_completed", checks_completed(h->checks));
	native_time(b, "completed_at", s->processed_at);
	if (h->kind == KYC_EVENT_PROCESSED)
		kycgenie_render_extracted(b, h->checks, h->live);
	if (h->check)
		render_check(b, h);
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
	.findings = true,
	.type = type,
	.render = render,
};
