// SPDX-License-Identifier: GPL-3.0-or-later
/* What the operator's machines ask: liveness, readiness, counters. */
#include "api/native.h"
#include "api/ops/ops.h"
#include "base/json.h"
#include "db/schema.h"
#include "http/metrics.h"
#include "kyc/master.h"

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

static const char *schema_word(int version)
{
	if (version < 0)
		return "unknown";
	return version < SCHEMA_NEEDED ? "run vouchsafe migrate" : "ok";
}

/* Every master key that rows may name must be in the keyring file. */
static const char *keyring_word(struct kyc *k)
{
	int complete = kyc_master_complete(k);

	if (complete < 0)
		return "unknown";
	return complete ? "ok" : "a key in use is missing in the file";
}

/* By a connection of its own, with a short patience: a database that hangs is
 * as good as lost. */
static int readyz(struct api_call *call)
{
	struct kyc probe = *call->kyc;
	struct buf *b = &call->res->body;
	const char *schema, *keyring = "unknown";
	int version;
	bool ready;

	probe.db = db_create(probe.conf, DB_PROBE_S);
	version = schema_version(probe.db, probe.arena);
	schema = schema_word(version);
	if (version >= SCHEMA_NEEDED)
		keyring = keyring_word(&probe);
	db_destroy(probe.db);
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

static const struct api_routes table = { routes, ARRAY_SIZE(routes) };
static const struct api_routes *const tables[] = { &table, NULL };

const struct api_protocol ops_protocol = {
	.name = "ops",
	.prefixes = prefixes,
	.routes = tables,
	.fault = native_fault,
};
