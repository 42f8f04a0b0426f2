// SPDX-License-Identifier: GPL-3.0-or-later
/* MariaDB: the only caller of <mysql.h>. Bound, prepared, reconnecting. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/uuid.h"

/* A statement: a named constant at the top of the file that owns the table.
 * Its address is its identity: a connection prepares it once, at first use,
 * and again after a reconnect. "{keys}" stands for the database of wrapped
 * keys. */
struct db_sql {
	const char *text;
};

/* In SQL: the database's own clock, in ms. Leases use it, so that hosts need
 * not agree on the time. */
#define DB_NOW_MS "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS INTEGER)"

enum db_status {
	DB_OK,
	DB_DUPLICATE, /* a unique key refused the row (1062) */
	DB_RETRY, /* the whole transaction must run again: 1020, 1205, 1213 */
	DB_LOST,  /* the server went away; the transaction is gone */
	DB_ERROR  /* anything else: a defect or a full disk */
};

struct db;

/* How long an answer of the server may take: a probe must not hang with it, a
 * migration may rebuild a table. */
enum { DB_PROBE_S = 2, DB_REQUEST_S = 15, DB_JOB_S = 60, DB_ADMIN_S = 86400 };

/* No connection yet: that comes with the first statement, and again whenever
 * the server was away. conf must outlive it. */
struct db *db_create(const struct conf *conf, unsigned int timeout_s);
void db_destroy(struct db *db);

/* Why the last call failed, and its text for the log. */
enum db_status db_status(const struct db *db);
const char *db_error(const struct db *db);
/* Turns that into a fault: unavailable where the server is lost or busy,
 * internal otherwise. Returns -1. */
int db_fault(const struct db *db, struct fault *f);

/* Values to bind. Text may be NULL for SQL's NULL; the bytes must live until
 * the call returns. */
struct db_val {
	enum { DB_VAL_NULL, DB_VAL_INT, DB_VAL_TEXT, DB_VAL_BYTES } type;
	int64_t i;
	const void *p;
	size_t len;
};

static inline struct db_val db_null(void)
{
	return (struct db_val){ .type = DB_VAL_NULL };
}

static inline struct db_val db_int(int64_t v)
{
	return (struct db_val){ .type = DB_VAL_INT, .i = v };
}

/* NULL where v is negative: times that may be absent. */
static inline struct db_val db_time(int64_t v)
{
	return v < 0 ? db_null() : db_int(v);
}

static inline struct db_val db_bytes(const void *p, size_t len)
{
	return (struct db_val){ .type = p ? DB_VAL_BYTES : DB_VAL_NULL,
				.p = p,
				.len = len };
}

static inline struct db_val db_text(const char *s)
{
	return (struct db_val){ .type = s ? DB_VAL_TEXT : DB_VAL_NULL,
				.p = s,
				.len = s ? strlen(s) : 0 };
}

/* NULL where u is NULL or the nil UUID. */
static inline struct db_val db_uuid(const struct uuid *u)
{
	if (!u || uuid_is_nil(u))
		return db_null();
	return db_bytes(u->b, UUID_SIZE);
}

/* A statement without rows: how many it changed (found, for an UPDATE), or
 * -1. */
int64_t db_exec_(struct db *db, const struct db_sql *sql,
		 const struct db_val *vals, size_t count);

/* The rows of one statement, all in memory of the connection until the next
 * call with the same statement. Columns come as they are read; their bytes
 * are copied to the arena. */
struct db_rows {
	struct db *db;
	struct db_stmt *stmt;
	struct arena *arena;
};

int db_query_(struct db *db, struct arena *a, struct db_rows *rows,
	      const struct db_sql *sql, const struct db_val *vals,
	      size_t count);
/* 1 with a row, 0 behind the last, -1 on failure. */
int db_next(struct db_rows *rows);

bool db_is_null(const struct db_rows *rows, unsigned int column);
int64_t db_get_int(const struct db_rows *rows, unsigned int column);
/* As db_get_int, -1 for NULL. */
int64_t db_get_time(const struct db_rows *rows, unsigned int column);
/* NULL for SQL's NULL; always NUL-terminated in the arena. */
const char *db_get_text(const struct db_rows *rows, unsigned int column);
const void *db_get_bytes(const struct db_rows *rows, unsigned int column,
			 size_t *len);
/* The nil UUID for NULL. */
struct uuid db_get_uuid(const struct db_rows *rows, unsigned int column);

#define DB_VALS(...)                                                           \
	(struct db_val[]){ __VA_ARGS__ },                                      \
		sizeof((struct db_val[]){ __VA_ARGS__ }) /                     \
			sizeof(struct db_val)
#define db_exec(db, sql, ...) db_exec_(db, sql, DB_VALS(__VA_ARGS__))
#define db_query(db, arena, rows, sql, ...)                                    \
	db_query_(db, arena, rows, sql, DB_VALS(__VA_ARGS__))

/* 0 where the server answers. */
int db_ping(struct db *db);

/* READ COMMITTED. A failure inside a transaction ends it: roll back. */
int db_begin(struct db *db);
int db_commit(struct db *db);
void db_rollback(struct db *db);
/* The connection broke while a COMMIT was under way: nobody knows whether it
 * took effect, so that running the transaction again could double it. */
bool db_commit_unknown(const struct db *db);

/* Statements sent so far: the benchmarks count them. */
uint64_t db_statements(const struct db *db);

/* One statement of a migration, not prepared, from a file that the admin
 * owns; 0 or -1. */
int db_run_script(struct db *db, const char *text, size_t len);

#endif
