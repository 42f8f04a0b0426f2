// SPDX-License-Identifier: GPL-3.0-or-later
/* Erasing a session for good: key, rows, counters; its files by a job. */
#ifndef KYC_ERASE_H
#define KYC_ERASE_H

#include "kyc/session.h"

/* Erases the session and its subsessions in the caller's transaction. With
 * the commit their keys are gone, and with them whatever was sealed; what
 * stays is the audit rows, without personal parts, and one more that says that
 * it was deleted. A job that is written with it removes the files.
 * FAULT_NOT_FOUND; FAULT_CONFLICT while one of them, or one that they are
 * subsessions of, is under legal hold. */
int kyc_erase(struct kyc *k, const struct uuid *session, struct fault *f);

/* That job: removes the session's objects that no row names any more. Of a
 * session that is still there only what is over an hour old goes, for an
 * upload writes its object before its row. Again is fine. */
int kyc_erase_objects(struct kyc *k, const struct uuid *session,
		      struct fault *f);

#endif
