// SPDX-License-Identifier: GPL-3.0-or-later
/* Moving from one master key to the next. */
#include "crypto/digest.h"
#include "kyc/master.h"
#include "kyc/rotate.h"
#include "kyc/secret.h"

enum { BATCH = 500, BATCHES = 10, PREFIX = 9 };

/* The first bytes of a wrapped key name its master key: a range of them. */
#define WRAPPED_BY " WHERE wrapped >= ? AND wrapped < ?"

static const struct db_sql SESSIONS = {
	"SELECT tenant_id, wrapped, session_id FROM {keys}.session_key"
	" FORCE INDEX (master)" WRAPPED_BY " LIMIT ? FOR UPDATE SKIP LOCKED"
};
static const struct db_sql TENANTS = {
	"SELECT tenant_id, wrapped FROM {keys}.tenant_key"
	" FORCE INDEX (master)" WRAPPED_BY " LIMIT ? FOR UPDATE SKIP LOCKED"
};
static const struct db_sql UPDATE_SESSION = {
	"UPDATE {keys}.session_key SET wrapped = ?"
	" WHERE tenant_id = ? AND session_id = ?"
};
static const struct db_sql UPDATE_TENANT = {
	"UPDATE {keys}.tenant_key SET wrapped = ? WHERE tenant_id = ?"
};
static const struct db_sql COUNT_SESSIONS = {
	"SELECT COUNT(*) FROM {keys}.session_key FORCE INDEX "
	"(master)" WRAPPED_BY
};
static const struct db_sql COUNT_TENANTS = {
	"SELECT COUNT(*) FROM {keys}.tenant_key FORCE INDEX "
	"(master)" WRAPPED_BY
};
/* The admin's tool alone asks these two; they read whole tables. */
static const struct db_sql COUNT_API_KEYS = {
	"SELECT COUNT(*) FROM api_key WHERE revoked_at IS NULL"
	" AND (key_id = ? OR key_id IS NULL)"
};
static const struct db_sql COUNT_LINKS = {
	"SELECT COUNT(*) FROM session WHERE protocol = ?"
	" AND due_at IS NOT NULL AND created_at <= ?"
};
static const struct db_sql KNOWN = { "SELECT key_id FROM keyring_key" };
static const struct db_sql FORGET = {
	"DELETE FROM keyring_key WHERE key_id = ?"
};

static void prefix_of(uint32_t key_id, uint8_t out[PREFIX])
{
	const uint8_t bytes[PREFIX] = { 'V',
					'S',
					'F',
					'S',
					1,
					(uint8_t)(key_id >> 24),
					(uint8_t)(key_id >> 16),
					(uint8_t)(key_id >> 8),
					(uint8_t)key_id };

	memcpy(out, bytes, PREFIX);
}

/* limit 0: the statement has none. */
static int find(struct kyc *k, const struct db_sql *sql, uint32_t key_id,
		int64_t limit, struct db_rows *rows)
{
	uint8_t from[PREFIX] = { 0 }, to[PREFIX] = { 0 };
	const struct db_val vals[] = { db_bytes(from, PREFIX),
				       db_bytes(to, PREFIX), db_int(limit) };

	prefix_of(key_id, from);
	prefix_of(key_id + 1, to); /* ids have 31 bits */
	return db_query_(k->db, k->arena, rows, sql, vals, limit ? 3 : 2);
}

struct wrapped {
	struct uuid tenant;
	struct uuid session; /* nil: the tenant's own */
	const void *bytes;
	size_t len;
};

struct batch {
	uint32_t key_id;
	bool sessions;
	struct wrapped rows[BATCH];
	int count;
};

static int read(struct kyc *k, struct batch *b, struct fault *f)
{
	struct db_rows rows;
	int rc = 0;

	b->count = 0;
	if (find(k, b->sessions ? &SESSIONS : &TENANTS, b->key_id, BATCH,
		 &rows))
		return db_fault(k->db, f);
	while (b->count < BATCH && (rc = db_next(&rows)) > 0) {
		struct wrapped *w = &b->rows[b->count++];

		*w = (struct wrapped){ .tenant = db_get_uuid(&rows, 0) };
		w->bytes = db_get_bytes(&rows, 1, &w->len);
		if (b->sessions)
			w->session = db_get_uuid(&rows, 2);
	}
	return rc < 0 ? db_fault(k->db, f) : 0;
}

static int wrap_again(struct kyc *k, const struct wrapped *w, struct fault *f)
{
	bool own = uuid_is_nil(&w->session);
	struct seal_context ctx = { .tenant = w->tenant,
				    .session = w->session,
				    .object = own ? "tenant" : "key" };
	uint8_t key[SEAL_KEY_SIZE];
	struct buf again;
	struct db_val bytes;
	int64_t n;

	if (seal_unwrap(k->keyring, &ctx, w->bytes, w->len, key))
		return fault_internal(f, "a wrapped key is damaged");
	buf_init(&again, k->arena);
	seal_wrap(k->keyring, &ctx, key, &again);
	crypto_wipe(key, sizeof(key));
	bytes = db_bytes(again.data, again.len);
	n = own ? db_exec(k->db, &UPDATE_TENANT, bytes, db_uuid(&w->tenant))
		: db_exec(k->db, &UPDATE_SESSION, bytes, db_uuid(&w->tenant),
			  db_uuid(&w->session));
	return n < 0 ? db_fault(k->db, f) : 0;
}

static int move(struct kyc *k, void *ctx, struct fault *f)
{
	struct batch *b = ctx;
	int i;

	if (read(k, b, f) || (b->count && kyc_master_note(k, f)))
		return -1;
	for (i = 0; i < b->count; i++) {
		if (wrap_again(k, &b->rows[i], f))
			return -1;
	}
	return 0;
}

static int64_t move_all(struct kyc *k, uint32_t key_id, bool sessions,
			struct fault *f)
{
	struct batch *b = mem_alloc(sizeof(*b));
	int64_t total = 0;
	int batches = 0;

	b->key_id = key_id;
	b->sessions = sessions;
	do {
		if (kyc_transact(k, move, b, f)) {
			total = -1;
			break;
		}
		total += b->count;
	} while (b->count == BATCH && ++batches < BATCHES);
	free(b);
	return total;
}

int64_t kyc_rotate_run(struct kyc *k, struct fault *f)
{
	size_t i, count = keyring_count(k->keyring);
	uint32_t newest = keyring_newest(k->keyring);
	int64_t n = 0, total = 0;
	bool older = false;

	for (i = 0; i < count && n >= 0; i++) {
		uint32_t id = keyring_id_at(k->keyring, i);

		if (older) {
			n = move_all(k, id, false, f);
			total += n;
			n = n < 0 ? n : move_all(k, id, true, f);
			total += n;
		}
		older = older || id == newest;
	}
	return n < 0 ? -1 : total;
}

static int count(struct kyc *k, struct db_rows *rows, int failed, int64_t *out,
		 struct fault *f)
{
	if (failed || db_next(rows) != 1)
		return db_fault(k->db, f);
	*out = db_get_int(rows, 0);
	return 0;
}

int kyc_rotate_use(struct kyc *k, uint32_t key_id, int64_t until,
		   struct kyc_rotate_use *out, struct fault *f)
{
	struct db_rows rows;

	*out = (struct kyc_rotate_use){ 0 };
	if (count(k, &rows, find(k, &COUNT_SESSIONS, key_id, 0, &rows),
		  &out->sessions, f) ||
	    count(k, &rows, find(k, &COUNT_TENANTS, key_id, 0, &rows),
		  &out->tenants, f) ||
	    count(k, &rows,
		  db_query(k->db, k->arena, &rows, &COUNT_API_KEYS,
			   db_int(key_id)),
		  &out->api_keys, f))
		return -1;
	return count(k, &rows,
		     db_query(k->db, k->arena, &rows, &COUNT_LINKS,
			      db_int(KYC_DOSSIERS),
			      db_int(until < 0 ? INT64_MAX : until)),
		     &out->links, f);
}

int kyc_rotate_known(struct kyc *k, uint32_t **ids, struct fault *f)
{
	struct db_rows rows;
	struct buf list;
	uint32_t id;
	int rc;

	buf_init(&list, k->arena);
	if (db_query_(k->db, k->arena, &rows, &KNOWN, NULL, 0))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		id = (uint32_t)db_get_int(&rows, 0);
		buf_add(&list, &id, sizeof(id));
	}
	*ids = (uint32_t *)(void *)list.data;
	return rc < 0 ? db_fault(k->db, f) : (int)(list.len / sizeof(id));
}

int kyc_rotate_forget(struct kyc *k, uint32_t key_id, struct fault *f)
{
	return db_exec(k->db, &FORGET, db_int(key_id)) < 0 ? db_fault(k->db, f)
							   : 0;
}
