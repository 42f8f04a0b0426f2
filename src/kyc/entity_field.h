// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside entity: the fields that are sealed. */
#ifndef KYC_ENTITY_FIELD_H
#define KYC_ENTITY_FIELD_H

#include "crypto/seal.h"
#include "kyc/entity.h"

/* Every wrong field is named; 0 or -1. */
int entity_field_check(const struct kyc_entity *e, struct fault *f);

/* What the names make together, or NULL where there are none. */
const char *entity_field_name(struct kyc *k, const struct kyc_entity *e);

/* Appends the fields, sealed with the tenant's key. */
int entity_field_seal(struct kyc *k, const struct kyc_entity *e,
		      struct buf *sealed, struct fault *f);

/* The way back; key is the tenant's. Nothing where sealed is empty. */
int entity_field_open(struct kyc *k, const uint8_t key[SEAL_KEY_SIZE],
		      const void *sealed, size_t len, struct kyc_entity *e,
		      struct fault *f);

#endif
