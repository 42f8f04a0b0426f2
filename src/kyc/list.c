// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of sessions by filter, sorted, with a count. */
#include "kyc/list.h"
#include "kyc/state.h"
#include "kyc/word.h"

/* A page: the ids first, by index, then the rows of those few with their
 * checks. Every filter is always there; an open one lets all pass. A set of
 * states is a list of fixed length, padded with its last member. */
#define STATES "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
enum { STATE_SLOTS = 14 };

#define FILTER                                                                 \
	" WHERE s.tenant_id = ? AND s.state IN (" STATES ")"                   \
	" AND s.created_at >= ? AND s.created_at <= ?"                         \
	" AND s.id >= ? AND s.id <= ?"                                         \
	" AND (? < 0 OR (s.completed_at IS NOT NULL) = ?)"

#define WORD                                                                   \
	" AND s.id IN (SELECT w.session_id FROM word w"                        \
	" WHERE w.tenant_id = ? AND w.word LIKE ?)"

#define PAGE(filter, order)                                                    \
	{                                                                      \
		"SELECT " KYC_SESSION_COLUMNS ", " KYC_CHECK_COLUMNS           \
		" FROM (SELECT s.tenant_id, s.id FROM session s" filter        \
		" ORDER BY " order " LIMIT ? OFFSET ?) p"                      \
		" JOIN session s ON s.tenant_id = p.tenant_id AND s.id = p.id" \
		" LEFT JOIN check_run c ON c.tenant_id = s.tenant_id"          \
		" AND c.session_id = s.id ORDER BY " order                     \
	}
#define BOTH_WAYS(filter, column)                                              \
	{                                                                      \
		PAGE(filter, column "s.id DESC"), PAGE(filter, column "s.id")  \
	}
#define DESC_OF(filter, column)                                                \
	{                                                                      \
		PAGE(filter, column " DESC, s.id DESC"),                       \
			PAGE(filter, column ", s.id")                          \
	}
#define SORTED(filter)                                                         \
	{                                                                      \
		[KYC_SORT_CREATED] = BOTH_WAYS(filter, ""),                    \
		[KYC_SORT_EXPIRES] = DESC_OF(filter, "s.expires_at"),          \
		[KYC_SORT_COMPLETED] = DESC_OF(filter, "s.completed_at"),      \
		[KYC_SORT_STATE] = DESC_OF(filter, "s.state"),                 \
		[KYC_SORT_NAME] = DESC_OF(filter, "s.customer_name"),          \
	}

/* By the number of words that are searched for. */
static const struct db_sql pages[KYC_SEARCH_WORDS + 1][KYC_SORTS][2] = {
	SORTED(FILTER),
	SORTED(FILTER WORD),
	SORTED(FILTER WORD WORD),
	SORTED(FILTER WORD WORD WORD),
	SORTED(FILTER WORD WORD WORD WORD),
};

#define COUNT_SEARCH(words)                                                    \
	{                                                                      \
		"SELECT COUNT(*) FROM (SELECT 1 FROM session s" FILTER words   \
		" LIMIT ?) hits"                                               \
	}

static const struct db_sql counts[KYC_SEARCH_WORDS + 1] = {
	{ "SELECT COUNT(*) FROM session s" FILTER },
	COUNT_SEARCH(WORD),
	COUNT_SEARCH(WORD WORD),
	COUNT_SEARCH(WORD WORD WORD),
	COUNT_SEARCH(WORD WORD WORD WORD),
};

enum { BATCHES_A_LIST = 20 };

enum { VALS_MAX = 1 + STATE_SLOTS + 6 + 2 * KYC_SEARCH_WORDS + 2 };

struct vals {
	struct db_val v[VALS_MAX];
	size_t n;
};

static void put(struct vals *vals, struct db_val v)
{
	vals->v[vals->n++] = v;
}

static void put_states(struct vals *vals, unsigned int states)
{
	int state, n = 0, last = KYC_DRAFT;

	for (state = KYC_DRAFT; state < KYC_STATES; state++) {
		if (!(states & KYC_BIT(state)))
			continue;
		put(vals, db_int(state));
		last = state;
		n++;
	}
	for (; n < STATE_SLOTS; n++)
		put(vals, db_int(last));
}

/* Ids sort by the millisecond of their creation, so that a range of time is
 * one of the primary key; a minute on both sides covers ids that were made
 * ahead of the clock. */
static struct uuid id_at(int64_t ms, uint8_t fill)
{
	struct uuid u;
	int i;

	for (i = 0; i < 6; i++)
		u.b[i] = (uint8_t)(ms >> (40 - 8 * i));
	memset(u.b + 6, fill, sizeof(u.b) - 6);
	return u;
}

static void put_filter(struct kyc *k, const struct kyc_filter *filter,
		       struct uuid bounds[2], struct vals *vals)
{
	const int64_t end = (INT64_C(1) << 48) - 1;
	int64_t from = filter->created_from < 0 ? 0 : filter->created_from;
	int64_t to = filter->created_to < 0 ? end : filter->created_to;

	bounds[0] = id_at(from > CLOCK_MINUTE ? from - CLOCK_MINUTE : 0, 0);
	bounds[1] =
		id_at(to < end - CLOCK_MINUTE ? to + CLOCK_MINUTE : end, 0xff);
	put(vals, db_uuid(&k->who.tenant));
	put_states(vals, filter->states);
	put(vals, db_int(from));
	put(vals, db_int(to));
	put(vals, db_bytes(bounds[0].b, UUID_SIZE));
	put(vals, db_bytes(bounds[1].b, UUID_SIZE));
	put(vals, db_int(filter->complete));
	put(vals, db_int(filter->complete));
}

/* How many words there are to search for. */
static size_t put_search(struct kyc *k, const struct kyc_filter *filter,
			 struct vals *vals)
{
	const char *prefix[KYC_SEARCH_WORDS];
	size_t n = 0, i;

	if (filter->search)
		n = kyc_word_prefixes(k->arena, filter->search,
				      KYC_SEARCH_WORDS, prefix);
	for (i = 0; i < n; i++) {
		put(vals, db_uuid(&k->who.tenant));
		put(vals, db_text(prefix[i]));
	}
	return n;
}

static int count(struct kyc *k, struct vals vals, size_t words,
		 struct kyc_page *out, struct fault *f)
{
	struct db_rows rows;

	if (words)
		put(&vals, db_int(KYC_SEARCH_CAP));
	if (db_query_(k->db, k->arena, &rows, &counts[words], vals.v, vals.n) ||
	    db_next(&rows) < 0)
		return db_fault(k->db, f);
	out->total = db_get_int(&rows, 0);
	out->capped = words && out->total == KYC_SEARCH_CAP;
	return 0;
}

/* One row a check: rows of one session follow each other. */
static int fetch(struct kyc *k, struct db_rows *rows, struct kyc_page *out,
		 struct fault *f)
{
	struct kyc_listed *last = NULL;
	int rc;

	while ((rc = db_next(rows)) > 0) {
		struct uuid id = db_get_uuid(rows, 1);

		if (!last || !uuid_equal(&last->session.id, &id)) {
			last = &out->sessions[out->count++];
			kyc_session_read(rows, 0, &last->session);
		}
		kyc_check_read(rows, KYC_SESSION_COLUMN_COUNT, &last->checks);
	}
	return rc ? db_fault(k->db, f) : 0;
}

int kyc_list(struct kyc *k, const struct kyc_filter *filter,
	     struct kyc_page *out, struct fault *f)
{
	struct vals vals = { .n = 0 };
	struct uuid bounds[2];
	struct db_rows rows;
	size_t words;

	*out = (struct kyc_page){ .count = 0 };
	if (!filter->states)
		return 0;
	if (kyc_state_expire_due(k, BATCHES_A_LIST, f) < 0)
		return -1;
	put_filter(k, filter, bounds, &vals);
	words = put_search(k, filter, &vals);
	if (count(k, vals, words, out, f))
		return -1;
	out->sessions = arena_alloc(k->arena, (size_t)filter->limit *
						      sizeof(*out->sessions));
	put(&vals, db_int(filter->limit));
	put(&vals, db_int(filter->offset));
	if (db_query_(k->db, k->arena, &rows,
		      &pages[words][filter->sort][filter->ascending], vals.v,
		      vals.n))
		return db_fault(k->db, f);
	return fetch(k, &rows, out, f);
}
