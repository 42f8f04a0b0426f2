// SPDX-License-Identifier: GPL-3.0-or-later
/* One event: what it tells of, as it was then, and its deliveries. */
#include "crypto/digest.h"
#include "kyc/delivery.h"
#include "kyc/event_row.h"
#include "kyc/workflow.h"
#include "net/url.h"

/* Events whose session has results. */
static bool has_results(enum kyc_event kind)
{
	return kind == KYC_EVENT_PROCESSED || kind == KYC_EVENT_APPROVED ||
	       kind == KYC_EVENT_REJECTED || kind == KYC_EVENT_MANUAL_REVIEW;
}

static void take_back(int64_t *at, int64_t then)
{
	if (*at > then)
		*at = -1;
}

/* The decision that an event was, where the session has gone on since. */
static enum kyc_decision decided(const struct kyc_session *s,
				 enum kyc_event kind)
{
	if (kind == KYC_EVENT_REJECTED)
		return KYC_DECIDED_REJECTED;
	if (kind == KYC_EVENT_MANUAL_REVIEW)
		return KYC_DECIDED_MANUAL_REVIEW;
	if (kind == KYC_EVENT_APPROVED && s->decision != KYC_DECIDED_FLAGGED)
		return KYC_DECIDED_APPROVED;
	return s->decision;
}

static void rewind_session(struct kyc_session *s, const struct event_row *e)
{
	if (has_results(e->kind)) {
		s->decision = decided(s, e->kind);
	} else {
		s->outcome = KYC_OUTCOME_PENDING;
		s->reason = KYC_REASON_NONE;
		s->risk = -1;
		s->decision = KYC_NO_DECISION;
		s->decided_at = -1;
	}
	s->version = e->version;
	s->state = e->state;
	s->due_at = -1;
	if (s->updated_at > e->at)
		s->updated_at = e->at;
	take_back(&s->opened_at, e->at);
	take_back(&s->completed_at, e->at);
	take_back(&s->processed_at, e->at);
	take_back(&s->decided_at, e->at);
}

static void rewind_checks(struct kyc_checks *checks, int64_t then)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		struct kyc_check *c = &checks->by_kind[kind];

		if (c->ended_at > then) {
			c->status = KYC_CHECK_RUNNING;
			c->outcome = KYC_OUTCOME_PENDING;
			c->reason = KYC_REASON_NONE;
		}
		take_back(&c->ended_at, then);
		take_back(&c->started_at, then);
		if (c->status && c->started_at < 0)
			c->status = KYC_CHECK_PENDING;
	}
}

int event_load(struct kyc *k, struct event_about *about, struct fault *f)
{
	const struct event_row *row = &about->row;

	if (kyc_session_load(k, &row->session, false, &about->session, f) ||
	    kyc_detail_load(k, &row->session, &about->detail, f) ||
	    kyc_checks_load(k, &row->session, &about->checks, f))
		return -1;
	rewind_session(&about->session, row);
	rewind_checks(&about->checks, row->at);
	about->happening = (struct kyc_happening){
		.id = row->id,
		.kind = row->kind,
		.check = row->check,
		.at = row->at,
		.session = &about->session,
		.checks = &about->checks,
		.custom_tags = "{}",
		.metadata = about->detail.metadata,
	};
	return 0;
}

/* Only once somebody wants the event. */
static int load_tags(struct kyc *k, struct event_about *about, struct fault *f)
{
	struct kyc_workflow *w;

	if (about->has_tags)
		return 0;
	w = arena_new(k->arena, struct kyc_workflow);
	if (kyc_workflow_load(k, &about->session, w, f))
		return -1;
	if (w->custom_tags)
		about->happening.custom_tags = w->custom_tags;
	about->has_tags = true;
	return 0;
}

/* Likewise; without what another round has found since. */
static int load_findings(struct kyc *k, struct event_about *about,
			 struct fault *f)
{
	int kind;

	if (about->has_findings || about->row.kind != KYC_EVENT_PROCESSED)
		return 0;
	if (kyc_checks_findings(k, &about->row.session, &about->checks, f))
		return -1;
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (about->checks.by_kind[kind].ended_at < 0)
			about->checks.by_kind[kind].findings = NULL;
	}
	about->has_findings = true;
	return 0;
}

int event_deliver(struct kyc *k, const struct kyc_envelope *e,
		  const struct uuid *webhook, const struct uuid *target,
		  struct event_about *about, struct fault *f)
{
	const struct kyc_happening *h = &about->happening;
	struct kyc_delivery d = { .session = about->row.session,
				  .event = about->row.id,
				  .protocol = e->protocol,
				  .type = e->type(h) };
	struct buf body;

	if (webhook)
		d.webhook = *webhook;
	if (load_tags(k, about, f) ||
	    (e->findings && load_findings(k, about, f)))
		return -1;
	buf_init(&body, k->arena);
	e->render(&body, h, d.type);
	return kyc_delivery_add(k, &d, target, &body, f);
}

/* Sessions' own URLs of one host wait for one another. */
static struct uuid host_target(const char *url)
{
	struct net_rules any = { .plain_http = true };
	char host[NET_HOST_SIZE];
	uint8_t digest[DIGEST_SIZE];
	struct uuid target;

	net_url_refuse(&any, url, host);
	digest_sha256(host, strlen(host), digest);
	memcpy(&target, digest, sizeof(target));
	return target;
}

int event_deliver_own(struct kyc *k, const struct kyc_envelope *e,
		      struct event_about *about, struct fault *f)
{
	const char *url = about->detail.webhook_url;
	struct uuid target;

	if (!url || !e || !e->type(&about->happening))
		return 0;
	target = host_target(url);
	return event_deliver(k, e, NULL, &target, about, f);
}

int kyc_event_test(struct kyc *k, const struct kyc_envelope *e,
		   const struct kyc_webhook *w, struct uuid *delivery,
		   struct fault *f)
{
	int64_t now = clock_now_ms();
	const struct kyc_happening h = { .id = uuid_v7(now),
					 .at = now,
					 .organisation = k->who.organisation,
					 .custom_tags = "{}" };
	struct kyc_delivery d = { .webhook = w->id,
				  .event = h.id,
				  .protocol = w->protocol,
				  .type = KYC_EVENT_TEST };
	struct buf body;

	buf_init(&body, k->arena);
	e->render(&body, &h, KYC_EVENT_TEST);
	if (kyc_delivery_add(k, &d, &w->id, &body, f))
		return -1;
	*delivery = d.id;
	return 0;
}
