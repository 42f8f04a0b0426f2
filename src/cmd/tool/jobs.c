// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe jobs: status, retry. */
#include "cmd/tool/tool.h"
#include "kyc/job.h"

enum { ROWS_MAX = 64 };

int tool_jobs_status(struct tool *t)
{
	struct kyc_job_count rows[ROWS_MAX];
	int n = kyc_job_status(&t->kyc, rows, ROWS_MAX, &t->fault), i;
	char at[CLOCK_ISO_SIZE];

	if (n < 0)
		return tool_fail(t);
	for (i = 0; i < n; i++) {
		clock_iso(rows[i].oldest, at);
		printf("%-8s %-9s %6lld  oldest %s%s%s\n",
		       kyc_lane_name(rows[i].lane),
		       rows[i].given_up ? "given up" : "waiting",
		       (long long)rows[i].count, at,
		       rows[i].last_error ? "  " : "",
		       rows[i].last_error ? rows[i].last_error : "");
	}
	if (!n)
		puts("no jobs");
	return 0;
}

int tool_jobs_retry(struct tool *t)
{
	int64_t n = kyc_job_revive(&t->kyc, &t->fault);

	if (n < 0)
		return tool_fail(t);
	printf("%lld jobs wait again\n", (long long)n);
	return 0;
}
