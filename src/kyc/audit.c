// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading the audit trail. */
#include "kyc/audit.h"

/* By the narrowest index that a filter allows: of a session, of a key, of a
 * verb, else the primary key backwards. What is left is compared row by row;
 * COALESCE lets a NULL through. Ids hold the time that they were made at, which
 * bounds the walk for from and to. */
#define PAGE(index, column)                                                    \
	{                                                                      \
		"SELECT a.id, c.seq, a.created_at, a.actor, a.actor_id,"       \
		" k.name, a.verb, a.session_id, a.object_id, a.from_state,"    \
		" a.to_state, a.remote_addr FROM audit a"                      \
		" FORCE INDEX (" index ")"                                     \
		" LEFT JOIN audit_chain c ON c.tenant_id = a.tenant_id"        \
		" AND c.audit_id = a.id"                                       \
		" LEFT JOIN api_key k ON k.tenant_id = a.tenant_id"            \
		" AND k.id = a.actor_id"                                       \
		" WHERE a.tenant_id = ? AND a." column " = ?"                  \
		" AND a.id < ? AND a.id >= ?"                                  \
		" AND a.actor_id <=> COALESCE(?, a.actor_id)"                  \
		" AND a.verb = COALESCE(?, a.verb)"                            \
		" AND a.created_at >= COALESCE(?, a.created_at)"               \
		" AND a.created_at <= COALESCE(?, a.created_at)"               \
		" ORDER BY a.id DESC LIMIT ?"                                  \
	}

static const struct db_sql BY_SESSION = PAGE("session", "session_id");
static const struct db_sql BY_ACTOR = PAGE("actor", "actor_id");
static const struct db_sql BY_VERB = PAGE("verb", "verb");
static const struct db_sql ANY = PAGE("PRIMARY", "tenant_id");

/* A row may be written so long after its id was made: a document is viewed
 * some minutes after its address was asked for. */
enum { LATE_MS = CLOCK_HOUR };

/* The smallest id of a time; the largest where it is negative. */
static struct uuid id_at(int64_t ms)
{
	struct uuid id = { { 0 } };
	int i;

	if (ms < 0)
		memset(id.b, 255, UUID_SIZE);
	for (i = 5; ms >= 0 && i >= 0; i--)
		id.b[i] = (uint8_t)((uint64_t)ms >> (8 * (5 - i)));
	return id;
}

static const struct db_sql *choose(const struct kyc *k,
				   const struct kyc_audit_filter *filter,
				   struct db_val *key)
{
	if (!uuid_is_nil(&filter->session)) {
		*key = db_uuid(&filter->session);
		return &BY_SESSION;
	}
	if (!uuid_is_nil(&filter->actor)) {
		*key = db_uuid(&filter->actor);
		return &BY_ACTOR;
	}
	if (filter->verb) {
		*key = db_int(filter->verb);
		return &BY_VERB;
	}
	*key = db_uuid(&k->who.tenant);
	return &ANY;
}

static struct kyc_audit_row read(const struct db_rows *rows)
{
	return (struct kyc_audit_row){
		.id = db_get_uuid(rows, 0),
		.seq = db_get_time(rows, 1),
		.at = db_get_int(rows, 2),
		.actor = (enum kyc_actor)db_get_int(rows, 3),
		.actor_id = db_get_uuid(rows, 4),
		.actor_name = db_get_text(rows, 5),
		.verb = (enum kyc_verb)db_get_int(rows, 6),
		.session = db_get_uuid(rows, 7),
		.object = db_get_uuid(rows, 8),
		.from = (enum kyc_state)db_get_int(rows, 9),
		.to = (enum kyc_state)db_get_int(rows, 10),
		.remote_addr = db_get_text(rows, 11),
	};
}

int kyc_audit_page(struct kyc *k, const struct kyc_audit_filter *filter,
		   const struct uuid *before, struct kyc_audit_row *out,
		   int64_t max, struct fault *f)
{
	struct uuid end = id_at(filter->to < 0 ? -1 : filter->to + LATE_MS);
	struct uuid start =
		id_at(filter->from < LATE_MS ? 0 : filter->from - LATE_MS);
	const struct db_sql *sql;
	struct db_rows rows;
	struct db_val key;
	int n = 0, rc = 0;

	sql = choose(k, filter, &key);
	if (!uuid_is_nil(before) && memcmp(before, &end, UUID_SIZE) < 0)
		end = *before;
	if (db_query(k->db, k->arena, &rows, sql, db_uuid(&k->who.tenant), key,
		     db_uuid(&end), db_bytes(start.b, UUID_SIZE),
		     db_uuid(&filter->actor),
		     filter->verb ? db_int(filter->verb) : db_null(),
		     db_time(filter->from), db_time(filter->to), db_int(max)))
		return db_fault(k->db, f);
	while (n < max && (rc = db_next(&rows)) > 0)
		out[n++] = read(&rows);
	return rc < 0 ? db_fault(k->db, f) : n;
}
