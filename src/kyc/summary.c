// SPDX-License-Identifier: GPL-3.0-or-later
/* Sums over the sessions that match a filter. */
#include "kyc/list_sql.h"

/* Counters and what is not folded yet are one statement, that is one
 * snapshot: a fold between them would count twice or not at all. Each part
 * gives rows of its own, which are added up here. */
#define COUNTED                                                                \
	"SELECT c.state, SUM(c.n), SUM(c.scored), SUM(c.risk), SUM(c.lists),"  \
	" SUM(c.face_match), SUM(c.adverse_media)"
#define FOLDED                                                                 \
	COUNTED " FROM session_count c FORCE INDEX (PRIMARY)"                  \
		" WHERE c.tenant_id = ? AND c.day BETWEEN ? AND ?"             \
		" AND (? IS NULL OR c.workflow_id = ?) GROUP BY c.state"
#define NOTED                                                                  \
	COUNTED " FROM session_delta c FORCE INDEX (sums)"                     \
		" WHERE c.tenant_id = ? AND c.day BETWEEN ? AND ?"             \
		" AND (? IS NULL OR c.workflow_id = ?) GROUP BY c.state"
#define ROWS                                                                   \
	"SELECT s.state, COUNT(*), COUNT(s.risk), SUM(s.risk),"                \
	" SUM(s.validated & 1), SUM(s.validated >> 1 & 1),"                    \
	" SUM(s.validated >> 2 & 1)"
_Static_assert(KYC_VALIDATED_LISTS == 1 && KYC_VALIDATED_FACE_MATCH == 2 &&
		       KYC_VALIDATED_ADVERSE_MEDIA == 4,
	       "ROWS takes the bits apart");
/* A part of a day, by the primary key. */
#define PART                                                                   \
	ROWS LIST_FROM_ALL " AND s.id BETWEEN ? AND ?"                         \
			   " AND s.created_at BETWEEN ? AND ?"                 \
			   " AND (? IS NULL OR s.workflow_id = ?)"             \
			   " GROUP BY s.state"

static const struct db_sql WHOLE = { FOLDED " UNION ALL " NOTED };
static const struct db_sql RANGE = { FOLDED " UNION ALL " NOTED
					    " UNION ALL " PART
					    " UNION ALL " PART };

/* Other filters: the rows themselves. */
#define COUNT(from)                                                            \
	{                                                                      \
		ROWS from LIST_STATES LIST_FILTER " GROUP BY s.state"          \
	}
static const struct db_sql counts[LIST_WAYS] = {
	[LIST_ALL] = COUNT(" FROM session s WHERE s.tenant_id = ?"),
	[LIST_ENTITY] = COUNT(LIST_FROM_ENTITY),
	[LIST_ASSIGNED] = COUNT(LIST_FROM_ASSIGNED),
	[LIST_PRIORITY] = COUNT(LIST_FROM_PRIORITY),
	[LIST_RISK] = COUNT(LIST_FROM_RISK),
	[LIST_OUTCOME] = COUNT(LIST_FROM_OUTCOME),
};

/* A search stops at the cap, wherever it stands then. */
#define SEARCH(words)                                                          \
	{                                                                      \
		ROWS " FROM (SELECT DISTINCT s.id, s.state, s.risk,"           \
		     " s.validated FROM word v FORCE INDEX (PRIMARY)"          \
		     " STRAIGHT_JOIN session s FORCE INDEX (PRIMARY)"          \
		     " ON s.tenant_id = v.tenant_id AND s.id = v.session_id"   \
		     " WHERE v.tenant_id = ? AND v.word LIKE ?" LIST_STATES    \
			     LIST_FILTER words " LIMIT ?) s GROUP BY s.state"  \
	}
static const struct db_sql searches[KYC_SEARCH_WORDS] = {
	SEARCH(""),
	SEARCH(LIST_WORD),
	SEARCH(LIST_WORD LIST_WORD),
	SEARCH(LIST_WORD LIST_WORD LIST_WORD),
};

static void add(struct kyc_sums *to, const struct kyc_sums *s)
{
	to->sessions += s->sessions;
	to->scored += s->scored;
	to->risk += s->risk;
	to->lists += s->lists;
	to->face_match += s->face_match;
	to->adverse_media += s->adverse_media;
}

/* Counters know no states but all: the filter's are picked here. */
void kyc_summary_add(struct kyc_summary *to, const struct db_rows *rows,
		     unsigned int first, unsigned int states)
{
	int64_t state = db_get_int(rows, first);
	const struct kyc_sums s = {
		db_get_int(rows, first + 1), db_get_int(rows, first + 2),
		db_get_int(rows, first + 3), db_get_int(rows, first + 4),
		db_get_int(rows, first + 5), db_get_int(rows, first + 6),
	};

	if (state < KYC_DRAFT || state >= KYC_STATES ||
	    !(states & KYC_BIT(state)))
		return;
	add(&to->by_state[state], &s);
	add(&to->all, &s);
}

static int sum_up(struct kyc *k, const struct db_sql *sql,
		  const struct list_vals *vals, unsigned int states,
		  struct kyc_summary *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query_(k->db, k->arena, &rows, sql, vals->v, vals->n))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0)
		kyc_summary_add(out, &rows, 0, states);
	return rc < 0 ? db_fault(k->db, f) : 0;
}

enum { DAY_MIN = 1, DAY_MAX = 1000000 };

static void put_days(struct kyc *k, struct list_vals *vals,
		     const struct kyc_filter *filter, int64_t first,
		     int64_t last)
{
	list_put(vals, db_uuid(&k->who.tenant));
	list_put(vals, db_int(first));
	list_put(vals, db_int(last));
	list_put(vals, db_uuid(&filter->workflow));
	list_put(vals, db_uuid(&filter->workflow));
}

/* Both bounds of the ids live in ids until the statement has run. */
static void put_part(struct kyc *k, struct list_vals *vals,
		     const struct kyc_filter *filter, int64_t from, int64_t to,
		     struct uuid ids[2])
{
	list_bounds(from, to, &ids[0], &ids[1]);
	if (from > to) /* nothing, and nothing is read */
		list_bounds((int64_t)DAY_MAX * CLOCK_DAY, 0, &ids[0], &ids[1]);
	list_put(vals, db_uuid(&k->who.tenant));
	list_put(vals, db_bytes(ids[0].b, UUID_SIZE));
	list_put(vals, db_bytes(ids[1].b, UUID_SIZE));
	list_put(vals, db_int(from));
	list_put(vals, db_int(to));
	list_put(vals, db_uuid(&filter->workflow));
	list_put(vals, db_uuid(&filter->workflow));
}

static int from_counters(struct kyc *k, const struct kyc_filter *filter,
			 struct kyc_summary *out, struct fault *f)
{
	struct list_vals vals = { .n = 0 };

	put_days(k, &vals, filter, 0, 0);
	put_days(k, &vals, filter, DAY_MIN, DAY_MAX);
	return sum_up(k, &WHOLE, &vals, filter->states, out, f);
}

/* Whole days from the counters, the parts of days at both ends from the
 * rows. A range inside one day is one part. */
static int from_days(struct kyc *k, const struct list_plan *plan,
		     struct kyc_summary *out, struct fault *f)
{
	const int64_t from = plan->from;
	const int64_t to = plan->to > (int64_t)DAY_MAX * CLOCK_DAY
				   ? (int64_t)DAY_MAX * CLOCK_DAY
				   : plan->to;
	int64_t first = (from + CLOCK_DAY - 1) / CLOCK_DAY;
	int64_t last = (to + 1) / CLOCK_DAY - 1;
	int64_t head_end = first * CLOCK_DAY - 1;
	struct list_vals vals = { .n = 0 };
	struct uuid head[2], tail[2];

	if (first < DAY_MIN)
		first = DAY_MIN;
	if (head_end > to)
		head_end = to;
	put_days(k, &vals, plan->filter, first, last);
	put_days(k, &vals, plan->filter, first, last);
	put_part(k, &vals, plan->filter, from, head_end, head);
	put_part(k, &vals, plan->filter,
		 last < first ? head_end + 1 : (last + 1) * CLOCK_DAY, to,
		 tail);
	return sum_up(k, &RANGE, &vals, plan->filter->states, out, f);
}

static int from_search(struct kyc *k, const struct list_plan *plan,
		       struct kyc_summary *out, struct fault *f)
{
	struct list_plan whole = *plan;
	struct list_vals vals = { .n = 0 };

	whole.first = plan->start;
	whole.last = plan->end;
	list_put(&vals, db_uuid(&k->who.tenant));
	list_put(&vals, db_text(plan->word[0]));
	list_put_states(&vals, plan->filter->states);
	list_put_filter(&vals, &whole);
	list_put_words(&vals, plan, 1);
	list_put(&vals, db_int(KYC_SEARCH_CAP));
	if (sum_up(k, &searches[plan->words - 1], &vals, KYC_ANY_STATE, out, f))
		return -1;
	out->capped = out->all.sessions == KYC_SEARCH_CAP;
	return 0;
}

static int from_rows(struct kyc *k, const struct list_plan *plan,
		     struct kyc_summary *out, struct fault *f)
{
	struct list_plan whole = *plan;
	struct list_vals vals = { .n = 0 };

	whole.first = plan->start;
	whole.last = plan->end;
	list_put_way(k, &vals, plan);
	list_put_states(&vals, plan->filter->states);
	list_put_filter(&vals, &whole);
	return sum_up(k, &counts[plan->way], &vals, KYC_ANY_STATE, out, f);
}

static bool counters_know(const struct kyc_filter *filter)
{
	return filter->complete < 0 && uuid_is_nil(&filter->entity) &&
	       !filter->assigned_to && !filter->priority && !filter->risk_to &&
	       !filter->has_outcome;
}

int list_summary(struct kyc *k, const struct list_plan *plan,
		 struct kyc_summary *out, struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;

	*out = (struct kyc_summary){ .capped = false };
	if (!filter->states)
		return 0;
	if (plan->words)
		return from_search(k, plan, out, f);
	if (!counters_know(filter))
		return from_rows(k, plan, out, f);
	if (filter->created_from < 0 && filter->created_to < 0)
		return from_counters(k, filter, out, f);
	return from_days(k, plan, out, f);
}
