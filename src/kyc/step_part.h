// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside step: loading without documents, and what each kind wants. */
#ifndef KYC_STEP_PART_H
#define KYC_STEP_PART_H

#include "kyc/step.h"

/* As kyc_step_progress, without the documents. */
int step_load(struct kyc *k, const struct kyc_session *s,
	      struct kyc_progress *p, struct fault *f);

/* Whether the step is complete with what came before and with in, which may
 * be amended. What is written of it goes to the step: form, document_kind and
 * document_country. 1, or 0 where nothing at all was given; -1 with the fault
 * that names what is missing or wrong. */
int step_check(struct kyc *k, const struct kyc_session *s,
	       const struct kyc_progress *p, struct kyc_step *step,
	       const struct kyc_step_input *in, struct fault *f);

/* Parts of step_load, for who has the rows of a statement of his own: no step
 * begun; one row (columns from first on, with the alias g) into its step, and
 * what is sealed of it; that opened with the session's key. kyc_when_apply
 * comes behind. */
#define STEP_COLUMNS                                                           \
	"g.step_id, g.status, g.started_at, g.completed_at, g.document_kind,"  \
	" g.document_country, g.sealed"
enum { STEP_COLUMN_COUNT = 7 };

struct step_sealed {
	struct kyc_step *step; /* NULL: the workflow has no such step */
	const void *bytes;     /* NULL: nothing is sealed */
	size_t len;
};

void step_none(struct kyc_progress *p);
struct step_sealed step_read(const struct db_rows *rows, unsigned int first,
			     struct kyc_progress *p);
int step_open_form(struct kyc *k, const struct kyc_session *s,
		   const uint8_t *key, const struct step_sealed *form,
		   struct fault *f);

#endif
