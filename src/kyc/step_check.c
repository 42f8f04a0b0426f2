// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: what each kind wants before it is complete. */
#include <json-c/json.h>

#include "kyc/form.h"
#include "kyc/step_part.h"
#include "mail/template.h"

static const struct db_sql CONSENT = {
	"INSERT INTO consent (tenant_id, session_id, step_id, text_version,"
	" locale, accepted_at) VALUES (?, ?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE accepted_at = accepted_at"
};
/* A revoked one is as if it had never been. The key parent serves it. */
static const struct db_sql CHILDREN = {
	"SELECT COUNT(*), COALESCE(SUM(state IN (?, ?, ?, ?, ?, ?)), 0)"
	" FROM session WHERE tenant_id = ? AND parent_id = ?"
	" AND parent_step = ? AND state <> ?"
};

/* What a kind is checked with. */
struct task {
	struct kyc *k;
	const struct kyc_session *s;
	const struct kyc_progress *p;
	struct kyc_step *step;
	const struct kyc_step_input *in;
	struct fault *f;
};

static int check_consent(const struct task *t)
{
	const char *locale =
		t->in->consent_locale ? t->in->consent_locale : t->s->locale;
	const struct kyc_step_def *def = t->step->def;

	if (!t->in->consent_accepted)
		return 0;
	if (!t->in->consent_version ||
	    strcmp(t->in->consent_version, def->text_version) != 0)
		return fault_field(t->f, "consent.text_version",
				   "must be \"%s\", the text in force",
				   def->text_version);
	if (!mail_locale_is_valid(locale))
		return fault_field(t->f, "consent.locale",
				   "must be a language tag");
	if (db_exec(t->k->db, &CONSENT, db_uuid(&t->s->tenant),
		    db_uuid(&t->s->id), db_text(def->id),
		    db_text(t->in->consent_version), db_text(locale),
		    db_int(clock_now_ms())) < 0)
		return db_fault(t->k->db, t->f);
	return 1;
}

/* The sides of that type that have come, as bits; kind receives the document
 * kind that they were sent as. */
static unsigned int sides_present(const struct task *t,
				  enum kyc_document_type type, int *kind)
{
	unsigned int sides = 0;
	size_t i;

	*kind = 0;
	for (i = 0; i < t->p->document_count; i++) {
		const struct kyc_document *d = &t->p->documents[i];

		if (d->type != type || strcmp(d->step_id, t->step->def->id))
			continue;
		if (!*kind)
			*kind = (int)d->kind;
		if ((int)d->kind == *kind)
			sides |= 1u << d->side;
	}
	return sides;
}

/* What was uploaded, or else what is said to have been; -1 where the two do
 * not fit. */
static int find_kind(const struct task *t, int uploaded)
{
	int said = t->in->document_kind;

	if (uploaded && said && said != uploaded)
		return fault_set(t->f, FAULT_CONFLICT,
				 "document_kind is %s, but what was uploaded "
				 "is a %s.",
				 kyc_document_kind_names[said],
				 kyc_document_kind_names[uploaded]);
	if (!uploaded)
		uploaded = said;
	if (uploaded && !(t->step->def->document_kinds & 1u << uploaded))
		return fault_field(t->f, "document_kind",
				   "is not accepted in this step");
	return uploaded;
}

static int check_country(const struct task *t)
{
	const char *country = t->in->document_country;
	const struct kyc_step_def *def = t->step->def;
	size_t i;

	if (!def->countries)
		return 0;
	if (!country)
		return fault_field(t->f, "document_country", "is required");
	for (i = 0; i < def->country_count; i++) {
		if (!strcmp(def->countries[i], country))
			return 0;
	}
	return fault_field(t->f, "document_country",
			   "is not accepted in this step");
}

static int check_document(const struct task *t)
{
	unsigned int sides, missing, side;
	int kind = 0;

	sides = sides_present(t, KYC_TYPE_ID, &kind);
	if (!sides && t->step->def->optional)
		return 0;
	kind = find_kind(t, kind);
	if (kind < 0)
		return -1;
	if (!kind)
		return 0;
	missing = kyc_document_sides_of(t->step->def,
					(enum kyc_document_kind)kind) &
		  ~sides;
	for (side = KYC_FRONT; side < KYC_SIDES; side++) {
		if (missing & 1u << side)
			return fault_set(t->f, FAULT_CONFLICT,
					 "The %s of the document is missing.",
					 kyc_side_names[side]);
	}
	if (check_country(t))
		return -1;
	t->step->document_kind = kind;
	t->step->document_country = t->in->document_country;
	return 1;
}

static int check_proof(const struct task *t)
{
	int kind;

	if (!sides_present(t, KYC_TYPE_PROOF_OF_ADDRESS, &kind))
		return 0;
	kind = find_kind(t, kind);
	if (kind < 0)
		return -1;
	t->step->document_kind = kind;
	return 1;
}

static int check_photo(const struct task *t, enum kyc_document_type type)
{
	int ignored;

	return sides_present(t, type, &ignored) != 0;
}

/* An optional form without a value is left out; any value makes it count. */
static int check_form(const struct task *t)
{
	struct json_object *values = t->in->form;

	if (!values ||
	    (t->step->def->optional && !json_object_object_length(values)))
		return 0;
	return kyc_form_read(t->k, t->step->def, values, &t->step->form, t->f)
		       ? -1
		       : 1;
}

static int check_subsessions(const struct task *t)
{
	const struct kyc_step_def *def = t->step->def;
	int64_t count, finished;
	struct db_rows rows;

	if (db_query(t->k->db, t->k->arena, &rows, &CHILDREN,
		     db_int(KYC_COMPLETED), db_int(KYC_PROCESSING),
		     db_int(KYC_PROCESSED), db_int(KYC_MANUAL_REVIEW),
		     db_int(KYC_APPROVED), db_int(KYC_REJECTED),
		     db_uuid(&t->s->tenant), db_uuid(&t->s->id),
		     db_text(def->id), db_int(KYC_REVOKED)) ||
	    db_next(&rows) <= 0)
		return db_fault(t->k->db, t->f);
	count = db_get_int(&rows, 0);
	finished = db_get_int(&rows, 1);
	if (!count && def->optional)
		return 0;
	if (count < def->min)
		return fault_set(t->f, FAULT_CONFLICT,
				 "%lld of at least %lld people are there.",
				 (long long)count, (long long)def->min);
	if (finished < count)
		return fault_set(t->f, FAULT_CONFLICT,
				 "%lld of %lld people have not finished yet.",
				 (long long)(count - finished),
				 (long long)count);
	return 1;
}

static int check_kind(const struct task *t)
{
	switch (t->step->def->kind) {
	case KYC_STEP_CONSENT:
		return check_consent(t);
	case KYC_STEP_DOCUMENT:
		return check_document(t);
	case KYC_STEP_SELFIE:
		return check_photo(t, KYC_TYPE_SELFIE);
	case KYC_STEP_LIVENESS:
		return check_photo(t, KYC_TYPE_LIVENESS);
	case KYC_STEP_PROOF_OF_ADDRESS:
		return check_proof(t);
	case KYC_STEP_FORM:
		return check_form(t);
	case KYC_STEP_SUBSESSIONS:
		return check_subsessions(t);
	case KYC_STEP_VALIDATION:
	case KYC_NO_STEP:
	case KYC_STEP_KINDS:
		break;
	}
	return fault_internal(t->f, "a step without a part of the customer's");
}

static const char *missing_words(enum kyc_step_kind kind)
{
	static const char *const words[KYC_STEP_KINDS + 1] = {
		[KYC_STEP_CONSENT] = "Consent is missing: consent.accepted "
				     "must be true.",
		[KYC_STEP_DOCUMENT] = "The document is missing: no side has "
				      "been uploaded.",
		[KYC_STEP_SELFIE] = "The front of the selfie is missing.",
		[KYC_STEP_LIVENESS] = "The liveness challenge has not been "
				      "completed.",
		[KYC_STEP_PROOF_OF_ADDRESS] = "The proof of address is "
					      "missing.",
		[KYC_STEP_FORM] = "The form is missing: form_data has the "
				  "values.",
	};

	return words[kind] ? words[kind] : "Something is missing.";
}

int step_check(struct kyc *k, const struct kyc_session *s,
	       const struct kyc_progress *p, struct kyc_step *step,
	       const struct kyc_step_input *in, struct fault *f)
{
	const struct task t = { k, s, p, step, in, f };
	int rc = check_kind(&t);

	if (rc || step->def->optional)
		return rc;
	return fault_set(f, FAULT_CONFLICT, "%s",
			 missing_words(step->def->kind));
}
