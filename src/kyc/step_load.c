// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: loading how far a customer has come. */
#include "kyc/form.h"
#include "kyc/secret.h"
#include "kyc/step_part.h"
#include "kyc/when.h"

/* By the primary key. */
static const struct db_sql LIST = {
	"SELECT " STEP_COLUMNS " FROM step g"
	" WHERE g.tenant_id = ? AND g.session_id = ?"
};

static struct kyc_step *find(struct kyc_progress *p, const char *id)
{
	size_t i;

	for (i = 0; i < p->workflow.all_count; i++) {
		if (!strcmp(p->steps[i].def->id, id))
			return &p->steps[i];
	}
	return NULL;
}

struct step_sealed step_read(const struct db_rows *rows, unsigned int i,
			     struct kyc_progress *p)
{
	struct step_sealed form = { find(p, db_get_text(rows, i)), NULL, 0 };

	if (!form.step)
		return form;
	form.step->stored = (enum kyc_step_status)db_get_int(rows, i + 1);
	form.step->started_at = db_get_time(rows, i + 2);
	form.step->completed_at = db_get_time(rows, i + 3);
	form.step->document_kind = (int)db_get_int(rows, i + 4);
	form.step->document_country = db_get_text(rows, i + 5);
	form.bytes = db_get_bytes(rows, i + 6, &form.len);
	return form;
}

int step_open_form(struct kyc *k, const struct kyc_session *s,
		   const uint8_t *key, const struct step_sealed *form,
		   struct fault *f)
{
	if (!form->step || !form->bytes)
		return 0;
	form->step->form = kyc_form_open(k, s, form->step->def->id, key,
					 form->bytes, form->len);
	return form->step->form ? 0
				: fault_internal(f, "a form cannot be opened");
}

void step_none(struct kyc_progress *p)
{
	size_t i;

	p->documents = NULL;
	p->document_count = 0;
	p->ended = NULL;
	for (i = 0; i < p->workflow.all_count; i++)
		p->steps[i] = (struct kyc_step){ .def = &p->workflow.steps[i],
						 .started_at = -1,
						 .completed_at = -1 };
}

/* The key is fetched only where a form has been filled in. */
static int open_forms(struct kyc *k, const struct kyc_session *s,
		      const struct step_sealed *forms, size_t count,
		      struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	size_t i;
	int rc = 0;

	if (!count)
		return 0;
	if (kyc_secret_load(k, &s->id, key, f))
		return -1;
	for (i = 0; i < count && !rc; i++)
		rc = step_open_form(k, s, key, &forms[i], f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

static int read_rows(struct kyc *k, const struct kyc_session *s,
		     struct kyc_progress *p, struct fault *f)
{
	struct step_sealed forms[KYC_STEPS_MAX];
	struct db_rows rows;
	size_t n = 0;
	int rc;

	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&s->tenant),
		     db_uuid(&s->id)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		struct step_sealed form = step_read(&rows, 0, p);

		if (form.bytes && n < KYC_STEPS_MAX)
			forms[n++] = form;
	}
	return rc ? db_fault(k->db, f) : open_forms(k, s, forms, n, f);
}

int step_load(struct kyc *k, const struct kyc_session *s,
	      struct kyc_progress *p, struct fault *f)
{
	struct kyc_checks *checks = NULL;

	if (kyc_workflow_load(k, s, &p->workflow, f))
		return -1;
	step_none(p);
	if (read_rows(k, s, p, f))
		return -1;
	if (kyc_when_needs_checks(&p->workflow)) {
		checks = arena_new(k->arena, struct kyc_checks);
		if (kyc_checks_load(k, &s->id, checks, f))
			return -1;
	}
	p->ended = checks;
	kyc_when_apply(k, p);
	return 0;
}

int kyc_step_progress(struct kyc *k, const struct kyc_session *s,
		      struct kyc_progress *p, struct fault *f)
{
	int n;

	if (step_load(k, s, p, f))
		return -1;
	n = kyc_document_list(k, s, &p->documents, f);
	if (n < 0)
		return -1;
	p->document_count = (size_t)n;
	return 0;
}
