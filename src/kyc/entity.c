// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities: the people and companies that are verified. */
#include "base/str.h"
#include "crypto/digest.h"
#include "kyc/entity_field.h"
#include "kyc/record.h"
#include "kyc/secret.h"

static const struct db_sql INSERT = {
	"INSERT INTO entity (tenant_id, id, type, name, email, external_id,"
	" sealed, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql UPDATE = {
	"UPDATE entity SET name = ?, email = ?, external_id = ?, sealed = ?,"
	" updated_at = ? WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql DELETE = {
	"DELETE FROM entity WHERE tenant_id = ? AND id = ?"
};
static const struct db_sql SELECT = { "SELECT " KYC_ENTITY_COLUMNS
				      " FROM entity e"
				      " WHERE e.tenant_id = ? AND e.id = ?" };
static const struct db_sql SELECT_LOCKED = {
	"SELECT " KYC_ENTITY_COLUMNS " FROM entity e"
	" WHERE e.tenant_id = ? AND e.id = ? FOR UPDATE"
};
/* By the primary key, and by the unique key external_id. */
static const struct db_sql HOLD = {
	"SELECT id, name, email, type FROM entity"
	" WHERE tenant_id = ? AND id = ? FOR UPDATE"
};
static const struct db_sql HOLD_CLIENT = {
	"SELECT id, name, email, type FROM entity"
	" WHERE tenant_id = ? AND external_id = ? FOR UPDATE"
};
/* Of two that bring the same new external id the second waits here for the
 * first, and then finds its row. */
static const struct db_sql INSERT_CLIENT = {
	"INSERT INTO entity (tenant_id, id, type, name, email, external_id,"
	" created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE updated_at = updated_at"
};
static const struct db_sql HAS_SESSIONS = {
	"SELECT 1 FROM session WHERE tenant_id = ? AND entity_id = ? LIMIT 1"
};

/* By the primary key, external_id's key or email's. */
#define PAGE(filter, order)                                                    \
	{                                                                      \
		"SELECT " KYC_ENTITY_COLUMNS                                   \
		" FROM entity e WHERE e.tenant_id = ?"                         \
		" AND e.id > ? AND e.id < ?" filter " ORDER BY e.id" order     \
		" LIMIT ? OFFSET ?"                                            \
	}
#define PAGES(filter)                                                          \
	{                                                                      \
		PAGE(filter, " DESC"), PAGE(filter, "")                        \
	}
#define COUNT(filter)                                                          \
	{                                                                      \
		"SELECT COUNT(*) FROM entity e WHERE e.tenant_id = ?" filter   \
	}
#define BY_EXTERNAL " AND e.external_id = ?"
#define BY_EMAIL " AND e.email = ?"

/* By whether there is an external id (1) and a mail address (2); pages down
 * and up. */
static const struct db_sql pages[][2] = {
	PAGES(""),
	PAGES(BY_EXTERNAL),
	PAGES(BY_EMAIL),
	PAGES(BY_EXTERNAL BY_EMAIL),
};
static const struct db_sql counts[] = {
	COUNT(""),
	COUNT(BY_EXTERNAL),
	COUNT(BY_EMAIL),
	COUNT(BY_EXTERNAL BY_EMAIL),
};

static int insert(struct kyc *k, const struct kyc_entity *e,
		  const struct buf *sealed, struct fault *f)
{
	if (db_exec(k->db, &INSERT, db_uuid(&k->who.tenant), db_uuid(&e->id),
		    db_int(e->type), db_text(e->name), db_text(e->email),
		    db_text(e->external_id),
		    sealed ? db_bytes(sealed->data, sealed->len) : db_null(),
		    db_int(e->created_at), db_int(e->updated_at)) >= 0)
		return 0;
	if (db_status(k->db) == DB_DUPLICATE)
		return fault_set(f, FAULT_CONFLICT,
				 "external_id is taken by another entity.");
	return db_fault(k->db, f);
}

int kyc_entity_create(struct kyc *k, const char *name, const char *email,
		      struct uuid *id, struct fault *f)
{
	int64_t now = clock_now_ms();
	const struct kyc_entity e = { .id = uuid_v7(now),
				      .type = KYC_INDIVIDUAL,
				      .name = name,
				      .email = email,
				      .created_at = now,
				      .updated_at = now };

	*id = e.id;
	return insert(k, &e, NULL, f);
}

static int hold(struct kyc *k, struct db_rows *rows, struct kyc_entity *e,
		struct fault *f)
{
	int rc = db_next(rows);

	if (rc < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Entity not found.");
	*e = (struct kyc_entity){
		.id = db_get_uuid(rows, 0),
		.name = db_get_text(rows, 1),
		.email = db_get_text(rows, 2),
		.type = (enum kyc_entity_type)db_get_int(rows, 3),
	};
	return 0;
}

int kyc_entity_hold(struct kyc *k, const struct uuid *id, struct kyc_entity *e,
		    struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &HOLD, db_uuid(&k->who.tenant),
		     db_uuid(id)))
		return db_fault(k->db, f);
	return hold(k, &rows, e, f);
}

int kyc_entity_of_client(struct kyc *k, const char *external_id,
			 const char *name, const char *email,
			 struct kyc_entity *e, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid made = uuid_v7(now);
	struct db_rows rows;

	if (db_exec(k->db, &INSERT_CLIENT, db_uuid(&k->who.tenant),
		    db_uuid(&made), db_int(KYC_INDIVIDUAL),
		    db_text(name ? name : external_id), db_text(email),
		    db_text(external_id), db_int(now), db_int(now)) < 0 ||
	    db_query(k->db, k->arena, &rows, &HOLD_CLIENT,
		     db_uuid(&k->who.tenant), db_text(external_id)))
		return db_fault(k->db, f);
	return hold(k, &rows, e, f);
}

static int audit(struct kyc *k, enum kyc_verb verb, const struct uuid *id,
		 struct fault *f)
{
	const struct kyc_record record = { .verb = verb, .object = *id };

	return kyc_record_audit(k, NULL, &record, f);
}

/* The name that the fields make, else the one that it has; sealed. */
static int prepare(struct kyc *k, struct kyc_entity *e, struct buf *sealed,
		   struct fault *f)
{
	const char *name = entity_field_name(k, e);

	if (entity_field_check(e, f))
		return -1;
	if (name)
		e->name = name;
	if (!e->name)
		return fault_field(
			f, e->type == KYC_COMPANY ? "legal_name" : "first_name",
			"is required");
	if (str_utf8_length(e->name, strlen(e->name)) > 255)
		return fault_field(f, "last_name",
				   "makes a name of more than 255 characters");
	buf_init(sealed, k->arena);
	return entity_field_seal(k, e, sealed, f);
}

int kyc_entity_add(struct kyc *k, struct kyc_entity *e, struct fault *f)
{
	struct buf sealed = BUF_INIT;

	e->created_at = e->updated_at = clock_now_ms();
	e->id = uuid_v7(e->created_at);
	e->name = NULL;
	if (prepare(k, e, &sealed, f) || insert(k, e, &sealed, f))
		return -1;
	return audit(k, KYC_ENTITY_CREATE, &e->id, f);
}

int kyc_entity_read(struct kyc *k, const struct db_rows *rows, unsigned int i,
		    const uint8_t key[SEAL_KEY_SIZE], struct kyc_entity *e,
		    struct fault *f)
{
	const void *sealed;
	size_t len;

	*e = (struct kyc_entity){
		.id = db_get_uuid(rows, i),
		.type = (enum kyc_entity_type)db_get_int(rows, i + 1),
		.name = db_get_text(rows, i + 2),
		.email = db_get_text(rows, i + 3),
		.external_id = db_get_text(rows, i + 4),
		.created_at = db_get_int(rows, i + 6),
		.updated_at = db_get_int(rows, i + 7),
	};
	sealed = db_get_bytes(rows, i + 5, &len);
	return entity_field_open(k, key, sealed, len, e, f);
}

int kyc_entity_load(struct kyc *k, const struct uuid *id, bool lock,
		    struct kyc_entity *out, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, lock ? &SELECT_LOCKED : &SELECT,
		     db_uuid(&k->who.tenant), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Entity not found.");
	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	rc = kyc_entity_read(k, &rows, 0, key, out, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

/* NULL leaves what was, "" takes it away. */
static void set(const char **to, const char *change)
{
	if (change)
		*to = *change ? change : NULL;
}

int kyc_entity_change(struct kyc *k, struct kyc_entity *e,
		      const struct kyc_entity *change, struct fault *f)
{
	struct buf sealed = BUF_INIT;
	int i;

	set(&e->email, change->email);
	set(&e->external_id, change->external_id);
	for (i = 0; i < KYC_ENTITY_FIELDS; i++)
		set(&e->field[i], change->field[i]);
	e->updated_at = clock_now_ms();
	if (prepare(k, e, &sealed, f))
		return -1;
	if (db_exec(k->db, &UPDATE, db_text(e->name), db_text(e->email),
		    db_text(e->external_id), db_bytes(sealed.data, sealed.len),
		    db_int(e->updated_at), db_uuid(&k->who.tenant),
		    db_uuid(&e->id)) >= 0)
		return audit(k, KYC_ENTITY_UPDATE, &e->id, f);
	if (db_status(k->db) == DB_DUPLICATE)
		return fault_set(f, FAULT_CONFLICT,
				 "external_id is taken by another entity.");
	return db_fault(k->db, f);
}

/* The row is locked first: whoever makes a session of an entity locks it too,
 * and so is seen here, or finds it gone. */
int kyc_entity_delete(struct kyc *k, const struct uuid *id, struct fault *f)
{
	struct kyc_entity e;
	struct db_rows rows;
	int rc;

	if (kyc_entity_load(k, id, true, &e, f))
		return -1;
	if (db_query(k->db, k->arena, &rows, &HAS_SESSIONS,
		     db_uuid(&k->who.tenant), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (rc)
		return fault_set(f, FAULT_CONFLICT,
				 "The entity has sessions; delete them first.");
	if (db_exec(k->db, &DELETE, db_uuid(&k->who.tenant), db_uuid(id)) < 0)
		return db_fault(k->db, f);
	return audit(k, KYC_ENTITY_DELETE, id, f);
}

static int fetch(struct kyc *k, struct db_rows *rows, struct kyc_entity *out,
		 int64_t max, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int n = 0, rc = 0, bad = 0;

	if (kyc_secret_load_tenant(k, key, f))
		return -1;
	while (n < max && !bad && (rc = db_next(rows)) > 0)
		bad = kyc_entity_read(k, rows, 0, key, &out[n++], f);
	crypto_wipe(key, sizeof(key));
	if (bad)
		return -1;
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* Which of the statements, and the values of its filter. */
static size_t bind_filter(const struct kyc_entity_filter *filter,
			  struct db_val *vals, size_t *n)
{
	size_t which = 0;

	if (filter->external_id) {
		vals[(*n)++] = db_text(filter->external_id);
		which |= 1;
	}
	if (filter->email) {
		vals[(*n)++] = db_text(filter->email);
		which |= 2;
	}
	return which;
}

static void turn_round(struct kyc_entity *list, int n)
{
	int i;

	for (i = 0; i < n / 2; i++) {
		struct kyc_entity e = list[i];

		list[i] = list[n - 1 - i];
		list[n - 1 - i] = e;
	}
}

int kyc_entity_list(struct kyc *k, const struct kyc_entity_filter *filter,
		    struct kyc_entity *out, int64_t max, struct fault *f)
{
	const struct uuid *to =
		uuid_is_nil(&filter->before) ? &uuid_max : &filter->before;
	bool up = !uuid_is_nil(&filter->after);
	struct db_val vals[7];
	struct db_rows rows;
	size_t n = 0, which;
	int found;

	vals[n++] = db_uuid(&k->who.tenant);
	vals[n++] = db_bytes(filter->after.b, UUID_SIZE);
	vals[n++] = db_uuid(to);
	which = bind_filter(filter, vals, &n);
	vals[n++] = db_int(max);
	vals[n++] = db_int(filter->offset);
	if (db_query_(k->db, k->arena, &rows, &pages[which][up], vals, n))
		return db_fault(k->db, f);
	found = fetch(k, &rows, out, max, f);
	if (up)
		turn_round(out, found);
	return found;
}

int64_t kyc_entity_count(struct kyc *k, const struct kyc_entity_filter *filter,
			 struct fault *f)
{
	struct db_val vals[3];
	struct db_rows rows;
	size_t n = 0, which;

	vals[n++] = db_uuid(&k->who.tenant);
	which = bind_filter(filter, vals, &n);
	if (db_query_(k->db, k->arena, &rows, &counts[which], vals, n) ||
	    db_next(&rows) <= 0)
		return db_fault(k->db, f);
	return db_get_int(&rows, 0);
}
