// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether corrections fit the session's workflow. */
#include "kyc/correction_check.h"
#include "kyc/document.h"
#include "kyc/workflow.h"

/* The type of document that the customer sends in a step of a kind. */
static const enum kyc_document_type documents[KYC_STEP_KINDS] = {
	[KYC_STEP_DOCUMENT] = KYC_TYPE_ID,
	[KYC_STEP_SELFIE] = KYC_TYPE_SELFIE,
	[KYC_STEP_LIVENESS] = KYC_TYPE_LIVENESS,
	[KYC_STEP_PROOF_OF_ADDRESS] = KYC_TYPE_PROOF_OF_ADDRESS,
};

static bool has_field(const struct kyc_step_def *def, const char *id)
{
	size_t i;

	for (i = 0; i < def->field_count; i++) {
		if (!strcmp(def->fields[i].key, id) ||
		    !strcmp(def->fields[i].id, id))
			return true;
	}
	return false;
}

static void check_one(struct kyc *k, const struct kyc_workflow *w,
		      const struct kyc_correction *c, size_t at,
		      struct fault *f)
{
	const struct kyc_step_def *def = kyc_workflow_step(w, c->step_id);
	size_t i;

	if (!def || def->kind == KYC_STEP_VALIDATION) {
		fault_field(
			f,
			arena_printf(k->arena, "corrections[%zu].step_id", at),
			def ? "is a step without a part for the customer"
			    : "names no step of the session's workflow");
		return;
	}
	for (i = 0; i < c->field_count; i++) {
		if (!has_field(def, c->field_ids[i]))
			fault_field(f,
				    arena_printf(k->arena,
						 "corrections[%zu].field_ids"
						 "[%zu]",
						 at, i),
				    "names no field of the step");
	}
	if (c->document_types & ~(1u << documents[def->kind]))
		fault_field(f,
			    arena_printf(k->arena,
					 "corrections[%zu].document_types", at),
			    "names a document that the step does not ask for");
}

int kyc_correction_check(struct kyc *k, const struct kyc_session *s,
			 const struct kyc_correction *c, size_t count,
			 struct fault *f)
{
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);
	size_t i;

	if (kyc_workflow_load(k, s, w, f))
		return -1;
	for (i = 0; i < count; i++)
		check_one(k, w, &c[i], i, f);
	return f->code ? -1 : 0;
}
