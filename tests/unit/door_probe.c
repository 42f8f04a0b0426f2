// SPDX-License-Identifier: GPL-3.0-or-later
/* An echo worker behind the door, for tests/api/test_door.py. */
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/str.h"
#include "http/body.h"
#include "http/door.h"
#include "http/metrics.h"
#include "http/multipart.h"
#include "http/prefork.h"

enum { BODY_MAX = 20 << 20 };

struct probe {
	const char *dir; /* of the counters */
	int64_t max_requests;
};

static void echo_fields(const struct http_request *req, struct buf *out)
{
	json_str(out, "method", http_method_name(req->method));
	json_str(out, "methodName", req->method_name);
	json_str(out, "path", req->path);
	json_str(out, "query", req->query);
	json_str(out, "contentType", req->content_type);
	json_int(out, "contentLength", req->content_length);
	json_str(out, "authorization", req->authorization);
	json_str(out, "apiKey", req->api_key);
	json_str(out, "accept", req->accept);
	json_str(out, "acceptLanguage", req->accept_language);
	json_str(out, "idempotencyKey", req->idempotency_key);
	json_str(out, "remoteAddr", req->remote_addr);
	json_str(out, "userAgent", req->user_agent);
	json_str(out, "range", req->range);
	json_str(out, "requestId", req->request_id);
	json_int(out, "pid", getpid());
}

static int echo(struct http_request *req, struct http_response *r,
		struct fault *f)
{
	struct buf body;

	buf_init(&body, req->arena);
	if (http_body_read(req, BODY_MAX, &body, f))
		return -1;
	json_open(&r->body, NULL, '{');
	echo_fields(req, &r->body);
	json_int(&r->body, "bodyLength", (int64_t)body.len);
	if (body.len < 1000)
		json_strn(&r->body, "body", buf_cstr(&body), body.len);
	json_close(&r->body, '}');
	return 0;
}

struct parts {
	struct buf *out;
	int64_t size;
};

static int on_part(void *ctx, const char *name, const char *file_name,
		   const char *content_type, struct fault *f)
{
	struct parts *p = ctx;

	(void)f;
	p->size = 0;
	json_open(p->out, NULL, '{');
	json_str(p->out, "name", name);
	json_str(p->out, "fileName", file_name);
	json_str(p->out, "contentType", content_type);
	return 0;
}

static int on_data(void *ctx, const char *bytes, size_t len, struct fault *f)
{
	struct parts *p = ctx;

	(void)bytes;
	(void)f;
	p->size += (int64_t)len;
	return 0;
}

static int on_part_end(void *ctx, struct fault *f)
{
	struct parts *p = ctx;

	(void)f;
	json_int(p->out, "size", p->size);
	json_close(p->out, '}');
	return 0;
}

static int parts(struct http_request *req, struct http_response *r,
		 struct fault *f)
{
	struct parts p = { .out = &r->body };
	const struct multipart_handler h = { on_part, on_data, on_part_end,
					     &p };

	json_open(&r->body, NULL, '[');
	if (multipart_read(req, BODY_MAX, &h, f))
		return -1;
	json_close(&r->body, ']');
	return 0;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) != 0)
		continue;
}

/* /big/{bytes}, /slow/{ms}, /status/{code}, /exit/{status}. */
static void numbered(struct http_request *req, struct http_response *r)
{
	int64_t n = 0;

	if (str_int(req->segment[0], 0, BODY_MAX, &n))
		return;
	if (strncmp(req->path, "/big", 4) == 0)
		memset(buf_reserve(&r->body, (size_t)n), 'x', (size_t)n);
	if (strncmp(req->path, "/big", 4) == 0)
		r->body.len = (size_t)n;
	else if (strncmp(req->path, "/slow", 5) == 0)
		pause_ms(n);
	else if (strncmp(req->path, "/status", 7) == 0)
		r->status = (int)n;
	else if (strncmp(req->path, "/exit", 5) == 0)
		_exit((int)n);
}

static int route(const struct probe *p, struct http_request *req,
		 struct http_response *r, struct fault *f)
{
	if (http_path_match("/parts", req->path, req))
		return parts(req, r, f);
	if (http_path_match("/refuse", req->path, req)) {
		r->status = 401;
		return 0;
	}
	if (http_path_match("/crash", req->path, req))
		abort();
	if (http_path_match("/metrics", req->path, req)) {
		r->content_type = "text/plain; version=0.0.4";
		return http_metrics_render(p->dir, &r->body);
	}
	if (http_path_match("/big/{n}", req->path, req) ||
	    http_path_match("/slow/{n}", req->path, req) ||
	    http_path_match("/status/{n}", req->path, req) ||
	    http_path_match("/exit/{n}", req->path, req)) {
		numbered(req, r);
		return 0;
	}
	return echo(req, r, f);
}

static void answer(const struct probe *p, struct http_request *req)
{
	struct http_response r = { .status = 200,
				   .content_type = "application/json" };
	int64_t began = clock_monotonic_us();
	struct fault f = { .code = FAULT_NONE };

	buf_init(&r.headers, req->arena);
	buf_init(&r.body, req->arena);
	r.no_body = req->method == HTTP_HEAD;
	http_header(&r, "X-Request-Id", req->request_id);
	if (route(p, req, &r, &f)) {
		buf_reset(&r.body);
		r.status = fault_row(f.code)->status;
		json_open(&r.body, NULL, '{');
		json_str(&r.body, "message", f.message);
		json_close(&r.body, '}');
	}
	http_door_reply(req->door, &r);
	http_metrics_count("probe", r.status, clock_monotonic_us() - began);
}

static int serve(const struct probe *p, int listen_fd)
{
	struct http_door *d = http_door_create(listen_fd);
	struct arena *a = arena_create();
	struct http_request req;
	int64_t served = 0;
	int rc = d ? 1 : -1;

	while (rc == 1) {
		arena_reset(a);
		rc = http_door_accept(d, a, &req);
		if (rc == 1)
			answer(p, &req);
		if (++served == p->max_requests)
			http_door_stop();
	}
	http_door_destroy(d);
	arena_destroy(a);
	return rc ? 1 : 0;
}

static int worker(void *ctx, int listen_fd, const char *pool, int slot)
{
	const struct probe *p = ctx;

	if (access("broken", F_OK) == 0)
		return 7; /* how the test makes new workers die at once */
	http_metrics_open(p->dir, pool, slot);
	return serve(p, listen_fd);
}

/* door-probe SOCKET PROCESSES DIR [MAX_REQUESTS], in DIR; or started by a web
 * server. */
int main(int argc, char **argv)
{
	struct prefork_pool pool = { .name = "probe", .mode = 0666 };
	struct probe p = { .dir = "." };
	struct prefork f = {
		.pools = &pool, .pool_count = 1, .worker = worker, .ctx = &p
	};
	struct buf error = BUF_INIT;
	int64_t n;

	if (http_door_is_cgi() || http_door_is_inherited())
		return serve(&p, http_door_is_cgi() ? -1 : STDIN_FILENO);
	if (argc < 4 || str_int(argv[2], 1, 64, &n) || chdir(argv[3]))
		return 2;
	pool.socket = argv[1];
	pool.processes = (int)n;
	if (argc > 4 && str_int(argv[4], 1, 1000000, &p.max_requests))
		return 2;
	if (prefork_run(&f, &error)) {
		log_error("%s", buf_cstr(&error));
		buf_finish(&error);
		return 1;
	}
	buf_finish(&error);
	return 0;
}
