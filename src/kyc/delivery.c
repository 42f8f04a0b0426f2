// SPDX-License-Identifier: GPL-3.0-or-later
/* Deliveries as an operator sees them: made, listed, sent again. */
#include "crypto/digest.h"
#include "kyc/delivery_row.h"
#include "kyc/record.h"

static const struct db_sql INSERT = {
	"INSERT INTO delivery (tenant_id, id, webhook_id, session_id,"
	" event_id, target, protocol, type, sealed, status, due_at,"
	" created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, " DB_NOW_MS ", ?)"
};
static const struct db_sql SELECT_LOCKED = {
	"SELECT " DELIVERY_COLUMNS " FROM delivery d"
	" WHERE d.tenant_id = ? AND d.id = ? FOR UPDATE"
};
static const struct db_sql AGAIN = {
	"UPDATE delivery SET status = ?, tries = 0, due_at = " DB_NOW_MS
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql FORGET = {
	"DELETE FROM delivery WHERE created_at < ? AND status <> ?"
	" LIMIT 1000"
};

#define PAGE(index, filter)                                                    \
	{                                                                      \
		"SELECT " DELIVERY_COLUMNS                                     \
		" FROM delivery d FORCE INDEX (" index ")"                     \
		" WHERE d.tenant_id = ? AND d.id < ?" filter                   \
		" ORDER BY d.id DESC LIMIT ?"                                  \
	}

/* By whether there is an endpoint (1) and a status (2). */
static const struct db_sql pages[] = {
	PAGE("PRIMARY", ""),
	PAGE("webhook", " AND d.webhook_id = ?"),
	PAGE("status", " AND d.status = ?"),
	PAGE("webhook_status", " AND d.webhook_id = ? AND d.status = ?"),
};

const char *const kyc_delivery_status_names[] = { "?", "pending", "delivered",
						  "failed", NULL };

void delivery_read(const struct db_rows *rows, struct kyc_delivery *out)
{
	*out = (struct kyc_delivery){
		.tenant = db_get_uuid(rows, 0),
		.id = db_get_uuid(rows, 1),
		.webhook = db_get_uuid(rows, 2),
		.session = db_get_uuid(rows, 3),
		.event = db_get_uuid(rows, 4),
		.protocol = (enum kyc_protocol)db_get_int(rows, 5),
		.type = db_get_text(rows, 6),
		.status = (enum kyc_delivery_status)db_get_int(rows, 7),
		.attempts = db_get_int(rows, 8),
		.tries = db_get_int(rows, 9),
		.answer = db_get_time(rows, 10),
		.last_error = db_get_text(rows, 11),
		.due_at = db_get_time(rows, 12),
		.first_try_at = db_get_time(rows, 13),
		.last_try_at = db_get_time(rows, 14),
		.created_at = db_get_int(rows, 15),
	};
}

struct seal_context delivery_context(const struct kyc *k,
				     const struct kyc_delivery *d)
{
	char id[UUID_TEXT_SIZE];

	uuid_text(&d->id, id);
	return kyc_secret_context(k, &d->session,
				  arena_printf(k->arena, "delivery %s", id));
}

int delivery_key(struct kyc *k, const struct kyc_delivery *d,
		 uint8_t key[SEAL_KEY_SIZE], struct fault *f)
{
	if (uuid_is_nil(&d->session))
		return kyc_secret_load_tenant(k, key, f);
	return kyc_secret_load(k, &d->session, key, f);
}

int kyc_delivery_add(struct kyc *k, struct kyc_delivery *d,
		     const struct uuid *target, const struct buf *body,
		     struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct seal_context ctx;
	struct buf sealed;

	d->created_at = clock_now_ms();
	d->id = uuid_v7(d->created_at);
	ctx = delivery_context(k, d);
	buf_init(&sealed, k->arena);
	if (delivery_key(k, d, key, f))
		return -1;
	seal_box(key, &ctx, body->data, body->len, &sealed);
	crypto_wipe(key, sizeof(key));
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(&d->id),
		    db_uuid(&d->webhook), db_uuid(&d->session),
		    db_uuid(&d->event), db_uuid(target), db_int(d->protocol),
		    db_text(d->type), db_bytes(sealed.data, sealed.len),
		    db_int(KYC_DELIVERY_PENDING), db_int(d->created_at)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_delivery_page(struct kyc *k, const struct uuid *webhook,
		      enum kyc_delivery_status status,
		      const struct uuid *before, struct kyc_delivery *out,
		      int64_t max, struct fault *f)
{
	int which = (uuid_is_nil(webhook) ? 0 : 1) | (status ? 2 : 0);
	struct db_val vals[5];
	struct db_rows rows;
	size_t count = 0;
	int n = 0, rc = 0;

	vals[count++] = db_uuid(&k->who.tenant);
	vals[count++] = db_uuid(uuid_is_nil(before) ? &uuid_max : before);
	if (which & 1)
		vals[count++] = db_uuid(webhook);
	if (which & 2)
		vals[count++] = db_int(status);
	vals[count++] = db_int(max);
	if (db_query_(k->db, k->arena, &rows, &pages[which], vals, count))
		return db_fault(k->db, f);
	while (n < max && (rc = db_next(&rows)) > 0)
		delivery_read(&rows, &out[n++]);
	return rc < 0 ? db_fault(k->db, f) : n;
}

static int find(struct kyc *k, const struct uuid *webhook,
		const struct uuid *id, struct kyc_delivery *out,
		struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT_LOCKED,
		     db_uuid(&k->who.tenant), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc)
		delivery_read(&rows, out);
	if (!rc || (!uuid_is_nil(webhook) &&
		    memcmp(webhook, &out->webhook, sizeof(*webhook)) != 0))
		return fault_set(f, FAULT_NOT_FOUND, "Delivery not found.");
	return 0;
}

int kyc_delivery_resend(struct kyc *k, const struct uuid *webhook,
			const struct uuid *id, struct kyc_delivery *out,
			struct fault *f)
{
	const int64_t keep = (int64_t)KYC_DELIVERY_KEEP_DAYS * CLOCK_DAY;
	const struct kyc_record record = { .verb = KYC_WEBHOOK_RESEND,
					   .object = *id };

	if (find(k, webhook, id, out, f))
		return -1;
	if (out->status == KYC_DELIVERY_PENDING)
		return fault_set(f, FAULT_CONFLICT,
				 "The delivery is still under way.");
	if (clock_now_ms() - out->created_at > keep)
		return fault_set(f, FAULT_CONFLICT,
				 "The delivery is older than %d days.",
				 KYC_DELIVERY_KEEP_DAYS);
	out->status = KYC_DELIVERY_PENDING;
	out->tries = 0;
	out->due_at = clock_now_ms();
	if (db_exec(k->db, &AGAIN, db_int(KYC_DELIVERY_PENDING),
		    db_uuid(&k->who.tenant), db_uuid(id)) < 0)
		return db_fault(k->db, f);
	return kyc_record_audit(
		k, uuid_is_nil(&out->session) ? NULL : &out->session, &record,
		f);
}

int64_t kyc_delivery_forget(struct kyc *k, struct fault *f)
{
	const int64_t keep = (int64_t)KYC_DELIVERY_KEEP_DAYS * CLOCK_DAY;
	int64_t n = db_exec(k->db, &FORGET, db_int(clock_now_ms() - keep),
			    db_int(KYC_DELIVERY_PENDING));

	return n < 0 ? db_fault(k->db, f) : n;
}
