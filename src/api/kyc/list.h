// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: sums of sessions as its answers show them. */
#ifndef API_KYC_LIST_H
#define API_KYC_LIST_H

#include "base/buf.h"
#include "kyc/summary.h"

/* Members of an open object: status_counts and inbox_counts; avg_risk_score
 * (one decimal, null where nothing was scored) and sessions_with_risk_score;
 * validation_counts. */
void kyc_render_counts(struct buf *b, const struct kyc_summary *sum);
void kyc_render_scores(struct buf *b, const struct kyc_sums *sums);
void kyc_render_validations(struct buf *b, const struct kyc_sums *sums);

#endif
