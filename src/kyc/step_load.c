// SPDX-License-Identifier: GPL-3.0-or-later
/* Steps: loading how far a customer has come. */
#include "kyc/form.h"
#include "kyc/secret.h"
#include "kyc/step_part.h"
#include "kyc/when.h"

/* By the primary key. */
static const struct db_sql LIST = {
	"SELECT step_id, status, started_at, completed_at, document_kind,"
	" document_country, sealed FROM step"
	" WHERE tenant_id = ? AND session_id = ?"
};

/* What was read of the rows, before the session's key is there. */
struct sealed {
	const void *bytes;
	size_t len;
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

static void read_row(const struct db_rows *rows, struct kyc_progress *p,
		     struct sealed *sealed)
{
	struct kyc_step *step = find(p, db_get_text(rows, 0));
	struct sealed *form;

	if (!step)
		return;
	form = &sealed[step - p->steps];
	step->stored = (enum kyc_step_status)db_get_int(rows, 1);
	step->started_at = db_get_time(rows, 2);
	step->completed_at = db_get_time(rows, 3);
	step->document_kind = (int)db_get_int(rows, 4);
	step->document_country = db_get_text(rows, 5);
	form->bytes = db_get_bytes(rows, 6, &form->len);
}

static int read_rows(struct kyc *k, const struct kyc_session *s,
		     struct kyc_progress *p, struct sealed *sealed,
		     struct fault *f)
{
	struct db_rows rows;
	size_t i;
	int rc;

	for (i = 0; i < p->workflow.all_count; i++)
		p->steps[i] = (struct kyc_step){ .def = &p->workflow.steps[i],
						 .started_at = -1,
						 .completed_at = -1 };
	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&s->tenant),
		     db_uuid(&s->id)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0)
		read_row(&rows, p, sealed);
	return rc ? db_fault(k->db, f) : 0;
}

/* The key is fetched only where a form has been filled in. */
static int open_forms(struct kyc *k, const struct kyc_session *s,
		      struct kyc_progress *p, const struct sealed *sealed,
		      struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	bool has_key = false;
	int rc = 0;
	size_t i;

	for (i = 0; i < p->workflow.all_count && !rc; i++) {
		if (!sealed[i].bytes)
			continue;
		if (!has_key && kyc_secret_load(k, &s->id, key, f))
			return -1;
		has_key = true;
		p->steps[i].form =
			kyc_form_open(k, s, p->steps[i].def->id, key,
				      sealed[i].bytes, sealed[i].len);
		if (!p->steps[i].form)
			rc = fault_internal(f, "a form cannot be opened");
	}
	crypto_wipe(key, sizeof(key));
	return rc;
}

int step_load(struct kyc *k, const struct kyc_session *s,
	      struct kyc_progress *p, struct fault *f)
{
	struct sealed sealed[KYC_STEPS_MAX] = { { NULL, 0 } };
	struct kyc_checks *checks = NULL;

	p->documents = NULL;
	p->document_count = 0;
	if (kyc_workflow_load(k, s, &p->workflow, f) ||
	    read_rows(k, s, p, sealed, f) || open_forms(k, s, p, sealed, f))
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
