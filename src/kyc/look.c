// SPDX-License-Identifier: GPL-3.0-or-later
/* Who asks, and what he asks for, by one statement. */
#include "crypto/digest.h"
#include "kyc/look.h"

#define ASKER                                                                  \
	"k.id, k.permissions, k.expires_at, k.revoked_at, k.last_used_at,"     \
	" t.id, t.organisation_id, t.live, t.workflow_id"
enum { ASKER_COLUMN_COUNT = 9 };

/* All by primary or unique keys, in the order that is written: looking for
 * another one would cost more than the statement. */
#define KEYS " FROM api_key k JOIN tenant t ON t.id = k.tenant_id"
#define TENANTS " FROM tenant t LEFT JOIN api_key k ON FALSE"
#define BY(columns, joins, order)                                              \
	{                                                                      \
		[KYC_BY_DIGEST] = { "SELECT STRAIGHT_JOIN " ASKER columns KEYS \
					    joins                              \
				    " WHERE k.digest = ?" order },             \
		[KYC_BY_KEY] = { "SELECT STRAIGHT_JOIN " ASKER columns KEYS    \
					 joins " WHERE k.tenant_id = ?"        \
				 " AND k.id = ?" order },                      \
		[KYC_BY_OPERATOR] = {                                          \
			"SELECT STRAIGHT_JOIN " ASKER columns TENANTS joins    \
			" WHERE t.organisation_id = ?"                         \
			" AND t.live = ?" order                                \
		}                                                              \
	}
#define SESSION                                                                \
	" LEFT JOIN session s ON s.tenant_id = t.id AND s.id = ?"              \
	" LEFT JOIN check_run c ON c.tenant_id = s.tenant_id"                  \
	" AND c.session_id = s.id"

static const struct db_sql looks[KYC_LOOKS][KYC_BY_OPERATOR + 1] = {
	[KYC_LOOK_NOTHING] = BY("", "", ""),
	[KYC_LOOK_BRIEF] =
		BY(", " KYC_SESSION_BRIEF ", " KYC_CHECK_COLUMNS, SESSION, ""),
	[KYC_LOOK_SESSION] = BY(", " KYC_SESSION_COLUMNS ", " KYC_CHECK_COLUMNS,
				SESSION, ""),
	[KYC_LOOK_WHOLE] =
		BY(", " KYC_WHOLE_COLUMNS, KYC_WHOLE_JOINS, " ORDER BY p.part"),
	[KYC_LOOK_CLIENT] = BY(", " KYC_CLIENT_COLUMNS, KYC_CLIENT_JOINS, ""),
};

/* What the look's own joins bind; how many. */
static size_t bind_look(const struct kyc_look *look, struct db_val *vals)
{
	switch (look->kind) {
	case KYC_LOOK_BRIEF:
	case KYC_LOOK_SESSION:
		vals[0] = db_uuid(look->id);
		return 1;
	case KYC_LOOK_WHOLE:
		kyc_whole_bind(look->id, look->parts, vals);
		return KYC_WHOLE_BINDS;
	case KYC_LOOK_CLIENT:
		vals[0] = db_text(look->client);
		return 1;
	case KYC_LOOK_NOTHING:
	case KYC_LOOKS:
		break;
	}
	return 0;
}

static size_t bind_asker(const struct kyc_asker *who, struct db_val *vals)
{
	switch (who->kind) {
	case KYC_BY_DIGEST:
		vals[0] = db_bytes(who->digest, DIGEST_SIZE);
		return 1;
	case KYC_BY_KEY:
		vals[0] = db_uuid(&who->tenant);
		vals[1] = db_uuid(&who->key);
		return 2;
	case KYC_BY_OPERATOR:
		break;
	}
	vals[0] = db_uuid(&who->organisation);
	vals[1] = db_int(who->live);
	return 2;
}

static void read_asker(struct kyc *k, const struct db_rows *rows,
		       struct kyc_asker_row *out)
{
	unsigned int permissions = (unsigned int)db_get_int(rows, 1);

	k->who.actor = KYC_ACTOR_KEY;
	k->who.key_id = db_get_uuid(rows, 0);
	k->who.permissions = kyc_permissions_with(permissions);
	k->who.tenant = db_get_uuid(rows, 5);
	k->who.organisation = db_get_uuid(rows, 6);
	k->who.live = db_get_int(rows, 7) != 0;
	k->who.workflow = db_get_uuid(rows, 8);
	*out = (struct kyc_asker_row){
		.expires_at = db_get_time(rows, 2),
		.revoked_at = db_get_time(rows, 3),
		.last_used_at = db_get_time(rows, 4),
	};
}

int kyc_look_ask(struct kyc *k, const struct kyc_look *look,
		 const struct kyc_asker *who, struct db_rows *rows,
		 struct kyc_asker_row *out, struct fault *f)
{
	struct db_val vals[KYC_WHOLE_BINDS + 2];
	size_t n = bind_look(look, vals);
	int rc;

	n += bind_asker(who, vals + n);
	if (db_query_(k->db, k->arena, rows, &looks[look->kind][who->kind],
		      vals, n) ||
	    (rc = db_next(rows)) < 0)
		return db_fault(k->db, f);
	if (rc)
		read_asker(k, rows, out);
	return rc;
}

static int read_session(struct kyc *k, struct db_rows *rows,
			struct kyc_look *look, struct fault *f)
{
	bool brief = look->kind == KYC_LOOK_BRIEF;
	unsigned int checks =
		ASKER_COLUMN_COUNT +
		(brief ? KYC_SESSION_BRIEF_COUNT : KYC_SESSION_COLUMN_COUNT);
	int rc = 1;

	look->session = arena_new(k->arena, struct kyc_session);
	look->checks = arena_new(k->arena, struct kyc_checks);
	look->found = !db_is_null(rows, ASKER_COLUMN_COUNT);
	if (look->found && brief)
		kyc_session_read_brief(rows, ASKER_COLUMN_COUNT, look->session);
	else if (look->found)
		kyc_session_read(rows, ASKER_COLUMN_COUNT, look->session);
	while (rc > 0) {
		kyc_check_read(rows, checks, look->checks);
		rc = db_next(rows);
	}
	return rc ? db_fault(k->db, f) : 0;
}

static int read_whole(struct kyc *k, struct db_rows *rows,
		      struct kyc_look *look, struct fault *f)
{
	int rc;

	look->whole = arena_new(k->arena, struct kyc_whole);
	rc = kyc_whole_read(k, rows, ASKER_COLUMN_COUNT, look->whole, f);
	look->found = rc > 0;
	look->session = &look->whole->session;
	look->checks = &look->whole->checks;
	return rc < 0 ? -1 : 0;
}

int kyc_look_read(struct kyc *k, struct db_rows *rows, struct kyc_look *look,
		  struct fault *f)
{
	switch (look->kind) {
	case KYC_LOOK_BRIEF:
	case KYC_LOOK_SESSION:
		return read_session(k, rows, look, f);
	case KYC_LOOK_WHOLE:
		return read_whole(k, rows, look, f);
	case KYC_LOOK_CLIENT:
		look->person = arena_new(k->arena, struct kyc_client);
		return kyc_client_read(k, rows, ASKER_COLUMN_COUNT,
				       look->person, f);
	case KYC_LOOK_NOTHING:
	case KYC_LOOKS:
		break;
	}
	return 0;
}
