// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe session: list, show, hold, release. */
#include "base/str.h"
#include "cmd/tool/tool.h"
#include "kyc/list.h"
#include "kyc/org.h"
#include "kyc/outcome.h"
#include "kyc/retention.h"
#include "kyc/state.h"

static int enter(struct tool *t)
{
	struct uuid org;
	bool live;

	if (tool_mode(t, &live) ||
	    tool_id(t, tool_value(t, "--org"), "--org", &org))
		return -1;
	return kyc_org_enter(&t->kyc, &org, live, &t->fault);
}

static void print_line(const struct kyc_session *s)
{
	char id[UUID_TEXT_SIZE], at[CLOCK_ISO_SIZE];

	uuid_text(&s->id, id);
	clock_iso(s->created_at, at);
	printf("%s  %s  %-13s  %s\n", id, at,
	       kyc_state_name(kyc_state_now(s, clock_now_ms())),
	       s->external_id ? s->external_id : "-");
}

int tool_session_list(struct tool *t)
{
	const char *search = tool_value(t, "--search");
	struct kyc_filter filter = { .states = KYC_ANY_STATE,
				     .complete = -1,
				     .created_from = -1,
				     .created_to = -1,
				     .search = *search ? search : NULL };
	struct kyc_page page;
	size_t i;

	if (str_int(tool_value(t, "--limit"), 1, 1000, &filter.limit)) {
		fault_field(&t->fault, "--limit",
			    "must be a number from 1 to 1000");
		return tool_fail(t);
	}
	if (enter(t) || kyc_list(&t->kyc, &filter, &page, &t->fault))
		return tool_fail(t);
	for (i = 0; i < page.count; i++)
		print_line(&page.sessions[i].session);
	printf("%zu of %lld\n", page.count, (long long)page.total);
	return 0;
}

static void print_time(const char *name, int64_t ms)
{
	char at[CLOCK_ISO_SIZE];

	if (ms < 0)
		return;
	clock_iso_ms(ms, at);
	printf("%-14s %s\n", name, at);
}

static void print_text(const char *name, const char *value)
{
	if (value)
		printf("%-14s %s\n", name, value);
}

static void print_checks(const struct kyc_checks *checks)
{
	static const char *const statuses[] = { "", "pending", "running",
						"ended" };
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		const struct kyc_check *c = &checks->by_kind[kind];

		if (c->status)
			printf("%-14s %s, %s, %s\n", "check",
			       kyc_check_name((enum kyc_check_kind)kind),
			       statuses[c->status],
			       kyc_outcome_name(c->outcome));
	}
}

int tool_session_show(struct tool *t)
{
	struct kyc_checks checks;
	struct kyc_session s;
	struct uuid id;

	if (enter(t) || tool_id(t, t->argument, "ID", &id) ||
	    kyc_session_load(&t->kyc, &id, false, &s, &t->fault) ||
	    kyc_checks_load(&t->kyc, &id, &checks, &t->fault))
		return tool_fail(t);
	print_text("id", t->argument);
	print_text("state", kyc_state_name(kyc_state_now(&s, clock_now_ms())));
	printf("%-14s %u\n", "version", s.version);
	print_text("external id", s.external_id);
	print_text("name", s.customer_name);
	print_text("mail", s.customer_email);
	print_time("created", s.created_at);
	print_time("opened", s.opened_at);
	print_time("completed", s.completed_at);
	print_time("processed", s.processed_at);
	print_time("expires", s.expires_at);
	print_checks(&checks);
	return 0;
}

struct hold {
	struct uuid id;
	bool wanted;
};

static int set_hold(struct kyc *k, void *ctx, struct fault *f)
{
	const struct hold *h = ctx;
	struct kyc_session s;

	if (kyc_session_load(k, &h->id, true, &s, f))
		return -1;
	return kyc_hold_set(k, &s, h->wanted, f);
}

static int hold(struct tool *t, bool wanted)
{
	struct hold h = { .wanted = wanted };

	if (enter(t) || tool_id(t, t->argument, "ID", &h.id) ||
	    kyc_transact(&t->kyc, set_hold, &h, &t->fault))
		return tool_fail(t);
	return 0;
}

int tool_session_hold(struct tool *t)
{
	return hold(t, true);
}

int tool_session_release(struct tool *t)
{
	return hold(t, false);
}
