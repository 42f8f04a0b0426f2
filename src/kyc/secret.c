// SPDX-License-Identifier: GPL-3.0-or-later
/* The data keys of sessions and tenants, kept wrapped in a database apart. */
#include "crypto/digest.h"
#include "kyc/master.h"
#include "kyc/secret.h"

static const struct db_sql INSERT_SESSION = {
	"INSERT INTO {keys}.session_key (tenant_id, session_id, wrapped)"
	" VALUES (?, ?, ?)"
};
static const struct db_sql SELECT_SESSION = {
	"SELECT wrapped FROM {keys}.session_key"
	" WHERE tenant_id = ? AND session_id = ?"
};
static const struct db_sql INSERT_TENANT = {
	"INSERT INTO {keys}.tenant_key (tenant_id, wrapped) VALUES (?, ?)"
};
static const struct db_sql SELECT_TENANT = {
	"SELECT wrapped FROM {keys}.tenant_key WHERE tenant_id = ?"
};

static const struct uuid NO_SESSION;

struct seal_context kyc_secret_context(const struct kyc *k,
				       const struct uuid *session,
				       const char *object)
{
	return (struct seal_context){ .tenant = k->who.tenant,
				      .session = *session,
				      .object = object };
}

int kyc_secret_create(struct kyc *k, const struct uuid *session,
		      uint8_t key[SEAL_KEY_SIZE], struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, "key");
	struct buf wrapped;

	buf_init(&wrapped, k->arena);
	seal_key_create(key);
	if (kyc_master_note(k, f))
		return -1;
	seal_wrap(k->keyring, &ctx, key, &wrapped);
	if (db_exec(k->db, &INSERT_SESSION, db_uuid(&k->who.tenant),
		    db_uuid(session), db_bytes(wrapped.data, wrapped.len)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_secret_create_tenant(struct kyc *k, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, "tenant");
	uint8_t key[SEAL_KEY_SIZE];
	struct buf wrapped;

	buf_init(&wrapped, k->arena);
	seal_key_create(key);
	if (kyc_master_note(k, f))
		return -1;
	seal_wrap(k->keyring, &ctx, key, &wrapped);
	crypto_wipe(key, sizeof(key));
	if (db_exec(k->db, &INSERT_TENANT, db_uuid(&k->who.tenant),
		    db_bytes(wrapped.data, wrapped.len)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static int open_wrapped(struct kyc *k, const struct seal_context *ctx,
			const void *wrapped, size_t len,
			uint8_t key[SEAL_KEY_SIZE], struct fault *f)
{
	if (!len)
		return fault_set(f, FAULT_GONE, NULL);
	if (seal_unwrap(k->keyring, ctx, wrapped, len, key))
		return fault_internal(f,
				      "a %s key cannot be unwrapped: is the "
				      "keyring file complete?",
				      uuid_is_nil(&ctx->session) ? "tenant"
								 : "session");
	return 0;
}

int kyc_secret_open(struct kyc *k, const struct uuid *session,
		    const void *wrapped, size_t len, uint8_t key[SEAL_KEY_SIZE],
		    struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, "key");

	return open_wrapped(k, &ctx, wrapped, len, key, f);
}

int kyc_secret_open_tenant(struct kyc *k, const void *wrapped, size_t len,
			   uint8_t key[SEAL_KEY_SIZE], struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, "tenant");

	return open_wrapped(k, &ctx, wrapped, len, key, f);
}

static int unwrap(struct kyc *k, struct db_rows *rows,
		  const struct seal_context *ctx, uint8_t key[SEAL_KEY_SIZE],
		  struct fault *f)
{
	const void *wrapped;
	size_t len;
	int rc = db_next(rows);

	if (rc < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_GONE, NULL);
	wrapped = db_get_bytes(rows, 0, &len);
	return open_wrapped(k, ctx, wrapped, len, key, f);
}

int kyc_secret_load(struct kyc *k, const struct uuid *session,
		    uint8_t key[SEAL_KEY_SIZE], struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, "key");
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &SELECT_SESSION,
		     db_uuid(&k->who.tenant), db_uuid(session)))
		return db_fault(k->db, f);
	return unwrap(k, &rows, &ctx, key, f);
}

int kyc_secret_load_tenant(struct kyc *k, uint8_t key[SEAL_KEY_SIZE],
			   struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, "tenant");
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &SELECT_TENANT,
		     db_uuid(&k->who.tenant)))
		return db_fault(k->db, f);
	return unwrap(k, &rows, &ctx, key, f);
}
