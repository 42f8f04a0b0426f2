// SPDX-License-Identifier: GPL-3.0-or-later
/* Numbers of documents: has somebody else shown this one? */
#ifndef KYC_NUMBER_H
#define KYC_NUMBER_H

#include "kyc/session.h"

/* Notes that the session's customer has shown the document, in the caller's
 * transaction; again is fine. *other: another session has it too, which is not
 * of the same entity. Of two sessions that note a number at the same time one
 * at least is told of the other. */
int kyc_number_note(struct kyc *k, const struct kyc_session *s,
		    const char *issuer, const char *number, bool *other,
		    struct fault *f);

/* What was noted of the session, in the caller's transaction. */
int kyc_number_forget(struct kyc *k, const struct kyc_session *s,
		      struct fault *f);

#endif
