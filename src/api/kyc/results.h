// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: what the checks found, as the document shows it. */
#ifndef API_KYC_RESULTS_H
#define API_KYC_RESULTS_H

#include "api/native.h"
#include "kyc/whole.h"

/* The member "processing_results" of the open object: an object from the first
 * check on, null before. What still runs has the status "pending", what could
 * not run "unavailable", both with the other fields null. */
void kyc_results_render(struct buf *b, const struct kyc_whole *w);

/* The member "validation_results": the external checks alone. */
void kyc_results_render_external(struct buf *b, const struct kyc_whole *w);

/* What they need of a session. */
#define KYC_RESULT_PARTS (1u << KYC_PART_CHECKS | 1u << KYC_PART_DOCUMENTS)

#endif
