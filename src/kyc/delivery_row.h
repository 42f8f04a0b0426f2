// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside delivery: the row, and what seals its body. */
#ifndef KYC_DELIVERY_ROW_H
#define KYC_DELIVERY_ROW_H

#include "kyc/delivery.h"
#include "kyc/secret.h"

#define DELIVERY_COLUMNS                                                       \
	"d.tenant_id, d.id, d.webhook_id, d.session_id, d.event_id,"           \
	" d.protocol, d.type, d.status, d.attempts, d.tries, d.answer,"        \
	" d.last_error, d.due_at, d.first_try_at, d.last_try_at,"              \
	" d.created_at"

void delivery_read(const struct db_rows *rows, struct kyc_delivery *out);

struct seal_context delivery_context(const struct kyc *k,
				     const struct kyc_delivery *d);
/* Wipe key after use. */
int delivery_key(struct kyc *k, const struct kyc_delivery *d,
		 uint8_t key[SEAL_KEY_SIZE], struct fault *f);

#endif
