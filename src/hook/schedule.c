// SPDX-License-Identifier: GPL-3.0-or-later
/* When to try a delivery again. */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/str.h"
#include "crypto/random.h"
#include "hook/hook.h"

/* The waits between ten tries: 75 h 35 min in all, as Standard Webhooks has
 * them. */
static const int64_t waits[HOOK_TRIES - 1] = {
	(int64_t)5 * CLOCK_SECOND,  (int64_t)5 * CLOCK_MINUTE,
	(int64_t)30 * CLOCK_MINUTE, (int64_t)2 * CLOCK_HOUR,
	(int64_t)5 * CLOCK_HOUR,    (int64_t)10 * CLOCK_HOUR,
	(int64_t)14 * CLOCK_HOUR,   (int64_t)20 * CLOCK_HOUR,
	(int64_t)24 * CLOCK_HOUR,
};

enum { RETRY_AFTER_MAX_S = 86400 };

/* A tenth more or less, so that what failed together does not come back
 * together. */
static int64_t jitter(int64_t ms)
{
	uint32_t r;

	crypto_random(&r, sizeof(r));
	return ms - ms / 10 + (int64_t)(r % 1001) * (ms / 5) / 1000;
}

int64_t hook_delay_ms(int64_t tries, int64_t retry_after_ms)
{
	int64_t wait;

	if (tries >= HOOK_TRIES)
		return -1;
	wait = jitter(waits[tries > 0 ? tries - 1 : 0]);
	return wait > retry_after_ms ? wait : retry_after_ms;
}

int64_t hook_retry_after_ms(const char *text, int64_t now_ms)
{
	const int64_t max = (int64_t)RETRY_AFTER_MAX_S * 1000;
	struct tm tm = { 0 };
	const char *end;
	int64_t ms;

	if (!str_int(text, 0, INT64_MAX / 1000, &ms)) {
		ms *= 1000;
	} else {
		end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
		if (!end || *end)
			return -1;
		ms = (int64_t)timegm(&tm) * 1000 - now_ms;
	}
	if (ms < 0)
		return 0;
	return ms < max ? ms : max;
}
