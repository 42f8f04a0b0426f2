// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: deliveries of webhooks, listed and sent again. */
#include "api/cursor.h"
#include "api/envelopes.h"
#include "api/kyc/kyc.h"
#include "api/kyc/webhooks.h"
#include "base/json.h"
#include "kyc/delivery.h"

struct list_args {
	int status;
	int64_t limit;
	const char *next_key;
};

static const struct param list_params[] = {
	{ .name = "status",
	  .type = PARAM_WORD,
	  .offset = offsetof(struct list_args, status),
	  .words = kyc_delivery_status_names + 1 },
	API_PAGE_PARAMS(struct list_args),
};

static void render(struct buf *b, const struct kyc_delivery *d)
{
	bool delivered = d->status == KYC_DELIVERY_DELIVERED;

	native_ref(b, "delivery_id", "del_", &d->id);
	native_ref(b, "webhook_id", "wh_", &d->webhook);
	native_uuid(b, "session_id", &d->session);
	native_ref(b, "event_id", "evt_", &d->event);
	json_str(b, "event_type", d->type);
	json_str(b, "status", kyc_delivery_status_names[d->status]);
	json_int(b, "attempts", d->attempts);
	json_int_or_null(b, "last_status_code", d->answer);
	json_str(b, "last_error", d->last_error);
	native_time(b, "created_at", d->created_at);
	native_time(b, "first_attempt_at", d->first_try_at);
	native_time(b, "last_attempt_at", d->last_try_at);
	native_time(b, "next_attempt_at", d->due_at);
	native_time(b, "delivered_at", delivered ? d->last_try_at : -1);
}

static int list(struct api_call *call, const struct uuid *webhook,
		const char *name)
{
	const struct list_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_delivery *found = arena_alloc(
		call->req->arena, (size_t)(args->limit + 1) * sizeof(*found));
	struct uuid before = { { 0 } };
	int n, i;

	if (args->next_key &&
	    api_cursor_read(call, name,
			    (struct api_cursor){ "next_key", args->next_key },
			    &before, sizeof(before)))
		return -1;
	n = kyc_delivery_page(call->kyc, webhook,
			      (enum kyc_delivery_status)(args->status + 1),
			      &before, found, args->limit + 1, &call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "deliveries", '[');
	for (i = 0; i < n && i < args->limit; i++) {
		json_open(b, NULL, '{');
		render(b, &found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_str(b, "next_key",
		 n > args->limit ? api_cursor_write(call, name,
						    &found[args->limit - 1].id,
						    sizeof(found->id))
				 : NULL);
	native_close(call, 200);
	return 0;
}

static int list_all(struct api_call *call)
{
	const struct uuid any = { { 0 } };

	return list(call, &any, "deliveries");
}

/* The endpoint of the path, which must be there. */
static int find(struct api_call *call, struct kyc_webhook *w)
{
	struct uuid id;

	if (native_id_parse("wh_", call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Webhook not found.");
	return kyc_webhook_load(call->kyc, &id, false, w, &call->fault);
}

static int list_one(struct api_call *call)
{
	struct kyc_webhook w = { .url = NULL };

	if (find(call, &w))
		return -1;
	return list(call, &w.id,
		    arena_printf(call->req->arena, "deliveries %s",
				 call->req->segment[0]));
}

static int resend(struct api_call *call, const struct uuid *webhook,
		  const char *text)
{
	struct kyc_delivery d;
	struct uuid id;

	if (native_id_parse("del_", text, &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Delivery not found.");
	if (kyc_delivery_resend(call->kyc, webhook, &id, &d, &call->fault))
		return -1;
	native_open(call);
	render(&call->res->body, &d);
	native_close(call, 202);
	return 0;
}

static int resend_any(struct api_call *call)
{
	const struct uuid any = { { 0 } };

	return resend(call, &any, call->req->segment[0]);
}

static int resend_one(struct api_call *call)
{
	struct kyc_webhook w = { .url = NULL };

	return find(call, &w) ? -1 : resend(call, &w.id, call->req->segment[1]);
}

static int test(struct api_call *call)
{
	const struct kyc_envelope *e;
	struct kyc_webhook w = { .url = NULL };
	struct uuid delivery;

	if (find(call, &w))
		return -1;
	if (!w.enabled)
		return fault_set(&call->fault, FAULT_CONFLICT,
				 "The webhook is switched off.");
	e = kyc_envelope_of(api_envelopes, w.protocol);
	if (!e || kyc_event_test(call->kyc, e, &w, &delivery, &call->fault))
		return -1;
	native_open(call);
	native_ref(&call->res->body, "delivery_id", "del_", &delivery);
	json_str(&call->res->body, "event_type", KYC_EVENT_TEST);
	native_close(call, 202);
	return 0;
}

#define BASE "/kyc/webhooks"

static const struct api_route rows[] = {
	{ .method = HTTP_GET,
	  .path = BASE "/deliveries",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_QUERY,
	  .handler = list_all,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/deliveries/{del_id}/resend",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = resend_any },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}/deliveries",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_QUERY,
	  .handler = list_one,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
	{ .method = HTTP_POST,
	  .path = BASE "/{id}/deliveries/{del_id}/resend",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = resend_one },
	{ .method = HTTP_POST,
	  .path = BASE "/{id}/test",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = test },
};

const struct api_routes kyc_delivery_routes = { rows, ARRAY_SIZE(rows) };
