// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: events as webhooks show them. */
#include "api/envelopes.h"
#include "api/native.h"
#include "api/verilock/verilock.h"
#include "base/json.h"

static const char *const words[KYC_EVENTS] = {
	[KYC_EVENT_PROCESSED] = "session.completed",
	[KYC_EVENT_APPROVED] = "session.approved",
	[KYC_EVENT_REJECTED] = "session.declined",
	[KYC_EVENT_FAILED] = "session.declined",
	[KYC_EVENT_EXPIRED] = "session.expired",
	[KYC_EVENT_ALERT] = "aml.match_found",
};

static const char *const types[] = {
	"session.completed",
	"session.approved",
	"session.declined",
	"session.expired",
	"aml.completed",
	"aml.match_found",
	NULL,
};

static const char *type(const struct kyc_happening *h)
{
	if (h->kind == KYC_EVENT_CHECK_ENDED)
		return h->check == KYC_AML_CHECK || h->check == KYC_PEP_CHECK
			       ? "aml.completed"
			       : NULL;
	return words[h->kind];
}

static void render_data(struct buf *b, const struct kyc_happening *h)
{
	const struct kyc_session *s = h->session;

	json_open(b, "data", '{');
	verilock_render_id(b, "session_id", &s->id);
	json_str(b, "status", verilock_state(s->state));
	native_uuid(b, "workflow_id", &s->workflow);
	native_hundredths(b, "risk_score", s->risk);
	native_time(b, "completed_at", s->processed_at);
	json_close(b, '}');
}

static void render(struct buf *b, const struct kyc_happening *h,
		   const char *word)
{
	json_open(b, NULL, '{');
	json_str(b, "event", word);
	if (h->session)
		render_data(b, h);
	else
		envelope_test_data(b);
	native_time(b, "timestamp", h->at);
	native_ref(b, "webhook_id", "evt_", &h->id);
	json_close(b, '}');
}

const struct kyc_envelope verilock_envelope = {
	.protocol = KYC_VERILOCK,
	.name = "verilock",
	.types = types,
	.style = HOOK_PLAIN,
	.type = type,
	.render = render,
};
