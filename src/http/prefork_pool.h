// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside prefork: the workers of one pool. */
#ifndef HTTP_PREFORK_POOL_H
#define HTTP_PREFORK_POOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "http/prefork.h"

/* pid 0 is a free slot. Times are clock_monotonic_us(). */
struct worker {
	pid_t pid;
	int64_t started;
	int64_t kill_at; /* 0: not asked to stop */
	int64_t term_at; /* when TERM is sent again */
	unsigned int generation;
};

/* One slot more than processes: while rolling, a new worker runs before an
 * old one is stopped. */
struct pool {
	const struct prefork *prefork;
	const struct prefork_pool *conf;
	int listen_fd;
	struct worker *workers;
	int slots;
	unsigned int generation;
	int64_t pause; /* before the next start, grows with quick deaths */
	int64_t start_at;
	int64_t settled_at; /* when a new worker of a roll counts as good */
};

/* Starts, stops and replaces what is due; true while something is due soon. */
bool pool_tick(struct pool *p, int64_t now, bool stopping);

/* Takes note of a child's end; false where it isn't of this pool. */
bool pool_reaped(struct pool *p, pid_t pid, int status, int64_t now,
		 bool stopping);
void pool_roll(struct pool *p);
int pool_alive(const struct pool *p);

#endif
