// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of webhooks: signatures and the schedule. */
#include "base/clock.h"
#include "hook/hook.h"
#include "unit.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_create();
}

static struct hook_message message(enum hook_style style)
{
	static const char body[] = "{\"test\": 2432232314}";

	return (struct hook_message){
		.style = style,
		.id = "msg_p5jXN8AQM9LWM0D4loKWxJek",
		.type = "a.type",
		.secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
		.sent_at = 1614265330,
		.retries = 3,
		.body = body,
		.len = sizeof(body) - 1,
	};
}

static const char *line(const char *const *lines, const char *name)
{
	size_t n = strlen(name);

	for (; *lines; lines++) {
		if (!strncmp(*lines, name, n) && (*lines)[n] == ':')
			return *lines + n + 2;
	}
	return NULL;
}

/* The vector of the reference libraries of standardwebhooks.com. */
#define VECTOR "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

START_TEST(standard_webhooks_own_vector)
{
	struct hook_message m = message(HOOK_NATIVE);
	const char *lines[HOOK_HEADERS_MAX];

	setup();
	hook_headers(&m, arena, lines);
	ck_assert_str_eq(line(lines, "webhook-signature"), VECTOR);
	ck_assert_str_eq(line(lines, "webhook-id"), m.id);
	ck_assert_str_eq(line(lines, "webhook-timestamp"), "1614265330");
	ck_assert_str_eq(line(lines, "X-Webhook-ID"), m.id);
	ck_assert_ptr_null(line(lines, "X-Webhook-Retry-Count"));
	arena_destroy(arena);
}
END_TEST

START_TEST(both_secrets_sign)
{
	struct hook_message m = message(HOOK_DOSSIERS);
	const char *lines[HOOK_HEADERS_MAX], *both;

	setup();
	m.old_secret = m.secret;
	m.secret = hook_secret_create(arena);
	hook_headers(&m, arena, lines);
	both = line(lines, "webhook-signature");
	ck_assert_ptr_nonnull(strstr(both, " " VECTOR));
	ck_assert_uint_eq(strlen(both), 2 * strlen(VECTOR) + 1);
	ck_assert_str_eq(line(lines, "X-Webhook-Retry-Count"), "3");
	ck_assert_str_eq(line(lines, "X-Webhook-Event-Type"), "a.type");
	arena_destroy(arena);
}
END_TEST

START_TEST(secrets_differ)
{
	const char *a, *b;

	setup();
	a = hook_secret_create(arena);
	b = hook_secret_create(arena);
	ck_assert_uint_eq(strlen(a), 6 + 44);
	ck_assert_int_eq(strncmp(a, "whsec_", 6), 0);
	ck_assert_str_ne(a, b);
	arena_destroy(arena);
}
END_TEST

START_TEST(ten_tries_over_75_hours)
{
	int64_t least = 0, most = 0, delay;
	int tries, i;

	for (tries = 1; tries < HOOK_TRIES; tries++) {
		int64_t low = INT64_MAX, high = 0;

		for (i = 0; i < 300; i++) {
			delay = hook_delay_ms(tries, -1);
			low = delay < low ? delay : low;
			high = delay > high ? delay : high;
		}
		ck_assert_int_lt(low, high); /* jitter */
		least += low;
		most += high;
	}
	ck_assert_int_gt(least, (int64_t)67 * CLOCK_HOUR);
	ck_assert_int_gt(most, (int64_t)75 * CLOCK_HOUR);
	ck_assert_int_lt(most, (int64_t)84 * CLOCK_HOUR);
	ck_assert_int_eq(hook_delay_ms(HOOK_TRIES, -1), -1);
	ck_assert_int_eq(hook_delay_ms(HOOK_TRIES, 5000), -1);
}
END_TEST

START_TEST(retry_after_is_kept)
{
	const int64_t now = INT64_C(784111777000); /* 06 Nov 1994 08:49:37 */
	const int64_t day = CLOCK_DAY;

	ck_assert_int_eq(hook_retry_after_ms("120", now), 120000);
	ck_assert_int_eq(hook_retry_after_ms("0", now), 0);
	ck_assert_int_eq(hook_retry_after_ms("86401", now), day);
	ck_assert_int_eq(
		hook_retry_after_ms("Sun, 06 Nov 1994 08:50:37 GMT", now),
		60000);
	ck_assert_int_eq(
		hook_retry_after_ms("Sun, 06 Nov 1994 08:00:00 GMT", now), 0);
	ck_assert_int_eq(
		hook_retry_after_ms("Wed, 06 Nov 2097 08:00:00 GMT", now), day);
	ck_assert_int_eq(hook_retry_after_ms("-1", now), -1);
	ck_assert_int_eq(hook_retry_after_ms("soon", now), -1);
	ck_assert_int_eq(hook_retry_after_ms("", now), -1);
	ck_assert_int_eq(hook_retry_after_ms("99999999999999999999", now), -1);
	ck_assert_int_ge(hook_delay_ms(1, 120000), 120000);
	ck_assert_int_gt(hook_delay_ms(5, 120000), 4 * (int64_t)CLOCK_HOUR);
}
END_TEST

UNIT_MAIN("hook", standard_webhooks_own_vector, both_secrets_sign,
	  secrets_differ, ten_tries_over_75_hours, retry_after_is_kept)
