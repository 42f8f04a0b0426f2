// SPDX-License-Identifier: GPL-3.0-or-later
/* Deliveries that are under way: started, answered, recorded. */
#include <stdlib.h>

#include "base/log.h"
#include "job/hook_flight.h"

enum { ID_SIZE = 4 + UUID_TEXT_SIZE, GONE = 410 };

size_t flight_count(const struct hook_lane *lane, const struct kyc_target *t)
{
	const struct flight *f;
	size_t n = 0;

	for (f = lane->flights; f; f = f->next)
		n += !memcmp(&f->target, t, sizeof(*t));
	return n;
}

static void flight_destroy(struct hook_lane *lane, struct flight *f)
{
	struct flight **at = &lane->flights;

	while (*at != f)
		at = &(*at)->next;
	*at = f->next;
	lane->count--;
	arena_destroy(f->arena);
	free(f);
}

/* Ids and a host: the rest of a URL may be secret. */
static void log_try(const struct kyc_delivery *d, const char *host,
		    int64_t took_us, const struct kyc_delivery_result *r)
{
	struct buf line = BUF_INIT;
	char id[UUID_TEXT_SIZE];
	bool well = r->status == KYC_DELIVERY_DELIVERED;

	log_line_start(&line, well ? LOG_INFO : LOG_WARN, "webhook");
	uuid_text(&d->id, id);
	log_line_str(&line, "delivery", id);
	log_line_str(&line, "type", d->type);
	log_line_str(&line, "host", host);
	log_line_int(&line, "try", d->tries);
	log_line_int(&line, "ms", took_us / 1000);
	log_line_int(&line, "answer", r->answer);
	if (r->error)
		log_line_str(&line, "error", r->error);
	log_line_end(&line);
	buf_finish(&line);
}

/* Where the database is away the lease runs out and the try is made again. */
static void record(struct kyc *k, const struct flight *fl,
		   const struct kyc_delivery_result *r)
{
	struct fault f = { 0 };

	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB,
				   .tenant = fl->delivery.tenant };
	log_try(&fl->delivery, fl->host, clock_monotonic_us() - fl->began_us,
		r);
	if (kyc_delivery_end(k, &fl->delivery, r, &f))
		log_warn("webhooks: a try was not recorded: %s",
			 *f.detail ? f.detail : f.message);
}

static void retry_later(struct kyc_delivery_result *r, int64_t tries,
			int64_t retry_after_ms)
{
	r->delay_ms = hook_delay_ms(tries, retry_after_ms);
	r->status =
		r->delay_ms < 0 ? KYC_DELIVERY_FAILED : KYC_DELIVERY_PENDING;
}

/* What could not even be opened: for good where its receiver or its session
 * is gone, later where the database or the keyring is. */
static void fail_unsent(struct kyc *k, const struct flight *fl,
			const struct fault *why)
{
	struct kyc_delivery_result r = { .answer = -1, .error = why->message };

	if (why->code == FAULT_CONFLICT || why->code == FAULT_UNAVAILABLE)
		return;
	if (why->code == FAULT_GONE || why->code == FAULT_NOT_FOUND) {
		r.status = KYC_DELIVERY_FAILED;
	} else {
		log_warn("webhooks: %s", why->detail);
		retry_later(&r, fl->delivery.tries, -1);
	}
	record(k, fl, &r);
}

static void transmit(struct hook_lane *lane, struct flight *fl,
		     const struct kyc_envelope *e,
		     const struct kyc_parcel *parcel)
{
	const char *headers[HOOK_HEADERS_MAX];
	char uuid[UUID_TEXT_SIZE], id[ID_SIZE] = "evt_";
	struct net_request request = { .url = parcel->url,
				       .headers = headers,
				       .body = parcel->body.data,
				       .len = parcel->body.len,
				       .ctx = fl };
	struct hook_message m = { .style = e->style,
				  .id = id,
				  .type = fl->delivery.type,
				  .secret = parcel->secret,
				  .old_secret = parcel->old_secret,
				  .sent_at = clock_now_ms() / 1000,
				  .retries = fl->delivery.tries - 1,
				  .body = parcel->body.data,
				  .len = parcel->body.len };
	size_t at = strlen(id), i;

	uuid_text(&fl->delivery.event, uuid);
	for (i = 0; uuid[i]; i++) {
		if (uuid[i] != '-')
			id[at++] = uuid[i];
	}
	id[at] = '\0';
	hook_headers(&m, fl->arena, headers);
	net_url_refuse(&lane->rules, parcel->url, fl->host);
	net_start(lane->net, &request);
}

/* The flight's own arena takes what it needs until the answer. */
static void depart(struct kyc *k, struct hook_lane *lane, struct flight *fl)
{
	const struct kyc_envelope *e =
		kyc_envelope_of(lane->envelopes, fl->delivery.protocol);
	struct arena *before = k->arena;
	struct kyc_parcel parcel;
	struct fault f = { 0 };
	int rc = -1;

	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB,
				   .tenant = fl->delivery.tenant };
	k->arena = fl->arena;
	if (!e)
		fault_set(&f, FAULT_GONE, "no such protocol");
	else
		rc = kyc_delivery_open(k, &fl->delivery, &parcel, &f);
	if (e && !rc) {
		transmit(lane, fl, e, &parcel);
	} else {
		fail_unsent(k, fl, &f);
		flight_destroy(lane, fl);
	}
	k->arena = before;
}

void flight_start(struct kyc *k, struct hook_lane *lane,
		  const struct kyc_target *t, const struct kyc_delivery *d)
{
	struct flight *fl = mem_alloc(sizeof(*fl));

	*fl = (struct flight){ .next = lane->flights,
			       .arena = arena_create(),
			       .target = *t,
			       .delivery = *d,
			       .began_us = clock_monotonic_us() };
	fl->delivery.type = arena_strdup(fl->arena, d->type);
	fl->delivery.last_error = NULL;
	lane->flights = fl;
	lane->count++;
	depart(k, lane, fl);
}

static struct kyc_delivery_result
judge(const struct flight *fl, const struct net_answer *a, struct arena *arena)
{
	struct kyc_delivery_result r = { .answer = a->status ? a->status : -1 };

	if (a->status >= 200 && a->status < 300) {
		r.status = KYC_DELIVERY_DELIVERED;
		return r;
	}
	r.error = a->status ? arena_printf(arena, "status %d", a->status)
			    : arena_strdup(arena, a->error);
	if (a->status == GONE) {
		r.status = KYC_DELIVERY_FAILED;
		r.gone = !uuid_is_nil(&fl->delivery.webhook);
		return r;
	}
	retry_later(&r, fl->delivery.tries,
		    *a->retry_after ? hook_retry_after_ms(a->retry_after,
							  clock_now_ms())
				    : -1);
	return r;
}

void flight_end(struct kyc *k, struct hook_lane *lane, void *flight,
		const struct net_answer *answer)
{
	struct flight *fl = flight;
	struct kyc_delivery_result r = judge(fl, answer, fl->arena);

	record(k, fl, &r);
	flight_destroy(lane, fl);
}

void flight_release_all(struct kyc *k, struct hook_lane *lane)
{
	struct fault f = { 0 };

	while (lane->flights) {
		kyc_delivery_release(k, &lane->flights->delivery, &f);
		flight_destroy(lane, lane->flights);
	}
}
