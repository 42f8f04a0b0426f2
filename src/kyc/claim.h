// SPDX-License-Identifier: GPL-3.0-or-later
/* What is said of a customer by others than his documents. */
#ifndef KYC_CLAIM_H
#define KYC_CLAIM_H

#include "check/cross.h"
#include "kyc/entity.h"
#include "kyc/extracted.h"
#include "kyc/step.h"

enum { KYC_CLAIMS_MAX = 64 };

/* Values have the sources "entity" and "form", and the fields that documents
 * are compared by. */
struct kyc_claims {
	struct cross_value values[KYC_CLAIMS_MAX];
	size_t count;
	const char *company; /* whose bills he may show; NULL for none */
	/* Where he says that he lives, the form before the entity. */
	bool has_address;
	const char *address[KYC_READ_ADDRESS_PARTS];
};

/* From the forms of the steps that are due, by what their fields are called
 * ("full_name", "date_of_birth", …), and from the session's entity. */
int kyc_claims_load(struct kyc *k, const struct kyc_session *s,
		    const struct kyc_progress *p, struct kyc_claims *out,
		    struct fault *f);

/* The first value of the field; NULL for none. */
const char *kyc_claims_value(const struct kyc_claims *c, const char *field);

#endif
