// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe.fcgi: the API. Parent of workers, a worker, or one CGI request. */
#include <signal.h>
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "cmd/start.h"
#include "http/door.h"
#include "http/prefork.h"

enum { WORKERS_A_CORE = 4 };

static int processes(int64_t configured)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (configured)
		return (int)configured;
	return (int)(cores > 0 ? cores : 1) * WORKERS_A_CORE;
}

static int serve_pools(struct conf *conf)
{
	unsigned int mode = (unsigned int)strtoul(conf->socket_mode, NULL, 8);
	const struct prefork_pool pools[] = {
		{ "fast", conf->socket, mode, processes(conf->workers) },
		{ "slow", conf->slow_socket, mode,
		  processes(conf->slow_workers) },
	};
	struct prefork p = { .pools = pools,
			     .pool_count = ARRAY_SIZE(pools),
			     .worker = api_serve,
			     .ctx = conf };
	struct buf error = BUF_INIT;
	int rc = prefork_run(&p, &error);

	if (rc)
		log_error("%s", error.data);
	buf_finish(&error);
	return rc ? 1 : 0;
}

/* A CGI server shows nothing of what went to the log: say that there is
 * something there. */
static int refuse(void)
{
	if (http_door_is_cgi())
		fputs("Status: 503 Service Unavailable\r\n"
		      "Content-Type: application/json\r\n\r\n"
		      "{\"status\":\"error\",\"error\":\"unavailable\","
		      "\"message\":\"The service is not set up: see its "
		      "log.\"}",
		      stdout);
	return 1;
}

static bool asks_for_routes(int argc, char **argv)
{
	return argc == 2 && !strcmp(argv[1], "--routes") &&
	       !getenv("GATEWAY_INTERFACE");
}

int main(int argc, char **argv)
{
	struct conf *conf;
	int rc;

	if (start_tells("usage: vouchsafe.fcgi [--conf FILE]\n"
			"       vouchsafe.fcgi --routes\n",
			argc, argv))
		return 0;
	if (asks_for_routes(argc, argv)) {
		api_describe();
		return 0;
	}
	conf = start_program("vouchsafe.fcgi", argc, argv);
	if (!conf)
		return refuse();
	if (http_door_is_cgi())
		rc = api_serve(conf, -1, "cgi", 0);
	else if (http_door_is_inherited())
		rc = api_serve(conf, STDIN_FILENO, "inherited", 0);
	else
		rc = serve_pools(conf);
	conf_destroy(conf);
	return rc == API_NOT_OPEN ? refuse() : rc;
}
