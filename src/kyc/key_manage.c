// SPDX-License-Identifier: GPL-3.0-or-later
/* API keys as their own tenant manages them. */
#include "kyc/key.h"
#include "kyc/record.h"

static const struct db_sql PAGE = {
	"SELECT k.id, k.name, k.permissions, k.created_at, k.expires_at,"
	" k.revoked_at, k.last_used_at FROM api_key k"
	" WHERE k.tenant_id = ? AND k.id < ? ORDER BY k.id DESC LIMIT ?"
};
static const struct db_sql REVOKE = {
	"UPDATE api_key SET revoked_at = COALESCE(revoked_at, ?)"
	" WHERE tenant_id = ? AND id = ?"
};

int kyc_key_grant(struct kyc *k, struct kyc_key *key, const char **text,
		  struct fault *f)
{
	struct kyc_record record = { .verb = KYC_KEY_CREATE };
	unsigned int beyond = key->permissions & ~k->who.permissions;

	if (beyond)
		return fault_set(f, FAULT_FORBIDDEN,
				 "A key cannot grant %s, which it lacks.",
				 kyc_permission_name(beyond & -beyond));
	key->created_at = clock_now_ms();
	if (key->expires_at >= 0 && key->expires_at <= key->created_at)
		return fault_field(f, "expires_at", "must be in the future");
	if (kyc_key_create(k, key->name, key->permissions, key->expires_at,
			   &key->id, text, f))
		return -1;
	key->tenant = k->who.tenant;
	key->live = k->who.live;
	key->revoked_at = key->last_used_at = -1;
	record.object = key->id;
	return kyc_record_audit(k, NULL, &record, f);
}

int kyc_key_page(struct kyc *k, const struct uuid *before, struct kyc_key *out,
		 int64_t max, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc = 0;

	if (db_query(k->db, k->arena, &rows, &PAGE, db_uuid(&k->who.tenant),
		     db_uuid(uuid_is_nil(before) ? &uuid_max : before),
		     db_int(max)))
		return db_fault(k->db, f);
	while (n < max && (rc = db_next(&rows)) > 0) {
		out[n++] = (struct kyc_key){
			.tenant = k->who.tenant,
			.live = k->who.live,
			.id = db_get_uuid(&rows, 0),
			.name = db_get_text(&rows, 1),
			.permissions = (unsigned int)db_get_int(&rows, 2),
			.created_at = db_get_int(&rows, 3),
			.expires_at = db_get_time(&rows, 4),
			.revoked_at = db_get_time(&rows, 5),
			.last_used_at = db_get_time(&rows, 6),
		};
	}
	return rc < 0 ? db_fault(k->db, f) : n;
}

int kyc_key_withdraw(struct kyc *k, const struct uuid *id, struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_KEY_REVOKE,
					   .object = *id };
	int64_t n = db_exec(k->db, &REVOKE, db_int(clock_now_ms()),
			    db_uuid(&k->who.tenant), db_uuid(id));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return fault_set(f, FAULT_NOT_FOUND, "API key not found.");
	return kyc_record_audit(k, NULL, &record, f);
}
