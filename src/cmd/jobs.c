// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe-jobs: mails, checks, upkeep; one process a lane, or --once. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "cmd/start.h"
#include "job/job.h"
#include "kyc/open.h"

enum { PROCESSES_MAX = 128, RESTART_PAUSE_S = 1 };

struct child {
	enum kyc_lane lane;
	pid_t pid;
};

struct jobs {
	const struct conf *conf;
	struct child children[PROCESSES_MAX];
	size_t count;
};

static volatile sig_atomic_t stopping;

static void on_stop(int sig)
{
	(void)sig;
	stopping = 1;
	job_stop();
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_stop };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
}

static int serve_lane(const struct conf *conf, enum kyc_lane lane)
{
	struct buf error = BUF_INIT;
	struct kyc k;

	if (kyc_open(&k, conf, &error)) {
		log_error("%s", error.data);
		buf_finish(&error);
		return 1;
	}
	job_loop(&k, lane);
	kyc_close(&k);
	return 0;
}

static void start_child(const struct jobs *jobs, struct child *c)
{
	pid_t parent = getpid();

	c->pid = fork();
	if (c->pid < 0)
		log_error("fork failed");
	if (c->pid != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	_exit(getppid() == parent ? serve_lane(jobs->conf, c->lane) : 1);
}

static void plan(struct jobs *jobs)
{
	int lane;
	int64_t i, n;

	for (lane = 1; lane < KYC_LANES; lane++) {
		n = lane == KYC_LANE_MAIL ? jobs->conf->mail_lanes : 1;
		for (i = 0; i < n; i++)
			jobs->children[jobs->count++].lane =
				(enum kyc_lane)lane;
	}
}

/* A lane that died is started again: its lease runs out, its job comes back. */
static void watch(struct jobs *jobs)
{
	size_t i;
	int status;
	pid_t pid;

	while (!stopping) {
		pid = waitpid(-1, &status, 0);
		if (pid < 0)
			continue; /* a signal */
		for (i = 0; i < jobs->count; i++) {
			if (jobs->children[i].pid != pid || stopping)
				continue;
			log_warn("lane %s died (status %d), starting again",
				 kyc_lane_name(jobs->children[i].lane), status);
			sleep(RESTART_PAUSE_S);
			start_child(jobs, &jobs->children[i]);
		}
	}
}

static int serve(const struct conf *conf)
{
	struct jobs jobs = { .conf = conf };
	size_t i;

	plan(&jobs);
	catch_signals();
	for (i = 0; i < jobs.count; i++)
		start_child(&jobs, &jobs.children[i]);
	log_info("%zu lanes serve", jobs.count);
	watch(&jobs);
	for (i = 0; i < jobs.count; i++)
		kill(jobs.children[i].pid, SIGTERM);
	while (wait(NULL) > 0)
		;
	return 0;
}

/* What is due now, then the end: for cron. */
static int once(const struct conf *conf)
{
	struct buf error = BUF_INIT;
	struct kyc k;
	int lane;

	if (kyc_open(&k, conf, &error)) {
		fprintf(stderr, "vouchsafe-jobs: %s\n", error.data);
		buf_finish(&error);
		return 1;
	}
	catch_signals();
	job_upkeep(&k);
	for (lane = 1; lane < KYC_LANES; lane++)
		job_drain(&k, (enum kyc_lane)lane);
	kyc_close(&k);
	return 0;
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
