// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside form: values that are strings, by the type of their field. */
#ifndef KYC_FORM_VALUE_H
#define KYC_FORM_VALUE_H

#include "kyc/workflow.h"

/* Characters of a value where the field names no limit. */
int64_t form_length_max(enum kyc_field_type type);

/* What is wrong with the value, or NULL; then *s is its canonical form. */
const char *form_value_check(struct arena *a, const struct kyc_field *field,
			     const char **s);

/* The same of a wallet's address; *network NULL receives what the address
 * shows by itself, or stays NULL. */
const char *form_wallet_check(const char *address, const char **network);
bool form_network_is(const char *name);

#endif
