// SPDX-License-Identifier: GPL-3.0-or-later
/* Organisations and their two tenants, live and test. */
#ifndef KYC_ORG_H
#define KYC_ORG_H

#include "kyc/kyc.h"

struct kyc_org {
	struct uuid id;
	const char *name;
	const char *locale;
	int64_t created_at;
};

/* With both tenants, their keys and their default workflow; one transaction. */
int kyc_org_create(struct kyc *k, const char *name, const char *locale,
		   struct uuid *id, struct fault *f);

/* The next organisations behind after (the nil UUID to start); how many. */
int kyc_org_list(struct kyc *k, const struct uuid *after, struct kyc_org *out,
		 size_t max, struct fault *f);

/* Fills k->who for an organisation in a mode; FAULT_NOT_FOUND. */
int kyc_org_enter(struct kyc *k, const struct uuid *org, bool live,
		  struct fault *f);

/* The name that customers see, of k->who.tenant. */
int kyc_org_name(struct kyc *k, const char **name, struct fault *f);

#endif
