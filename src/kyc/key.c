// SPDX-License-Identifier: GPL-3.0-or-later
/* API keys: made once, stored as HMAC, found by it. */
#include "crypto/apikey.h"
#include "crypto/digest.h"
#include "kyc/key.h"
#include "kyc/master.h"

enum { LAST_USED_EVERY = CLOCK_MINUTE };

static const struct db_sql INSERT = {
	"INSERT INTO api_key (tenant_id, id, digest, name, permissions,"
	" created_at, expires_at, key_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
};

static const struct db_sql USED = {
	"UPDATE api_key SET last_used_at = ?, digest = ?, key_id = ?"
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql LIST = {
	"SELECT k.tenant_id, k.id, k.name, k.permissions, k.created_at,"
	" k.expires_at, k.revoked_at, k.last_used_at, t.live FROM api_key k"
	" JOIN tenant t ON t.id = k.tenant_id ORDER BY k.tenant_id, k.id LIMIT "
	"10000"
};
static const struct db_sql REVOKE = {
	"UPDATE api_key k JOIN tenant t ON t.id = k.tenant_id"
	" SET k.revoked_at = COALESCE(k.revoked_at, ?) WHERE k.id = ?"
};

static void digest(const struct kyc *k, uint32_t key_id, const char *text,
		   uint8_t out[DIGEST_SIZE])
{
	if (keyring_hmac(k->keyring, key_id, KEYRING_API_KEY, text,
			 strlen(text), out))
		abort(); /* the id came from the keyring itself */
}

int kyc_key_create(struct kyc *k, const char *name, unsigned int permissions,
		   int64_t expires_at, struct uuid *id, const char **text,
		   struct fault *f)
{
	int64_t now = clock_now_ms();
	uint8_t d[DIGEST_SIZE];
	char key[APIKEY_SIZE];

	if (kyc_master_note(k, f))
		return -1;
	*id = uuid_v7(now);
	apikey_create(k->who.live, key);
	digest(k, keyring_newest(k->keyring), key, d);
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(id),
		    db_bytes(d, sizeof(d)), db_text(name), db_int(permissions),
		    db_int(now), db_time(expires_at),
		    db_int(keyring_newest(k->keyring))) < 0)
		return db_fault(k->db, f);
	*text = arena_strdup(k->arena, key);
	return 0;
}

/* With the master key that signs now first: after a rotation a key is found
 * under an older one once, and then stored anew. */
static int lookup(struct kyc *k, const char *text, const struct kyc_look *look,
		  struct db_rows *rows, struct kyc_asker_row *row, bool *moved,
		  struct fault *f)
{
	size_t i, count = keyring_count(k->keyring);
	uint32_t newest = keyring_newest(k->keyring), id = newest;
	uint8_t d[DIGEST_SIZE];
	const struct kyc_asker who = { .kind = KYC_BY_DIGEST, .digest = d };
	int rc;

	for (i = 0; i <= count; i++) {
		if (i)
			id = keyring_id_at(k->keyring, i - 1);
		if (i && id == newest)
			continue;
		digest(k, id, text, d);
		rc = kyc_look_ask(k, look, &who, rows, row, f);
		*moved = id != newest;
		if (rc)
			return rc < 0 ? -1 : 0;
	}
	return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
}

/* Best effort: a request does not fail because of it. */
static void touch(struct kyc *k, const char *text, int64_t now)
{
	struct fault ignored = { 0 };
	uint8_t d[DIGEST_SIZE];

	if (kyc_master_note(k, &ignored))
		return;
	digest(k, keyring_newest(k->keyring), text, d);
	db_exec(k->db, &USED, db_int(now), db_bytes(d, sizeof(d)),
		db_int(keyring_newest(k->keyring)), db_uuid(&k->who.tenant),
		db_uuid(&k->who.key_id));
}

static bool is_valid(const struct kyc_asker_row *row, int64_t now)
{
	return row->revoked_at < 0 &&
	       (row->expires_at < 0 || row->expires_at > now);
}

int kyc_key_admit(struct kyc *k, const char *text, struct kyc_look *look,
		  struct fault *f)
{
	int64_t now = clock_now_ms();
	struct kyc_asker_row row;
	bool moved = false, live;
	struct db_rows rows;

	if (apikey_parse(text, &live))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	if (lookup(k, text, look, &rows, &row, &moved, f))
		return -1;
	if (!is_valid(&row, now))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	if (kyc_look_read(k, &rows, look, f))
		return -1;
	if (moved || row.last_used_at < now - LAST_USED_EVERY)
		touch(k, text, now);
	return 0;
}

int kyc_key_admit_id(struct kyc *k, const struct kyc_asker *who,
		     struct kyc_look *look, struct fault *f)
{
	struct kyc_asker_row row;
	struct db_rows rows;
	int rc = kyc_look_ask(k, look, who, &rows, &row, f);

	if (rc < 0)
		return -1;
	if (!rc || !is_valid(&row, clock_now_ms()))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	return kyc_look_read(k, &rows, look, f);
}

int kyc_key_list(struct kyc *k, struct kyc_key **out, struct fault *f)
{
	struct kyc_key *keys = NULL;
	struct db_rows rows;
	size_t n = 0, cap = 0;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &LIST, NULL, 0))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		if (n == cap) {
			struct kyc_key *old = keys;

			cap = cap ? 2 * cap : 16;
			keys = arena_alloc(k->arena, cap * sizeof(*keys));
			if (n)
				memcpy(keys, old, n * sizeof(*keys));
		}
		keys[n++] = (struct kyc_key){
			.tenant = db_get_uuid(&rows, 0),
			.id = db_get_uuid(&rows, 1),
			.name = db_get_text(&rows, 2),
			.permissions = (unsigned int)db_get_int(&rows, 3),
			.created_at = db_get_int(&rows, 4),
			.expires_at = db_get_time(&rows, 5),
			.revoked_at = db_get_time(&rows, 6),
			.last_used_at = db_get_time(&rows, 7),
			.live = db_get_int(&rows, 8) != 0,
		};
	}
	*out = keys;
	return rc < 0 ? db_fault(k->db, f) : (int)n;
}

int kyc_key_revoke(struct kyc *k, const struct uuid *id, struct fault *f)
{
	int64_t n =
		db_exec(k->db, &REVOKE, db_int(clock_now_ms()), db_uuid(id));

	if (n < 0)
		return db_fault(k->db, f);
	return n ? 0 : fault_set(f, FAULT_NOT_FOUND, "No such key.");
}
