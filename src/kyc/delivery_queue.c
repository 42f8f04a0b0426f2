// SPDX-License-Identifier: GPL-3.0-or-later
/* Deliveries as a lane takes them: leased, opened, ended. */
#include "crypto/digest.h"
#include "kyc/delivery_row.h"
#include "kyc/detail.h"
#include "kyc/webhook.h"

/* Longer than a try may take (NET_TIMEOUT_MS). */
enum { LEASE_MS = 20 * CLOCK_SECOND };

/* One row a target from the index alone, however much waits for each: grouped
 * by the status too, the optimizer skips from target to target. */
static const struct db_sql TARGETS = {
	"SELECT tenant_id, target, MIN(due_at) AS due FROM delivery"
	" FORCE INDEX (queue) WHERE status = ?"
	" GROUP BY status, tenant_id, target"
	" HAVING due <= " DB_NOW_MS " LIMIT ?"
};
static const struct db_sql NEXT = {
	"SELECT " DELIVERY_COLUMNS " FROM delivery d FORCE INDEX (queue)"
	" WHERE d.status = ? AND d.tenant_id = ? AND d.target = ?"
	" AND d.due_at <= " DB_NOW_MS " ORDER BY d.due_at LIMIT ?"
	" FOR UPDATE SKIP LOCKED"
};
static const struct db_sql LEASE = {
	"UPDATE delivery SET lease = ?, due_at = " DB_NOW_MS " + ?,"
	" tries = tries + 1, attempts = attempts + 1, last_try_at = ?,"
	" first_try_at = COALESCE(first_try_at, ?)"
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql BODY = {
	"SELECT sealed FROM delivery WHERE tenant_id = ? AND id = ?"
	" AND lease = ?"
};
static const struct db_sql END = {
	"UPDATE delivery SET status = ?, answer = ?, last_error = ?,"
	" due_at = IF(? IS NULL, NULL, " DB_NOW_MS " + ?), lease = NULL"
	" WHERE tenant_id = ? AND id = ? AND lease = ?"
};
static const struct db_sql RELEASE = {
	"UPDATE delivery SET tries = tries - 1, attempts = attempts - 1,"
	" due_at = " DB_NOW_MS ", lease = NULL"
	" WHERE tenant_id = ? AND id = ? AND lease = ?"
};

int kyc_delivery_targets(struct kyc *k, struct kyc_target *out, size_t max,
			 struct fault *f)
{
	struct db_rows rows;
	size_t n = 0;
	int rc = 0;

	if (db_query(k->db, k->arena, &rows, &TARGETS,
		     db_int(KYC_DELIVERY_PENDING), db_int((int64_t)max)))
		return db_fault(k->db, f);
	while (n < max && (rc = db_next(&rows)) > 0) {
		out[n].tenant = db_get_uuid(&rows, 0);
		out[n++].id = db_get_uuid(&rows, 1);
	}
	return rc < 0 ? db_fault(k->db, f) : (int)n;
}

struct claim {
	const struct kyc_target *target;
	struct kyc_delivery *out;
	size_t max;
	size_t count;
};

/* Events of one session go one after the other, where nothing fails. */
static bool is_sent_already(const struct claim *c, const struct kyc_delivery *d)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!uuid_is_nil(&d->session) &&
		    !memcmp(&c->out[i].session, &d->session, UUID_SIZE))
			return true;
	}
	return false;
}

static int lease(struct kyc *k, struct kyc_delivery *d, struct fault *f)
{
	int64_t now = clock_now_ms();

	d->lease = uuid_v4();
	d->tries++;
	d->attempts++;
	if (db_exec(k->db, &LEASE, db_uuid(&d->lease), db_int(LEASE_MS),
		    db_int(now), db_int(now), db_uuid(&d->tenant),
		    db_uuid(&d->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int claim(struct kyc *k, void *ctx, struct fault *f)
{
	struct claim *c = ctx;
	struct kyc_delivery d;
	struct db_rows rows;
	size_t i;
	int rc;

	c->count = 0;
	if (db_query(k->db, k->arena, &rows, &NEXT,
		     db_int(KYC_DELIVERY_PENDING), db_uuid(&c->target->tenant),
		     db_uuid(&c->target->id), db_int(KYC_CLAIM_MAX)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		delivery_read(&rows, &d);
		if (c->count < c->max && !is_sent_already(c, &d))
			c->out[c->count++] = d;
	}
	if (rc < 0)
		return db_fault(k->db, f);
	for (i = 0; i < c->count; i++) {
		if (lease(k, &c->out[i], f))
			return -1;
	}
	return 0;
}

int kyc_delivery_claim(struct kyc *k, const struct kyc_target *target,
		       struct kyc_delivery *out, size_t max, struct fault *f)
{
	struct claim c = { .target = target, .out = out, .max = max };

	if (kyc_transact(k, claim, &c, f))
		return -1;
	return (int)c.count;
}

/* URL and secrets are those of now: a corrected URL helps what waits. */
static int address(struct kyc *k, const struct kyc_delivery *d,
		   struct kyc_parcel *out, struct fault *f)
{
	struct kyc_webhook w;
	struct kyc_detail detail;
	int rc;

	if (!uuid_is_nil(&d->webhook)) {
		rc = kyc_webhook_load(k, &d->webhook, false, &w, f);
		out->url = rc ? NULL : w.url;
		if (!rc && !w.enabled)
			return fault_set(f, FAULT_GONE,
					 "the endpoint is switched off");
	} else {
		rc = kyc_detail_load(k, &d->session, &detail, f) ||
		     kyc_webhook_secret(k, false, &w, f);
		out->url = rc ? NULL : detail.webhook_url;
	}
	if (rc)
		return f->code == FAULT_NOT_FOUND
			       ? (fault_clear(f),
				  fault_set(f, FAULT_GONE,
					    "the endpoint was deleted"))
			       : -1;
	if (!out->url)
		return fault_set(f, FAULT_GONE, "there is no URL any more");
	out->secret = w.secret;
	out->old_secret = kyc_webhook_old_secret(&w, clock_now_ms());
	return 0;
}

static int open_body(struct kyc *k, const struct kyc_delivery *d,
		     struct buf *out, struct fault *f)
{
	struct seal_context ctx = delivery_context(k, d);
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	const void *sealed;
	size_t len;
	int rc;

	buf_init(out, k->arena);
	if (db_query(k->db, k->arena, &rows, &BODY, db_uuid(&d->tenant),
		     db_uuid(&d->id), db_uuid(&d->lease)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_CONFLICT, "the lease was lost");
	sealed = db_get_bytes(&rows, 0, &len);
	if (delivery_key(k, d, key, f))
		return -1;
	rc = seal_open(key, &ctx, sealed, len, out);
	crypto_wipe(key, sizeof(key));
	return rc ? fault_internal(f, "a delivery cannot be unsealed") : 0;
}

int kyc_delivery_open(struct kyc *k, const struct kyc_delivery *d,
		      struct kyc_parcel *out, struct fault *f)
{
	*out = (struct kyc_parcel){ .url = NULL };
	if (address(k, d, out, f))
		return -1;
	return open_body(k, d, &out->body, f);
}

struct end {
	const struct kyc_delivery *d;
	const struct kyc_delivery_result *r;
};

static int end(struct kyc *k, void *ctx, struct fault *f)
{
	const struct end *e = ctx;
	const struct kyc_delivery *d = e->d;
	const struct kyc_delivery_result *r = e->r;
	struct db_val delay = r->status == KYC_DELIVERY_PENDING
				      ? db_int(r->delay_ms)
				      : db_null();
	int64_t n =
		db_exec(k->db, &END, db_int(r->status), db_time(r->answer),
			db_text(r->error), delay, delay, db_uuid(&d->tenant),
			db_uuid(&d->id), db_uuid(&d->lease));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return fault_set(f, FAULT_CONFLICT, "the lease was lost");
	return r->gone ? kyc_webhook_gone(k, &d->webhook, f) : 0;
}

int kyc_delivery_end(struct kyc *k, const struct kyc_delivery *d,
		     const struct kyc_delivery_result *r, struct fault *f)
{
	struct end e = { d, r };

	return kyc_transact(k, end, &e, f);
}

int kyc_delivery_release(struct kyc *k, const struct kyc_delivery *d,
			 struct fault *f)
{
	if (db_exec(k->db, &RELEASE, db_uuid(&d->tenant), db_uuid(&d->id),
		    db_uuid(&d->lease)) < 0)
		return db_fault(k->db, f);
	return 0;
}
