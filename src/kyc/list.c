// SPDX-License-Identifier: GPL-3.0-or-later
/* Lists of sessions: the ids of a page first, then the rows of those few. */
#include "crypto/digest.h"
#include "kyc/detail.h"
#include "kyc/list_sql.h"
#include "kyc/secret.h"
#include "kyc/state.h"

/* By the primary key. Ids fill 20 or 100 slots, the last one is repeated; more
 * than 100 take several statements. */
#define SLOTS_5 "?, ?, ?, ?, ?"
#define SLOTS_20 SLOTS_5 ", " SLOTS_5 ", " SLOTS_5 ", " SLOTS_5
#define SLOTS_100                                                              \
	SLOTS_20 ", " SLOTS_20 ", " SLOTS_20 ", " SLOTS_20 ", " SLOTS_20
#define BY_IDS(columns, joins, slots)                                          \
	{                                                                      \
		"SELECT " KYC_SESSION_COLUMNS ", " columns                     \
		" FROM session s FORCE INDEX (PRIMARY)" joins                  \
		" WHERE s.tenant_id = ? AND s.id IN (" slots ")"               \
	}
#define CHECKS                                                                 \
	" LEFT JOIN check_run c ON c.tenant_id = s.tenant_id"                  \
	" AND c.session_id = s.id"
#define DETAILS                                                                \
	" LEFT JOIN workflow w ON w.tenant_id = s.tenant_id"                   \
	" AND w.id = s.workflow_id AND w.version = s.workflow_version"         \
	" LEFT JOIN session_detail d ON d.tenant_id = s.tenant_id"             \
	" AND d.session_id = s.id"                                             \
	" LEFT JOIN {keys}.session_key x ON x.tenant_id = d.tenant_id"         \
	" AND x.session_id = d.session_id"
#define ENTITIES                                                               \
	" LEFT JOIN entity e ON e.tenant_id = s.tenant_id"                     \
	" AND e.id = s.entity_id"                                              \
	" LEFT JOIN {keys}.tenant_key y ON y.tenant_id = s.tenant_id"
#define DETAIL_COLUMNS "w.name, d.sealed, x.wrapped"

static const size_t slot_counts[] = { 20, 100 };
static const struct db_sql with_checks[ARRAY_SIZE(slot_counts)] = {
	BY_IDS(KYC_CHECK_COLUMNS, CHECKS, SLOTS_20),
	BY_IDS(KYC_CHECK_COLUMNS, CHECKS, SLOTS_100),
};
static const struct db_sql plain[ARRAY_SIZE(slot_counts)] = {
	BY_IDS("0", "", SLOTS_20),
	BY_IDS("0", "", SLOTS_100),
};
static const struct db_sql with_entities[ARRAY_SIZE(slot_counts)] = {
	BY_IDS(KYC_ENTITY_COLUMNS ", y.wrapped", ENTITIES, SLOTS_20),
	BY_IDS(KYC_ENTITY_COLUMNS ", y.wrapped", ENTITIES, SLOTS_100),
};
static const struct db_sql with_details[ARRAY_SIZE(slot_counts)] = {
	BY_IDS(DETAIL_COLUMNS, DETAILS, SLOTS_20),
	BY_IDS(DETAIL_COLUMNS, DETAILS, SLOTS_100),
};

enum { BATCHES_A_LIST = 20 };

typedef int read_fn(struct kyc *k, const struct db_rows *rows,
		    struct kyc_listed *out, struct fault *f);

static int read_check(struct kyc *k, const struct db_rows *rows,
		      struct kyc_listed *out, struct fault *f)
{
	(void)k;
	(void)f;
	kyc_check_read(rows, KYC_SESSION_COLUMN_COUNT, &out->checks);
	return 0;
}

static int read_nothing(struct kyc *k, const struct db_rows *rows,
			struct kyc_listed *out, struct fault *f)
{
	(void)k;
	(void)rows;
	(void)out;
	(void)f;
	return 0;
}

static int read_entity(struct kyc *k, const struct db_rows *rows,
		       struct kyc_listed *out, struct fault *f)
{
	const unsigned int first = KYC_SESSION_COLUMN_COUNT;
	struct kyc_entity *e = arena_new(k->arena, struct kyc_entity);
	uint8_t key[SEAL_KEY_SIZE];
	const void *wrapped;
	size_t len;
	int rc;

	if (db_is_null(rows, first))
		return 0;
	wrapped = db_get_bytes(rows, first + KYC_ENTITY_COLUMN_COUNT, &len);
	if (kyc_secret_open_tenant(k, wrapped, len, key, f))
		return -1;
	rc = kyc_entity_read(k, rows, first, key, e, f);
	crypto_wipe(key, sizeof(key));
	out->entity = e;
	return rc;
}

/* A session whose key is gone is about to be gone itself. */
static int read_detail(struct kyc *k, const struct db_rows *rows,
		       struct kyc_listed *out, struct fault *f)
{
	const unsigned int first = KYC_SESSION_COLUMN_COUNT;
	const struct uuid *id = &out->session.id;
	struct kyc_detail detail = { .metadata = NULL };
	uint8_t key[SEAL_KEY_SIZE];
	const void *sealed, *wrapped;
	size_t len, wrapped_len;
	int rc;

	out->workflow_name = db_get_text(rows, first);
	sealed = db_get_bytes(rows, first + 1, &len);
	wrapped = db_get_bytes(rows, first + 2, &wrapped_len);
	if (!sealed || !wrapped)
		return 0;
	if (kyc_secret_open(k, id, wrapped, wrapped_len, key, f))
		return -1;
	rc = kyc_detail_open(k, id, key, sealed, len, &detail, f);
	crypto_wipe(key, sizeof(key));
	out->metadata = detail.metadata;
	return rc;
}

/* A session comes once a check: it is read with the first. */
static int read_rows(struct kyc *k, struct db_rows *rows,
		     const struct uuid *ids, size_t count,
		     struct kyc_listed *out, read_fn *read, struct fault *f)
{
	int rc;

	while ((rc = db_next(rows)) > 0) {
		struct uuid id = db_get_uuid(rows, 1);
		size_t i = 0;

		while (i < count && !uuid_equal(&ids[i], &id))
			i++;
		if (i == count)
			continue;
		if (uuid_is_nil(&out[i].session.id))
			kyc_session_read(rows, 0, &out[i].session);
		if (read(k, rows, &out[i], f))
			return -1;
	}
	return rc ? db_fault(k->db, f) : 0;
}

/* What was deleted since the ids were read leaves no gap. */
static size_t close_gaps(struct kyc_listed *all, size_t count)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		if (!uuid_is_nil(&all[i].session.id))
			all[kept++] = all[i];
	}
	return kept;
}

/* The statement of a page, and who reads what it adds to the session. */
struct rows_of {
	const struct db_sql *by_ids; /* by slot_counts */
	read_fn *read;
};

static int load_some(struct kyc *k, const struct uuid *ids, size_t count,
		     const struct rows_of *what, struct kyc_listed *out,
		     struct fault *f)
{
	struct list_vals vals = { .n = 0 };
	size_t size = count > slot_counts[0], i;
	struct db_rows rows;

	list_put(&vals, db_uuid(&k->who.tenant));
	for (i = 0; i < slot_counts[size]; i++)
		list_put(&vals, db_uuid(&ids[i < count ? i : count - 1]));
	if (db_query_(k->db, k->arena, &rows, &what->by_ids[size], vals.v,
		      vals.n))
		return db_fault(k->db, f);
	return read_rows(k, &rows, ids, count, out, what->read, f);
}

static int load(struct kyc *k, const struct uuid *ids,
		const struct rows_of *what, struct kyc_page *out,
		struct fault *f)
{
	const size_t most = slot_counts[1];
	size_t at, left;

	out->sessions = arena_alloc(k->arena,
				    (out->count + 1) * sizeof(*out->sessions));
	for (at = 0; at < out->count; at += most) {
		left = out->count - at;
		if (load_some(k, ids + at, left < most ? left : most, what,
			      out->sessions + at, f))
			return -1;
	}
	out->count = close_gaps(out->sessions, out->count);
	return 0;
}

static void turn_round(struct uuid *ids, size_t count)
{
	size_t i;

	for (i = 0; i < count / 2; i++) {
		struct uuid id = ids[i];

		ids[i] = ids[count - 1 - i];
		ids[count - 1 - i] = id;
	}
}

static int page(struct kyc *k, const struct list_plan *plan,
		const struct rows_of *what, struct kyc_page *out,
		struct fault *f)
{
	struct uuid *ids = arena_alloc(
		k->arena, (size_t)(plan->filter->limit + 1) * sizeof(*ids));
	int n = list_page(k, plan, ids, f);

	if (n < 0)
		return -1;
	out->more = n > plan->filter->limit;
	out->count = (size_t)n - out->more;
	if (!uuid_is_nil(&plan->filter->after))
		turn_round(ids, out->count);
	return load(k, ids, what, out, f);
}

/* What every list begins with: the plan, and the total where it is wanted. */
static int prepare(struct kyc *k, const struct kyc_filter *filter,
		   struct list_plan *plan, struct kyc_summary *sum,
		   struct fault *f)
{
	if (kyc_state_expire_due(k, BATCHES_A_LIST, f) < 0 ||
	    list_plan(k, filter, plan, f))
		return -1;
	return sum ? list_summary(k, plan, sum, f) : 0;
}

static int counted(struct kyc *k, const struct kyc_filter *filter,
		   const struct rows_of *what, struct kyc_page *out,
		   struct fault *f)
{
	struct kyc_summary sum;
	struct list_plan plan;

	*out = (struct kyc_page){ .count = 0 };
	if (!filter->states)
		return 0;
	if (prepare(k, filter, &plan, &sum, f))
		return -1;
	out->total = sum.all.sessions;
	out->capped = sum.capped;
	return page(k, &plan, what, out, f);
}

int kyc_list(struct kyc *k, const struct kyc_filter *filter,
	     struct kyc_page *out, struct fault *f)
{
	const struct rows_of what = { with_checks, read_check };

	return counted(k, filter, &what, out, f);
}

int kyc_list_plain(struct kyc *k, const struct kyc_filter *filter,
		   bool with_total, struct kyc_page *out, struct fault *f)
{
	const struct rows_of what = { plain, read_nothing };
	struct list_plan plan;

	if (with_total)
		return counted(k, filter, &what, out, f);
	*out = (struct kyc_page){ .count = 0 };
	if (!filter->states)
		return 0;
	if (prepare(k, filter, &plan, NULL, f))
		return -1;
	return page(k, &plan, &what, out, f);
}

/* A page has few workflows: each is loaded once. */
static int load_workflow(struct kyc *k, struct kyc_page *page, size_t at,
			 struct fault *f)
{
	struct kyc_listed *mine = &page->sessions[at];
	size_t i;

	for (i = 0; i < at; i++) {
		const struct kyc_session *s = &page->sessions[i].session;

		if (uuid_equal(&s->workflow, &mine->session.workflow) &&
		    s->workflow_version == mine->session.workflow_version) {
			mine->workflow = page->sessions[i].workflow;
			return 0;
		}
	}
	mine->workflow = arena_new(k->arena, struct kyc_workflow);
	return kyc_workflow_load(k, &mine->session, mine->workflow, f);
}

int kyc_list_applicants(struct kyc *k, const struct kyc_filter *filter,
			struct kyc_page *out, struct fault *f)
{
	const struct rows_of what = { with_entities, read_entity };
	int rc = counted(k, filter, &what, out, f);
	size_t i;

	for (i = 0; !rc && i < out->count; i++)
		rc = load_workflow(k, out, i, f);
	return rc;
}

int kyc_list_detailed(struct kyc *k, const struct kyc_filter *filter,
		      struct kyc_page *out, struct kyc_summary *summary,
		      struct fault *f)
{
	const struct rows_of what = { with_details, read_detail };
	struct list_plan plan;

	*out = (struct kyc_page){ .count = 0 };
	if (summary)
		*summary = (struct kyc_summary){ .capped = false };
	if (!filter->states)
		return 0;
	if (prepare(k, filter, &plan, summary, f))
		return -1;
	return page(k, &plan, &what, out, f);
}
