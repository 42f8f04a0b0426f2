// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether corrections fit the session's workflow. For correction.c. */
#ifndef KYC_CORRECTION_CHECK_H
#define KYC_CORRECTION_CHECK_H

#include "kyc/correction.h"

/* Every wrong step, field and type of document is named by its path. */
int kyc_correction_check(struct kyc *k, const struct kyc_session *s,
			 const struct kyc_correction *c, size_t count,
			 struct fault *f);

#endif
