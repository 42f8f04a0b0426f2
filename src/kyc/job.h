// SPDX-License-Identifier: GPL-3.0-or-later
/* The queue: work that is written in a transaction and done outside it. */
#ifndef KYC_JOB_H
#define KYC_JOB_H

#include "kyc/kyc.h"

/* Stored: append, never renumber. */
enum kyc_lane {
	KYC_LANE_MAIL = 1,
	KYC_LANE_CHECK,
	KYC_LANE_UPKEEP,
	KYC_LANE_FOLD,	 /* no jobs: what is only inserted is folded */
	KYC_LANE_HOOK,	 /* has queues of its own: event and delivery */
	KYC_LANE_ISSUER, /* no jobs: fetches keys, where one is set */
	KYC_LANE_PHOTO,	 /* a customer waits for what is said of a photo */
	KYC_LANES
};

enum kyc_job_kind {
	KYC_JOB_MAIL = 1, /* subject: the mail */
	KYC_JOB_CHECK,	  /* subject: the session; argument: the kind */
	KYC_JOB_ERASE,	  /* subject: the session whose files must go */
	KYC_JOB_VALIDATE, /* a check on its own, which decides nothing */
	KYC_JOB_PHOTO,	  /* subject: the session with new photos */
};

struct kyc_job {
	struct uuid id;
	enum kyc_job_kind kind;
	struct uuid tenant;
	struct uuid subject;
	int64_t argument;
	int64_t attempts; /* this one included */
	int64_t created_at;
	struct uuid lease; /* ours */
};

/* Adds a job in the caller's transaction: it exists exactly if the change
 * that wants it does. */
int kyc_job_add(struct kyc *k, enum kyc_lane lane, enum kyc_job_kind kind,
		const struct uuid *subject, int64_t argument, struct fault *f);

/* Leases the next due job of a lane: 1, 0 where there is none, -1. A lease
 * that runs out (a killed process) makes the job due again. Its own
 * transaction. */
int kyc_job_take(struct kyc *k, enum kyc_lane lane, struct kyc_job *out,
		 struct fault *f);

/* The lease from now on again; FAULT_CONFLICT where it was lost. */
int kyc_job_extend(struct kyc *k, const struct kyc_job *job, struct fault *f);

/* Ends a leased job: in the transaction of what it did, so that it is done
 * once where its effect is in the database. FAULT_CONFLICT where the lease was
 * lost to another process. */
int kyc_job_done(struct kyc *k, const struct kyc_job *job, struct fault *f);

/* Again after delay_ms; why is for the admin and holds no personal data. */
int kyc_job_retry(struct kyc *k, const struct kyc_job *job, int64_t delay_ms,
		  const char *why, struct fault *f);

/* Given up: stays for `vouchsafe jobs`. In the caller's transaction. */
int kyc_job_give_up(struct kyc *k, const struct kyc_job *job, const char *why,
		    struct fault *f);

/* Every given-up job waits again; how many, or -1. */
int64_t kyc_job_revive(struct kyc *k, struct fault *f);

struct kyc_job_count {
	enum kyc_lane lane;
	bool given_up;
	int64_t count;
	int64_t oldest;		/* created_at */
	const char *last_error; /* of one of them; NULL for none */
};

/* At most max rows, by lane; how many, or -1. */
int kyc_job_status(struct kyc *k, struct kyc_job_count *out, size_t max,
		   struct fault *f);

const char *kyc_lane_name(enum kyc_lane lane);

/* A process says every now and then that it waits at the lane; nobody does
 * where only cron runs jobs. */
enum { KYC_BEAT_MS = 5 * CLOCK_SECOND };
#define KYC_BEAT_LASTS "15000" /* ms */
int kyc_lane_beat(struct kyc *k, enum kyc_lane lane, struct fault *f);
int kyc_lane_is_served(struct kyc *k, enum kyc_lane lane, bool *yes,
		       struct fault *f);
/* The same as a column; binds the lane. */
#define KYC_LANE_IS_SERVED                                                     \
	" EXISTS (SELECT 1 FROM lane_beat WHERE lane = ?"                      \
	" AND seen_at > " DB_NOW_MS " - " KYC_BEAT_LASTS ")"

#endif
