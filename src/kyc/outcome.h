// SPDX-License-Identifier: GPL-3.0-or-later
/* What the checks of a session come to: outcome, reason, risk. No database. */
#ifndef KYC_OUTCOME_H
#define KYC_OUTCOME_H

#include "kyc/check.h"

enum { KYC_OUTCOMES = KYC_OUTCOME_ERROR + 1 };

/* The worst of two: clear < consider < attention < issue, with error and
 * pending above all, as PROTOCOLS.md orders them. */
enum kyc_outcome kyc_outcome_worst(enum kyc_outcome a, enum kyc_outcome b);

/* The worst over all checks, and the reason of the first (by kind) that was
 * not clear. Clear where there is none at all: only a workflow without
 * validations gets there. */
enum kyc_outcome kyc_outcome_of(const struct kyc_checks *checks,
				enum kyc_reason *reason);

/* 100 * (1 - product(1 - w)) over the checks that have ended, in hundredths
 * (0 to 10000); w: clear 0, consider 0.25, error 0.25, attention 0.5, issue
 * 0.9. -1 where none has ended: nothing was scored. */
int64_t kyc_outcome_risk(const struct kyc_checks *checks);

/* Bits of enum kyc_validation: what was executed. A check that could not run
 * was not. */
unsigned int kyc_outcome_validated(const struct kyc_checks *checks);

/* "attention"; by outcome, NULL at the end. */
extern const char *const kyc_outcome_names[KYC_OUTCOMES + 1];
const char *kyc_outcome_name(enum kyc_outcome outcome);
const char *kyc_reason_name(enum kyc_reason reason); /* NULL for none */

#endif
