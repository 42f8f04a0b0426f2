// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of sessions by tenant, workflow, day and state. */
#include "kyc/count.h"

#define INSERT                                                                 \
	"INSERT INTO session_delta (id, tenant_id, workflow_id, day, state, "  \
	"n,"                                                                   \
	" scored, risk, lists, face_match, adverse_media) VALUES "
#define ROW "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

static const struct db_sql INSERT_ONE = { INSERT ROW };
static const struct db_sql INSERT_BOTH = { INSERT ROW ", " ROW };

enum { COLUMNS = 11 };

/* One side of a change: into what c says (n = 1) or out of it (n = -1). */
static void put(const struct kyc_session *s, const struct kyc_counted *c, int n,
		const struct uuid *id, struct db_val out[COLUMNS])
{
	const struct db_val vals[COLUMNS] = {
		db_uuid(id),
		db_uuid(&s->tenant),
		db_uuid(&s->workflow),
		db_int(s->created_at / CLOCK_DAY),
		db_int(c->state),
		db_int(n),
		db_int(c->risk < 0 ? 0 : n),
		db_int(c->risk < 0 ? 0 : n * c->risk),
		db_int(c->validated & KYC_VALIDATED_LISTS ? n : 0),
		db_int(c->validated & KYC_VALIDATED_FACE_MATCH ? n : 0),
		db_int(c->validated & KYC_VALIDATED_ADVERSE_MEDIA ? n : 0),
	};

	memcpy(out, vals, sizeof(vals));
}

int kyc_count_note(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	const struct kyc_counted now = { s->state, s->risk, s->validated };
	const struct kyc_counted *was = &s->counted;
	struct uuid ids[2] = { uuid_v7(s->updated_at), uuid_v7(s->updated_at) };
	struct db_val vals[2 * COLUMNS];
	int64_t rc;

	if (was->state == now.state && was->risk == now.risk &&
	    was->validated == now.validated)
		return 0;
	put(s, &now, 1, &ids[0], vals);
	if (was->state) {
		put(s, was, -1, &ids[1], vals + COLUMNS);
		rc = db_exec_(k->db, &INSERT_BOTH, vals, ARRAY_SIZE(vals));
	} else {
		rc = db_exec_(k->db, &INSERT_ONE, vals, COLUMNS);
	}
	if (rc < 0)
		return db_fault(k->db, f);
	s->counted = now;
	return 0;
}

int kyc_count_forget(struct kyc *k, const struct kyc_session *s,
		     struct fault *f)
{
	struct uuid id = uuid_v7(clock_now_ms());
	struct db_val vals[COLUMNS];

	put(s, &s->counted, -1, &id, vals);
	return db_exec_(k->db, &INSERT_ONE, vals, COLUMNS) < 0
		       ? db_fault(k->db, f)
		       : 0;
}
