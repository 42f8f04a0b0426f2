// SPDX-License-Identifier: GPL-3.0-or-later
/* The outbox: taking events, and what is done with each. */
#include "kyc/event_row.h"
#include "kyc/mail.h"

enum { BATCH_MAX = 100, PENDING = 1, PARKED = 2, FORGET_AFTER_DAYS = 30 };

static const struct db_sql NEXT = {
	"SELECT tenant_id, id, session_id, kind, detail, session_version,"
	" state, created_at FROM event FORCE INDEX (outbox)"
	" WHERE pending = ? ORDER BY created_at LIMIT ?"
	" FOR UPDATE SKIP LOCKED"
};
static const struct db_sql DONE = {
	"UPDATE event SET pending = NULL WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql PARK = {
	"UPDATE event SET pending = ? WHERE pending = ?"
	" ORDER BY created_at LIMIT 1"
};
static const struct db_sql UNPARK = {
	"UPDATE event SET pending = ? WHERE pending = ?"
};
static const struct db_sql FORGET = {
	"DELETE FROM event WHERE pending IS NULL AND created_at < ?"
	" LIMIT 1000"
};
static const struct db_sql TENANT = {
	"SELECT organisation_id, live FROM tenant WHERE id = ?"
};

/* What the events of one tenant in a batch share. */
struct subscribers {
	struct uuid tenant;
	struct uuid organisation;
	bool live;
	struct kyc_webhook webhooks[KYC_WEBHOOKS_MAX];
	int webhook_count;
	struct kyc_channel channels[KYC_CHANNELS_MAX];
	int channel_count;
};

struct batch {
	const struct kyc_envelope *const *table;
	int max;
	int count;
	struct subscribers subscribers;
};

const struct kyc_envelope *
kyc_envelope_of(const struct kyc_envelope *const *table,
		enum kyc_protocol protocol)
{
	while (*table && (*table)->protocol != protocol)
		table++;
	return *table;
}

static int load_subscribers(struct kyc *k, const struct uuid *tenant,
			    struct subscribers *s, struct fault *f)
{
	struct db_rows rows;
	int rc;

	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB, .tenant = *tenant };
	if (memcmp(&s->tenant, tenant, sizeof(*tenant)) != 0) {
		s->tenant = (struct uuid){ { 0 } };
		if (db_query(k->db, k->arena, &rows, &TENANT,
			     db_uuid(tenant)) ||
		    (rc = db_next(&rows)) < 0)
			return db_fault(k->db, f);
		if (!rc)
			return fault_set(f, FAULT_NOT_FOUND, NULL);
		s->organisation = db_get_uuid(&rows, 0);
		s->live = db_get_int(&rows, 1) != 0;
		s->webhook_count = kyc_webhook_list(k, s->webhooks, f);
		s->channel_count = kyc_channel_list(k, s->channels, f);
		if (s->webhook_count < 0 || s->channel_count < 0)
			return -1;
		s->tenant = *tenant;
	}
	k->who.organisation = s->organisation;
	k->who.live = s->live;
	return 0;
}

static int to_endpoints(struct kyc *k, const struct batch *b,
			struct event_about *about, struct fault *f)
{
	const struct subscribers *s = &b->subscribers;
	const struct kyc_envelope *e;
	const char *type;
	int i;

	for (i = 0; i < s->webhook_count; i++) {
		const struct kyc_webhook *w = &s->webhooks[i];

		e = kyc_envelope_of(b->table, w->protocol);
		type = e ? e->type(&about->happening) : NULL;
		if (!w->enabled || !type || !kyc_events_hold(w->events, type))
			continue;
		if (event_deliver(k, e, &w->id, &w->id, about, f))
			return -1;
	}
	return 0;
}

static int to_channels(struct kyc *k, const struct batch *b,
		       const struct event_about *about, struct fault *f)
{
	const struct kyc_envelope *e = kyc_envelope_of(b->table, KYC_NATIVE);
	const struct subscribers *s = &b->subscribers;
	const char *type = e ? e->type(&about->happening) : NULL;
	int i;

	for (i = 0; type && i < s->channel_count; i++) {
		if (kyc_events_hold(s->channels[i].events, type) &&
		    kyc_mail_notify(k, &about->session, &s->channels[i], type,
				    f))
			return -1;
	}
	return 0;
}

static int fan_out_one(struct kyc *k, struct batch *b, struct event_row *row,
		       struct fault *f)
{
	struct event_about about = { .row = *row };

	if (load_subscribers(k, &row->tenant, &b->subscribers, f) ||
	    event_load(k, &about, f))
		return -1;
	about.happening.organisation = b->subscribers.organisation;
	about.happening.live = b->subscribers.live;
	if (to_endpoints(k, b, &about, f) || to_channels(k, b, &about, f))
		return -1;
	return event_deliver_own(
		k, kyc_envelope_of(b->table, about.session.protocol), &about,
		f);
}

static int fetch(struct kyc *k, int max, struct event_row *out, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc = 0;

	if (db_query(k->db, k->arena, &rows, &NEXT, db_int(PENDING),
		     db_int(max)))
		return db_fault(k->db, f);
	while (n < max && (rc = db_next(&rows)) > 0) {
		out[n++] = (struct event_row){
			.tenant = db_get_uuid(&rows, 0),
			.id = db_get_uuid(&rows, 1),
			.session = db_get_uuid(&rows, 2),
			.kind = (enum kyc_event)db_get_int(&rows, 3),
			.check = (enum kyc_check_kind)db_get_int(&rows, 4),
			.version = (uint32_t)db_get_int(&rows, 5),
			.state = (enum kyc_state)db_get_int(&rows, 6),
			.at = db_get_int(&rows, 7),
		};
	}
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* What a session that was erased did meanwhile is nobody's business. */
static int fan_out(struct kyc *k, void *ctx, struct fault *f)
{
	struct event_row rows[BATCH_MAX];
	struct batch *b = ctx;
	int i;

	b->subscribers.tenant = (struct uuid){ { 0 } };
	b->count = fetch(k, b->max < BATCH_MAX ? b->max : BATCH_MAX, rows, f);
	for (i = 0; i < b->count; i++) {
		if (fan_out_one(k, b, &rows[i], f)) {
			if (f->code != FAULT_NOT_FOUND && f->code != FAULT_GONE)
				return -1;
			fault_clear(f);
		}
		if (db_exec(k->db, &DONE, db_uuid(&rows[i].tenant),
			    db_uuid(&rows[i].id)) < 0)
			return db_fault(k->db, f);
	}
	return b->count < 0 ? -1 : 0;
}

int kyc_event_fan_out(struct kyc *k, const struct kyc_envelope *const *table,
		      int max, struct fault *f)
{
	struct batch *b = arena_new(k->arena, struct batch);

	b->table = table;
	b->max = max;
	if (kyc_transact(k, fan_out, b, f))
		return -1;
	return b->count;
}

int kyc_event_park(struct kyc *k, struct fault *f)
{
	if (db_exec(k->db, &PARK, db_int(PARKED), db_int(PENDING)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int64_t kyc_event_unpark(struct kyc *k, struct fault *f)
{
	int64_t n = db_exec(k->db, &UNPARK, db_int(PENDING), db_int(PARKED));

	return n < 0 ? db_fault(k->db, f) : n;
}

int64_t kyc_event_forget(struct kyc *k, struct fault *f)
{
	const int64_t keep = (int64_t)FORGET_AFTER_DAYS * CLOCK_DAY;
	int64_t n = db_exec(k->db, &FORGET, db_int(clock_now_ms() - keep));

	return n < 0 ? db_fault(k->db, f) : n;
}
