// SPDX-License-Identifier: GPL-3.0-or-later
/* The chain of audit rows: reading it with suspicion. */
#include "kyc/chain_row.h"

enum { PAGE = 5000, NAMED_MAX = 1000 };

enum { SEQ, ID, HASH, AUDIT };
enum { ADDR = AUDIT + CHAIN_COLUMN_COUNT, SALT = ADDR + 1 };

static const struct db_sql CHAIN = {
	"SELECT c.seq, c.audit_id, c.hash, " CHAIN_COLUMNS
	", a.remote_addr, a.salt FROM audit_chain c LEFT JOIN audit a"
	" ON a.tenant_id = c.tenant_id AND a.id = c.audit_id"
	" WHERE c.tenant_id = ? AND c.seq > ? ORDER BY c.seq LIMIT ?"
};
/* Both counts of one moment. */
static const struct db_sql COUNTS = {
	"SELECT (SELECT COUNT(*) FROM audit WHERE tail <> 1 AND tenant_id = ?),"
	" (SELECT COUNT(*) FROM audit_chain c JOIN audit a"
	" ON a.tenant_id = c.tenant_id AND a.id = c.audit_id AND a.tail <> 1"
	" WHERE c.tenant_id = ?)"
};
static const struct db_sql EXTRA = {
	"SELECT a.id FROM audit a LEFT JOIN audit_chain c"
	" ON c.tenant_id = a.tenant_id AND c.audit_id = a.id"
	" WHERE a.tenant_id = ? AND a.tail <> 1 AND c.seq IS NULL LIMIT ?"
};
static const struct db_sql ERASED = {
	"SELECT a.id FROM audit a WHERE a.tenant_id = ?"
	" AND a.addr_digest IS NOT NULL AND a.remote_addr IS NULL"
	" AND NOT EXISTS (SELECT 1 FROM audit t FORCE INDEX (session)"
	" WHERE t.tenant_id = a.tenant_id AND t.session_id = a.session_id"
	" AND t.verb = ?) LIMIT ?"
};
static const struct db_sql WAITING = {
	"SELECT a.id FROM audit a FORCE INDEX (tail) JOIN audit_chain c"
	" ON c.tenant_id = a.tenant_id AND c.audit_id = a.id"
	" WHERE a.tail = 1 AND a.tenant_id = ? LIMIT ?"
};
static const struct db_sql TAIL = {
	"SELECT COUNT(*), MIN(id), MIN(created_at) FROM audit"
	" WHERE tail = 1 AND tenant_id = ?"
};

struct walk {
	struct kyc *k;
	struct kyc_chain_report *r;
	struct chain chain;
	struct arena *arena; /* of one page */
	struct buf form;
};

static void tell(struct kyc_chain_report *r, enum kyc_chain_wrong what,
		 const struct uuid *audit, int64_t seq)
{
	r->wrongs++;
	r->wrong(r->ctx, what, audit, seq);
}

static bool address_fits(const struct db_rows *rows)
{
	const char *addr = db_get_text(rows, ADDR);
	uint8_t digest[DIGEST_SIZE];
	const void *salt, *known;
	size_t salt_len, len;

	if (!addr)
		return true; /* ERASED looks at those */
	salt = db_get_bytes(rows, SALT, &salt_len);
	known = db_get_bytes(rows, AUDIT + 8, &len);
	if (salt_len != KYC_SALT_SIZE || len != DIGEST_SIZE)
		return false;
	kyc_record_digest(salt, addr, digest);
	return crypto_equal(digest, known, DIGEST_SIZE);
}

static bool hash_fits(struct walk *w, const struct db_rows *rows,
		      const uint8_t stored[DIGEST_SIZE])
{
	uint8_t hash[DIGEST_SIZE];

	chain_row_hash(&w->chain, rows, AUDIT, &w->form, hash);
	return crypto_equal(hash, stored, DIGEST_SIZE);
}

/* Each row is held against the stored hash before it, so that one that was
 * changed does not make all the rest look wrong. */
static void look(struct walk *w, const struct db_rows *rows)
{
	struct kyc_chain_report *r = w->r;
	struct uuid id = db_get_uuid(rows, ID);
	int64_t seq = db_get_int(rows, SEQ);
	uint8_t stored[DIGEST_SIZE] = { 0 };
	const void *bytes;
	size_t len;

	bytes = db_get_bytes(rows, HASH, &len);
	if (len == DIGEST_SIZE)
		memcpy(stored, bytes, DIGEST_SIZE);
	if (seq != w->chain.seq + 1)
		tell(r, KYC_CHAIN_GAP, &id, seq);
	w->chain.seq = seq;
	if (db_is_null(rows, AUDIT))
		tell(r, KYC_CHAIN_MISSING, &id, seq);
	else if (!hash_fits(w, rows, stored))
		tell(r, KYC_CHAIN_CHANGED, &id, seq);
	else if (!address_fits(rows))
		tell(r, KYC_CHAIN_ADDRESS, &id, seq);
	if (seq == r->anchor &&
	    !crypto_equal(stored, r->anchor_hash, DIGEST_SIZE))
		tell(r, KYC_CHAIN_HEAD, &id, seq);
	memcpy(w->chain.hash, stored, DIGEST_SIZE);
	r->chained++;
}

/* How many rows there were, or -1. */
static int page(struct walk *w, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc;

	arena_reset(w->arena);
	buf_init(&w->form, w->arena);
	if (db_query(w->k->db, w->arena, &rows, &CHAIN,
		     db_uuid(&w->chain.tenant), db_int(w->chain.seq),
		     db_int(PAGE)))
		return db_fault(w->k->db, f);
	for (; (rc = db_next(&rows)) > 0; n++)
		look(w, &rows);
	return rc < 0 ? db_fault(w->k->db, f) : n;
}

static int walk(struct kyc *k, struct kyc_chain_report *r, struct fault *f)
{
	struct walk w = { .k = k, .r = r, .chain.tenant = k->who.tenant };
	int n = PAGE;

	if (chain_key(k, w.chain.key, f))
		return -1;
	w.arena = arena_create();
	while (n == PAGE)
		n = page(&w, f);
	arena_destroy(w.arena);
	r->head = w.chain.seq;
	memcpy(r->head_hash, w.chain.hash, DIGEST_SIZE);
	crypto_wipe(&w.chain, sizeof(w.chain));
	if (r->anchor > r->head)
		tell(r, KYC_CHAIN_HEAD, NULL, r->anchor);
	return n < 0 ? -1 : 0;
}

/* Names the audit rows that a statement finds; rows is open. */
static int name_all(struct kyc *k, struct db_rows *rows,
		    enum kyc_chain_wrong what, struct kyc_chain_report *r,
		    struct fault *f)
{
	struct uuid id;
	int rc;

	while ((rc = db_next(rows)) > 0) {
		id = db_get_uuid(rows, 0);
		tell(r, what, &id, 0);
	}
	return rc < 0 ? db_fault(k->db, f) : 0;
}

static int look_for_extra(struct kyc *k, struct kyc_chain_report *r,
			  struct fault *f)
{
	struct db_val tenant = db_uuid(&k->who.tenant);
	struct db_rows rows;
	bool equal;

	if (db_query(k->db, k->arena, &rows, &COUNTS, tenant, tenant) ||
	    db_next(&rows) != 1)
		return db_fault(k->db, f);
	equal = db_get_int(&rows, 0) == db_get_int(&rows, 1);
	if (equal)
		return 0;
	if (db_query(k->db, k->arena, &rows, &EXTRA, tenant, db_int(NAMED_MAX)))
		return db_fault(k->db, f);
	return name_all(k, &rows, KYC_CHAIN_EXTRA, r, f);
}

static int look_for_erased(struct kyc *k, struct kyc_chain_report *r,
			   struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &ERASED, db_uuid(&k->who.tenant),
		     db_int(KYC_DELETE), db_int(NAMED_MAX)))
		return db_fault(k->db, f);
	return name_all(k, &rows, KYC_CHAIN_ERASED, r, f);
}

static int look_for_waiting(struct kyc *k, struct kyc_chain_report *r,
			    struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &WAITING, db_uuid(&k->who.tenant),
		     db_int(NAMED_MAX)))
		return db_fault(k->db, f);
	return name_all(k, &rows, KYC_CHAIN_WAITING, r, f);
}

static int look_at_tail(struct kyc *k, struct kyc_chain_report *r,
			struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &TAIL, db_uuid(&k->who.tenant)) ||
	    db_next(&rows) != 1)
		return db_fault(k->db, f);
	r->tail = db_get_int(&rows, 0);
	r->oldest = db_get_uuid(&rows, 1);
	r->oldest_at = db_get_time(&rows, 2);
	return 0;
}

int kyc_chain_verify(struct kyc *k, struct kyc_chain_report *r, struct fault *f)
{
	r->wrongs = r->chained = 0;
	if (walk(k, r, f) || look_for_extra(k, r, f) ||
	    look_for_waiting(k, r, f) || look_for_erased(k, r, f))
		return -1;
	return look_at_tail(k, r, f);
}
