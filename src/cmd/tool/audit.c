// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe audit: verify. */
#include "base/str.h"
#include "cmd/tool/tool.h"
#include "kyc/chain.h"
#include "kyc/org.h"

enum { PAGE = 100, LINES_MAX = 100 };

struct verify {
	struct tool *t;
	struct kyc_chain_report report;
	int64_t lines;
	bool bad;
};

static void print_wrong(void *ctx, enum kyc_chain_wrong what,
			const struct uuid *audit, int64_t seq)
{
	static const char *const words[] = {
		[KYC_CHAIN_GAP] = "rows before this one are missing",
		[KYC_CHAIN_MISSING] = "is missing",
		[KYC_CHAIN_CHANGED] = "was changed or moved",
		[KYC_CHAIN_ADDRESS] = "its address was changed",
		[KYC_CHAIN_ERASED] =
			"its address was erased, its session was not",
		[KYC_CHAIN_EXTRA] = "was never chained, but says so",
		[KYC_CHAIN_HEAD] = "is not as the given head says",
		[KYC_CHAIN_WAITING] = "was chained, but says not",
	};
	struct verify *v = ctx;
	char id[UUID_TEXT_SIZE] = "(no row)";

	if (v->lines++ >= LINES_MAX)
		return;
	if (audit)
		uuid_text(audit, id);
	printf("  %s", id);
	if (seq)
		printf(", number %lld", (long long)seq);
	printf(": %s\n", words[what]);
}

static void print_summary(const struct verify *v)
{
	const struct kyc_chain_report *r = &v->report;
	char hex[2 * DIGEST_SIZE + 1], at[CLOCK_ISO_SIZE];
	char id[UUID_TEXT_SIZE];

	if (v->lines > LINES_MAX)
		printf("  and %lld more\n", (long long)(v->lines - LINES_MAX));
	printf("  %lld rows chained, %s\n", (long long)r->chained,
	       r->wrongs ? "NOT as they were written" : "all as written");
	if (r->head) {
		str_hex(r->head_hash, DIGEST_SIZE, hex);
		printf("  head %lld:%s\n", (long long)r->head, hex);
	}
	if (r->tail) {
		clock_iso(r->oldest_at, at);
		uuid_text(&r->oldest, id);
		printf("  %lld not chained yet, the oldest of %s: %s\n",
		       (long long)r->tail, at, id);
	}
}

static int verify_one(struct verify *v, const struct uuid *org, bool live)
{
	struct tool *t = v->t;
	char id[UUID_TEXT_SIZE];

	if (kyc_org_enter(&t->kyc, org, live, &t->fault))
		return -1;
	uuid_text(org, id);
	printf("%s %s\n", id, live ? "live" : "test");
	v->lines = 0;
	v->report.wrong = print_wrong;
	v->report.ctx = v;
	if (kyc_chain_verify(&t->kyc, &v->report, &t->fault))
		return -1;
	print_summary(v);
	v->bad = v->bad || v->report.wrongs;
	return 0;
}

static int verify_org(struct verify *v, const struct uuid *org)
{
	const char *mode = tool_value(v->t, "--mode");
	bool live = true;

	if (*mode) {
		if (tool_mode(v->t, &live))
			return -1;
		return verify_one(v, org, live);
	}
	return verify_one(v, org, true) || verify_one(v, org, false) ? -1 : 0;
}

static int verify_all(struct verify *v)
{
	struct kyc_org orgs[PAGE];
	struct uuid after = { { 0 } };
	int n, i;

	do {
		arena_reset(v->t->kyc.arena);
		n = kyc_org_list(&v->t->kyc, &after, orgs, PAGE, &v->t->fault);
		for (i = 0; i < n; i++) {
			after = orgs[i].id;
			if (verify_org(v, &after))
				return -1;
		}
	} while (n == PAGE);
	return n < 0 ? -1 : 0;
}

/* NUMBER:HASH, as an earlier run printed it. */
static int read_head(struct verify *v)
{
	const char *text = tool_value(v->t, "--head"), *colon;
	char number[24];

	if (!*text)
		return 0;
	if (!*tool_value(v->t, "--org") || !*tool_value(v->t, "--mode"))
		return fault_field(
			&v->t->fault, "--head",
			"needs --org and --mode: it is of one chain");
	colon = strchr(text, ':');
	if (colon && (size_t)(colon - text) < sizeof(number)) {
		str_copy(number, (size_t)(colon - text) + 1, text);
		if (!str_int(number, 1, INT64_MAX, &v->report.anchor) &&
		    !str_unhex(colon + 1, strlen(colon + 1),
			       v->report.anchor_hash, DIGEST_SIZE))
			return 0;
	}
	return fault_field(&v->t->fault, "--head", "must be NUMBER:HASH");
}

int tool_audit_verify(struct tool *t)
{
	const char *text = tool_value(t, "--org");
	struct verify v = { .t = t };
	struct uuid org;
	int rc;

	if (read_head(&v))
		return tool_fail(t);
	if (*text)
		rc = tool_id(t, text, "--org", &org) || verify_org(&v, &org);
	else
		rc = verify_all(&v);
	if (rc)
		return tool_fail(t);
	return v.bad ? 1 : 0;
}
