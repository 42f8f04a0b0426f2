// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe-jobs: what no request waits for; one process a lane, or --once. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "api/envelopes.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd/start.h"
#include "job/job.h"
#include "kyc/open.h"

enum { PROCESSES_MAX = 128, TICK_MS = 200, RESTART_PAUSE_MS = 1000 };

struct child {
	enum kyc_lane lane;
	pid_t pid;	  /* 0: none now */
	int64_t start_at; /* not before, on the monotonic clock, in us */
};

struct jobs {
	const struct conf *conf;
	struct child children[PROCESSES_MAX];
	size_t count;
	sigset_t signals; /* that the parent waits for, blocked otherwise */
	sigset_t before;
};

static int serve_lane(const struct jobs *jobs, enum kyc_lane lane)
{
	struct buf error = BUF_INIT;
	struct kyc k;

	sigprocmask(SIG_SETMASK, &jobs->before, NULL);
	job_hold_signals();
	if (kyc_open(&k, jobs->conf, DB_JOB_S, &error)) {
		log_error("%s", error.data);
		buf_finish(&error);
		return 1;
	}
	if (lane == KYC_LANE_HOOK)
		job_hook_loop(&k, api_envelopes);
	else if (lane == KYC_LANE_ISSUER)
		job_issuer_loop(&k);
	else
		job_loop(&k, lane);
	kyc_close(&k);
	return 0;
}

static void start_child(const struct jobs *jobs, struct child *c)
{
	pid_t parent = getpid(), pid = fork();

	c->start_at = clock_monotonic_us() + RESTART_PAUSE_MS * 1000;
	if (pid < 0) {
		log_error("fork failed, trying again");
		return;
	}
	c->pid = pid;
	if (pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	_exit(getppid() == parent ? serve_lane(jobs, c->lane) : 1);
}

static int64_t processes_of(const struct conf *conf, enum kyc_lane lane)
{
	if (lane == KYC_LANE_MAIL)
		return conf->mail_lanes;
	return lane != KYC_LANE_ISSUER || *conf->oidc_issuer;
}

static void plan(struct jobs *jobs)
{
	int64_t i, n;
	int lane;

	for (lane = 1; lane < KYC_LANES; lane++) {
		n = processes_of(jobs->conf, (enum kyc_lane)lane);
		for (i = 0; i < n; i++)
			jobs->children[jobs->count++].lane =
				(enum kyc_lane)lane;
	}
}

/* How many are left. */
static size_t reap(struct jobs *jobs, bool stopping)
{
	size_t i, alive = 0;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (i = 0; i < jobs->count; i++) {
			if (jobs->children[i].pid != pid)
				continue;
			jobs->children[i].pid = 0;
			if (!stopping)
				log_warn("lane %s died, status %d",
					 kyc_lane_name(jobs->children[i].lane),
					 status);
		}
	}
	for (i = 0; i < jobs->count; i++)
		alive += jobs->children[i].pid != 0;
	return alive;
}

/* A lane that died is started again: its lease runs out, its job comes back. */
static void start_missing(struct jobs *jobs)
{
	int64_t now = clock_monotonic_us();
	size_t i;

	for (i = 0; i < jobs->count; i++) {
		if (!jobs->children[i].pid && jobs->children[i].start_at <= now)
			start_child(jobs, &jobs->children[i]);
	}
}

/* The next signal, or 0 after a tick. */
static int wait_signal(const struct jobs *jobs)
{
	struct timespec tick = { 0, TICK_MS * 1000000L };
	int sig = sigtimedwait(&jobs->signals, NULL, &tick);

	return sig < 0 ? 0 : sig;
}

static void stop_all(struct jobs *jobs)
{
	size_t i;

	while (reap(jobs, true)) {
		for (i = 0; i < jobs->count; i++) {
			if (jobs->children[i].pid > 0)
				kill(jobs->children[i].pid, SIGTERM);
		}
		wait_signal(jobs);
	}
}

static int serve(const struct conf *conf)
{
	struct jobs jobs = { .conf = conf };
	int sig;

	plan(&jobs);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would reap by itself */
	sigemptyset(&jobs.signals);
	sigaddset(&jobs.signals, SIGTERM);
	sigaddset(&jobs.signals, SIGINT);
	sigaddset(&jobs.signals, SIGHUP);
	sigaddset(&jobs.signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &jobs.signals, &jobs.before);
	log_info("%zu lanes serve", jobs.count);
	do {
		reap(&jobs, false);
		start_missing(&jobs);
		sig = wait_signal(&jobs);
	} while (sig != SIGTERM && sig != SIGINT && sig != SIGHUP);
	stop_all(&jobs);
	return 0;
}

/* What is due now, then the end: for cron. */
static int once(const struct conf *conf)
{
	struct buf error = BUF_INIT;
	struct kyc k;
	int lane, rc = 0;

	if (kyc_open(&k, conf, DB_JOB_S, &error)) {
		fprintf(stderr, "vouchsafe-jobs: %s\n", error.data);
		buf_finish(&error);
		return 1;
	}
	job_hold_signals();
	job_upkeep(&k);
	job_fold(&k);
	job_tick(&k);
	for (lane = 1; lane < KYC_LANES; lane++) {
		if (processes_of(conf, (enum kyc_lane)lane))
			rc |= job_drain(&k, (enum kyc_lane)lane) < 0;
	}
	/* events of the above; then the mails that tell of them */
	rc |= job_hook_once(&k, api_envelopes) < 0;
	rc |= job_drain(&k, KYC_LANE_MAIL) < 0;
	rc |= job_issuer_once(&k) < 0;
	kyc_close(&k);
	return rc;
}

int main(int argc, char **argv)
{
	static const char usage[] =
		"usage: vouchsafe-jobs [--conf FILE] [--once]\n";
	const char *file = NULL;
	bool just_once = false;
	struct conf *conf;
	int i, rc;

	if (start_tells(usage, argc, argv))
		return 0;
	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--once")) {
			just_once = true;
		} else if (!strcmp(argv[i], "--conf") && i + 1 < argc) {
			file = argv[++i];
		} else {
			fputs(usage, stderr);
			return 2;
		}
	}
	conf = start_with("vouchsafe-jobs", file);
	if (!conf)
		return 1;
	rc = just_once ? once(conf) : serve(conf);
	conf_destroy(conf);
	return rc;
}
