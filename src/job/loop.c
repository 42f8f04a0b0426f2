// SPDX-License-Identifier: GPL-3.0-or-later
/* Taking jobs: one at a time, by lease, until there are none. */
#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "job/job.h"

static volatile sig_atomic_t stopping;

void job_stop(void)
{
	stopping = 1;
}

static int run(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	switch (job->kind) {
	case KYC_JOB_MAIL:
		return job_mail(k, job, f);
	case KYC_JOB_CHECK:
		return job_check(k, job, f);
	}
	return kyc_job_give_up(k, job, "a kind this version does not know", f);
}

static void log_job(const struct kyc_job *job, const char *lane,
		    const struct fault *f)
{
	struct buf line = BUF_INIT;
	char id[UUID_TEXT_SIZE];

	uuid_text(&job->id, id);
	log_line_start(&line, f->code ? LOG_WARN : LOG_INFO, "job");
	log_line_str(&line, "lane", lane);
	log_line_str(&line, "id", id);
	log_line_int(&line, "attempt", job->attempts);
	if (f->code) {
		log_line_str(&line, "fault", fault_row(f->code)->name);
		log_line_str(&line, "detail", f->detail);
	}
	log_line_end(&line);
	buf_finish(&line);
}

int job_drain(struct kyc *k, enum kyc_lane lane)
{
	struct kyc_job job;
	struct fault f;
	int n = 0;

	while (!stopping) {
		f = (struct fault){ .code = FAULT_NONE };
		arena_reset(k->arena);
		k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
		if (kyc_job_take(k, lane, &job, &f) <= 0)
			break;
		k->who.tenant = job.tenant;
		run(k, &job, &f);
		log_job(&job, kyc_lane_name(lane), &f);
		n++;
	}
	return n;
}

static void pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL); /* a signal ends it early */
}

void job_loop(struct kyc *k, enum kyc_lane lane)
{
	int64_t next_upkeep = 0;

	while (!stopping) {
		if (lane == KYC_LANE_UPKEEP &&
		    clock_monotonic_us() >= next_upkeep) {
			job_upkeep(k);
			next_upkeep =
				clock_monotonic_us() + (int64_t)5 * 1000000;
		}
		job_drain(k, lane);
		if (!stopping)
			pause_ms(k->conf->job_poll_ms);
	}
}
