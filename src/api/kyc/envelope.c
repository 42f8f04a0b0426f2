// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: events as webhooks show them. */
#include "api/envelopes.h"
#include "api/kyc/words.h"
#include "base/json.h"
#include "kyc/review.h"

static const char *const words[KYC_EVENTS] = {
	[KYC_EVENT_CREATED] = "kyc.session.created",
	[KYC_EVENT_COMPLETED] = "kyc.session.completed",
	[KYC_EVENT_PROCESSED] = "kyc.session.processed",
	[KYC_EVENT_APPROVED] = "kyc.session.approved",
	[KYC_EVENT_REJECTED] = "kyc.session.rejected",
	[KYC_EVENT_MANUAL_REVIEW] = "kyc.session.manual_review",
	[KYC_EVENT_EXPIRED] = "kyc.session.expired",
	[KYC_EVENT_REVOKED] = "kyc.session.revoked",
	[KYC_EVENT_CORRECTIONS] = "kyc.session.corrections_requested",
	[KYC_EVENT_ALERT] = "kyc.alert.created",
};

static const char *const types[] = {
	"kyc.session.created",
	"kyc.session.completed",
	"kyc.session.processed",
	"kyc.session.approved",
	"kyc.session.rejected",
	"kyc.session.manual_review",
	"kyc.session.expired",
	"kyc.session.revoked",
	"kyc.session.corrections_requested",
	"kyc.alert.created",
	NULL,
};

static const char *type(const struct kyc_happening *h)
{
	return words[h->kind];
}

static void render_data(struct buf *b, const struct kyc_happening *h)
{
	const struct kyc_session *s = h->session;

	json_open(b, "data", '{');
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "tenant_id", &h->organisation);
	native_uuid(b, "workflow_id", &s->workflow);
	json_str(b, "status", native_state_word(s->state));
	json_int(b, "version", s->version);
	json_str(b, "external_id", s->external_id);
	native_uuid(b, "customer_id", &s->entity);
	native_uuid(b, "parent_session_id", &s->parent);
	json_raw(b, "custom_tags", h->custom_tags);
	json_raw(b, "metadata", h->metadata ? h->metadata : "null");
	kyc_words_risk(b, s->risk);
	json_str(b, "final_decision", kyc_decision_name(s->decision));
	json_int(b, "expires_at", s->expires_at / 1000);
	native_time(b, "created_at", s->created_at);
	native_time(b, "updated_at", s->updated_at);
	native_time(b, "completed_at", s->completed_at);
	native_time(b, "processed_at", s->processed_at);
	json_close(b, '}');
}

static void render(struct buf *b, const struct kyc_happening *h,
		   const char *word)
{
	json_open(b, NULL, '{');
	native_ref(b, "id", "evt_", &h->id);
	json_str(b, "type", word);
	json_int(b, "created", h->at / 1000);
	if (h->session)
		render_data(b, h);
	else
		envelope_test_data(b);
	json_close(b, '}');
}

const struct kyc_envelope kyc_envelope = {
	.protocol = KYC_NATIVE,
	.name = "kyc",
	.types = types,
	.style = HOOK_NATIVE,
	.type = type,
	.render = render,
};
