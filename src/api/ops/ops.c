// SPDX-License-Identifier: GPL-3.0-or-later
/* What the operator's machines ask: liveness, readiness, counters. */
#include "api/native.h"
#include "api/ops/ops.h"
#include "base/json.h"
#include "db/schema.h"
#include "http/metrics.h"

static const struct db_sql KEYS_IN_USE = { "SELECT key_id FROM keyring_key" };

/* The process answers: nothing else is looked at. */
static int livez(struct api_call *call)
{
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	json_str(b, "status", "ok");
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

/* Every master key that rows may name must be in the keyring file. */
static const char *check_keyring(struct kyc *k)
{
	struct db_rows rows;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &KEYS_IN_USE, NULL, 0))
		return "unreachable";
	while ((rc = db_next(&rows)) > 0) {
		if (!keyring_has(k->keyring, (uint32_t)db_get_int(&rows, 0)))
			return "a key in use is missing in the keyring file";
	}
	return rc ? "unreachable" : "ok";
}

static int readyz(struct api_call *call)
{
	struct buf *b = &call->res->body;
	int version = schema_version(call->kyc->db, call->kyc->arena);
	const char *schema, *keyring;
	bool ready;

	schema = version < 0		   ? "unreachable"
		 : version < SCHEMA_NEEDED ? "run vouchsafe migrate"
					   : "ok";
	keyring =
		version < SCHEMA_NEEDED ? "unknown" : check_keyring(call->kyc);
	ready = !strcmp(schema, "ok") && !strcmp(keyring, "ok");
	json_open(b, NULL, '{');
	json_str(b, "status", ready ? "ready" : "unavailable");
	json_str(b, "database", version < 0 ? "unreachable" : "ok");
	json_str(b, "schema", schema);
	json_str(b, "keyring", keyring);
	json_close(b, '}');
	api_reply(call, ready ? 200 : 503);
	return 0;
}

static int metrics(struct api_call *call)
{
	if (http_metrics_render(call->kyc->conf->state_dir, &call->res->body))
		return fault_internal(&call->fault, "counters are unreadable");
	api_reply(call, 200);
	call->res->content_type = "text/plain; version=0.0.4; charset=utf-8";
	return 0;
}

static const struct api_route routes[] = {
	{ .method = HTTP_GET, .path = "/livez", .handler = livez },
	{ .method = HTTP_GET, .path = "/readyz", .handler = readyz },
	{ .method = HTTP_GET, .path = "/metrics", .handler = metrics },
};

static const char *const prefixes[] = { "/livez", "/readyz", "/metrics", NULL };

const struct api_protocol ops_protocol = {
	.name = "ops",
	.prefixes = prefixes,
	.routes = routes,
	.route_count = ARRAY_SIZE(routes),
	.fault = native_fault,
};
