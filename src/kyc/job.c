// SPDX-License-Identifier: GPL-3.0-or-later
/* The queue: work that is written in a transaction and done outside it. */
#include "kyc/job.h"

static const struct db_sql INSERT = {
	"INSERT INTO job (id, lane, kind, tenant_id, subject, argument, status,"
	" run_at, created_at) VALUES (?, ?, ?, ?, ?, ?, 0, " DB_NOW_MS ", ?)"
};
static const struct db_sql NEXT = {
	"SELECT id, kind, tenant_id, subject, argument, attempts, created_at"
	" FROM job FORCE INDEX (due) WHERE lane = ? AND status = 0"
	" AND run_at <= " DB_NOW_MS " ORDER BY run_at LIMIT 1"
	" FOR UPDATE SKIP LOCKED"
};
static const struct db_sql LEASE = {
	"UPDATE job SET lease = ?, attempts = attempts + 1,"
	" run_at = " DB_NOW_MS " + ? WHERE id = ?"
};
static const struct db_sql EXTEND = { "UPDATE job SET run_at = " DB_NOW_MS
				      " + ? WHERE id = ? AND lease = ?" };
static const struct db_sql DONE = {
	"DELETE FROM job WHERE id = ? AND lease = ?"
};
static const struct db_sql RETRY = {
	"UPDATE job SET lease = NULL, run_at = " DB_NOW_MS
	" + ?, last_error = ?"
	" WHERE id = ? AND lease = ?"
};
static const struct db_sql GIVE_UP = {
	"UPDATE job SET lease = NULL, status = 1, last_error = ?"
	" WHERE id = ? AND lease = ?"
};
static const struct db_sql REVIVE = {
	"UPDATE job SET status = 0, attempts = 0, run_at = " DB_NOW_MS
	", created_at = ? WHERE lane = ? AND status = 1"
};
static const struct db_sql STATUS = {
	"SELECT lane, status, COUNT(*), MIN(created_at), MAX(last_error)"
	" FROM job GROUP BY lane, status ORDER BY lane, status"
};

static const struct db_sql BEAT = {
	"INSERT INTO lane_beat (lane, seen_at) VALUES (?, " DB_NOW_MS ")"
	" ON DUPLICATE KEY UPDATE seen_at = VALUES(seen_at)"
};
static const struct db_sql IS_SERVED = { "SELECT" KYC_LANE_IS_SERVED };

int kyc_job_add(struct kyc *k, enum kyc_lane lane, enum kyc_job_kind kind,
		const struct uuid *subject, int64_t argument, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);

	if (db_exec(k->db, &INSERT, db_uuid(&id), db_int(lane), db_int(kind),
		    db_uuid(&k->who.tenant), db_uuid(subject), db_int(argument),
		    db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}

struct take {
	enum kyc_lane lane;
	struct kyc_job *job;
	bool found;
};

static int take(struct kyc *k, void *ctx, struct fault *f)
{
	struct take *t = ctx;
	struct kyc_job *job = t->job;
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &NEXT, db_int(t->lane)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	t->found = rc;
	if (!rc)
		return 0;
	*job = (struct kyc_job){
		.id = db_get_uuid(&rows, 0),
		.kind = (enum kyc_job_kind)db_get_int(&rows, 1),
		.tenant = db_get_uuid(&rows, 2),
		.subject = db_get_uuid(&rows, 3),
		.argument = db_get_int(&rows, 4),
		.attempts = db_get_int(&rows, 5) + 1,
		.created_at = db_get_int(&rows, 6),
		.lease = uuid_v4(),
	};
	if (db_exec(k->db, &LEASE, db_uuid(&job->lease),
		    db_int(k->conf->job_lease_s * 1000), db_uuid(&job->id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_job_take(struct kyc *k, enum kyc_lane lane, struct kyc_job *out,
		 struct fault *f)
{
	struct take t = { .lane = lane, .job = out };

	if (kyc_transact(k, take, &t, f))
		return -1;
	return t.found;
}

static int leased(struct kyc *k, int64_t changed, struct fault *f)
{
	if (changed < 0)
		return db_fault(k->db, f);
	if (!changed)
		return fault_set(f, FAULT_CONFLICT, "the lease was lost");
	return 0;
}

int kyc_job_extend(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	return leased(k,
		      db_exec(k->db, &EXTEND,
			      db_int(k->conf->job_lease_s * 1000),
			      db_uuid(&job->id), db_uuid(&job->lease)),
		      f);
}

int kyc_job_done(struct kyc *k, const struct kyc_job *job, struct fault *f)
{
	return leased(
		k,
		db_exec(k->db, &DONE, db_uuid(&job->id), db_uuid(&job->lease)),
		f);
}

int kyc_job_retry(struct kyc *k, const struct kyc_job *job, int64_t delay_ms,
		  const char *why, struct fault *f)
{
	return leased(k,
		      db_exec(k->db, &RETRY, db_int(delay_ms), db_text(why),
			      db_uuid(&job->id), db_uuid(&job->lease)),
		      f);
}

int kyc_job_give_up(struct kyc *k, const struct kyc_job *job, const char *why,
		    struct fault *f)
{
	return leased(k,
		      db_exec(k->db, &GIVE_UP, db_text(why), db_uuid(&job->id),
			      db_uuid(&job->lease)),
		      f);
}

int64_t kyc_job_revive(struct kyc *k, struct fault *f)
{
	int64_t n, total = 0;
	int lane;

	for (lane = 1; lane < KYC_LANES; lane++) {
		n = db_exec(k->db, &REVIVE, db_int(clock_now_ms()),
			    db_int(lane));
		if (n < 0)
			return db_fault(k->db, f);
		total += n;
	}
	return total;
}

int kyc_job_status(struct kyc *k, struct kyc_job_count *out, size_t max,
		   struct fault *f)
{
	struct db_rows rows;
	size_t n = 0;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &STATUS, NULL, 0))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0 && n < max) {
		out[n++] = (struct kyc_job_count){
			.lane = (enum kyc_lane)db_get_int(&rows, 0),
			.given_up = db_get_int(&rows, 1) != 0,
			.count = db_get_int(&rows, 2),
			.oldest = db_get_int(&rows, 3),
			.last_error = db_get_text(&rows, 4),
		};
	}
	return rc < 0 ? db_fault(k->db, f) : (int)n;
}

const char *kyc_lane_name(enum kyc_lane lane)
{
	static const char *const names[KYC_LANES] = {
		[KYC_LANE_MAIL] = "mail",     [KYC_LANE_CHECK] = "check",
		[KYC_LANE_UPKEEP] = "upkeep", [KYC_LANE_FOLD] = "fold",
		[KYC_LANE_HOOK] = "webhook",  [KYC_LANE_ISSUER] = "issuer",
		[KYC_LANE_PHOTO] = "photo",
	};

	return lane > 0 && lane < KYC_LANES ? names[lane] : "?";
}

int kyc_lane_beat(struct kyc *k, enum kyc_lane lane, struct fault *f)
{
	if (db_exec(k->db, &BEAT, db_int(lane)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_lane_is_served(struct kyc *k, enum kyc_lane lane, bool *yes,
		       struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &IS_SERVED, db_int(lane)) ||
	    db_next(&rows) < 1)
		return db_fault(k->db, f);
	*yes = db_get_int(&rows, 0) != 0;
	return 0;
}
