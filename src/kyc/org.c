// SPDX-License-Identifier: GPL-3.0-or-later
/* Organisations and their two tenants, live and test. */
#include "kyc/org.h"
#include "kyc/secret.h"
#include "kyc/workflow.h"

static const struct db_sql INSERT = {
	"INSERT INTO organisation (id, name, locale, created_at)"
	" VALUES (?, ?, ?, ?)"
};
static const struct db_sql INSERT_TENANT = {
	"INSERT INTO tenant (id, organisation_id, live, workflow_id,"
	" created_at) VALUES (?, ?, ?, ?, ?)"
};
static const struct db_sql LIST = {
	"SELECT id, name, locale, created_at FROM organisation WHERE id > ?"
	" ORDER BY id LIMIT ?"
};
static const struct db_sql ENTER = {
	"SELECT id, workflow_id FROM tenant"
	" WHERE organisation_id = ? AND live = ?"
};
static const struct db_sql NAME = {
	"SELECT o.name FROM tenant t"
	" JOIN organisation o ON o.id = t.organisation_id WHERE t.id = ?"
};
struct create {
	const char *name;
	const char *locale;
	struct uuid *id;
};

static int create_tenant(struct kyc *k, const struct uuid *org, bool live,
			 struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now), workflow;

	k->who.tenant = id;
	k->who.live = live;
	if (kyc_workflow_create_default(k, &workflow, f))
		return -1;
	if (db_exec(k->db, &INSERT_TENANT, db_uuid(&id), db_uuid(org),
		    db_int(live), db_uuid(&workflow), db_int(now)) < 0)
		return db_fault(k->db, f);
	return kyc_secret_create_tenant(k, f);
}

static int create(struct kyc *k, void *ctx, struct fault *f)
{
	const struct create *c = ctx;
	int64_t now = clock_now_ms();

	*c->id = uuid_v7(now);
	if (db_exec(k->db, &INSERT, db_uuid(c->id), db_text(c->name),
		    db_text(c->locale), db_int(now)) < 0)
		return db_fault(k->db, f);
	if (create_tenant(k, c->id, true, f))
		return -1;
	return create_tenant(k, c->id, false, f);
}

int kyc_org_create(struct kyc *k, const char *name, const char *locale,
		   struct uuid *id, struct fault *f)
{
	struct create c = { name, locale, id };

	return kyc_transact(k, create, &c, f);
}

int kyc_org_list(struct kyc *k, const struct uuid *after, struct kyc_org *out,
		 size_t max, struct fault *f)
{
	struct db_rows rows;
	size_t n = 0;
	int rc;

	if (db_query(k->db, k->arena, &rows, &LIST,
		     db_bytes(after->b, UUID_SIZE), db_int((int64_t)max)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && n < max) {
		out[n++] = (struct kyc_org){
			.id = db_get_uuid(&rows, 0),
			.name = db_get_text(&rows, 1),
			.locale = db_get_text(&rows, 2),
			.created_at = db_get_int(&rows, 3),
		};
	}
	return rc < 0 ? db_fault(k->db, f) : (int)n;
}

int kyc_org_enter(struct kyc *k, const struct uuid *org, bool live,
		  struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &ENTER, db_uuid(org),
		     db_int(live)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "No such organisation.");
	k->who.organisation = *org;
	k->who.live = live;
	k->who.tenant = db_get_uuid(&rows, 0);
	k->who.workflow = db_get_uuid(&rows, 1);
	return 0;
}

int kyc_org_name(struct kyc *k, const char **name, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &NAME, db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "No such organisation.");
	*name = db_get_text(&rows, 0);
	return 0;
}
