// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: what the files about webhooks share. */
#ifndef API_KYC_WEBHOOKS_H
#define API_KYC_WEBHOOKS_H

#include "api/api.h"

struct json_object;

/* A list of words of the types (NULL at the end), or of "*" alone, as text
 * between blanks; NULL with FAULT_INVALID that names the item. */
const char *webhook_events(struct api_call *call, struct json_object *list,
			   const char *const *types);
/* The way back, as a member "events". */
void webhook_render_events(struct buf *b, const char *events);

#endif
