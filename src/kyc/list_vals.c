// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside lists: a filter made ready and bound. */
#include "kyc/list_sql.h"
#include "kyc/word.h"

/* By word's primary key, and by session's index risk. */
static const struct db_sql COUNT_WORD = {
	"SELECT COUNT(*) FROM (SELECT 1 FROM word w FORCE INDEX (PRIMARY)"
	" WHERE w.tenant_id = ? AND w.word LIKE ? LIMIT ?) h"
};
static const struct db_sql COUNT_RISK = {
	"SELECT COUNT(*) FROM (SELECT 1" LIST_FROM_RISK " LIMIT ?) h"
};

static struct uuid id_at(int64_t ms, uint8_t fill)
{
	struct uuid u;
	int i;

	for (i = 0; i < 6; i++)
		u.b[i] = (uint8_t)(ms >> (40 - 8 * i));
	memset(u.b + 6, fill, sizeof(u.b) - 6);
	return u;
}

void list_bounds(int64_t from, int64_t to, struct uuid *first,
		 struct uuid *last)
{
	const int64_t end = (INT64_C(1) << 48) - 1;

	*first = id_at(from > CLOCK_MINUTE ? from - CLOCK_MINUTE : 0, 0);
	*last = id_at(to >= 0 && to < end - CLOCK_MINUTE ? to + CLOCK_MINUTE
							 : end,
		      0xff);
}

/* The id before: a page goes on below the last one of the page before. */
static struct uuid less_one(struct uuid u)
{
	int i;

	for (i = UUID_SIZE - 1; i >= 0 && !u.b[i]--; i--)
		;
	return u;
}

/* And the id behind: a page back ends above the first one of the page. */
static struct uuid one_more(struct uuid u)
{
	int i;

	for (i = UUID_SIZE - 1; i >= 0 && !++u.b[i]; i--)
		;
	return u;
}

static int64_t count(struct kyc *k, const struct db_sql *sql,
		     const struct db_val *vals, size_t n, struct fault *f)
{
	struct db_rows rows;

	if (db_query_(k->db, k->arena, &rows, sql, vals, n) ||
	    db_next(&rows) <= 0)
		return db_fault(k->db, f);
	return db_get_int(&rows, 0);
}

/* The rarest word leads; its rows in the index, or cap where it has as many or
 * more. */
static int64_t rarest(struct kyc *k, struct list_plan *plan, int64_t cap,
		      struct fault *f)
{
	int64_t least = cap, n;
	const char *word;
	size_t i;

	for (i = 0; i < plan->words; i++) {
		const struct db_val vals[] = { db_uuid(&k->who.tenant),
					       db_text(plan->word[i]),
					       db_int(least) };

		n = count(k, &COUNT_WORD, vals, ARRAY_SIZE(vals), f);
		if (n < 0)
			return -1;
		if (n >= least)
			continue;
		least = n;
		word = plan->word[i];
		plan->word[i] = plan->word[0];
		plan->word[0] = word;
	}
	return least;
}

/* Most searches are for a word that few have: they are not made to wait for
 * another that many have to be counted. */
static int weigh_words(struct kyc *k, struct list_plan *plan, struct fault *f)
{
	int64_t n = rarest(k, plan, KYC_SEARCH_CAP, f);

	if (n == KYC_SEARCH_CAP)
		n = rarest(k, plan, LIST_RARE + 1, f);
	plan->rare = n <= LIST_RARE;
	return n < 0 ? -1 : 0;
}

/* Most sessions are under way or clear. */
static bool is_rare(enum kyc_outcome outcome)
{
	return outcome != KYC_OUTCOME_PENDING && outcome != KYC_OUTCOME_CLEAR;
}

/* What few have is found by its index and sorted; what many have turns up
 * soon on a walk. */
static int choose_way(struct kyc *k, struct list_plan *plan, struct fault *f)
{
	const struct kyc_filter *filter = plan->filter;
	const struct db_val vals[] = { db_uuid(&k->who.tenant),
				       db_int(filter->risk_from),
				       db_int(filter->risk_to),
				       db_int(LIST_RARE + 1) };
	int64_t n;

	plan->way = LIST_ALL;
	if (!uuid_is_nil(&filter->entity))
		plan->way = LIST_ENTITY;
	else if (filter->assigned_to)
		plan->way = LIST_ASSIGNED;
	else if (filter->priority && filter->priority != KYC_PRIORITY_MEDIUM)
		plan->way = LIST_PRIORITY;
	else if (filter->has_outcome && is_rare(filter->outcome))
		plan->way = LIST_OUTCOME;
	if (plan->way != LIST_ALL || !filter->risk_to)
		return 0;
	n = count(k, &COUNT_RISK, vals, ARRAY_SIZE(vals), f);
	if (n >= 0 && n <= LIST_RARE)
		plan->way = LIST_RISK;
	return n < 0 ? -1 : 0;
}

int list_plan(struct kyc *k, const struct kyc_filter *filter,
	      struct list_plan *out, struct fault *f)
{
	*out = (struct list_plan){
		.filter = filter,
		.from = filter->created_from < 0 ? 0 : filter->created_from,
		.to = filter->created_to < 0 ? INT64_MAX : filter->created_to,
	};
	list_bounds(filter->created_from, filter->created_to, &out->start,
		    &out->end);
	out->first = out->start;
	out->last = out->end;
	if (!uuid_is_nil(&filter->after) &&
	    memcmp(filter->after.b, out->first.b, UUID_SIZE) >= 0)
		out->first = one_more(filter->after);
	if (!uuid_is_nil(&filter->before) &&
	    memcmp(filter->before.b, out->last.b, UUID_SIZE) <= 0)
		out->last = less_one(filter->before);
	if (filter->search)
		out->words = kyc_word_prefixes(k->arena, filter->search,
					       KYC_SEARCH_WORDS, out->word);
	return out->words ? weigh_words(k, out, f) : choose_way(k, out, f);
}

void list_put(struct list_vals *vals, struct db_val v)
{
	if (vals->n == LIST_VALS_MAX)
		abort();
	vals->v[vals->n++] = v;
}

void list_put_states(struct list_vals *vals, unsigned int states)
{
	int state, n = 0, last = KYC_DRAFT;

	for (state = KYC_DRAFT; state < KYC_STATES; state++) {
		if (!(states & KYC_BIT(state)))
			continue;
		list_put(vals, db_int(state));
		last = state;
		n++;
	}
	for (; n < LIST_STATE_SLOTS; n++)
		list_put(vals, db_int(last));
}

static void put_twice(struct list_vals *vals, struct db_val v)
{
	list_put(vals, v);
	list_put(vals, v);
}

void list_put_filter(struct list_vals *vals, const struct list_plan *plan)
{
	const struct kyc_filter *filter = plan->filter;

	list_put(vals, db_int(plan->from));
	list_put(vals, db_int(plan->to));
	list_put(vals, db_bytes(plan->first.b, UUID_SIZE));
	list_put(vals, db_bytes(plan->last.b, UUID_SIZE));
	put_twice(vals, db_int(filter->complete));
	put_twice(vals, db_uuid(&filter->workflow));
	put_twice(vals, db_uuid(&filter->entity));
	put_twice(vals, db_text(filter->assigned_to));
	put_twice(vals, db_int(filter->priority));
	list_put(vals, db_int(filter->risk_to));
	list_put(vals, db_int(filter->risk_from));
	list_put(vals, db_int(filter->risk_to));
	list_put(vals, db_int(filter->has_outcome));
	list_put(vals, db_int(filter->outcome));
}

void list_put_way(struct kyc *k, struct list_vals *vals,
		  const struct list_plan *plan)
{
	const struct kyc_filter *filter = plan->filter;

	list_put(vals, db_uuid(&k->who.tenant));
	switch (plan->way) {
	case LIST_ENTITY:
		list_put(vals, db_uuid(&filter->entity));
		break;
	case LIST_ASSIGNED:
		list_put(vals, db_text(filter->assigned_to));
		break;
	case LIST_PRIORITY:
		list_put(vals, db_int(filter->priority));
		break;
	case LIST_RISK:
		list_put(vals, db_int(filter->risk_from));
		list_put(vals, db_int(filter->risk_to));
		break;
	case LIST_OUTCOME:
		list_put(vals, db_int(filter->outcome));
		break;
	case LIST_ALL:
	case LIST_WAYS:
		break;
	}
}

void list_put_words(struct list_vals *vals, const struct list_plan *plan,
		    size_t from)
{
	for (; from < plan->words; from++)
		list_put(vals, db_text(plan->word[from]));
}
