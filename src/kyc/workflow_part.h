// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside workflow: the parts of a definition, read and written. */
#ifndef KYC_WORKFLOW_PART_H
#define KYC_WORKFLOW_PART_H

#include "base/buf.h"
#include "kyc/workflow_place.h"

/* 0, or -1 with every wrong field reported. stored: of the database, where
 * the name has a column of its own and older shapes are kept. */
int workflow_read(struct kyc *k, struct json_object *definition, bool stored,
		  struct kyc_workflow *out, struct fault *f);

/* Each reads one part at its place and reports what is wrong there. */
void workflow_read_step(const struct place *p, struct kyc_step_def *out);
void workflow_read_fields(const struct place *options,
			  struct kyc_step_def *out);
/* earlier: the steps that stand before. */
void workflow_read_when(const struct place *p,
			const struct kyc_step_def *earlier, size_t count,
			struct kyc_when *out);

/* "document_check" and so on as words: NULL at both ends. */
const char *const *workflow_check_words(void);
extern const char *const workflow_outcome_words[];

/* Each writes one part into what is open. */
void workflow_write_fields(struct buf *b, const struct kyc_step_def *d);
void workflow_write_when(struct buf *b, const struct kyc_when *w);
void workflow_write_bits(struct buf *b, const char *key,
			 const char *const *words, unsigned int bits);

const struct kyc_field *workflow_field(const struct kyc_step_def *d,
				       const char *key);

/* Version 1 of a new workflow with that id; nothing where it is there. */
int workflow_insert_once(struct kyc *k, struct kyc_workflow *w,
			 const struct uuid *id, struct fault *f);

#endif
