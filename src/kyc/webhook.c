// SPDX-License-Identifier: GPL-3.0-or-later
/* Webhook endpoints of a tenant, and their secrets. */
#include <json-c/json.h>

#include "base/json.h"
#include "crypto/digest.h"
#include "hook/hook.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "kyc/webhook.h"
#include "net/url.h"

#define COLUMNS                                                                \
	"id, protocol, sealed, events, enabled, gone, old_until, created_at,"  \
	" updated_at"

static const struct db_sql INSERT = {
	"INSERT INTO webhook (tenant_id, id, protocol, sealed, events,"
	" enabled, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
};
/* Of two that need the first secret at once one makes it. */
static const struct db_sql INSERT_SECRET = {
	"INSERT IGNORE INTO webhook (tenant_id, id, protocol, sealed, events,"
	" enabled, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT " COLUMNS " FROM webhook WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql SELECT_LOCKED = {
	"SELECT " COLUMNS " FROM webhook WHERE tenant_id = ? AND id = ?"
	" FOR UPDATE"
};
static const struct db_sql LIST = {
	"SELECT " COLUMNS " FROM webhook WHERE tenant_id = ? AND protocol <> 0"
	" ORDER BY id LIMIT ?"
};
static const struct db_sql COUNT = {
	"SELECT COUNT(*) FROM webhook WHERE tenant_id = ?"
};
static const struct db_sql UPDATE = {
	"UPDATE webhook SET sealed = ?, events = ?, enabled = ?, gone = ?,"
	" old_until = ?, updated_at = ? WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql GONE = {
	"UPDATE webhook SET enabled = 0, gone = 1, updated_at = ?"
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql DELETE = {
	"DELETE FROM webhook WHERE tenant_id = ? AND id = ? AND protocol <> 0"
};

static const struct uuid NO_SESSION;
static const char OBJECT[] = "webhook";

static int seal(struct kyc *k, const struct kyc_webhook *w, struct buf *sealed,
		struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, OBJECT);
	uint8_t key[SEAL_KEY_SIZE];
	struct buf plain;

	buf_init(&plain, k->arena);
	buf_init(sealed, k->arena);
	json_open(&plain, NULL, '{');
	json_str(&plain, "url", w->url);
	json_str(&plain, "description", w->description);
	json_str(&plain, "secret", w->secret);
	json_str(&plain, "old_secret", w->old_secret);
	json_close(&plain, '}');
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	seal_box(key, &ctx, plain.data, plain.len, sealed);
	crypto_wipe(key, sizeof(key));
	crypto_wipe(plain.data, plain.len);
	return 0;
}

static const char *member(struct kyc *k, struct json_object *o,
			  const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) || !v)
		return NULL;
	return arena_strdup(k->arena, json_object_get_string(v));
}

static int unseal(struct kyc *k, const uint8_t key[SEAL_KEY_SIZE],
		  const struct db_rows *rows, struct kyc_webhook *w,
		  struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, OBJECT);
	struct json_object *o = NULL;
	const void *sealed;
	struct buf plain;
	size_t len;

	buf_init(&plain, k->arena);
	sealed = db_get_bytes(rows, 2, &len);
	if (!seal_open(key, &ctx, sealed, len, &plain))
		o = json_tokener_parse(plain.data);
	if (!o)
		return fault_internal(f, "a webhook cannot be unsealed");
	w->url = member(k, o, "url");
	w->description = member(k, o, "description");
	w->secret = member(k, o, "secret");
	w->old_secret = member(k, o, "old_secret");
	json_object_put(o);
	return w->secret ? 0 : fault_internal(f, "a webhook has no secret");
}

static int read(struct kyc *k, const uint8_t key[SEAL_KEY_SIZE],
		const struct db_rows *rows, struct kyc_webhook *w,
		struct fault *f)
{
	*w = (struct kyc_webhook){
		.id = db_get_uuid(rows, 0),
		.protocol = (enum kyc_protocol)db_get_int(rows, 1),
		.events = db_get_text(rows, 3),
		.enabled = db_get_int(rows, 4) != 0,
		.gone = db_get_int(rows, 5) != 0,
		.old_until = db_get_time(rows, 6),
		.created_at = db_get_int(rows, 7),
		.updated_at = db_get_int(rows, 8),
	};
	return unseal(k, key, rows, w, f);
}

static int audit(struct kyc *k, enum kyc_verb verb, const struct uuid *id,
		 struct fault *f)
{
	const struct kyc_record record = { .verb = verb, .object = *id };

	return kyc_record_audit(k, NULL, &record, f);
}

int kyc_webhook_check(struct kyc *k, const char *field, const char *url,
		      struct fault *f)
{
	struct net_rules rules;
	struct buf error;
	const char *wrong;

	buf_init(&error, k->arena);
	if (net_rules_read(k->conf, &rules, &error))
		return fault_internal(f, "%s", error.data);
	wrong = net_url_refuse(&rules, url, NULL);
	return wrong ? fault_field(f, field, "%s", wrong) : 0;
}

static int insert(struct kyc *k, const struct db_sql *sql,
		  const struct kyc_webhook *w, struct fault *f)
{
	struct buf sealed;

	if (seal(k, w, &sealed, f))
		return -1;
	if (db_exec(k->db, sql, db_uuid(&k->who.tenant), db_uuid(&w->id),
		    db_int(w->protocol), db_bytes(sealed.data, sealed.len),
		    db_text(w->events), db_int(w->enabled),
		    db_int(w->created_at), db_int(w->updated_at)) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* One may get past the limit where two come at once: it is only there so that
 * a list and an event's fan-out stay short. */
static int check_count(struct kyc *k, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &COUNT, db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc && db_get_int(&rows, 0) >= KYC_WEBHOOKS_MAX)
		return fault_set(f, FAULT_CONFLICT,
				 "There are %d webhooks already.",
				 KYC_WEBHOOKS_MAX);
	return 0;
}

int kyc_webhook_create(struct kyc *k, struct kyc_webhook *w, struct fault *f)
{
	if (kyc_webhook_check(k, "url", w->url, f) || check_count(k, f))
		return -1;
	w->created_at = w->updated_at = clock_now_ms();
	w->id = uuid_v7(w->created_at);
	w->old_until = -1;
	w->secret = hook_secret_create(k->arena);
	if (insert(k, &INSERT, w, f))
		return -1;
	return audit(k, KYC_WEBHOOK_CREATE, &w->id, f);
}

static int load(struct kyc *k, const struct uuid *id, bool lock,
		struct kyc_webhook *out, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, lock ? &SELECT_LOCKED : &SELECT,
		     db_uuid(&k->who.tenant), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Webhook not found.");
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	rc = read(k, key, &rows, out, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

int kyc_webhook_load(struct kyc *k, const struct uuid *id, bool lock,
		     struct kyc_webhook *out, struct fault *f)
{
	if (load(k, id, lock, out, f))
		return -1;
	return out->protocol
		       ? 0
		       : fault_set(f, FAULT_NOT_FOUND, "Webhook not found.");
}

int kyc_webhook_list(struct kyc *k, struct kyc_webhook *out, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE] = { 0 };
	struct db_rows rows;
	int n = 0, rc = 0, bad = 0;

	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&k->who.tenant),
		     db_int(KYC_WEBHOOKS_MAX)))
		return db_fault(k->db, f);
	while (n < KYC_WEBHOOKS_MAX && !bad && (rc = db_next(&rows)) > 0) {
		/* most tenants have none: their key is not looked for */
		if (!n && kyc_secret_load_tenant(k, key, f))
			return -1;
		bad = read(k, key, &rows, &out[n++], f);
	}
	crypto_wipe(key, sizeof(key));
	if (bad)
		return -1;
	return rc < 0 ? db_fault(k->db, f) : n;
}

static int write(struct kyc *k, struct kyc_webhook *w, struct fault *f)
{
	struct buf sealed;

	w->updated_at = clock_now_ms();
	if (seal(k, w, &sealed, f))
		return -1;
	if (db_exec(k->db, &UPDATE, db_bytes(sealed.data, sealed.len),
		    db_text(w->events), db_int(w->enabled), db_int(w->gone),
		    db_time(w->old_until), db_int(w->updated_at),
		    db_uuid(&k->who.tenant), db_uuid(&w->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_webhook_change(struct kyc *k, struct kyc_webhook *w, struct fault *f)
{
	if (kyc_webhook_check(k, "url", w->url, f))
		return -1;
	if (w->enabled)
		w->gone = false;
	if (write(k, w, f))
		return -1;
	return audit(k, KYC_WEBHOOK_UPDATE, &w->id, f);
}

int kyc_webhook_rotate(struct kyc *k, struct kyc_webhook *w, int64_t overlap_ms,
		       struct fault *f)
{
	w->old_secret = overlap_ms > 0 ? w->secret : NULL;
	w->old_until = overlap_ms > 0 ? clock_now_ms() + overlap_ms : -1;
	w->secret = hook_secret_create(k->arena);
	if (write(k, w, f))
		return -1;
	return audit(k, KYC_WEBHOOK_ROTATE, &w->id, f);
}

int kyc_webhook_delete(struct kyc *k, const struct uuid *id, struct fault *f)
{
	int64_t n =
		db_exec(k->db, &DELETE, db_uuid(&k->who.tenant), db_uuid(id));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return fault_set(f, FAULT_NOT_FOUND, "Webhook not found.");
	return audit(k, KYC_WEBHOOK_DELETE, id, f);
}

int kyc_webhook_gone(struct kyc *k, const struct uuid *id, struct fault *f)
{
	if (db_exec(k->db, &GONE, db_int(clock_now_ms()),
		    db_uuid(&k->who.tenant), db_uuid(id)) < 0)
		return db_fault(k->db, f);
	return audit(k, KYC_WEBHOOK_UPDATE, id, f);
}

int kyc_webhook_secret(struct kyc *k, bool lock, struct kyc_webhook *out,
		       struct fault *f)
{
	int64_t now = clock_now_ms();
	struct kyc_webhook fresh = { .id = k->who.tenant,
				     .url = "",
				     .events = "",
				     .created_at = now,
				     .updated_at = now };

	if (!load(k, &fresh.id, lock, out, f))
		return 0;
	if (f->code != FAULT_NOT_FOUND)
		return -1;
	fault_clear(f);
	fresh.secret = hook_secret_create(k->arena);
	if (insert(k, &INSERT_SECRET, &fresh, f))
		return -1;
	return load(k, &fresh.id, lock, out, f);
}

const char *kyc_webhook_old_secret(const struct kyc_webhook *w, int64_t now)
{
	return w->old_secret && w->old_until > now ? w->old_secret : NULL;
}

bool kyc_events_hold(const char *events, const char *word)
{
	size_t len = strlen(word), n;

	if (!strcmp(events, "*"))
		return true;
	for (; *events; events += n + (events[n] == ' ')) {
		n = strcspn(events, " ");
		if (n == len && !memcmp(events, word, n))
			return true;
	}
	return false;
}
