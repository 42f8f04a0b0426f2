// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities: the people that are verified. */
#ifndef KYC_ENTITY_H
#define KYC_ENTITY_H

#include "kyc/kyc.h"

/* A new entity from the names that a session brings; email NULL for none. */
int kyc_entity_create(struct kyc *k, const char *name, const char *email,
		      struct uuid *id, struct fault *f);

#endif
