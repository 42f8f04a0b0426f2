// SPDX-License-Identifier: GPL-3.0-or-later
/* From what the engines saw in a session's documents to the end of a check. */
#ifndef KYC_JUDGE_H
#define KYC_JUDGE_H

#include "kyc/check.h"
#include "kyc/document.h"

struct names;
struct kyc_judge;

/* Whether checks of the kind are judged here: document_check and
 * proof_of_address_check. */
bool kyc_judge_knows(enum kyc_check_kind kind);

/* Loads what the documents are held against. names must outlive it, as must
 * k's arena. NULL on a fault. */
struct kyc_judge *kyc_judge_create(struct kyc *k, const struct uuid *session,
				   enum kyc_check_kind kind,
				   const struct names *names, struct fault *f);
void kyc_judge_destroy(struct kyc_judge *j); /* NULL is fine */

/* The documents that the check is about; how many. */
size_t kyc_judge_documents(const struct kyc_judge *j,
			   const struct kyc_document *const **out);

/* What the jailed child says of the i-th: {"files":[{…}]}. -1 where that is no
 * such answer. */
int kyc_judge_look(struct kyc_judge *j, size_t i, const char *answer);

/* Puts together what was seen, behind the last look. It takes its time, so
 * that it has no place in a transaction. */
void kyc_judge_read(struct kyc *k, struct kyc_judge *j);

/* The end of the check: in the caller's transaction, for what is kept beside
 * the findings (numbers, portraits) is written here. Without any document it
 * is an error: nothing was checked. */
int kyc_judge_result(struct kyc *k, struct kyc_judge *j, struct kyc_result *out,
		     struct fault *f);

#endif
