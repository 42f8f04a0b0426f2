// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: webhook endpoints and secrets. */
#include <json-c/json.h>

#include "api/envelopes.h"
#include "api/kyc/kyc.h"
#include "api/kyc/webhooks.h"
#include "base/json.h"
#include "base/str.h"
#include "kyc/webhook.h"

enum { OVERLAP_H = 24, OVERLAP_MAX_H = 24 * 30, DESCRIPTION_MAX = 255 };

/* In the order of api_envelopes. */
static const char *const protocol_words[] = { "kyc", "kycgenie", "dossiers",
					      "verilock", NULL };

struct webhook_args {
	const char *url;
	int protocol;
	struct json_object *events;
	const char *description;
	int enabled;
};

struct rotate_args {
	int64_t overlap_hours;
};

#define AT(field) offsetof(struct webhook_args, field)

static const struct param create_params[] = {
	{ .name = "url",
	  .type = PARAM_STRING,
	  .offset = AT(url),
	  .required = true,
	  .min = 1,
	  .max = 2048 },
	{ .name = "protocol",
	  .type = PARAM_WORD,
	  .offset = AT(protocol),
	  .words = protocol_words,
	  .has_def = true },
	{ .name = "events",
	  .type = PARAM_ARRAY,
	  .offset = AT(events),
	  .min = 1,
	  .max = 32 },
	{ .name = "description",
	  .type = PARAM_STRING,
	  .offset = AT(description),
	  .max = DESCRIPTION_MAX },
	{ .name = "enabled",
	  .type = PARAM_BOOL,
	  .offset = AT(enabled),
	  .def = 1,
	  .has_def = true },
};

static const struct param change_params[] = {
	{ .name = "url",
	  .type = PARAM_STRING,
	  .offset = AT(url),
	  .min = 1,
	  .max = 2048 },
	{ .name = "events",
	  .type = PARAM_ARRAY,
	  .offset = AT(events),
	  .min = 1,
	  .max = 32 },
	{ .name = "description",
	  .type = PARAM_STRING,
	  .offset = AT(description),
	  .max = DESCRIPTION_MAX },
	{ .name = "enabled", .type = PARAM_BOOL, .offset = AT(enabled) },
};

static const struct param rotate_params[] = {
	{ .name = "overlap_hours",
	  .type = PARAM_INT,
	  .offset = offsetof(struct rotate_args, overlap_hours),
	  .min = 0,
	  .max = OVERLAP_MAX_H,
	  .def = OVERLAP_H,
	  .has_def = true },
};

static bool is_type(const char *const *types, const char *word)
{
	while (*types && strcmp(*types, word) != 0)
		types++;
	return *types != NULL;
}

const char *webhook_events(struct api_call *call, struct json_object *list,
			   const char *const *types)
{
	size_t i, n = list ? json_object_array_length(list) : 0;
	struct buf text;
	char path[32];

	buf_init(&text, call->req->arena);
	for (i = 0; i < n; i++) {
		struct json_object *v = json_object_array_get_idx(list, i);
		const char *word = json_object_is_type(v, json_type_string)
					   ? json_object_get_string(v)
					   : "";

		if (!strcmp(word, "*"))
			return "*";
		if (!is_type(types, word)) {
			snprintf(path, sizeof(path), "events[%zu]", i);
			fault_field(&call->fault, path,
				    "must be * or a type of event of the "
				    "protocol");
		}
		buf_printf(&text, "%s%s", i ? " " : "", word);
	}
	if (call->fault.code)
		return NULL;
	return n ? buf_cstr(&text) : "*";
}

void webhook_render_events(struct buf *b, const char *events)
{
	size_t n;

	json_open(b, "events", '[');
	for (; *events; events += n + (events[n] == ' ')) {
		n = strcspn(events, " ");
		json_strn(b, NULL, events, n);
	}
	json_close(b, ']');
}

static void render_old_secret(struct buf *b, const struct kyc_webhook *w)
{
	bool valid = kyc_webhook_old_secret(w, clock_now_ms()) != NULL;

	native_time(b, "previous_secret_expires_at", valid ? w->old_until : -1);
}

static void render(struct buf *b, const struct kyc_webhook *w)
{
	const struct kyc_envelope *e =
		kyc_envelope_of(api_envelopes, w->protocol);

	native_ref(b, "webhook_id", "wh_", &w->id);
	json_str(b, "url", w->url);
	json_str(b, "protocol", e ? e->name : NULL);
	webhook_render_events(b, w->events);
	json_str(b, "description", w->description);
	json_flag(b, "enabled", w->enabled);
	json_str(b, "disabled_reason", w->gone ? "gone" : NULL);
	render_old_secret(b, w);
	native_time(b, "created_at", w->created_at);
	native_time(b, "updated_at", w->updated_at);
}

static int reply(struct api_call *call, const struct kyc_webhook *w,
		 bool with_secret, int status)
{
	struct buf *b = &call->res->body;

	native_open(call);
	render(b, w);
	if (with_secret)
		json_str(b, "secret", w->secret);
	native_close(call, status);
	return 0;
}

static int create(struct api_call *call)
{
	const struct webhook_args *args = call->args;
	const struct kyc_envelope *e = api_envelopes[args->protocol];
	struct kyc_webhook w = { .protocol = e->protocol,
				 .url = args->url,
				 .description = args->description,
				 .enabled = args->enabled != 0 };

	w.events = webhook_events(call, args->events, e->types);
	if (!w.events || kyc_webhook_create(call->kyc, &w, &call->fault))
		return -1;
	return reply(call, &w, true, 201);
}

static int list(struct api_call *call)
{
	struct kyc_webhook *found = arena_alloc(
		call->req->arena, KYC_WEBHOOKS_MAX * sizeof(*found));
	int n = kyc_webhook_list(call->kyc, found, &call->fault), i;
	struct buf *b = &call->res->body;

	if (n < 0)
		return -1;
	native_open(call);
	json_open(b, "webhooks", '[');
	for (i = 0; i < n; i++) {
		json_open(b, NULL, '{');
		render(b, &found[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	native_close(call, 200);
	return 0;
}

/* The endpoint of the path. */
static int find(struct api_call *call, bool lock, struct kyc_webhook *w)
{
	struct uuid id;

	if (native_id_parse("wh_", call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Webhook not found.");
	return kyc_webhook_load(call->kyc, &id, lock, w, &call->fault);
}

static int get(struct api_call *call)
{
	struct kyc_webhook w = { .url = NULL };

	return find(call, false, &w) ? -1 : reply(call, &w, false, 200);
}

static int change(struct api_call *call)
{
	const struct webhook_args *args = call->args;
	const struct kyc_envelope *e;
	struct kyc_webhook w = { .url = NULL };

	if (find(call, true, &w))
		return -1;
	e = kyc_envelope_of(api_envelopes, w.protocol);
	if (args->events && e)
		w.events = webhook_events(call, args->events, e->types);
	if (!w.events)
		return -1;
	if (args->url)
		w.url = args->url;
	if (args->description)
		w.description = *args->description ? args->description : NULL;
	if (args->enabled >= 0)
		w.enabled = args->enabled != 0;
	if (kyc_webhook_change(call->kyc, &w, &call->fault))
		return -1;
	return reply(call, &w, false, 200);
}

static int delete (struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct uuid id;

	if (native_id_parse("wh_", call->req->segment[0], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Webhook not found.");
	if (kyc_webhook_delete(call->kyc, &id, &call->fault))
		return -1;
	native_open(call);
	json_str(b, "webhook_id", call->req->segment[0]);
	json_flag(b, "deleted", true);
	native_close(call, 200);
	return 0;
}

static int rotate(struct api_call *call)
{
	const struct rotate_args *args = call->args;
	struct kyc_webhook w = { .url = NULL };

	if (find(call, true, &w) ||
	    kyc_webhook_rotate(call->kyc, &w, args->overlap_hours * CLOCK_HOUR,
			       &call->fault))
		return -1;
	return reply(call, &w, true, 200);
}

static int reply_secret(struct api_call *call, const struct kyc_webhook *w,
			bool with_secret)
{
	struct buf *b = &call->res->body;

	native_open(call);
	if (with_secret)
		json_str(b, "secret", w->secret);
	render_old_secret(b, w);
	native_time(b, "created_at", w->created_at);
	native_time(b, "updated_at", w->updated_at);
	native_close(call, 200);
	return 0;
}

static int rotate_tenant(struct api_call *call)
{
	const struct rotate_args *args = call->args;
	struct kyc_webhook w = { .url = NULL };

	if (kyc_webhook_secret(call->kyc, true, &w, &call->fault) ||
	    kyc_webhook_rotate(call->kyc, &w, args->overlap_hours * CLOCK_HOUR,
			       &call->fault))
		return -1;
	return reply_secret(call, &w, true);
}

static int get_tenant(struct api_call *call)
{
	struct kyc_webhook w = { .url = NULL };

	if (kyc_webhook_secret(call->kyc, false, &w, &call->fault))
		return -1;
	return reply_secret(call, &w, false);
}

#define BASE "/kyc/webhooks"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct webhook_args) },
	{ .method = HTTP_GET,
	  .path = BASE,
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = list },
	{ .method = HTTP_GET,
	  .path = BASE "/secret",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = get_tenant },
	{ .method = HTTP_POST,
	  .path = BASE "/secret/rotate",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = rotate_tenant,
	  .params = rotate_params,
	  .param_count = ARRAY_SIZE(rotate_params),
	  .args_size = sizeof(struct rotate_args) },
	{ .method = HTTP_GET,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = get },
	{ .method = HTTP_PATCH,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = change,
	  .params = change_params,
	  .param_count = ARRAY_SIZE(change_params),
	  .args_size = sizeof(struct webhook_args) },
	{ .method = HTTP_DELETE,
	  .path = BASE "/{id}",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .handler = delete },
	{ .method = HTTP_POST,
	  .path = BASE "/{id}/rotate-secret",
	  .auth = API_KEY,
	  .permission = KYC_MAY_MANAGE,
	  .body = API_JSON,
	  .handler = rotate,
	  .params = rotate_params,
	  .param_count = ARRAY_SIZE(rotate_params),
	  .args_size = sizeof(struct rotate_args) },
};

const struct api_routes kyc_webhook_routes = { rows, ARRAY_SIZE(rows) };
