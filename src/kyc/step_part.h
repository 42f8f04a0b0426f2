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

#endif
