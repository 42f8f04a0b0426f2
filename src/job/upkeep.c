// SPDX-License-Identifier: GPL-3.0-or-later
/* What is due at times: expiry, old answers, objects without a row. */
#include "base/log.h"
#include "job/job.h"
#include "kyc/document.h"
#include "kyc/idem.h"
#include "kyc/state.h"
#include "store/store.h"

enum {
	SWEEP_EVERY_MS = CLOCK_HOUR,
	/* an upload may take that long between its first byte and its row */
	SWEEP_AGE_MS = CLOCK_HOUR,
};

static void say(const char *what, int64_t n, const struct fault *f)
{
	if (f->code)
		log_warn("upkeep: %s: %s", what, f->detail);
	else if (n > 0)
		log_info("upkeep: %s: %lld", what, (long long)n);
}

/* When in doubt (the database is away) an object is kept. */
static bool keep(void *ctx, const struct store_name *name)
{
	struct kyc *k = ctx;

	return kyc_document_exists(k, &name->tenant, &name->session,
				   &name->object) != 0;
}

void job_upkeep(struct kyc *k)
{
	static int64_t last_sweep;
	struct fault f = { 0 };
	int64_t n, now = clock_monotonic_us() / 1000;

	arena_reset(k->arena);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	n = kyc_state_expire_due(k, NULL, &f);
	say("sessions expired", n, &f);
	fault_clear(&f);
	n = kyc_idem_forget(k, &f);
	say("answers forgotten", n, &f);
	if (last_sweep && now - last_sweep < SWEEP_EVERY_MS)
		return;
	last_sweep = now;
	fault_clear(&f);
	n = store_sweep(k->store, SWEEP_AGE_MS, keep, k);
	say("objects without a row removed", n, &f);
}
