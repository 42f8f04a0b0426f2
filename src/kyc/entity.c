// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities: the people that are verified. */
#include "kyc/entity.h"

static const struct db_sql INSERT = {
	"INSERT INTO entity (tenant_id, id, name, email, created_at,"
	" updated_at) VALUES (?, ?, ?, ?, ?, ?)"
};

int kyc_entity_create(struct kyc *k, const char *name, const char *email,
		      struct uuid *id, struct fault *f)
{
	int64_t now = clock_now_ms();

	*id = uuid_v7(now);
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(id),
		    db_text(name), db_text(email), db_int(now),
		    db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}
