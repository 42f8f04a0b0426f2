// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of db/ share. */
#ifndef DB_INTERNAL_H
#define DB_INTERNAL_H

#include <mysql.h>

#include "base/buf.h"
#include "db/db.h"

struct db_column {
	MYSQL_BIND *bind;
	char *bytes; /* NULL for a number */
	size_t cap;
	unsigned long len;
	long long number;
	my_bool null;
	my_bool cut;
};

struct db_stmt {
	struct db_stmt *next;
	const struct db_sql *sql;
	MYSQL_STMT *handle;
	MYSQL_BIND *params;
	unsigned long param_count;
	struct db_column *columns;
	MYSQL_BIND *binds;
	unsigned int column_count;
};

enum { DB_BUCKETS = 128, DB_ERROR_SIZE = 256 };

struct db {
	const struct conf *conf;
	unsigned int timeout_s;
	MYSQL *mysql; /* NULL while there is no connection */
	struct db_stmt *stmts[DB_BUCKETS];
	enum db_status status;
	char error[DB_ERROR_SIZE];
	bool in_transaction;
	bool commit_unknown;
	uint64_t statements;
};

int db_connect(struct db *db);
void db_disconnect(struct db *db);
/* Records what MariaDB said; returns -1. */
int db_failed(struct db *db, unsigned int code, const char *text);
/* The prepared statement, from the connection's table or new; NULL on
 * failure. */
struct db_stmt *db_stmt_find(struct db *db, const struct db_sql *sql);
void db_stmt_forget_all(struct db *db);
/* Adds text with {keys} replaced by the quoted name of that database. */
void db_expand(const struct db *db, const char *text, size_t len,
	       struct buf *out);

#endif
