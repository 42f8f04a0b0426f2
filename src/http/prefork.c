// SPDX-License-Identifier: GPL-3.0-or-later
/* The parent of the workers: starts, restarts, rolls and stops them. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/door.h"
#include "http/prefork_pool.h"

enum { TICK_MS = 20 };

struct family {
	const struct prefork *prefork;
	struct pool *pools;
	size_t count; /* pools whose socket is open */
	bool stopping;
};

static void setup_pool(struct pool *p, const struct prefork *prefork,
		       const struct prefork_pool *conf, int fd)
{
	*p = (struct pool){ .prefork = prefork, .conf = conf, .listen_fd = fd };
	p->slots = conf->processes + 1;
	p->workers = mem_alloc(sizeof(*p->workers) * (size_t)p->slots);
}

static int open_pools(struct family *f, struct buf *error)
{
	const struct prefork *prefork = f->prefork;

	f->pools = mem_alloc(sizeof(*f->pools) * (prefork->pool_count + 1));
	for (; f->count < prefork->pool_count; f->count++) {
		const struct prefork_pool *conf = &prefork->pools[f->count];
		int fd = http_door_listen(conf->socket, conf->mode, error);

		if (fd < 0)
			return -1;
		setup_pool(&f->pools[f->count], prefork, conf, fd);
	}
	return 0;
}

static void close_pools(struct family *f)
{
	size_t i;

	for (i = 0; i < f->count; i++) {
		unlink(f->pools[i].conf->socket);
		close(f->pools[i].listen_fd);
		free(f->pools[i].workers);
	}
	free(f->pools);
}

static void reap(struct family *f, int64_t now)
{
	int status;
	pid_t pid;
	size_t i;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < f->count; i++) {
			if (pool_reaped(&f->pools[i], pid, status, now,
					f->stopping))
				break;
		}
	}
}

static void take_signal(struct family *f, int sig)
{
	size_t i;

	if (sig == SIGHUP && !f->stopping) {
		log_info("rolling the workers");
		for (i = 0; i < f->count; i++)
			pool_roll(&f->pools[i]);
	} else if ((sig == SIGTERM || sig == SIGINT) && !f->stopping) {
		log_info("stopping the workers");
		f->stopping = true;
	}
}

/* Signals are blocked and fetched here, so that there are no handlers. */
static void serve(struct family *f, const sigset_t *signals)
{
	const struct timespec tick = { .tv_nsec = TICK_MS * 1000000L };

	for (;;) {
		int64_t now = clock_monotonic_us();
		bool busy = false;
		int alive = 0, sig;
		size_t i;

		reap(f, now);
		for (i = 0; i < f->count; i++) {
			busy |= pool_tick(&f->pools[i], now, f->stopping);
			alive += pool_alive(&f->pools[i]);
		}
		if (f->stopping && alive == 0)
			return;
		sig = sigtimedwait(signals, NULL, busy ? &tick : NULL);
		if (sig > 0)
			take_signal(f, sig);
	}
}

int prefork_run(const struct prefork *p, struct buf *error)
{
	struct family f = { .prefork = p };
	sigset_t signals, before;
	size_t i;
	int rc;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &before);
	signal(SIGCHLD, SIG_DFL); /* an ignored one would never come */
	signal(SIGPIPE, SIG_IGN);
	rc = open_pools(&f, error);
	if (rc == 0) {
		for (i = 0; i < p->pool_count; i++)
			log_info("pool %s: %d workers on %s", p->pools[i].name,
				 p->pools[i].processes, p->pools[i].socket);
		serve(&f, &signals);
	}
	close_pools(&f);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc;
}
