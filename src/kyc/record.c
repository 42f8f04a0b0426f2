// SPDX-License-Identifier: GPL-3.0-or-later
/* What a change leaves behind: event rows and audit rows, only inserted. */
#include "crypto/random.h"
#include "kyc/record.h"

static const struct db_sql EVENT = {
	"INSERT INTO event (tenant_id, id, session_id, kind, session_version,"
	" state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql AUDIT = {
	"INSERT INTO audit (tenant_id, id, actor, actor_id, verb, session_id,"
	" object_id, from_state, to_state, remote_addr, salt, created_at)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
};

int kyc_record_event(struct kyc *k, const struct kyc_session *s,
		     enum kyc_event event, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);

	if (db_exec(k->db, &EVENT, db_uuid(&s->tenant), db_uuid(&id),
		    db_uuid(&s->id), db_int(event), db_int(s->version),
		    db_int(s->state), db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}

static struct db_val state_or_null(enum kyc_state state)
{
	return state ? db_int(state) : db_null();
}

int kyc_record_audit(struct kyc *k, const struct uuid *session,
		     const struct kyc_record *r, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);
	const char *addr = k->who.remote_addr;
	uint8_t salt[16];

	crypto_random(salt, sizeof(salt));
	if (db_exec(k->db, &AUDIT, db_uuid(&k->who.tenant), db_uuid(&id),
		    db_int(k->who.actor), db_uuid(&k->who.key_id),
		    db_int(r->verb), db_uuid(session), db_uuid(&r->object),
		    state_or_null(r->from), state_or_null(r->to),
		    db_text(addr && *addr ? addr : NULL),
		    db_bytes(salt, sizeof(salt)), db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}
