// SPDX-License-Identifier: GPL-3.0-or-later
/* How every program starts: options, configuration, log, clock. */
#include "config.h"

#include <malloc.h>
#include <signal.h>

#include "base/clock.h"
#include "base/log.h"
#include "cmd/start.h"

struct conf *start_with(const char *name, const char *conf_file)
{
	struct buf error = BUF_INIT;
	struct conf *conf = conf_load(conf_path(conf_file), &error);

	/* fixed, or glibc raises them after the first upload and then keeps
	 * megabytes a process */
	mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	mallopt(M_TRIM_THRESHOLD, 256 * 1024);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!conf) {
		fprintf(stderr, "%s: %s\n", name, error.data);
		buf_finish(&error);
		return NULL;
	}
	log_setup(name, (enum log_level)conf->log_level);
	clock_set_offset_ms(conf->clock_offset_ms);
	return conf;
}

void start_version(void)
{
	puts(PACKAGE_STRING);
}

bool start_tells(const char *usage, int argc, char **argv)
{
	if (argc != 2 || getenv("GATEWAY_INTERFACE"))
		return false;
	if (!strcmp(argv[1], "--help"))
		fputs(usage, stdout);
	else if (!strcmp(argv[1], "--version"))
		start_version();
	else
		return false;
	return true;
}

struct conf *start_program(const char *name, int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--conf"))
		return start_with(name, argv[2]);
	/* a CGI server may put a query's words on the command line (RFC 3875
	 * section 4.4): they are not options */
	if (argc == 1 || getenv("GATEWAY_INTERFACE"))
		return start_with(name, NULL);
	fprintf(stderr, "usage: %s [--conf FILE]\n", name);
	return NULL;
}
