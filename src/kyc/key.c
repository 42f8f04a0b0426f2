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

#define ADMIT_COLUMNS                                                          \
	"k.tenant_id, k.id, k.permissions, k.expires_at, k.revoked_at,"        \
	" k.last_used_at, t.organisation_id, t.live, t.workflow_id"
#define ADMIT_FROM " FROM api_key k JOIN tenant t ON t.id = k.tenant_id"
enum { ADMIT_COLUMN_COUNT = 9 };

static const struct db_sql ADMIT = { "SELECT " ADMIT_COLUMNS ADMIT_FROM
				     " WHERE k.digest = ?" };
/* Key, session and checks in one statement: all by primary or unique keys. */
#define WITH_SESSION(columns)                                                  \
	"SELECT " ADMIT_COLUMNS ", " columns ", " KYC_CHECK_COLUMNS ADMIT_FROM \
	" LEFT JOIN session s ON s.tenant_id = k.tenant_id AND s.id = ?"       \
	" LEFT JOIN check_run c ON c.tenant_id = s.tenant_id"                  \
	" AND c.session_id = s.id WHERE k.digest = ?"
static const struct db_sql ADMIT_WITH_SESSION = { WITH_SESSION(
	KYC_SESSION_COLUMNS) };
static const struct db_sql ADMIT_WITH_BRIEF = { WITH_SESSION(
	KYC_SESSION_BRIEF) };
static const struct db_sql USED = {
	"UPDATE api_key SET last_used_at = ?, digest = ?, key_id = ?"
	" WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql LIST = {
	"SELECT k.tenant_id, k.id, k.name, k.permissions, k.created_at,"
	" k.expires_at, k.revoked_at, k.last_used_at, t.live" ADMIT_FROM
	" ORDER BY k.tenant_id, k.id LIMIT 10000"
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

static int find(struct kyc *k, const uint8_t d[DIGEST_SIZE],
		const struct kyc_key_session *session, struct db_rows *rows)
{
	if (session)
		return db_query(k->db, k->arena, rows,
				session->brief ? &ADMIT_WITH_BRIEF
					       : &ADMIT_WITH_SESSION,
				db_uuid(session->id), db_bytes(d, DIGEST_SIZE));
	return db_query(k->db, k->arena, rows, &ADMIT,
			db_bytes(d, DIGEST_SIZE));
}

/* With the master key that signs now first: after a rotation a key is found
 * under an older one once, and then stored anew. */
static int lookup(struct kyc *k, const char *text,
		  const struct kyc_key_session *session, struct db_rows *rows,
		  bool *moved, struct fault *f)
{
	size_t i, count = keyring_count(k->keyring);
	uint32_t newest = keyring_newest(k->keyring), id = newest;
	uint8_t d[DIGEST_SIZE];
	int rc;

	for (i = 0; i <= count; i++) {
		if (i)
			id = keyring_id_at(k->keyring, i - 1);
		if (i && id == newest)
			continue;
		digest(k, id, text, d);
		if (find(k, d, session, rows) || (rc = db_next(rows)) < 0)
			return db_fault(k->db, f);
		*moved = id != newest;
		if (rc)
			return 0;
	}
	return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
}

static void read_who(struct kyc *k, const struct db_rows *rows)
{
	k->who.actor = KYC_ACTOR_KEY;
	k->who.tenant = db_get_uuid(rows, 0);
	k->who.key_id = db_get_uuid(rows, 1);
	k->who.permissions =
		kyc_permissions_with((unsigned int)db_get_int(rows, 2));
	k->who.organisation = db_get_uuid(rows, 6);
	k->who.live = db_get_int(rows, 7) != 0;
	k->who.workflow = db_get_uuid(rows, 8);
}

static int read_session(struct kyc *k, struct db_rows *rows,
			struct kyc_key_session *out, struct fault *f)
{
	unsigned int checks =
		ADMIT_COLUMN_COUNT + (out->brief ? KYC_SESSION_BRIEF_COUNT
						 : KYC_SESSION_COLUMN_COUNT);
	int rc = 1;

	out->checks = (struct kyc_checks){ 0 };
	out->found = !db_is_null(rows, ADMIT_COLUMN_COUNT);
	if (out->found && out->brief)
		kyc_session_read_brief(rows, ADMIT_COLUMN_COUNT, &out->session);
	else if (out->found)
		kyc_session_read(rows, ADMIT_COLUMN_COUNT, &out->session);
	while (rc > 0) {
		kyc_check_read(rows, checks, &out->checks);
		rc = db_next(rows);
	}
	return rc ? db_fault(k->db, f) : 0;
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

int kyc_key_admit(struct kyc *k, const char *text,
		  struct kyc_key_session *session, struct fault *f)
{
	int64_t now = clock_now_ms(), expires, revoked, used;
	struct db_rows rows;
	bool moved = false, live;

	if (apikey_parse(text, &live))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	if (lookup(k, text, session, &rows, &moved, f))
		return -1;
	expires = db_get_time(&rows, 3);
	revoked = db_get_time(&rows, 4);
	used = db_get_time(&rows, 5);
	if (revoked >= 0 || (expires >= 0 && expires <= now))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	read_who(k, &rows);
	if (session && read_session(k, &rows, session, f))
		return -1;
	if (moved || used < now - LAST_USED_EVERY)
		touch(k, text, now);
	return 0;
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
