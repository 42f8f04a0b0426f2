// SPDX-License-Identifier: GPL-3.0-or-later
/* The connection: opening, losing, transactions. */
#include "db/internal.h" /* <mysql.h> comes before the banned functions */

#include <errmsg.h>
#include <mysqld_error.h>

#include "base/buf.h"
#include "base/log.h"

enum { CONNECT_TIMEOUT_S = 2 };

/* Sent at each connect. Strict, so that a value that does not fit is an error
 * and never cut. */
static const char ISOLATION[] =
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
static const char SETUP[] =
	"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',"
	" time_zone = '+00:00', innodb_lock_wait_timeout = 5";

struct db *db_create(const struct conf *conf, unsigned int timeout_s)
{
	struct db *db = mem_alloc(sizeof(*db));

	db->conf = conf;
	db->timeout_s = timeout_s;
	return db;
}

void db_destroy(struct db *db)
{
	if (!db)
		return;
	db_disconnect(db);
	free(db);
}

static enum db_status classify(unsigned int code)
{
	switch (code) {
	case ER_DUP_ENTRY:
		return DB_DUPLICATE;
	case ER_CHECKREAD:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_LOCK_DEADLOCK:
		return DB_RETRY;
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case ER_CONNECTION_KILLED:
	case ER_SERVER_SHUTDOWN:
	case ER_UNKNOWN_STMT_HANDLER:
	case ER_CON_COUNT_ERROR:
		return DB_LOST;
	default:
		/* a failed connect has many client codes (2000 to 2999) */
		return code >= 2000 && code < 3000 ? DB_LOST : DB_ERROR;
	}
}

int db_failed(struct db *db, unsigned int code, const char *text)
{
	db->status = classify(code);
	snprintf(db->error, sizeof(db->error), "%u %s", code, text);
	if (db->status == DB_LOST) {
		log_warn("database lost: %s", db->error);
		db_disconnect(db);
	} else if (db->status == DB_ERROR) {
		log_error("database: %s", db->error);
	}
	return -1;
}

static const char *or_null(const char *s)
{
	return *s ? s : NULL;
}

int db_connect(struct db *db)
{
	const struct conf *c = db->conf;
	unsigned int connect_s = CONNECT_TIMEOUT_S, io_s = db->timeout_s;
	bool local = *c->db_socket;

	if (db->mysql)
		return 0;
	db->mysql = mysql_init(NULL);
	if (!db->mysql)
		abort();
	mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s);
	mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &io_s);
	mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(db->mysql, MYSQL_INIT_COMMAND, ISOLATION);
	mysql_options(db->mysql, MYSQL_INIT_COMMAND, SETUP);
	if (!mysql_real_connect(db->mysql, local ? NULL : c->db_host,
				c->db_user, or_null(c->db_password), c->db_name,
				local ? 0 : (unsigned int)c->db_port,
				or_null(c->db_socket), CLIENT_FOUND_ROWS)) {
		db_failed(db, mysql_errno(db->mysql), mysql_error(db->mysql));
		db_disconnect(db);
		db->status = DB_LOST;
		return -1;
	}
	return 0;
}

void db_disconnect(struct db *db)
{
	if (!db->mysql)
		return;
	db_stmt_forget_all(db);
	mysql_close(db->mysql);
	db->mysql = NULL;
}

enum db_status db_status(const struct db *db)
{
	return db->status;
}

const char *db_error(const struct db *db)
{
	return db->error;
}

int db_fault(const struct db *db, struct fault *f)
{
	if (f->code != FAULT_NONE)
		return -1;
	if (db->status == DB_LOST || db->status == DB_RETRY) {
		fault_set(f, FAULT_UNAVAILABLE, NULL);
		snprintf(f->detail, sizeof(f->detail), "%s", db->error);
		return -1;
	}
	return fault_internal(f, "database: %s", db->error);
}

static int simple(struct db *db, const char *text)
{
	db->status = DB_OK;
	db->statements++;
	if (mysql_real_query(db->mysql, text, strlen(text)))
		return db_failed(db, mysql_errno(db->mysql),
				 mysql_error(db->mysql));
	return 0;
}

/* Nothing can be lost by one more try here: the transaction has no statement
 * yet. */
int db_begin(struct db *db)
{
	int tries;

	if (db->in_transaction)
		abort(); /* nested: the inner COMMIT would end the outer */
	db->commit_unknown = false;
	for (tries = 0; tries < 2; tries++) {
		if (db_connect(db))
			return -1;
		if (!simple(db, "START TRANSACTION")) {
			db->in_transaction = true;
			return 0;
		}
		if (db->status != DB_LOST)
			return -1;
	}
	return -1;
}

int db_commit(struct db *db)
{
	db->in_transaction = false;
	if (!db->mysql) {
		db->status = DB_LOST;
		return -1;
	}
	if (!simple(db, "COMMIT"))
		return 0;
	db->commit_unknown = db->status == DB_LOST;
	return -1;
}

/* Keeps the status of the failure that led here. */
void db_rollback(struct db *db)
{
	enum db_status status = db->status;

	db->in_transaction = false;
	if (db->mysql && simple(db, "ROLLBACK"))
		db_disconnect(db);
	db->status = status;
}

int db_ping(struct db *db)
{
	if (db_connect(db))
		return -1;
	return simple(db, "DO 0");
}

bool db_commit_unknown(const struct db *db)
{
	return db->commit_unknown;
}

uint64_t db_statements(const struct db *db)
{
	return db->statements;
}

/* Identifiers can't be bound: the name is quoted, a back quote doubled. */
void db_expand(const struct db *db, const char *text, size_t len,
	       struct buf *out)
{
	static const char mark[] = "{keys}";
	const char *end = text + len, *p, *name;

	while ((p = memmem(text, (size_t)(end - text), mark,
			   sizeof(mark) - 1))) {
		buf_add(out, text, (size_t)(p - text));
		buf_chr(out, '`');
		for (name = db->conf->db_keys_name; *name; name++) {
			if (*name == '`')
				buf_chr(out, '`');
			buf_chr(out, *name);
		}
		buf_chr(out, '`');
		text = p + sizeof(mark) - 1;
	}
	buf_add(out, text, (size_t)(end - text));
}

int db_run_script(struct db *db, const char *text, size_t len)
{
	struct buf whole = BUF_INIT;
	MYSQL_RES *result;
	int rc;

	if (db_connect(db))
		return -1;
	db->status = DB_OK;
	db->statements++;
	db_expand(db, text, len, &whole);
	rc = mysql_real_query(db->mysql, whole.data, whole.len);
	buf_finish(&whole);
	if (rc)
		return db_failed(db, mysql_errno(db->mysql),
				 mysql_error(db->mysql));
	result = mysql_store_result(db->mysql);
	if (result)
		mysql_free_result(result);
	return 0;
}
