// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures of a tenant: by status, by workflow, by day. */
#include "kyc/stats.h"
#include "kyc/state.h"

#define SUMS                                                                   \
	" c.state, SUM(c.n), SUM(c.scored), SUM(c.risk), SUM(c.lists),"        \
	" SUM(c.face_match), SUM(c.adverse_media)"
#define FOLDED " FROM session_count c FORCE INDEX (PRIMARY)"
#define NOTED " FROM session_delta c FORCE INDEX (sums)"

/* Counters and what is not folded yet, in one snapshot. Day 0 holds the sums
 * over all days. */
static const struct db_sql BY_WORKFLOW = {
	"SELECT u.*, (SELECT w.name FROM workflow w WHERE w.tenant_id = ?"
	" AND w.id = u.workflow_id ORDER BY w.version DESC LIMIT 1)"
	" FROM (SELECT c.workflow_id," SUMS FOLDED
	" WHERE c.tenant_id = ? AND c.day = 0"
	" GROUP BY c.workflow_id, c.state"
	" UNION ALL SELECT c.workflow_id," SUMS NOTED
	" WHERE c.tenant_id = ? GROUP BY c.workflow_id, c.state) u"
	" ORDER BY u.workflow_id"
};
static const struct db_sql BY_DAY = {
	"SELECT c.day," SUMS FOLDED
	" WHERE c.tenant_id = ? AND c.day BETWEEN ? AND ?"
	" GROUP BY c.day, c.state"
	" UNION ALL SELECT c.day," SUMS NOTED
	" WHERE c.tenant_id = ? AND c.day BETWEEN ? AND ?"
	" GROUP BY c.day, c.state"
};

enum { BATCHES = 20 };

static struct kyc_workflow_sum *workflow_at(struct kyc *k,
					    struct kyc_stats *out,
					    const struct uuid *id, size_t *room)
{
	struct kyc_workflow_sum *last =
		out->workflow_count ? &out->workflows[out->workflow_count - 1]
				    : NULL;
	struct kyc_workflow_sum *grown;

	if (last && uuid_equal(&last->workflow, id))
		return last;
	if (!out->workflows || out->workflow_count == *room) {
		*room = *room ? 2 * *room : 16;
		grown = arena_alloc(k->arena, *room * sizeof(*grown));
		if (last)
			memcpy(grown, out->workflows,
			       out->workflow_count * sizeof(*grown));
		out->workflows = grown;
	}
	last = &out->workflows[out->workflow_count++];
	*last = (struct kyc_workflow_sum){ .workflow = *id };
	return last;
}

static int by_workflow(struct kyc *k, struct kyc_stats *out, struct fault *f)
{
	const struct uuid *tenant = &k->who.tenant;
	struct kyc_workflow_sum *w;
	struct db_rows rows;
	struct uuid id;
	size_t room = 0;
	int rc;

	if (db_query(k->db, k->arena, &rows, &BY_WORKFLOW, db_uuid(tenant),
		     db_uuid(tenant), db_uuid(tenant)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		id = db_get_uuid(&rows, 0);
		w = workflow_at(k, out, &id, &room);
		w->name = db_get_text(&rows, 8);
		kyc_summary_add(&w->sum, &rows, 1, KYC_ANY_STATE);
		kyc_summary_add(&out->sum, &rows, 1, KYC_ANY_STATE);
	}
	return rc ? db_fault(k->db, f) : 0;
}

static int by_day(struct kyc *k, int64_t first, int64_t last,
		  struct kyc_stats *out, struct fault *f)
{
	const struct uuid *tenant = &k->who.tenant;
	struct db_rows rows;
	size_t i;
	int rc;

	out->day_count = (size_t)(last - first + 1);
	out->days = arena_alloc(k->arena, out->day_count * sizeof(*out->days));
	for (i = 0; i < out->day_count; i++)
		out->days[i] = (struct kyc_day){ .day = first + (int64_t)i };
	if (db_query(k->db, k->arena, &rows, &BY_DAY, db_uuid(tenant),
		     db_int(first), db_int(last), db_uuid(tenant),
		     db_int(first), db_int(last)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		i = (size_t)(db_get_int(&rows, 0) - first);
		if (i < out->day_count)
			kyc_summary_add(&out->days[i].sum, &rows, 1,
					KYC_ANY_STATE);
	}
	return rc ? db_fault(k->db, f) : 0;
}

int kyc_stats(struct kyc *k, int64_t first, int64_t last, struct kyc_stats *out,
	      struct fault *f)
{
	*out = (struct kyc_stats){ .workflow_count = 0 };
	if (kyc_state_expire_due(k, BATCHES, f) < 0 || by_workflow(k, out, f))
		return -1;
	return by_day(k, first, last, out, f);
}
