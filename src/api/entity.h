// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities, for every protocol that has them: parameters, and what is shown. */
#ifndef API_ENTITY_H
#define API_ENTITY_H

#include "api/api.h"
#include "kyc/entity.h"

struct api_entity_args {
	int type; /* index in kyc_entity_type_names + 1, or -1 */
	const char *email;
	const char *external_id;
	const char *field[KYC_ENTITY_FIELDS];
};

/* entity_type, email, external_id and the fields. */
enum { API_ENTITY_PARAMS = 3 + KYC_ENTITY_FIELDS };
extern const struct param api_entity_create_params[API_ENTITY_PARAMS];
extern const struct param api_entity_change_params[API_ENTITY_PARAMS];

/* The handlers' work up to the answer: a new one from call->args; the one of
 * the path's first part; that one changed. 0, or -1 with call->fault set. */
int api_entity_create(struct api_call *call, struct kyc_entity *out);
int api_entity_find(struct api_call *call, bool lock, struct kyc_entity *out);
int api_entity_change(struct api_call *call, struct kyc_entity *out);

/* All but the id, as members of the open object. */
void api_entity_render(struct buf *b, const struct kyc_entity *e);

#endif
