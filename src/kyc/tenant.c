// SPDX-License-Identifier: GPL-3.0-or-later
/* A tenant as its own keys see and set it. */
#include "kyc/record.h"
#include "kyc/tenant.h"
#include "mail/template.h"

static const struct db_sql SELECT = {
	"SELECT o.name, o.locale, t.workflow_id, t.created_at FROM tenant t"
	" JOIN organisation o ON o.id = t.organisation_id WHERE t.id = ?"
};
static const struct db_sql IS_LIVE = { "SELECT live FROM tenant WHERE id = ?" };
static const struct db_sql CHANGE_ORGANISATION = {
	"UPDATE organisation o JOIN tenant t ON t.organisation_id = o.id"
	" SET o.name = COALESCE(?, o.name), o.locale = COALESCE(?, o.locale)"
	" WHERE t.id = ?"
};
static const struct db_sql CHANGE_WORKFLOW = {
	"UPDATE tenant t SET t.workflow_id = ? WHERE t.id = ?"
	" AND EXISTS (SELECT 1 FROM workflow w WHERE w.tenant_id = t.id"
	" AND w.id = ? AND w.deleted_at IS NULL)"
};

int kyc_tenant_load(struct kyc *k, struct kyc_tenant *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT,
		     db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	*out = (struct kyc_tenant){
		.name = db_get_text(&rows, 0),
		.locale = db_get_text(&rows, 1),
		.workflow = db_get_uuid(&rows, 2),
		.created_at = db_get_int(&rows, 3),
	};
	return 0;
}

int kyc_tenant_is_live(struct kyc *k, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &IS_LIVE,
		     db_uuid(&k->who.tenant)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, NULL);
	return db_get_int(&rows, 0) != 0;
}

static int set_workflow(struct kyc *k, const struct uuid *id, struct fault *f)
{
	int64_t n = db_exec(k->db, &CHANGE_WORKFLOW, db_uuid(id),
			    db_uuid(&k->who.tenant), db_uuid(id));

	if (n < 0)
		return db_fault(k->db, f);
	if (!n)
		return fault_field(f, "default_workflow_id",
				   "names no workflow");
	return 0;
}

int kyc_tenant_change(struct kyc *k, const struct kyc_tenant *change,
		      struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_TENANT_UPDATE };

	if (change->locale && !mail_locale_is_valid(change->locale))
		return fault_field(f, "locale", "must be a language tag");
	if ((change->name || change->locale) && !k->who.live)
		return fault_set(f, FAULT_FORBIDDEN,
				 "The organisation's name and language are not "
				 "changed in test mode.");
	if (!uuid_is_nil(&change->workflow) &&
	    set_workflow(k, &change->workflow, f))
		return -1;
	if ((change->name || change->locale) &&
	    db_exec(k->db, &CHANGE_ORGANISATION, db_text(change->name),
		    db_text(change->locale), db_uuid(&k->who.tenant)) < 0)
		return db_fault(k->db, f);
	return kyc_record_audit(k, NULL, &record, f);
}
