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
	/* By kyc_judge_read. */
	struct kyc_paper *papers;
	size_t paper_count;
	struct kyc_result address;
};

enum { JUDGE_ID = 4 + 2 * UUID_SIZE + 1 };

/* "doc_…" */
const char *judge_id(const struct kyc_document *d, char out[JUDGE_ID]);

/* The step that a document was asked for in; NULL where there is none. */
const struct kyc_step *judge_step(const struct kyc_judge *j,
				  const struct kyc_document *d);

/* The pictures of a file: itself, or its pages. At most max; how many. */
size_t judge_pictures(struct json_object *file, struct json_object **out,
		      size_t max);

/* The papers of the session: all sides of a step's document are one. */
size_t judge_papers(const struct kyc_judge *j, struct arena *a,
		    struct kyc_paper **out);

/* Looks in the words of a paper for what it says, or should say. */
void judge_print(const struct kyc_judge *j, struct kyc_paper *p);

void judge_write_note(struct buf *b, const struct kyc_note *n);
/* The worst note decides, the first of the worst says why. */
void judge_take_note(struct kyc_result *out, const struct kyc_note *n);

/* Proofs of address: out stays as it is where none could be looked at. */
void judge_address(const struct kyc_judge *j, struct arena *a,
		   struct kyc_result *out);

/* Writes the findings of papers; what it comes to goes into out. */
void judge_write(const struct kyc_judge *j, struct arena *a,
		 const struct kyc_paper *papers, size_t count,
		 struct kyc_result *out);

#endif
