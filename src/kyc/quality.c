// SPDX-License-Identifier: GPL-3.0-or-later
/* Quality: what is said of a photo at once. */
#include "kyc/document.h"
#include "kyc/job.h"

/* Longer than a page waits, shorter than a customer does. */
enum { NEAR_MS = 10 * CLOCK_SECOND };

#define OF_SESSION " WHERE tenant_id = ? AND session_id = ?"

static const struct db_sql NEXT = {
	"SELECT id, type, media_type FROM document" OF_SESSION
	" AND quality = ? ORDER BY id LIMIT 1"
};
static const struct db_sql WRITE = {
	"UPDATE document SET quality = ?, flaw = ?" OF_SESSION
	" AND id = ? AND quality = ?"
};
static const struct db_sql ANEW = {
	"UPDATE document SET tries_left = ?" OF_SESSION " AND step_id = ?"
};
static const struct db_sql LOAD = {
	"SELECT quality, flaw, tries_left, uploaded_at," KYC_LANE_IS_SERVED
	" FROM document" OF_SESSION " AND id = ?"
};

const char *const kyc_quality_names[KYC_QUALITIES] = {
	[KYC_QUALITY_CLEAR] = "clear",
	[KYC_QUALITY_CONSIDER] = "consider",
	[KYC_QUALITY_ISSUE] = "issue",
};
const char *const kyc_flaw_names[KYC_FLAWS] = {
	[KYC_FLAW_UNREADABLE] = "unreadable",
	[KYC_FLAW_BLURRED] = "blurred",
	[KYC_FLAW_DARK] = "dark",
	[KYC_FLAW_BRIGHT] = "bright",
	[KYC_FLAW_GLARE] = "glare",
	[KYC_FLAW_SMALL] = "small",
	[KYC_FLAW_CROPPED] = "cropped",
};

int kyc_quality_ask(struct kyc *k, const struct kyc_session *s,
		    struct kyc_document *d, struct fault *f)
{
	d->quality = KYC_QUALITY_NONE;
	d->flaw = KYC_NO_FLAW;
	if (d->type == KYC_TYPE_LIVENESS)
		return 0;
	d->quality = KYC_QUALITY_PENDING;
	return kyc_job_add(k, KYC_LANE_PHOTO, KYC_JOB_PHOTO, &s->id, 0, f);
}

int kyc_quality_ask_anew(struct kyc *k, const struct kyc_session *s,
			 const char *step_id, struct fault *f)
{
	if (db_exec(k->db, &ANEW, db_int(KYC_TRIES_MAX), db_uuid(&s->tenant),
		    db_uuid(&s->id), db_text(step_id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_quality_is_served(struct kyc *k, bool *yes, struct fault *f)
{
	return kyc_lane_is_served(k, KYC_LANE_PHOTO, yes, f);
}

int kyc_quality_load(struct kyc *k, const struct uuid *session,
		     const struct uuid *id, struct kyc_document *out,
		     bool *served, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &LOAD, db_int(KYC_LANE_PHOTO),
		     db_uuid(&k->who.tenant), db_uuid(session), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Document not found.");
	*out = (struct kyc_document){
		.id = *id,
		.quality = (enum kyc_quality)db_get_int(&rows, 0),
		.flaw = (enum kyc_flaw)db_get_int(&rows, 1),
		.tries_left = (int)db_get_int(&rows, 2),
		.uploaded_at = db_get_int(&rows, 3),
	};
	*served = db_get_int(&rows, 4) != 0;
	return 0;
}

bool kyc_quality_is_near(const struct kyc_document *d, bool served)
{
	return d->quality == KYC_QUALITY_PENDING && served &&
	       clock_now_ms() - d->uploaded_at < NEAR_MS;
}

int kyc_quality_next(struct kyc *k, const struct uuid *session,
		     struct kyc_document *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &NEXT, db_uuid(&k->who.tenant),
		     db_uuid(session), db_int(KYC_QUALITY_PENDING)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return 0;
	*out = (struct kyc_document){
		.id = db_get_uuid(&rows, 0),
		.type = (enum kyc_document_type)db_get_int(&rows, 1),
		.media = (enum check_media)db_get_int(&rows, 2),
		.quality = KYC_QUALITY_PENDING,
	};
	return 1;
}

int kyc_quality_write(struct kyc *k, const struct uuid *session,
		      const struct kyc_document *d, struct fault *f)
{
	if (db_exec(k->db, &WRITE, db_int(d->quality),
		    d->flaw ? db_int(d->flaw) : db_null(),
		    db_uuid(&k->who.tenant), db_uuid(session), db_uuid(&d->id),
		    db_int(KYC_QUALITY_PENDING)) < 0)
		return db_fault(k->db, f);
	return 0;
}
