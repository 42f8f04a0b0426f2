// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside prefork: the workers of one pool. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/prefork_pool.h"

enum {
	MS = 1000,
	SECOND = 1000 * MS,
	TERM_AGAIN = 200 * MS,
	GRACE = 30 * SECOND,
	QUICK = SECOND, /* a life shorter than this is followed by a pause */
	PAUSE_MIN = 10 * MS,
	PAUSE_MAX = SECOND,
	SETTLE = 150 * MS
};

int pool_alive(const struct pool *p)
{
	int n = 0, i;

	for (i = 0; i < p->slots; i++)
		n += p->workers[i].pid != 0;
	return n;
}

static int count_serving(const struct pool *p)
{
	int n = 0, i;

	for (i = 0; i < p->slots; i++)
		n += p->workers[i].pid && !p->workers[i].kill_at;
	return n;
}

/* A serving worker of before the last HUP, or any. */
static struct worker *find(const struct pool *p, bool any)
{
	int i;

	for (i = 0; i < p->slots; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid && !w->kill_at &&
		    (any || w->generation != p->generation))
			return w;
	}
	return NULL;
}

/* In the child: nothing of the parent's signal handling is left over, and the
 * parent's death is not missed (it may have come before prctl). */
static void become_worker(pid_t parent)
{
	static const int defaults[] = { SIGTERM, SIGINT, SIGCHLD };
	sigset_t none;
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	for (i = 0; i < ARRAY_SIZE(defaults); i++)
		signal(defaults[i], SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void start(struct pool *p, int64_t now)
{
	const struct prefork *f = p->prefork;
	pid_t parent = getpid(), pid;
	int slot = 0;

	while (slot < p->slots && p->workers[slot].pid)
		slot++;
	if (slot == p->slots)
		return;
	pid = fork();
	if (pid < 0) {
		log_error("pool %s: cannot start a worker: %s", p->conf->name,
			  strerror(errno));
		p->start_at = now + PAUSE_MAX;
		return;
	}
	if (pid == 0) {
		become_worker(parent);
		exit(f->worker(f->ctx, p->listen_fd, p->conf->name, slot));
	}
	p->workers[slot] = (struct worker){ .pid = pid,
					    .started = now,
					    .generation = p->generation };
}

static void ask_to_stop(struct worker *w, int64_t now)
{
	w->kill_at = now + GRACE;
	w->term_at = now + TERM_AGAIN;
	kill(w->pid, SIGTERM);
}

/* TERM again and again: one that came before the worker had its handler, or
 * between its check and its wait, would be lost otherwise. */
static void press(struct pool *p, struct worker *w, int64_t now)
{
	if (now >= w->kill_at) {
		log_warn("pool %s: worker %d does not stop, killed",
			 p->conf->name, (int)w->pid);
		kill(w->pid, SIGKILL);
		w->kill_at = now + GRACE;
	} else if (now >= w->term_at) {
		w->term_at = now + TERM_AGAIN;
		kill(w->pid, SIGTERM);
	}
}

/* One worker after the other: a new one is started, and when it has stayed
 * alive for a moment an old one is stopped. */
static bool roll(struct pool *p, int64_t now)
{
	int serving = count_serving(p);
	struct worker *w = find(p, false);

	if (!w && serving <= p->conf->processes)
		return false;
	if (!w)
		w = find(p, true);
	if (pool_alive(p) == serving && serving == p->conf->processes &&
	    now >= p->start_at) {
		start(p, now);
		p->settled_at = now + SETTLE;
	} else if (w && serving > p->conf->processes && now >= p->settled_at) {
		ask_to_stop(w, now);
	}
	return true;
}

bool pool_tick(struct pool *p, int64_t now, bool stopping)
{
	bool busy = false;
	int i;

	for (i = 0; i < p->slots; i++) {
		struct worker *w = &p->workers[i];

		if (w->pid && stopping && !w->kill_at)
			ask_to_stop(w, now);
		else if (w->pid && w->kill_at)
			press(p, w, now);
		busy |= w->pid && w->kill_at;
	}
	if (stopping)
		return busy;
	while (now >= p->start_at && count_serving(p) < p->conf->processes &&
	       pool_alive(p) < p->slots)
		start(p, now);
	busy |= count_serving(p) < p->conf->processes;
	return roll(p, now) || busy;
}

/* Not worth a warning: a clean end, and TERM where we have sent it. */
static bool is_plain_end(const struct worker *w, int status)
{
	if (WIFSIGNALED(status))
		return w->kill_at && WTERMSIG(status) == SIGTERM;
	return WEXITSTATUS(status) == 0;
}

static void log_end(const struct pool *p, const struct worker *w, int status)
{
	const char *pool = p->conf->name;
	int slot = (int)(w - p->workers), pid = (int)w->pid;

	if (is_plain_end(w, status))
		log_info("pool %s: worker %d (slot %d) ended", pool, pid, slot);
	else if (WIFSIGNALED(status))
		log_warn("pool %s: worker %d (slot %d) died of signal %d (%s)",
			 pool, pid, slot, WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		log_warn("pool %s: worker %d (slot %d) ended with status %d",
			 pool, pid, slot, WEXITSTATUS(status));
}

/* A worker that dies at once does so for a reason that every new one meets:
 * a roll would only take the good ones away. */
static void slow_down(struct pool *p, const struct worker *w, int64_t now)
{
	int i;

	if (now - w->started >= QUICK) {
		p->pause = 0;
		return;
	}
	p->pause = p->pause ? p->pause * 2 : PAUSE_MIN;
	if (p->pause > PAUSE_MAX)
		p->pause = PAUSE_MAX;
	p->start_at = now + p->pause;
	if (!find(p, false) || w->generation != p->generation)
		return;
	log_error("pool %s: a new worker died at once; the others stay",
		  p->conf->name);
	for (i = 0; i < p->slots; i++)
		p->workers[i].generation = p->generation;
}

bool pool_reaped(struct pool *p, pid_t pid, int status, int64_t now,
		 bool stopping)
{
	struct worker w;
	int i = 0;

	while (i < p->slots && p->workers[i].pid != pid)
		i++;
	if (i == p->slots)
		return false;
	log_end(p, &p->workers[i], status);
	w = p->workers[i];
	p->workers[i] = (struct worker){ .pid = 0 };
	if (!w.kill_at && !stopping)
		slow_down(p, &w, now);
	return true;
}

void pool_roll(struct pool *p)
{
	p->generation++;
}
