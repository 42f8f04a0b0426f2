// SPDX-License-Identifier: GPL-3.0-or-later
/* dossiers: create, get and search sessions. */
#include "api/dossiers/dossiers.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/link.h"

int dossiers_create(struct api_call *call)
{
	const struct dossiers_create_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc *k = call->kyc;
	char token[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
	const char *jwt;
	struct kyc_session s;
	struct kyc_session_new new = {
		.protocol = KYC_DOSSIERS,
		.external_id = args->external_id,
		.customer_name = args->customer_name,
		.customer_email = args->customer_email,
		.locale = args->locale,
		.ttl_ms = args->expires_in_ms,
		.invite = args->customer_name && args->customer_email,
	};

	if (kyc_session_create(k, &new, &s, token, &call->fault))
		return -1;
	call->subject = s.id;
	jwt = kyc_link_jwt(k, &s);
	uuid_text(&s.id, id);
	json_open(b, NULL, '{');
	json_str(b, "id", id);
	json_str(b, "token", jwt);
	json_str(b, "sessionUrl", kyc_link_url(k, &s, jwt));
	json_close(b, '}');
	api_reply(call, 201);
	return 0;
}

int dossiers_get(struct api_call *call)
{
	dossiers_render(call, call->session, call->checks);
	api_reply(call, 200);
	return 0;
}

static struct kyc_filter filter_of(const struct dossiers_search_args *args)
{
	unsigned int states = KYC_ANY_STATE;

	if (args->state >= 0)
		states &= api_state_bits(KYC_DOSSIERS,
					 dossiers_states[args->state]);
	if (args->is_invalid >= 0)
		states &=
			args->is_invalid ? DOSSIERS_INVALID : ~DOSSIERS_INVALID;
	return (struct kyc_filter){
		.states = states,
		.complete = args->is_complete,
		.created_from = args->created_from,
		.created_to = args->created_to,
		.search = args->search_query,
		.sort = (enum kyc_sort)args->sort_by,
		.ascending = args->sort_order,
		.limit = args->limit,
		.offset = args->offset,
	};
}

int dossiers_search(struct api_call *call)
{
	struct kyc_filter filter = filter_of(call->args);
	struct buf *b = &call->res->body;
	struct kyc_page page;
	size_t i;

	if (kyc_list(call->kyc, &filter, &page, &call->fault))
		return -1;
	json_open(b, NULL, '{');
	json_open(b, "sessions", '[');
	for (i = 0; i < page.count; i++)
		dossiers_render(call, &page.sessions[i].session,
				&page.sessions[i].checks);
	json_close(b, ']');
	json_int(b, "totalCount", page.total);
	if (page.capped)
		json_flag(b, "totalCapped", true);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}
