// SPDX-License-Identifier: GPL-3.0-or-later
/* Access tokens of an outside OIDC issuer, and its keys. */
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "crypto/jws.h"
#include "kyc/issuer_claims.h"

enum {
	READ_EVERY_US = 60 * 1000000,
	READ_UNKNOWN_EVERY_US = 1000000,
	WANT_EVERY_US = 60 * 1000000,
	TRY_EVERY_MS = CLOCK_MINUTE,
	WHY_MAX = 250 /* bytes of issuer.last_error */
};

/* Keys that the process has already are not sent again. */
static const struct db_sql LOAD = {
	"SELECT fetched_at, IF(fetched_at = ?, NULL, jwks) FROM issuer"
	" WHERE issuer = ?"
};
static const struct db_sql WANT = {
	"UPDATE issuer SET wanted = 1 WHERE issuer = ?"
};
static const struct db_sql INSERT = {
	"INSERT IGNORE INTO issuer (issuer) VALUES (?)"
};
/* ABS: a clock that was set back must not stop it for days. */
static const struct db_sql DUE = { "SELECT tried_at, ABS(" DB_NOW_MS
				   " - tried_at) >= ? AND"
				   " (fetched_at IS NULL OR wanted <> 0"
				   " OR ABS(" DB_NOW_MS " - fetched_at) >= ?)"
				   " FROM issuer WHERE issuer = ?" };
static const struct db_sql CLAIM = { "UPDATE issuer SET tried_at = " DB_NOW_MS
				     " WHERE issuer = ? AND tried_at = ?" };
static const struct db_sql STORE = {
	"UPDATE issuer SET jwks = ?, fetched_at = " DB_NOW_MS ", wanted = 0,"
	" last_error = NULL WHERE issuer = ?"
};
static const struct db_sql FAIL = {
	"UPDATE issuer SET last_error = ? WHERE issuer = ?"
};

/* What a process keeps of it. Times are of the monotonic clock, in us. */
struct kyc_issuer {
	struct jwk_set *keys; /* NULL until some were fetched */
	int64_t fetched_at;   /* of these keys, in the table; -1 */
	int64_t read_us;      /* 0: never */
	int64_t wanted_us;    /* 0: never */
};

void kyc_issuer_destroy(struct kyc_issuer *is)
{
	if (!is)
		return;
	jwk_set_destroy(is->keys);
	free(is);
}

static struct kyc_issuer *state(struct kyc *k)
{
	if (!k->issuer) {
		k->issuer = mem_alloc(sizeof(*k->issuer));
		k->issuer->fetched_at = -1;
	}
	return k->issuer;
}

static bool is_over(int64_t since_us, int64_t every_us)
{
	return !since_us || clock_monotonic_us() - since_us >= every_us;
}

static void replace_keys(struct kyc_issuer *is, const char *jwks,
			 int64_t fetched_at)
{
	struct jwk_set *fresh = jwk_set_read(jwks, strlen(jwks));

	is->fetched_at = fetched_at;
	if (!fresh) {
		log_error("oidc: the keys in the database are no JWK Set");
		return;
	}
	jwk_set_destroy(is->keys);
	is->keys = fresh;
}

static int load(struct kyc *k, struct kyc_issuer *is, struct fault *f)
{
	const char *jwks = NULL;
	struct db_rows rows;
	int64_t fetched_at = -1;
	int rc;

	if (db_query(k->db, k->arena, &rows, &LOAD, db_time(is->fetched_at),
		     db_text(k->conf->oidc_issuer)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		fetched_at = db_get_time(&rows, 0);
		jwks = db_get_text(&rows, 1);
	}
	if (rc)
		return db_fault(k->db, f);
	is->read_us = clock_monotonic_us();
	if (jwks)
		replace_keys(is, jwks, fetched_at);
	return 0;
}

/* Where there are keys they serve on without the database. */
static int read_at_times(struct kyc *k, struct kyc_issuer *is, struct fault *f)
{
	struct fault ignored = { 0 };

	if (!is_over(is->read_us, READ_EVERY_US))
		return 0;
	if (!is->keys)
		return load(k, is, f);
	load(k, is, &ignored);
	return 0;
}

/* Best effort: the next one asks again. */
static void want(struct kyc *k, struct kyc_issuer *is)
{
	struct fault ignored = { 0 };

	if (!is_over(is->wanted_us, WANT_EVERY_US))
		return;
	is->wanted_us = clock_monotonic_us();
	kyc_issuer_want(k, &ignored);
}

/* By a key that came after ours were read, perhaps. */
static int verify_unknown(struct kyc *k, struct kyc_issuer *is,
			  const char *token, struct buf *payload,
			  enum jws_result *rc, struct fault *f)
{
	if (is_over(is->read_us, READ_UNKNOWN_EVERY_US)) {
		if (load(k, is, f))
			return -1;
		*rc = jws_verify(is->keys, token, payload);
	}
	if (*rc == JWS_UNKNOWN_KEY)
		want(k, is);
	return 0;
}

/* The token's bearer learns nothing of why. */
static int refuse(struct fault *f, const char *why)
{
	log_debug("oidc: a token is refused: %s", why);
	return fault_set(f, FAULT_UNAUTHENTICATED,
			 "A valid access token is required.");
}

int kyc_issuer_verify(struct kyc *k, const char *token,
		      struct kyc_issuer_token *out, struct fault *f)
{
	struct kyc_issuer *is;
	enum jws_result rc;
	struct buf payload;
	const char *why;

	if (!*k->conf->oidc_issuer)
		return refuse(f, "no issuer is configured");
	is = state(k);
	if (read_at_times(k, is, f))
		return -1;
	buf_init(&payload, k->arena);
	rc = jws_verify(is->keys, token, &payload);
	if (rc == JWS_UNKNOWN_KEY &&
	    verify_unknown(k, is, token, &payload, &rc, f))
		return -1;
	if (rc != JWS_VALID)
		return refuse(f, rc == JWS_BAD ? "it is not well signed"
					       : "its key is unknown");
	if (kyc_issuer_claims(k->conf, payload.data, payload.len,
			      clock_now_ms(), k->arena, out, &why))
		return refuse(f, why);
	return 0;
}

int kyc_issuer_want(struct kyc *k, struct fault *f)
{
	if (db_exec(k->db, &WANT, db_text(k->conf->oidc_issuer)) < 0)
		return db_fault(k->db, f);
	return 0;
}

/* 1 with the time of the last try where another is due, 0, or -1; 2 where
 * there is no row. */
static int look(struct kyc *k, int64_t *tried_at, struct fault *f)
{
	struct db_rows rows;
	int found = 2, rc;

	if (db_query(k->db, k->arena, &rows, &DUE, db_int(TRY_EVERY_MS),
		     db_int(k->conf->oidc_refresh_s * CLOCK_SECOND),
		     db_text(k->conf->oidc_issuer)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		*tried_at = db_get_int(&rows, 0);
		found = db_get_int(&rows, 1) != 0;
	}
	return rc ? db_fault(k->db, f) : found;
}

int kyc_issuer_claim(struct kyc *k, struct fault *f)
{
	int64_t tried_at = 0, n;
	int due = look(k, &tried_at, f);

	if (due <= 0)
		return due;
	if (due == 2 &&
	    db_exec(k->db, &INSERT, db_text(k->conf->oidc_issuer)) < 0)
		return db_fault(k->db, f);
	n = db_exec(k->db, &CLAIM, db_text(k->conf->oidc_issuer),
		    db_int(tried_at));
	return n < 0 ? db_fault(k->db, f) : n > 0;
}

int kyc_issuer_store(struct kyc *k, const char *jwks, size_t len,
		     struct fault *f)
{
	struct jwk_set *set = jwk_set_read(jwks, len);
	int count = (int)jwk_set_count(set);

	jwk_set_destroy(set);
	if (!set)
		return fault_set(f, FAULT_INVALID, "it is no JWK Set");
	if (!count)
		return fault_set(f, FAULT_INVALID, "no key of it can be used");
	if (db_exec(k->db, &STORE, db_text(jwks),
		    db_text(k->conf->oidc_issuer)) < 0)
		return db_fault(k->db, f);
	return count;
}

int kyc_issuer_fail(struct kyc *k, const char *why, struct fault *f)
{
	const char *cut = arena_strndup(
		k->arena, why, str_utf8_prefix(why, strlen(why), WHY_MAX));

	if (db_exec(k->db, &FAIL, db_text(cut), db_text(k->conf->oidc_issuer)) <
	    0)
		return db_fault(k->db, f);
	return 0;
}
