// SPDX-License-Identifier: GPL-3.0-or-later
/* From the customer's last step to the decision: when checks run, and what
 * becomes of a session when they have ended. */
#ifndef KYC_CONCLUDE_H
#define KYC_CONCLUDE_H

#include "kyc/step.h"

/* What the session's workflow does by itself. A session that another protocol
 * than kyc created always processes at completion and applies the decision. */
struct kyc_automation kyc_automation_of(const struct kyc_workflow *w,
					const struct kyc_session *s);

/* The customer has finished: COMPLETED, with rows and jobs for p->checks
 * unless the workflow waits for a call. What an earlier round found is
 * forgotten, so that the checks run again after corrections. A workflow
 * without validations concludes at once, with the outcome clear: only where
 * nothing was to be checked is nothing found. In the caller's transaction,
 * with the session locked. */
int kyc_finish(struct kyc *k, struct kyc_session *s,
	       const struct kyc_progress *p, struct fault *f);

/* Outcome, reason, risk and decision of a session whose checks have all ended;
 * nothing before. Applied or left at PROCESSED, as the workflow's automation
 * says. Two events of the same version: processed, then the decision's. Where
 * the outcome makes a step of the customer's due, nothing is decided and the
 * session is CORRECTING; where the link has ended by then, a person must see
 * to it. Same conditions. */
int kyc_conclude(struct kyc *k, struct kyc_session *s, struct fault *f);

enum kyc_request { KYC_REQUEST_PROCESS, KYC_REQUEST_VALIDATE };

/* Somebody asks for results: what the workflow wants and has not been started
 * is started. KYC_REQUEST_VALIDATE: external checks alone, and no decision
 * follows from them. FAULT_CONFLICT until the customer has finished, and for a
 * session that has ended. Its own transaction; asking twice starts nothing
 * twice. */
int kyc_request(struct kyc *k, const struct uuid *session,
		enum kyc_request request, struct fault *f);

/* Whether what was asked for is there: 1, 0 while it still runs, or -1. One
 * short read, outside a transaction. */
int kyc_request_done(struct kyc *k, const struct uuid *session,
		     enum kyc_request request, struct fault *f);

#endif
