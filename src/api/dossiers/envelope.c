// SPDX-License-Identifier: GPL-3.0-or-later
/* dossiers: events as webhooks show them. */
#include "api/dossiers/dossiers.h"
#include "api/envelopes.h"
#include "api/native.h"
#include "base/json.h"

#define CREATED "kycSession.session.created"
#define COMPLETED "kycSession.session.completed"
#define UPDATED "kycSession.session.updated"

static const char *const types[] = { CREATED, COMPLETED, UPDATED, NULL };

static const char *type(const struct kyc_happening *h)
{
	switch (h->kind) {
	case KYC_EVENT_NONE:
	case KYC_EVENT_ALERT:
		return NULL;
	case KYC_EVENT_CREATED:
		return CREATED;
	case KYC_EVENT_COMPLETED:
		return COMPLETED;
	default:
		return UPDATED;
	}
}

static void render(struct buf *b, const struct kyc_happening *h,
		   const char *word)
{
	json_open(b, NULL, '{');
	native_ref(b, "id", "evt_", &h->id);
	json_str(b, "type", word);
	native_uuid(b, "organizationId", &h->organisation);
	native_time(b, "createdAt", h->at);
	if (h->session)
		dossiers_render_session(b, "data", &h->organisation, h->session,
					h->checks);
	else
		envelope_test_data(b);
	json_close(b, '}');
}

const struct kyc_envelope dossiers_envelope = {
	.protocol = KYC_DOSSIERS,
	.name = "dossiers",
	.types = types,
	.style = HOOK_DOSSIERS,
	.type = type,
	.render = render,
};
