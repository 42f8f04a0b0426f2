// SPDX-License-Identifier: GPL-3.0-or-later
/* Taking jobs: one at a time, by lease, until there are none. */
#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "base/str.h"
#include "job/job.h"
#include "kyc/open.h"

enum {
	FIRST_DELAY_MS = 15 * CLOCK_SECOND,
	LAST_DELAY_MS = 4 * CLOCK_HOUR,
	GIVE_UP_AFTER_MS = 5 * CLOCK_DAY,
	ATTEMPTS_MAX = 50, /* of a job that ends its process */
	HEAD_START_MS = 2000,
	WHY_MAX = 250, /* bytes of job.last_error */
	PHOTO_POLL_MS = 150,
};

static bool stopping;
static sigset_t stop_signals;

/* A signal in the middle of an SMTP exchange would break it, perhaps between
 * the relay's yes and our reading it. */
void job_hold_signals(void)
{
	sigemptyset(&stop_signals);
	sigaddset(&stop_signals, SIGTERM);
	sigaddset(&stop_signals, SIGINT);
	sigaddset(&stop_signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop_signals, NULL);
}

bool job_pause(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	if (!stopping && sigtimedwait(&stop_signals, NULL, &t) > 0)
		stopping = true;
	return !stopping;
}

static int run(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	switch (job->kind) {
	case KYC_JOB_MAIL:
		return job_mail(k, job, f);
	case KYC_JOB_CHECK:
	case KYC_JOB_VALIDATE:
		return job_check(k, job, f);
	case KYC_JOB_ERASE:
		return job_erase(k, job, f);
	case KYC_JOB_PHOTO:
		return job_photo(k, job, f);
	}
	return fault_internal(f, "a kind that this version does not know");
}

/* 15 s, 30 s, 1 min, … 4 h. */
static int64_t delay_ms(int64_t attempts)
{
	int64_t delay = FIRST_DELAY_MS;

	while (--attempts > 0 && delay < LAST_DELAY_MS)
		delay *= 2;
	return delay < LAST_DELAY_MS ? delay : LAST_DELAY_MS;
}

bool job_is_old(const struct kyc_job *job)
{
	return clock_now_ms() - job->created_at > GIVE_UP_AFTER_MS;
}

int job_again(struct kyc *k, const struct kyc_job *job, const char *why,
	      struct fault *f)
{
	const char *cut = arena_strndup(
		k->arena, why, str_utf8_prefix(why, strlen(why), WHY_MAX));

	if (job_is_old(job))
		return kyc_job_give_up(k, job, cut, f);
	return kyc_job_retry(k, job, delay_ms(job->attempts), cut, f);
}

/* A job that failed: what it was about is gone, somebody else has it, or it
 * comes again later. Where the database is away, the lease runs out. */
static void settle(struct kyc *k, const struct kyc_job *job,
		   const struct fault *f)
{
	struct fault later = { 0 };

	if (f->code == FAULT_CONFLICT)
		return;
	if (f->code == FAULT_NOT_FOUND || f->code == FAULT_GONE)
		kyc_job_done(k, job, &later);
	else
		job_again(k, job, *f->detail ? f->detail : f->message, &later);
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
		log_line_str(&line, "detail",
			     *f->detail ? f->detail : f->message);
	}
	log_line_end(&line);
	buf_finish(&line);
}

int job_drain(struct kyc *k, enum kyc_lane lane)
{
	struct kyc_job job;
	struct fault f;
	int n = 0, rc;

	while (job_pause(0)) {
		f = (struct fault){ .code = FAULT_NONE };
		arena_reset(k->arena);
		kyc_refresh(k);
		k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
		rc = kyc_job_take(k, lane, &job, &f);
		if (rc < 0)
			return -1;
		if (!rc)
			break;
		k->who.tenant = job.tenant;
		if (job.attempts > ATTEMPTS_MAX && job_is_old(&job))
			kyc_job_give_up(k, &job, "its process ended", &f);
		else if (run(k, &job, &f))
			settle(k, &job, &f);
		log_job(&job, kyc_lane_name(lane), &f);
		n++;
	}
	return n;
}

/* After an outage a lane waits a moment before it takes a job: whoever holds
 * the relay's yes to a mail, with a lease that ran out meanwhile, records it
 * first. */
static bool is_back(struct kyc *k)
{
	if (db_ping(k->db))
		return false;
	job_pause(HEAD_START_MS);
	return true;
}

/* A customer waits two seconds for what is said of a photo: the lane looks
 * often, and says that it is there. */
static int beat(struct kyc *k, enum kyc_lane lane, int64_t *next)
{
	struct fault f = { .code = FAULT_NONE };

	if (lane != KYC_LANE_PHOTO || clock_monotonic_us() < *next)
		return 0;
	if (kyc_lane_beat(k, lane, &f))
		return -1;
	*next = clock_monotonic_us() + (int64_t)KYC_BEAT_MS * 1000;
	return 0;
}

static int64_t poll_ms(const struct kyc *k, enum kyc_lane lane)
{
	int64_t ms = k->conf->job_poll_ms;

	return lane == KYC_LANE_PHOTO && ms > PHOTO_POLL_MS ? PHOTO_POLL_MS
							    : ms;
}

void job_loop(struct kyc *k, enum kyc_lane lane)
{
	int64_t next_upkeep = 0, next_beat = 0;
	bool down = false;

	do {
		if (down)
			down = !is_back(k);
		if (!down && lane == KYC_LANE_FOLD) {
			down = job_fold(k) < 0;
			continue;
		}
		if (!down && lane == KYC_LANE_UPKEEP &&
		    clock_monotonic_us() >= next_upkeep) {
			job_upkeep(k);
			next_upkeep =
				clock_monotonic_us() + (int64_t)5 * 1000000;
		}
		if (!down && lane == KYC_LANE_UPKEEP)
			job_tick(k);
		if (!down)
			down = beat(k, lane, &next_beat) ||
			       job_drain(k, lane) < 0;
	} while (job_pause(poll_ms(k, lane)));
}
