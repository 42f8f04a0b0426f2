// SPDX-License-Identifier: GPL-3.0-or-later
/* The lane of webhooks: events become deliveries, deliveries are sent, many at
 * a time. What kills it costs a try of what was under way: a lease runs out
 * and the delivery is sent again, so that a receiver may see one twice. */
#include "base/log.h"
#include "job/hook_flight.h"
#include "job/job.h"
#include "kyc/open.h"

enum {
	FAN_OUT_MAX = 100,
	TARGETS_MAX = 256,
	POLL_MS = 50, /* while requests are under way */
	FORGET_EVERY_S = 600,
	STOP_MS = 3000, /* what is under way may end within it */
	ONCE_S = 40,	/* cron starts the next one soon */
};

static void complain(const char *what, const struct fault *f)
{
	log_warn("webhooks: %s: %s", what, *f->detail ? f->detail : f->message);
}

static void as_job(struct kyc *k)
{
	arena_reset(k->arena);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
}

/* An event that can't be fanned out (a defect, a keyring that lacks a key)
 * must not hold up the others: it is set aside until the next start, or the
 * next keyring. */
static int fan_out_slowly(struct kyc *k, const struct hook_lane *lane)
{
	struct fault f = { 0 };
	int n;

	as_job(k);
	n = kyc_event_fan_out(k, lane->envelopes, 1, &f);
	if (n >= 0 || f.code != FAULT_INTERNAL)
		return n;
	complain("an event was set aside", &f);
	fault_clear(&f);
	return kyc_event_park(k, &f) ? -1 : 1;
}

/* Whether the database answered. Events that had to be taken one by one are
 * followed by a look at the rest at once: pauses between them would add up. */
static bool fan_out(struct kyc *k, const struct hook_lane *lane)
{
	struct fault f = { 0 };
	bool slowly;
	int n;

	do {
		as_job(k);
		fault_clear(&f);
		n = kyc_event_fan_out(k, lane->envelopes, FAN_OUT_MAX, &f);
		slowly = n < 0 && f.code == FAULT_INTERNAL;
		if (slowly)
			n = fan_out_slowly(k, lane);
	} while (n > 0 && job_pause(0) && (slowly || n == FAN_OUT_MAX));
	return n >= 0;
}

/* What was set aside for lack of a key is taken up with a new keyring. */
static void refresh(struct kyc *k)
{
	struct fault f = { 0 };

	if (kyc_refresh(k) && kyc_event_unpark(k, &f) < 0)
		complain("events set aside", &f);
}

/* As many of a target as it may have at once, and all together. */
static size_t room(const struct hook_lane *lane, const struct kyc_target *t)
{
	size_t all = (size_t)lane->conf->webhook_parallel;
	size_t each = (size_t)lane->conf->webhook_endpoint_parallel;
	size_t here = flight_count(lane, t), left;

	if (lane->count >= all || here >= each)
		return 0;
	left = all - lane->count;
	each -= here;
	return left < each ? left : each;
}

static int launch(struct kyc *k, struct hook_lane *lane,
		  const struct kyc_target *t)
{
	struct kyc_delivery due[KYC_CLAIM_MAX];
	struct fault f = { 0 };
	size_t max = room(lane, t);
	int n, i;

	if (!max)
		return 0;
	n = kyc_delivery_claim(k, t, due,
			       max < KYC_CLAIM_MAX ? max : KYC_CLAIM_MAX, &f);
	for (i = 0; i < n; i++)
		flight_start(k, lane, t, &due[i]);
	return n;
}

/* How many were started, or -1. The walk starts elsewhere each time: where
 * there is no room for all, all have their turn. */
static int launch_due(struct kyc *k, struct hook_lane *lane)
{
	struct kyc_target *targets;
	struct fault f = { 0 };
	int n, i, started = 0, rc;

	as_job(k);
	targets = arena_alloc(k->arena, TARGETS_MAX * sizeof(*targets));
	n = kyc_delivery_targets(k, targets, TARGETS_MAX, &f);
	for (i = 0; i < n; i++) {
		rc = launch(k, lane,
			    &targets[(lane->turn + (size_t)i) % (size_t)n]);
		if (rc < 0)
			return -1;
		started += rc;
	}
	lane->turn++;
	return n < 0 ? -1 : started;
}

static void forget(struct kyc *k)
{
	struct fault f = { 0 };
	int64_t n;

	as_job(k);
	do {
		n = kyc_delivery_forget(k, &f);
	} while (n == 1000 && job_pause(0));
	do {
		n = n < 0 ? n : kyc_event_forget(k, &f);
	} while (n == 1000 && job_pause(0));
	if (n < 0)
		complain("old deliveries", &f);
}

static void collect(struct kyc *k, struct hook_lane *lane)
{
	void *flight;
	struct net_answer answer;

	while (net_next(lane->net, &flight, &answer))
		flight_end(k, lane, flight, &answer);
}

static void land(struct kyc *k, struct hook_lane *lane)
{
	int64_t end = clock_monotonic_us() + (int64_t)STOP_MS * 1000;

	while (lane->count && clock_monotonic_us() < end) {
		net_wait(lane->net, POLL_MS);
		collect(k, lane);
	}
	flight_release_all(k, lane);
}

static int begin(struct kyc *k, struct hook_lane *lane)
{
	struct buf error = BUF_INIT;
	struct fault f = { 0 };

	lane->conf = k->conf;
	if (net_rules_read(k->conf, &lane->rules, &error)) {
		log_error("%s", error.data);
		buf_finish(&error);
		return -1;
	}
	lane->net = net_create(&lane->rules, k->conf->net_ca_file);
	kyc_event_unpark(k, &f);
	return 0;
}

static void finish(struct kyc *k, struct hook_lane *lane)
{
	land(k, lane);
	net_destroy(lane->net);
}

/* Sleeps until the next look at the database, but sees to answers at once. */
static bool rest(struct kyc *k, struct hook_lane *lane)
{
	int64_t until = clock_monotonic_us() + k->conf->job_poll_ms * 1000;
	size_t before = lane->count;

	if (!lane->count)
		return job_pause(k->conf->job_poll_ms);
	while (lane->count == before && clock_monotonic_us() < until &&
	       job_pause(0)) {
		net_wait(lane->net, POLL_MS);
		collect(k, lane);
	}
	return job_pause(0);
}

void job_hook_loop(struct kyc *k, const struct kyc_envelope *const *envelopes)
{
	struct hook_lane lane = { .envelopes = envelopes };
	int64_t next_forget = 0;

	if (begin(k, &lane)) {
		while (job_pause(CLOCK_MINUTE))
			;
		return;
	}
	do {
		if (db_ping(k->db))
			continue;
		refresh(k);
		if (!fan_out(k, &lane))
			continue;
		launch_due(k, &lane);
		if (clock_monotonic_us() < next_forget)
			continue;
		forget(k);
		next_forget = clock_monotonic_us() +
			      (int64_t)FORGET_EVERY_S * 1000000;
	} while (rest(k, &lane));
	finish(k, &lane);
}

/* What is due, and what becomes due meanwhile, for a while; then what is under
 * way has its time. */
static int send_due(struct kyc *k, struct hook_lane *lane)
{
	int64_t until = clock_monotonic_us() + (int64_t)ONCE_S * 1000000;
	int n = 0;

	do {
		if (n >= 0 && clock_monotonic_us() < until)
			n = launch_due(k, lane);
		net_wait(lane->net, POLL_MS);
		collect(k, lane);
	} while (lane->count && job_pause(0));
	return n < 0 ? -1 : 0;
}

int job_hook_once(struct kyc *k, const struct kyc_envelope *const *envelopes)
{
	struct hook_lane lane = { .envelopes = envelopes };
	int rc = -1;

	if (begin(k, &lane))
		return -1;
	if (fan_out(k, &lane)) {
		rc = send_due(k, &lane);
		forget(k);
	}
	finish(k, &lane);
	return rc;
}
