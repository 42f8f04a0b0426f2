// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: what the checks found, as the document shows it. */
#ifndef API_KYC_RESULTS_H
#define API_KYC_RESULTS_H

#include "api/native.h"

/* The member "processing_results" of the open object: an object from the first
 * check on, null before. What still runs has the status "pending", what could
 * not run "unavailable", both with the other fields null. */
int kyc_results_render(struct api_call *call, const struct kyc_session *s);

/* The member "validation_results": the external checks alone. */
int kyc_results_render_external(struct api_call *call,
				const struct kyc_session *s);

#endif
