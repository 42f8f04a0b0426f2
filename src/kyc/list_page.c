// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside lists: the ids of a page, by the way that fits its filter. */
#include "kyc/list_sql.h"

#define ASCENDING(column) column ", s.id"
#define DESCENDING(column) column " DESC, s.id DESC"
#define PAGED " LIMIT ? OFFSET ?"

/* By an index that has the id behind what it is bound by, newest or oldest
 * first without a sort; risk, where few match, is sorted. */
#define WALK(from, order)                                                      \
	{                                                                      \
		"SELECT s.id" from LIST_STATES LIST_FILTER                     \
		" ORDER BY s.id" order PAGED                                   \
	}
#define WALKS(from)                                                            \
	{                                                                      \
		WALK(from, " DESC"), WALK(from, "")                            \
	}
static const struct db_sql walks[LIST_WAYS][2] = {
	[LIST_ALL] = WALKS(LIST_FROM_ALL),
	[LIST_ENTITY] = WALKS(LIST_FROM_ENTITY),
	[LIST_ASSIGNED] = WALKS(LIST_FROM_ASSIGNED),
	[LIST_PRIORITY] = WALKS(LIST_FROM_PRIORITY),
	[LIST_RISK] = WALKS(LIST_FROM_RISK),
	[LIST_OUTCOME] = WALKS(LIST_FROM_OUTCOME),
};

/* By state, or by workflow and state: the first ones of each state by its
 * index, then the first of those. However rare or common a state is, an arm
 * reads a page of it and no more. */
#define ARM(index, term, order)                                                \
	"(SELECT s.id FROM session s FORCE INDEX (" index ")"                  \
	" WHERE s.tenant_id = ?" term " AND s.state = ?" LIST_FILTER           \
	" ORDER BY s.id" order " LIMIT ?)"
#define STATE_ARM(order) ARM("state", "", order)
#define WORKFLOW_ARM(order)                                                    \
	ARM("workflow_state", " AND s.workflow_id = ?", order)
#define ARMS_3(arm, order)                                                     \
	arm(order) " UNION ALL " arm(order) " UNION ALL " arm(order)
#define ARMS_14(arm, order)                                                    \
	ARMS_3(arm, order)                                                     \
	" UNION ALL " ARMS_3(arm, order) " UNION ALL " ARMS_3(                 \
		arm,                                                           \
		order) " UNION ALL " ARMS_3(arm,                               \
					    order) " UNION ALL " arm(order) " UNION ALL " arm(order)
#define JOINED(arms, order)                                                    \
	{                                                                      \
		"SELECT u.id FROM (" arms ") u ORDER BY u.id" order PAGED      \
	}
#define ARMS(arm)                                                              \
	{                                                                      \
		{ JOINED(arm(" DESC"), " DESC"), JOINED(arm(""), "") },        \
			{ JOINED(ARMS_3(arm, " DESC"), " DESC"),               \
			  JOINED(ARMS_3(arm, ""), "") },                       \
			{ JOINED(ARMS_14(arm, " DESC"), " DESC"),              \
			  JOINED(ARMS_14(arm, ""), "") },                      \
	}
static const int arm_counts[] = { 1, 3, LIST_STATE_SLOTS };
static const struct db_sql arms[2][ARRAY_SIZE(arm_counts)][2] = {
	ARMS(STATE_ARM),
	ARMS(WORKFLOW_ARM),
};

/* Sorted by another column: by its index, or by a sort where the optimizer
 * finds that better. */
#define SORT(column)                                                           \
	{                                                                      \
		{ "SELECT s.id FROM session s WHERE s.tenant_id = "            \
		  "?" LIST_STATES LIST_FILTER " ORDER BY " DESCENDING(column)  \
			  PAGED },                                             \
		{                                                              \
			"SELECT s.id FROM session s WHERE s.tenant_id = "      \
			"?" LIST_STATES LIST_FILTER                            \
			" ORDER BY " ASCENDING(column) PAGED                   \
		}                                                              \
	}
static const struct db_sql sorts[KYC_SORTS][2] = {
	[KYC_SORT_EXPIRES] = SORT("s.expires_at"),
	[KYC_SORT_COMPLETED] = SORT("s.completed_at"),
	[KYC_SORT_STATE] = SORT("s.state"),
	[KYC_SORT_NAME] = SORT("s.customer_name"),
};

/* A search by a rare word: all that have it, then sorted. */
#define HITS(words, order)                                                     \
	{                                                                      \
		"SELECT s.id FROM (SELECT DISTINCT w.session_id FROM word w"   \
		" FORCE INDEX (PRIMARY) WHERE w.tenant_id = ?"                 \
		" AND w.word LIKE ? AND w.session_id BETWEEN ? AND ?) h"       \
		" STRAIGHT_JOIN session s FORCE INDEX (PRIMARY)"               \
		" ON s.tenant_id = ? AND s.id = h.session_id"                  \
		" WHERE TRUE" LIST_STATES LIST_FILTER words                    \
		" ORDER BY " order PAGED                                       \
	}
#define HITS_BY(words, column)                                                 \
	{                                                                      \
		HITS(words, DESCENDING(column)),                               \
			HITS(words, ASCENDING(column))                         \
	}
#define HITS_OF(words)                                                         \
	{                                                                      \
		[KYC_SORT_CREATED] = { HITS(words, "s.id DESC"),               \
				       HITS(words, "s.id") },                  \
		[KYC_SORT_EXPIRES] = HITS_BY(words, "s.expires_at"),           \
		[KYC_SORT_COMPLETED] = HITS_BY(words, "s.completed_at"),       \
		[KYC_SORT_STATE] = HITS_BY(words, "s.state"),                  \
		[KYC_SORT_NAME] = HITS_BY(words, "s.customer_name"),           \
	}
/* By the number of words. */
static const struct db_sql hits[KYC_SEARCH_WORDS][KYC_SORTS][2] = {
	HITS_OF(""),
	HITS_OF(LIST_WORD),
	HITS_OF(LIST_WORD LIST_WORD),
	HITS_OF(LIST_WORD LIST_WORD LIST_WORD),
};

/* A search by one rare word and nothing else: the sessions themselves need
 * not be read. */
#define BARE(order)                                                            \
	{                                                                      \
		"SELECT DISTINCT w.session_id FROM word w"                     \
		" FORCE INDEX (PRIMARY) WHERE w.tenant_id = ?"                 \
		" AND w.word LIKE ? AND w.session_id BETWEEN ? AND ?"          \
		" ORDER BY w.session_id" order PAGED                           \
	}
static const struct db_sql bare[2] = { BARE(" DESC"), BARE("") };

/* A search by common words alone: a walk over the sessions that looks whether
 * each has them, and gives up after so many rows (the newest may be without
 * them). */
#define PROBE(words, order)                                                    \
	{                                                                      \
		"SELECT s.id" LIST_FROM_ALL LIST_STATES LIST_FILTER words      \
		" ORDER BY s.id" order PAGED " ROWS EXAMINED 20000"            \
	}
#define PROBES(words)                                                          \
	{                                                                      \
		PROBE(words, " DESC"), PROBE(words, "")                        \
	}
static const struct db_sql probes[KYC_SEARCH_WORDS][2] = {
	PROBES(LIST_WORD),
	PROBES(LIST_WORD LIST_WORD),
	PROBES(LIST_WORD LIST_WORD LIST_WORD),
	PROBES(LIST_WORD LIST_WORD LIST_WORD LIST_WORD),
};

/* A page back is walked upwards from where it ends. */
static bool ascending(const struct kyc_filter *filter)
{
	return filter->ascending || !uuid_is_nil(&filter->after);
}

static int fetch(struct kyc *k, const struct db_sql *sql,
		 struct list_vals *vals, const struct list_plan *plan,
		 struct uuid *out, struct fault *f)
{
	struct db_rows rows;
	int n = 0, rc;

	list_put(vals, db_int(plan->filter->limit + 1));
	list_put(vals, db_int(plan->filter->offset));
	if (db_query_(k->db, k->arena, &rows, sql, vals->v, vals->n))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && n <= plan->filter->limit)
		out[n++] = db_get_uuid(&rows, 0);
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* Which of arm_counts has room for the states. */
static size_t arms_for(unsigned int states)
{
	int n = 0;

	for (; states; states &= states - 1)
		n++;
	if (n <= arm_counts[0])
		return 0;
	return n <= arm_counts[1] ? 1 : 2;
}

/* A slot without a state is bound to none: that arm is empty. */
static int by_state(struct kyc *k, const struct list_plan *plan,
		    struct uuid *out, struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;
	bool workflow = !uuid_is_nil(&filter->workflow);
	struct list_vals vals = { .n = 0 };
	size_t size = arms_for(filter->states);
	int arm, state = KYC_NO_STATE;

	for (arm = 0; arm < arm_counts[size]; arm++) {
		do
			state++;
		while (state < KYC_STATES &&
		       !(filter->states & KYC_BIT(state)));
		list_put(&vals, db_uuid(&k->who.tenant));
		if (workflow)
			list_put(&vals, db_uuid(&filter->workflow));
		list_put(&vals,
			 db_int(state < KYC_STATES ? state : KYC_NO_STATE));
		list_put_filter(&vals, plan);
		list_put(&vals, db_int(filter->limit + 1 + filter->offset));
	}
	return fetch(k, &arms[workflow][size][ascending(filter)], &vals, plan,
		     out, f);
}

static bool is_bare(const struct list_plan *plan)
{
	const struct kyc_filter *filter = plan->filter;

	return plan->words == 1 && filter->sort == KYC_SORT_CREATED &&
	       filter->states == KYC_ANY_STATE && filter->complete < 0 &&
	       filter->created_from < 0 && filter->created_to < 0 &&
	       uuid_is_nil(&filter->workflow) && uuid_is_nil(&filter->entity) &&
	       !filter->assigned_to && !filter->priority && !filter->risk_to &&
	       !filter->has_outcome;
}

static int by_hits(struct kyc *k, const struct list_plan *plan,
		   struct uuid *out, struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;
	struct list_vals vals = { .n = 0 };

	list_put(&vals, db_uuid(&k->who.tenant));
	list_put(&vals, db_text(plan->word[0]));
	list_put(&vals, db_bytes(plan->first.b, UUID_SIZE));
	list_put(&vals, db_bytes(plan->last.b, UUID_SIZE));
	if (is_bare(plan))
		return fetch(k, &bare[ascending(filter)], &vals, plan, out, f);
	list_put(&vals, db_uuid(&k->who.tenant));
	list_put_states(&vals, filter->states);
	list_put_filter(&vals, plan);
	list_put_words(&vals, plan, 1);
	return fetch(k, &hits[plan->words - 1][filter->sort][ascending(filter)],
		     &vals, plan, out, f);
}

/* A page that is not full may be the last one or one that the walk gave up:
 * the hits know. */
static int by_probe(struct kyc *k, const struct list_plan *plan,
		    struct uuid *out, struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;
	struct list_vals vals = { .n = 0 };
	int n;

	list_put(&vals, db_uuid(&k->who.tenant));
	list_put_states(&vals, filter->states);
	list_put_filter(&vals, plan);
	list_put_words(&vals, plan, 0);
	n = fetch(k, &probes[plan->words - 1][ascending(filter)], &vals, plan,
		  out, f);
	return n < 0 || n > filter->limit ? n : by_hits(k, plan, out, f);
}

int list_page(struct kyc *k, const struct list_plan *plan, struct uuid *out,
	      struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;
	bool created = filter->sort == KYC_SORT_CREATED;
	struct list_vals vals = { .n = 0 };

	if (plan->words)
		return created && !plan->rare ? by_probe(k, plan, out, f)
					      : by_hits(k, plan, out, f);
	if (created && plan->way == LIST_ALL &&
	    (filter->states != KYC_ANY_STATE ||
	     !uuid_is_nil(&filter->workflow)))
		return by_state(k, plan, out, f);
	if (created) {
		list_put_way(k, &vals, plan);
	} else {
		list_put(&vals, db_uuid(&k->who.tenant));
	}
	list_put_states(&vals, filter->states);
	list_put_filter(&vals, plan);
	return fetch(k,
		     created ? &walks[plan->way][ascending(filter)]
			     : &sorts[filter->sort][ascending(filter)],
		     &vals, plan, out, f);
}
