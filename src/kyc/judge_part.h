// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside judge: what is shared by its files. */
#ifndef KYC_JUDGE_PART_H
#define KYC_JUDGE_PART_H

#include "kyc/claim.h"
#include "kyc/judge.h"
#include "kyc/paper.h"

struct kyc_judge {
	enum kyc_check_kind kind;
	struct kyc_session session;
	struct kyc_progress *progress;
	struct kyc_claims claims;
	const struct names *names;
	bool live;
	struct date today;
	const struct kyc_document *documents[KYC_DOCUMENTS_MAX];
	/* What was seen, by document: a file's object and the answer that it is
	 * part of; NULL for nothing. */
	struct json_object *files[KYC_DOCUMENTS_MAX];
	struct json_object *answers[KYC_DOCUMENTS_MAX];
	size_t count;
};

enum { JUDGE_ID = 4 + 2 * UUID_SIZE + 1 };

/* "doc_…" */
const char *judge_id(const struct kyc_document *d, char out[JUDGE_ID]);

/* The pictures of a file: itself, or its pages. At most max; how many. */
size_t judge_pictures(struct json_object *file, struct json_object **out,
		      size_t max);

/* The papers of the session: all sides of a step's document are one. */
size_t judge_papers(const struct kyc_judge *j, struct arena *a,
		    struct kyc_paper **out);

/* Appends the members of the findings; what it comes to goes into out. */
void judge_write(const struct kyc_judge *j, struct arena *a,
		 const struct kyc_paper *papers, size_t count,
		 struct kyc_result *out);

#endif
