// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of sessions: adding up the changes that were only inserted. */
#include "kyc/count.h"

enum { BATCH = 500, SUMS = 6, CHUNK = 50 };

/* What another process folds right now is skipped: several may run. */
static const struct db_sql TAKE = {
	"SELECT d.id, d.tenant_id, d.workflow_id, d.day, d.state, d.n,"
	" d.scored, d.risk, d.lists, d.face_match, d.adverse_media"
	" FROM session_delta d ORDER BY d.id LIMIT ? FOR UPDATE SKIP LOCKED"
};
static const struct db_sql ADD = {
	"INSERT INTO session_count (tenant_id, day, workflow_id, state, n,"
	" scored, risk, lists, face_match, adverse_media)"
	" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
	" n = n + VALUES(n), scored = scored + VALUES(scored),"
	" risk = risk + VALUES(risk), lists = lists + VALUES(lists),"
	" face_match = face_match + VALUES(face_match),"
	" adverse_media = adverse_media + VALUES(adverse_media)"
};
/* By the primary key; sessions pass through most states, and rows of zeros
 * would make sums over many days slow. */
static const struct db_sql SWEEP = {
	"DELETE FROM session_count WHERE tenant_id = ? AND day = ?"
	" AND workflow_id = ? AND state = ? AND n = 0 AND scored = 0"
	" AND risk = 0 AND lists = 0 AND face_match = 0 AND adverse_media = 0"
};

#define SLOTS_10 "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
static const struct db_sql REMOVE = {
	"DELETE d FROM session_delta d FORCE INDEX (PRIMARY)"
	" WHERE d.id IN (" SLOTS_10 ", " SLOTS_10 ", " SLOTS_10 ", " SLOTS_10
	", " SLOTS_10 ")"
};

/* A counter row and what is to be added to it. */
struct group {
	struct uuid tenant;
	int64_t day;
	struct uuid workflow;
	int64_t state;
	int64_t sum[SUMS];
};

struct fold {
	struct uuid *ids;     /* BATCH + CHUNK of them */
	struct group *groups; /* 2 * BATCH */
	int64_t taken;
	size_t group_count;
};

/* The order of the primary key: two that fold lock rows in one order. */
static int by_key(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	int rc = memcmp(x->tenant.b, y->tenant.b, UUID_SIZE);

	if (!rc && x->day != y->day)
		rc = x->day < y->day ? -1 : 1;
	if (!rc)
		rc = memcmp(x->workflow.b, y->workflow.b, UUID_SIZE);
	if (!rc)
		rc = (x->state > y->state) - (x->state < y->state);
	return rc;
}

/* Each change counts for its day and for the sum over all days. */
static int take(struct kyc *k, struct fold *fold, struct fault *f)
{
	struct db_rows rows;
	unsigned int i;
	int rc;

	if (db_query(k->db, k->arena, &rows, &TAKE, db_int(BATCH)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && fold->taken < BATCH) {
		struct group *g = &fold->groups[2 * fold->taken];

		fold->ids[fold->taken++] = db_get_uuid(&rows, 0);
		g->tenant = db_get_uuid(&rows, 1);
		g->workflow = db_get_uuid(&rows, 2);
		g->day = db_get_int(&rows, 3);
		g->state = db_get_int(&rows, 4);
		for (i = 0; i < SUMS; i++)
			g->sum[i] = db_get_int(&rows, 5 + i);
		g[1] = g[0];
		g[1].day = 0;
	}
	return rc < 0 ? db_fault(k->db, f) : 0;
}

static void merge(struct fold *fold)
{
	size_t count = (size_t)fold->taken * 2, i, j;

	qsort(fold->groups, count, sizeof(*fold->groups), by_key);
	for (i = 0; i < count; i++) {
		struct group *last = &fold->groups[fold->group_count];

		if (fold->group_count && !by_key(last - 1, &fold->groups[i])) {
			for (j = 0; j < SUMS; j++)
				last[-1].sum[j] += fold->groups[i].sum[j];
			continue;
		}
		*last = fold->groups[i];
		fold->group_count++;
	}
}

static bool is_zero(const struct group *g)
{
	size_t i;

	for (i = 0; i < SUMS; i++) {
		if (g->sum[i])
			return false;
	}
	return true;
}

static int add(struct kyc *k, const struct group *g, struct fault *f)
{
	if (is_zero(g))
		return 0;
	if (db_exec(k->db, &ADD, db_uuid(&g->tenant), db_int(g->day),
		    db_uuid(&g->workflow), db_int(g->state), db_int(g->sum[0]),
		    db_int(g->sum[1]), db_int(g->sum[2]), db_int(g->sum[3]),
		    db_int(g->sum[4]), db_int(g->sum[5])) < 0)
		return db_fault(k->db, f);
	if (g->sum[0] < 0 &&
	    db_exec(k->db, &SWEEP, db_uuid(&g->tenant), db_int(g->day),
		    db_uuid(&g->workflow), db_int(g->state)) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* By their ids, which are locked; the last chunk repeats one. */
static int remove_taken(struct kyc *k, struct fold *fold, struct fault *f)
{
	struct db_val vals[CHUNK];
	int64_t at, i, j;

	for (at = 0; at < fold->taken; at += CHUNK) {
		for (i = 0; i < CHUNK; i++) {
			j = at + i < fold->taken ? at + i : at;
			vals[i] = db_uuid(&fold->ids[j]);
		}
		if (db_exec_(k->db, &REMOVE, vals, CHUNK) < 0)
			return db_fault(k->db, f);
	}
	return 0;
}

/* The changes leave and the counters grow in one transaction: killed at any
 * moment, each change is counted once. */
static int fold_batch(struct kyc *k, void *ctx, struct fault *f)
{
	struct fold *fold = ctx;
	size_t i;

	fold->taken = 0;
	fold->group_count = 0;
	if (take(k, fold, f))
		return -1;
	merge(fold);
	for (i = 0; i < fold->group_count; i++) {
		if (add(k, &fold->groups[i], f))
			return -1;
	}
	return remove_taken(k, fold, f);
}

int64_t kyc_count_fold(struct kyc *k, int max_batches, struct fault *f)
{
	struct fold fold = {
		.ids = arena_alloc(k->arena, BATCH * sizeof(struct uuid)),
		.groups = arena_alloc(k->arena,
				      2 * (BATCH + 1) * sizeof(struct group)),
	};
	int64_t total = 0;

	do {
		if (kyc_transact(k, fold_batch, &fold, f))
			return -1;
		total += fold.taken;
	} while (fold.taken == BATCH && --max_batches > 0);
	return total;
}
