// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside lists and summaries: the filter as SQL, and its values. */
#ifndef KYC_LIST_SQL_H
#define KYC_LIST_SQL_H

#include "kyc/list.h"

/* Every filter is always there; an open one lets all pass. A set of states is
 * a list of fixed length, padded with its last member. */
enum { LIST_STATE_SLOTS = 14 };
#define LIST_STATES " AND s.state IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define LIST_FILTER                                                            \
	" AND s.created_at >= ? AND s.created_at <= ?"                         \
	" AND s.id >= ? AND s.id <= ?"                                         \
	" AND (? < 0 OR (s.completed_at IS NOT NULL) = ?)"                     \
	" AND (? IS NULL OR s.workflow_id = ?)"                                \
	" AND (? IS NULL OR s.entity_id = ?)"                                  \
	" AND (? IS NULL OR s.assigned_to = ?)"                                \
	" AND (? = 0 OR s.priority = ?)"                                       \
	" AND (? = 0 OR s.risk BETWEEN ? AND ?)"                               \
	" AND (? = 0 OR s.outcome = ?)"

/* Where a walk over the sessions starts: the index and the values that bind
 * it. */
enum list_way {
	LIST_ALL,
	LIST_ENTITY,
	LIST_ASSIGNED,
	LIST_PRIORITY,
	LIST_RISK,
	LIST_OUTCOME,
	LIST_WAYS
};
#define LIST_FROM(index, term)                                                 \
	" FROM session s FORCE INDEX (" index ") WHERE s.tenant_id = ?" term
#define LIST_FROM_ALL LIST_FROM("PRIMARY", "")
#define LIST_FROM_ENTITY LIST_FROM("entity", " AND s.entity_id = ?")
#define LIST_FROM_ASSIGNED LIST_FROM("assigned", " AND s.assigned_to = ?")
#define LIST_FROM_PRIORITY LIST_FROM("priority", " AND s.priority = ?")
#define LIST_FROM_RISK LIST_FROM("risk", " AND s.risk BETWEEN ? AND ?")
#define LIST_FROM_OUTCOME LIST_FROM("outcome", " AND s.outcome = ?")

/* One more word that a session must have; a scalar, so that it stays a probe
 * by session and does not become a join with all that have the word. */
#define LIST_WORD                                                              \
	" AND (SELECT 1 FROM word w FORCE INDEX (session)"                     \
	" WHERE w.tenant_id = s.tenant_id AND w.session_id = s.id"             \
	" AND w.word LIKE ? LIMIT 1) = 1"

/* Those that have a word, found by it; not more than so many rows of the index
 * make a word a rare one. */
enum { LIST_RARE = 10000 };

enum { LIST_VALS_MAX = 1 + LIST_STATE_SLOTS * 26 + 8 };

struct list_vals {
	struct db_val v[LIST_VALS_MAX];
	size_t n;
};

/* A filter made ready: bounds of the primary key, words, the way. */
struct list_plan {
	const struct kyc_filter *filter;
	struct uuid first; /* ids of the page, both inclusive */
	struct uuid last;
	struct uuid start; /* both without what the page before has shown */
	struct uuid end;
	int64_t from; /* created_at, both inclusive */
	int64_t to;
	size_t words;
	const char *word[KYC_SEARCH_WORDS]; /* the rarest first */
	bool rare;			    /* the first one is */
	enum list_way way;
};

/* Looks at how common the words and the risks are, where there are any. */
int list_plan(struct kyc *k, const struct kyc_filter *filter,
	      struct list_plan *out, struct fault *f);

/* Ids of the time: they sort by the millisecond of their creation, so that a
 * range of time is one of the primary key; a minute on both sides covers ids
 * that were made ahead of the clock. Negative: open. */
void list_bounds(int64_t from, int64_t to, struct uuid *first,
		 struct uuid *last);

void list_put(struct list_vals *vals, struct db_val v);
void list_put_states(struct list_vals *vals, unsigned int states);
void list_put_filter(struct list_vals *vals, const struct list_plan *plan);
/* What LIST_FROM_… binds. */
void list_put_way(struct kyc *k, struct list_vals *vals,
		  const struct list_plan *plan);
/* The words from the given one on. */
void list_put_words(struct list_vals *vals, const struct list_plan *plan,
		    size_t from);

/* The ids of a page, one more than its limit where there are more; how many,
 * or -1. out holds one more than the limit. */
int list_page(struct kyc *k, const struct list_plan *plan, struct uuid *out,
	      struct fault *f);

/* Exact at the moment of the call, from one snapshot: filters by workflow,
 * state and time cost the same however many sessions there are (the days at
 * the ends of a range are counted, days between come from the counters); any
 * other filter counts what matches. Sort, limit, offset and before mean
 * nothing here. */
int list_summary(struct kyc *k, const struct list_plan *plan,
		 struct kyc_summary *out, struct fault *f);

#endif
