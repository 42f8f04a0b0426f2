// SPDX-License-Identifier: GPL-3.0-or-later
/* The parent of the workers: starts, restarts, rolls and stops them. */
#ifndef HTTP_PREFORK_H
#define HTTP_PREFORK_H

#include "base/buf.h"

struct prefork_pool {
	const char *name;
	const char *socket; /* path of the Unix socket */
	unsigned int mode;
	int processes;
};

struct prefork {
	const struct prefork_pool *pools;
	size_t pool_count;
	/* In the child: serve until asked to stop; the exit status. slot
	 * numbers the processes of a pool from 0 to processes (one more, for a
	 * new worker that runs before an old one stops); it is reused once its
	 * last holder has ended. TERM has its default action until the worker
	 * changes that (http_door_create does), HUP and PIPE are ignored. */
	int (*worker)(void *ctx, int listen_fd, const char *pool, int slot);
	void *ctx;
};

/* Serves until TERM or INT; 0, or -1 with a line in error when it could not
 * start. HUP replaces workers one by one, without a lost request. A worker
 * that dies is started again, with a growing pause (up to 1 s) when it dies
 * at once again and again. TERM ends workers after their request; after 30 s
 * they are killed. When the parent dies, workers stop too
 * (PR_SET_PDEATHSIG). */
int prefork_run(const struct prefork *p, struct buf *error);

#endif
