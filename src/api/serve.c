// SPDX-License-Identifier: GPL-3.0-or-later
/* The worker: one process, one request after the other. */
#include <errno.h>

#include "api/api.h"
#include "base/log.h"
#include "http/door.h"
#include "http/metrics.h"
#include "kyc/open.h"

struct worker {
	struct kyc kyc;
	struct http_door *door;
	struct buf line;
	const char *pool;
};

/* One line a request: the route, never the path, which may hold a token. */
static void log_request(struct worker *w, const struct http_request *req,
			const struct http_response *res, int64_t micros,
			uint64_t statements)
{
	char id[UUID_TEXT_SIZE];

	log_line_start(&w->line, LOG_INFO, "request");
	log_line_str(&w->line, "id", req->request_id);
	log_line_str(&w->line, "method", req->method_name);
	log_line_str(&w->line, "route", req->route ? req->route : "-");
	log_line_str(&w->line, "protocol", req->protocol);
	log_line_int(&w->line, "status", res->status);
	log_line_int(&w->line, "us", micros);
	log_line_int(&w->line, "sql", (int64_t)statements);
	log_line_int(&w->line, "bytes", http_response_length(res));
	if (!uuid_is_nil(&w->kyc.who.tenant)) {
		uuid_text(&w->kyc.who.tenant, id);
		log_line_str(&w->line, "tenant", id);
	}
	if (!uuid_is_nil(&w->kyc.who.key_id)) {
		uuid_text(&w->kyc.who.key_id, id);
		log_line_str(&w->line, "key", id);
	}
	log_line_end(&w->line);
}

static void serve_one(struct worker *w, struct http_request *req)
{
	uint64_t before = db_statements(w->kyc.db);
	int64_t start = clock_monotonic_us(), micros;
	struct http_response res = { .status = 500 };

	buf_init(&res.headers, w->kyc.arena);
	buf_init(&res.body, w->kyc.arena);
	res.no_body = req->method == HTTP_HEAD;
	kyc_refresh(&w->kyc);
	w->kyc.who = (struct kyc_who){ .remote_addr = req->remote_addr };
	api_dispatch(&w->kyc, req, &res);
	http_door_reply(w->door, &res);
	micros = clock_monotonic_us() - start;
	http_metrics_count(req->protocol, res.status, micros);
	log_request(w, req, &res, micros, db_statements(w->kyc.db) - before);
}

int api_serve(void *ctx, int listen_fd, const char *pool, int slot)
{
	const struct conf *conf = ctx;
	struct worker w = { .pool = pool };
	struct buf error = BUF_INIT;
	struct http_request req;
	int64_t served = 0;
	int rc;

	if (kyc_open(&w.kyc, conf, DB_REQUEST_S, &error)) {
		log_error("%s", error.data);
		buf_finish(&error);
		return API_NOT_OPEN;
	}
	http_metrics_open(conf->state_dir, pool, slot);
	w.door = http_door_create(listen_fd);
	if (!w.door)
		abort(); /* the parent starts another */
	for (;;) {
		arena_reset(w.kyc.arena);
		rc = http_door_accept(w.door, w.kyc.arena, &req);
		if (rc <= 0)
			break;
		serve_one(&w, &req);
		if (conf->max_requests && ++served >= conf->max_requests)
			break;
	}
	http_door_destroy(w.door);
	kyc_close(&w.kyc);
	buf_finish(&w.line);
	return rc < 0;
}
