// SPDX-License-Identifier: GPL-3.0-or-later
/* Notification channels: people of the operator who are told of events. */
#include "crypto/digest.h"
#include "kyc/channel.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "mail/template.h"

#define COLUMNS "id, type, sealed, events, locale, created_at"

static const struct db_sql INSERT = {
	"INSERT INTO channel (tenant_id, id, type, sealed, events, locale,"
	" created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql SELECT = {
	"SELECT " COLUMNS " FROM channel WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql LIST = { "SELECT " COLUMNS
				    " FROM channel WHERE tenant_id = ?"
				    " ORDER BY id LIMIT ?" };
static const struct db_sql COUNT = {
	"SELECT COUNT(*) FROM channel WHERE tenant_id = ?"
};
static const struct db_sql DELETE = {
	"DELETE FROM channel WHERE tenant_id = ? AND id = ?"
};

static const struct uuid NO_SESSION;
static const char OBJECT[] = "channel";

static int seal(struct kyc *k, const struct kyc_channel *c, struct buf *out,
		struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, OBJECT);
	uint8_t key[SEAL_KEY_SIZE];

	buf_init(out, k->arena);
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	seal_box(key, &ctx, c->address, strlen(c->address), out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

static int audit(struct kyc *k, enum kyc_verb verb, const struct uuid *id,
		 struct fault *f)
{
	const struct kyc_record record = { .verb = verb, .object = *id };

	return kyc_record_audit(k, NULL, &record, f);
}

static int check(struct kyc *k, const struct kyc_channel *c, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (!mail_locale_is_valid(c->locale))
		return fault_field(f, "locale", "must be a language tag");
	if (db_query(k->db, k->arena, &rows, &COUNT, db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc && db_get_int(&rows, 0) >= KYC_CHANNELS_MAX)
		return fault_set(f, FAULT_CONFLICT,
				 "There are %d channels already.",
				 KYC_CHANNELS_MAX);
	return 0;
}

int kyc_channel_create(struct kyc *k, struct kyc_channel *c, struct fault *f)
{
	struct buf sealed;

	c->created_at = clock_now_ms();
	c->id = uuid_v7(c->created_at);
	if (check(k, c, f) || seal(k, c, &sealed, f))
		return -1;
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(&c->id),
		    db_int(c->type), db_bytes(sealed.data, sealed.len),
		    db_text(c->events), db_text(c->locale),
		    db_int(c->created_at)) < 0)
		return db_fault(k->db, f);
	return audit(k, KYC_CHANNEL_CREATE, &c->id, f);
}

static int read(struct kyc *k, const uint8_t key[SEAL_KEY_SIZE],
		const struct db_rows *rows, struct kyc_channel *c,
		struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, &NO_SESSION, OBJECT);
	const void *sealed;
	struct buf plain;
	size_t len;

	*c = (struct kyc_channel){
		.id = db_get_uuid(rows, 0),
		.type = (enum kyc_channel_type)db_get_int(rows, 1),
		.events = db_get_text(rows, 3),
		.locale = db_get_text(rows, 4),
		.created_at = db_get_int(rows, 5),
	};
	buf_init(&plain, k->arena);
	sealed = db_get_bytes(rows, 2, &len);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return fault_internal(f, "a channel cannot be unsealed");
	c->address = buf_cstr(&plain);
	return 0;
}

/* At most max of the rows; how many. */
static int fetch(struct kyc *k, struct db_rows *rows, struct kyc_channel *out,
		 int max, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE] = { 0 };
	int n = 0, rc = 0, bad = 0;

	while (n < max && !bad && (rc = db_next(rows)) > 0) {
		/* most tenants have none: their key is not looked for */
		if (!n && kyc_secret_load_tenant(k, key, f))
			return -1;
		bad = read(k, key, rows, &out[n++], f);
	}
	crypto_wipe(key, sizeof(key));
	if (bad)
		return -1;
	return rc < 0 ? db_fault(k->db, f) : n;
}

int kyc_channel_list(struct kyc *k, struct kyc_channel *out, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&k->who.tenant),
		     db_int(KYC_CHANNELS_MAX)))
		return db_fault(k->db, f);
	return fetch(k, &rows, out, KYC_CHANNELS_MAX, f);
}

int kyc_channel_load(struct kyc *k, const struct uuid *id,
		     struct kyc_channel *out, struct fault *f)
{
	struct db_rows rows;
	int n;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_uuid(id)))
		return db_fault(k->db, f);
	n = fetch(k, &rows, out, 1, f);
	if (n < 0)
		return -1;
	return n ? 0 : fault_set(f, FAULT_NOT_FOUND, "Channel not found.");
}

int kyc_channel_delete(struct kyc *k, const struct uuid *id, struct fault *f)
{
	int64_t n =
		db_exec(k->db, &DELETE, db_uuid(&k->who.tenant), db_uuid(id));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return fault_set(f, FAULT_NOT_FOUND, "Channel not found.");
	return audit(k, KYC_CHANNEL_DELETE, id, f);
}
