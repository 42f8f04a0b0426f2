// SPDX-License-Identifier: GPL-3.0-or-later
/* Which master keys the rows of the database may name. */
#include "kyc/master.h"

static const struct db_sql USE = {
	"INSERT IGNORE INTO keyring_key (key_id, first_used_at) VALUES (?, ?)"
};
static const struct db_sql IN_USE = { "SELECT key_id FROM keyring_key" };

int kyc_master_note(struct kyc *k, struct fault *f)
{
	uint32_t newest = keyring_newest(k->keyring);

	if (k->master_noted == newest)
		return 0;
	if (db_exec(k->db, &USE, db_int(newest), db_int(clock_now_ms())) < 0)
		return db_fault(k->db, f);
	k->master_noted = newest;
	return 0;
}

int kyc_master_complete(struct kyc *k)
{
	struct db_rows rows;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &IN_USE, NULL, 0))
		return -1;
	while ((rc = db_next(&rows)) > 0) {
		if (!keyring_has(k->keyring, (uint32_t)db_get_int(&rows, 0)))
			return 0;
	}
	return rc ? -1 : 1;
}
