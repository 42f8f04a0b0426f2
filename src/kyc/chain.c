// SPDX-License-Identifier: GPL-3.0-or-later
/* The chain of audit rows: making it. */
#include "kyc/chain_row.h"
#include "kyc/secret.h"

enum { BATCH = 256, GROUP = 16, BATCHES = 40, TENANTS_MAX = 1000 };

#define INSERT                                                                 \
	"INSERT INTO audit_chain (tenant_id, seq, audit_id, hash) VALUES "
#define ROW "(?, ?, ?, ?)"
#define ROWS_4 ROW ", " ROW ", " ROW ", " ROW

static const struct db_sql TAILS = {
	"SELECT DISTINCT tenant_id FROM audit WHERE tail = 1 LIMIT ?"
};
static const struct db_sql HEAD = {
	"SELECT seq, hash FROM audit_chain WHERE tenant_id = ?"
	" ORDER BY seq DESC LIMIT 1"
};
/* One that is chained already, whoever says that it is not, must not stand in
 * the way of the others for ever; verify names it. */
static const struct db_sql TAIL = {
	"SELECT " CHAIN_COLUMNS " FROM audit a FORCE INDEX (tail)"
	" WHERE a.tail = 1 AND a.tenant_id = ? AND NOT EXISTS"
	" (SELECT 1 FROM audit_chain c WHERE c.tenant_id = a.tenant_id"
	" AND c.audit_id = a.id) ORDER BY a.id LIMIT ?"
};
static const struct db_sql INSERT_ONE = { INSERT ROW };
static const struct db_sql INSERT_GROUP = { INSERT ROWS_4 ", " ROWS_4
							  ", " ROWS_4
							  ", " ROWS_4 };
static const struct db_sql MARK = {
	"UPDATE audit_chain c JOIN audit a ON a.tenant_id = c.tenant_id"
	" AND a.id = c.audit_id SET a.tail = 0"
	" WHERE c.tenant_id = ? AND c.seq > ? AND c.seq <= ?"
};

static void put_int(struct buf *b, int64_t v)
{
	int shift;

	for (shift = 56; shift >= 0; shift -= 8)
		buf_chr(b, (char)((uint64_t)v >> shift));
}

static void put_id(struct buf *b, const struct db_rows *rows, unsigned int i)
{
	struct uuid id = db_get_uuid(rows, i);

	buf_add(b, id.b, UUID_SIZE);
}

/* Every field has a fixed width, so that no two rows have one form; NULL is
 * zeros, which no id, state or digest is. */
void chain_row_hash(const struct chain *c, const struct db_rows *rows,
		    unsigned int i, struct buf *form, uint8_t out[DIGEST_SIZE])
{
	static const uint8_t none[DIGEST_SIZE];
	const void *digest;
	size_t len;

	buf_reset(form);
	buf_add(form, c->hash, DIGEST_SIZE);
	put_int(form, c->seq);
	buf_add(form, c->tenant.b, UUID_SIZE);
	put_id(form, rows, i);
	put_int(form, db_get_int(rows, i + 1));
	put_id(form, rows, i + 2);
	put_int(form, db_get_int(rows, i + 3));
	put_id(form, rows, i + 4);
	put_id(form, rows, i + 5);
	put_int(form, db_get_int(rows, i + 6));
	put_int(form, db_get_int(rows, i + 7));
	digest = db_get_bytes(rows, i + 8, &len);
	buf_add(form, len == DIGEST_SIZE ? digest : none, DIGEST_SIZE);
	put_int(form, db_get_int(rows, i + 9));
	digest_hmac(c->key, DIGEST_SIZE, form->data, form->len, out);
}

int chain_key(struct kyc *k, uint8_t out[DIGEST_SIZE], struct fault *f)
{
	static const char info[] = "vouchsafe/1/audit-chain";
	uint8_t key[SEAL_KEY_SIZE];

	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	digest_hkdf(key, sizeof(key), NULL, 0, info, sizeof(info) - 1, out,
		    DIGEST_SIZE);
	crypto_wipe(key, sizeof(key));
	return 0;
}

struct link {
	struct uuid audit;
	uint8_t hash[DIGEST_SIZE];
};

struct batch {
	struct chain chain;
	struct link links[BATCH];
	size_t count;
};

static int read_head(struct kyc *k, struct chain *c, struct fault *f)
{
	struct db_rows rows;
	const void *hash;
	size_t len;
	int rc;

	c->seq = 0;
	memset(c->hash, 0, DIGEST_SIZE);
	if (db_query(k->db, k->arena, &rows, &HEAD, db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return 0;
	c->seq = db_get_int(&rows, 0);
	hash = db_get_bytes(&rows, 1, &len);
	memcpy(c->hash, hash, DIGEST_SIZE);
	return 0;
}

static int read_tail(struct kyc *k, struct batch *b, struct fault *f)
{
	struct chain *c = &b->chain;
	struct db_rows rows;
	struct buf form;
	int rc = 0;

	b->count = 0;
	buf_init(&form, k->arena);
	if (db_query(k->db, k->arena, &rows, &TAIL, db_uuid(&c->tenant),
		     db_int(BATCH)))
		return db_fault(k->db, f);
	while (b->count < BATCH && (rc = db_next(&rows)) > 0) {
		struct link *l = &b->links[b->count++];

		c->seq++;
		l->audit = db_get_uuid(&rows, 0);
		chain_row_hash(c, &rows, 0, &form, l->hash);
		memcpy(c->hash, l->hash, DIGEST_SIZE);
	}
	return rc < 0 ? db_fault(k->db, f) : 0;
}

static int insert(struct kyc *k, const struct batch *b, int64_t first,
		  struct fault *f)
{
	struct db_val vals[4 * GROUP];
	size_t i = 0, j, n;

	for (; i < b->count; i += n) {
		n = b->count - i < GROUP ? 1 : GROUP;
		for (j = 0; j < n; j++) {
			const struct link *l = &b->links[i + j];

			vals[4 * j] = db_uuid(&b->chain.tenant);
			vals[4 * j + 1] = db_int(first + (int64_t)(i + j));
			vals[4 * j + 2] = db_uuid(&l->audit);
			vals[4 * j + 3] = db_bytes(l->hash, DIGEST_SIZE);
		}
		if (db_exec_(k->db, n == 1 ? &INSERT_ONE : &INSERT_GROUP, vals,
			     4 * n) >= 0)
			continue;
		if (db_status(k->db) == DB_DUPLICATE)
			return fault_set(f, FAULT_CONFLICT,
					 "another host chains these rows");
		return db_fault(k->db, f);
	}
	return 0;
}

/* Numbers, hashes and marks commit together or not at all. */
static int extend(struct kyc *k, void *ctx, struct fault *f)
{
	struct batch *b = ctx;
	int64_t before;

	if (read_head(k, &b->chain, f))
		return -1;
	before = b->chain.seq;
	if (read_tail(k, b, f) || insert(k, b, before + 1, f))
		return -1;
	if (b->count && db_exec(k->db, &MARK, db_uuid(&b->chain.tenant),
				db_int(before), db_int(b->chain.seq)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int64_t run_tenant(struct kyc *k, struct fault *f)
{
	struct batch *b = mem_alloc(sizeof(*b));
	int64_t total = 0;
	int batches = 0;

	b->chain.tenant = k->who.tenant;
	if (chain_key(k, b->chain.key, f))
		total = -1;
	while (total >= 0) {
		if (kyc_transact(k, extend, b, f)) {
			total = -1;
			break;
		}
		total += (int64_t)b->count;
		if (b->count < BATCH || ++batches == BATCHES)
			break;
	}
	crypto_wipe(&b->chain, sizeof(b->chain));
	free(b);
	return total;
}

int64_t kyc_chain_run(struct kyc *k, struct fault *f)
{
	struct uuid *tenants =
		arena_alloc(k->arena, TENANTS_MAX * sizeof(*tenants));
	int64_t n, total = 0;
	size_t count = 0, i;
	struct db_rows rows;
	int rc = 0;

	if (db_query(k->db, k->arena, &rows, &TAILS, db_int(TENANTS_MAX)))
		return db_fault(k->db, f);
	while (count < TENANTS_MAX && (rc = db_next(&rows)) > 0)
		tenants[count++] = db_get_uuid(&rows, 0);
	if (rc < 0)
		return db_fault(k->db, f);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	for (i = 0; i < count; i++) {
		k->who.tenant = tenants[i];
		n = run_tenant(k, f);
		total += n > 0 ? n : 0;
		if (n < 0 && f->code == FAULT_UNAVAILABLE)
			return -1;
		if (n < 0 && f->code == FAULT_CONFLICT)
			fault_clear(f); /* the other host does it */
	}
	return f->code ? -1 : total;
}
