// SPDX-License-Identifier: GPL-3.0-or-later
/* Idempotency keys: claimed beforehand, answered with the effect. */
#include "kyc/idem.h"
#include "kyc/secret.h"

static const struct db_sql CLAIM = {
	"INSERT INTO idempotency (tenant_id, key_digest, request_digest, owner,"
	" lease_until, created_at) VALUES (?, ?, ?, ?, " DB_NOW_MS " + ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT request_digest, status, answer, lease_until <= " DB_NOW_MS
	" FROM idempotency WHERE tenant_id = ? AND key_digest = ?"
};
/* The lease is part of the WHERE: of two that see a dead claim one wins. */
static const struct db_sql TAKE_OVER = {
	"UPDATE idempotency SET owner = ?, lease_until = " DB_NOW_MS " + ?"
	" WHERE tenant_id = ? AND key_digest = ? AND status IS NULL"
	" AND lease_until <= " DB_NOW_MS
};
static const struct db_sql STORE = {
	"UPDATE idempotency SET status = ?, answer = ?, session_id = ?"
	" WHERE tenant_id = ? AND key_digest = ? AND owner = ?"
	" AND status IS NULL"
};
static const struct db_sql RELEASE = {
	"DELETE FROM idempotency WHERE tenant_id = ? AND key_digest = ?"
	" AND owner = ? AND status IS NULL"
};
static const struct db_sql FORGET = {
	"DELETE FROM idempotency WHERE created_at < ? LIMIT 10000"
};

static const struct uuid NO_SESSION;

static int64_t lease_ms(const struct kyc *k)
{
	return k->conf->idempotency_lease_s * 1000;
}

static int insert(struct kyc *k, const struct kyc_idem *i)
{
	return db_exec(k->db, &CLAIM, db_uuid(&k->who.tenant),
		       db_bytes(i->key, DIGEST_SIZE),
		       db_bytes(i->request, DIGEST_SIZE), db_uuid(&i->owner),
		       db_int(lease_ms(k)), db_int(clock_now_ms())) < 0
		       ? -1
		       : 0;
}

static int open_answer(struct kyc *k, const struct db_rows *rows,
		       struct kyc_idem *i, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, "answer");
	uint8_t key[SEAL_KEY_SIZE];
	const void *sealed;
	size_t len;
	int rc;

	i->status = (int)db_get_int(rows, 1);
	buf_init(&i->answer, k->arena);
	sealed = db_get_bytes(rows, 2, &len);
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	rc = seal_open(key, &ctx, sealed, len, &i->answer);
	crypto_wipe(key, sizeof(key));
	return rc ? fault_internal(f, "a stored answer cannot be opened") : 0;
}

static int running(struct fault *f)
{
	return fault_set(f, FAULT_CONFLICT,
			 "A request with this Idempotency-Key is still "
			 "running.");
}

/* The row was there: whose is it? 1: try to claim again. */
static int meet(struct kyc *k, struct kyc_idem *i, struct fault *f)
{
	struct db_rows rows;
	const void *request;
	size_t len;
	int64_t n;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_bytes(i->key, DIGEST_SIZE)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return 1; /* released in between */
	request = db_get_bytes(&rows, 0, &len);
	if (len != DIGEST_SIZE || !crypto_equal(request, i->request, len))
		return fault_set(f, FAULT_IDEMPOTENCY_MISMATCH, NULL);
	if (!db_is_null(&rows, 1))
		return open_answer(k, &rows, i, f);
	if (!db_get_int(&rows, 3))
		return running(f);
	n = db_exec(k->db, &TAKE_OVER, db_uuid(&i->owner), db_int(lease_ms(k)),
		    db_uuid(&k->who.tenant), db_bytes(i->key, DIGEST_SIZE));
	if (n < 0)
		return db_fault(k->db, f);
	if (n == 1)
		return 0;
	return running(f);
}

int kyc_idem_claim(struct kyc *k, struct kyc_idem *i, struct fault *f)
{
	int tries, rc;

	i->owner = uuid_v4();
	i->status = 0;
	for (tries = 0; tries < 3; tries++) {
		if (!insert(k, i))
			return 0;
		if (db_status(k->db) != DB_DUPLICATE)
			return db_fault(k->db, f);
		rc = meet(k, i, f);
		if (rc <= 0)
			return rc;
	}
	return running(f);
}

int kyc_idem_store(struct kyc *k, const struct kyc_idem *i, int status,
		   const void *answer, size_t len, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, "answer");
	uint8_t key[SEAL_KEY_SIZE];
	struct buf sealed;
	int64_t n;

	buf_init(&sealed, k->arena);
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	seal_box(key, &ctx, answer, len, &sealed);
	crypto_wipe(key, sizeof(key));
	n = db_exec(k->db, &STORE, db_int(status),
		    db_bytes(sealed.data, sealed.len), db_uuid(&i->session),
		    db_uuid(&k->who.tenant), db_bytes(i->key, DIGEST_SIZE),
		    db_uuid(&i->owner));
	if (n < 0)
		return db_fault(k->db, f);
	return n ? 0 : running(f);
}

void kyc_idem_release(struct kyc *k, const struct kyc_idem *i)
{
	db_exec(k->db, &RELEASE, db_uuid(&k->who.tenant),
		db_bytes(i->key, DIGEST_SIZE), db_uuid(&i->owner));
}

int64_t kyc_idem_forget(struct kyc *k, struct fault *f)
{
	int64_t n = db_exec(k->db, &FORGET,
			    db_int(clock_now_ms() - KYC_IDEM_KEEP_MS));

	return n < 0 ? db_fault(k->db, f) : n;
}
