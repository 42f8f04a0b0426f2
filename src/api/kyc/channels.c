// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: notification channels of the tenant. */
#include "api/envelopes.h"
#include "api/kyc/kyc.h"
#include "api/kyc/webhooks.h"
#include "base/json.h"
#include "kyc/channel.h"
#include "kyc/tenant.h"

static const char *const type_words[] = { "email", NULL };

struct channel_args {
	int type;
	const char *address;
	struct json_object *events;
	const char *locale;
};

#define AT(field) offsetof(struct channel_args, field)

static const struct param create_params[] = {
	{ .name = "type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = type_words,
	  .has_def = true },
	{ .name = "address",
	  .type = PARAM_EMAIL,
	  .offset = AT(address),
	  .required = true },
	{ .name = "events",
	  .type = PARAM_ARRAY,
	  .offset = AT(events),
	  .required = true,
	  .min = 1,
	  .max = 32 },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = AT(locale),
	  .min = 2,
	  .max = 16 },
};

static void render(struct buf *b, const struct kyc_channel *c)
{
	native_uuid(b, "channel_id", &c->id);
	json_str(b, "type", type_words[c->type - 1]);
	json_str(b, "address", c->address);
	webhook_render_events(b, c->events);
	json_str(b, "locale", c->locale);
	native_time(b, "created_at", c->created_at);
}

static int create(struct api_call *call)
{
	const struct channel_args *args = call->args;
	struct kyc_channel c = {
		.type = (enum kyc_channel_type)(args->type + 1),
		.address = args->address,
		.locale = args->locale,
	};
	struct kyc_tenant tenant;

	c.events = webhook_events(call, args->events, kyc_envelope.types);
	if (!c.events)
		return -1;
	if (!c.locale) {
		if (kyc_tenant_load(call->kyc, &tenant, &call->fault))
			return -1;
		c.locale = tenant.locale;
	}
	if (kyc_channel_create(call->kyc, &c, &call->fault))
		return -1;
	native_open(call);
	render(&call->res->body, &c);
	native_close(call, 201);
	return 0;
}

static int list(struct api_call *call)
{
	struct kyc_channel *found = arena_alloc(
		call->req->arena, KYC_CHANNELS_MAX * sizeof(*found));
	int n = kyc_channel_list(call->kyc, found, &call->fault), i;
	struct buf *b = &call->res->body;

	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "notification_channels", '[');
	for (i = 0; i < n; i++) {
		json_open(b, NULL, '{');
		render(b, &found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}

static int find(struct api_call *call, struct uuid *id)
{
	if (uuid_parse(call->req->segment[0], id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Channel not found.");
	return 0;
}

static int get(struct api_call *call)
{
	struct kyc_channel c;
	struct uuid id;

	if (find(call, &id) ||
	    kyc_channel_load(call->kyc, &id, &c, &call->fault))
		return -1;
	native_open(call);
	render(&call->res->body, &c);
	native_close(call, 200);
	return 0;
}

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct uuid id;

	if (find(call, &id) || kyc_channel_delete(call->kyc, &id, &call->fault))
		return -1;
	native_open(call);
	native_uuid(b, "channel_id", &id);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

#define BASE "/kyc/tenants/me/notification-channels"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct channel_args) },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = list },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = get },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = delete },
};

const struct api_routes kyc_channel_routes = { rows, ARRAY_SIZE(rows) };
