// SPDX-License-Identifier: GPL-3.0-or-later
/* What is due at times: expiry, old answers, objects without a row. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "job/job.h"
#include "kyc/chain.h"
#include "kyc/document.h"
#include "kyc/idem.h"
#include "kyc/retention.h"
#include "kyc/rotate.h"
#include "kyc/state.h"
#include "kyc/ticket.h"
#include "store/store.h"

enum {
	SWEEP_EVERY_S = 3600,
	RETAIN_EVERY_US = 60 * 1000000,
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

	if (!job_pause(0)) /* asked to stop: the rest is for the next time */
		return true;
	/* in this order: what is confirmed in between has its ticket still */
	return kyc_document_exists(k, &name->tenant, &name->session,
				   &name->object) != 0 ||
	       kyc_ticket_names(k, &name->tenant, &name->session,
				&name->object) != 0;
}

/* Once an hour, however often this program is started: the age of a file in
 * the state directory tells. */
static bool sweep_is_due(const struct kyc *k)
{
	const char *path =
		arena_printf(k->arena, "%s/swept", k->conf->state_dir);
	struct stat st;
	int fd;

	if (!stat(path, &st) && time(NULL) - st.st_mtime < SWEEP_EVERY_S)
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return true;
	futimens(fd, NULL);
	close(fd);
	return true;
}

/* Days are counted: once a minute is often. */
static void retain(struct kyc *k)
{
	static int64_t next;
	struct fault f = { 0 };
	int64_t n;

	if (clock_monotonic_us() < next)
		return;
	next = clock_monotonic_us() + RETAIN_EVERY_US;
	n = kyc_retention_run(k, &f);
	say("sessions erased, or documents of them", n, &f);
}

/* The keyring is looked at before each round of jobs. */
static void rotate(struct kyc *k)
{
	struct fault f = { 0 };
	int64_t n = kyc_rotate_run(k, &f);

	say("keys wrapped again", n, &f);
}

void job_tick(struct kyc *k)
{
	struct fault f = { 0 };

	arena_reset(k->arena);
	if (kyc_chain_run(k, &f) < 0)
		log_warn("upkeep: the audit chain: %s %s", f.message, f.detail);
}

void job_upkeep(struct kyc *k)
{
	struct fault f = { 0 };
	int64_t n;

	arena_reset(k->arena);
	k->who = (struct kyc_who){ .actor = KYC_ACTOR_JOB };
	n = kyc_state_expire_everywhere(k, &f);
	say("sessions expired", n, &f);
	fault_clear(&f);
	n = kyc_idem_forget(k, &f);
	say("answers forgotten", n, &f);
	fault_clear(&f);
	n = kyc_ticket_forget(k, &f);
	say("upload tickets forgotten", n, &f);
	retain(k);
	rotate(k);
	if (!sweep_is_due(k))
		return;
	fault_clear(&f);
	n = store_sweep(k->store, SWEEP_AGE_MS, keep, k);
	say("objects without a row removed", n, &f);
}
