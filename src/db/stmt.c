// SPDX-License-Identifier: GPL-3.0-or-later
/* Prepared statements: kept a connection, bound, read into an arena. */
#include "db/internal.h" /* <mysql.h> comes before the banned functions */

#include "base/buf.h"
#include "base/clock.h"

enum { FIRST_COLUMN_SIZE = 256, AGAIN_WITHIN_US = 1000000 };

static size_t bucket(const struct db_sql *sql)
{
	return ((uintptr_t)sql >> 4) % DB_BUCKETS;
}

static void stmt_destroy(struct db_stmt *s)
{
	unsigned int i;

	for (i = 0; i < s->column_count; i++)
		free(s->columns[i].bytes);
	if (s->handle)
		mysql_stmt_close(s->handle);
	free(s->columns);
	free(s->binds);
	free(s->params);
	free(s);
}

void db_stmt_forget_all(struct db *db)
{
	size_t i;

	for (i = 0; i < DB_BUCKETS; i++) {
		while (db->stmts[i]) {
			struct db_stmt *s = db->stmts[i];

			db->stmts[i] = s->next;
			stmt_destroy(s);
		}
	}
}

static bool is_number(enum enum_field_types type)
{
	return type == MYSQL_TYPE_TINY || type == MYSQL_TYPE_SHORT ||
	       type == MYSQL_TYPE_INT24 || type == MYSQL_TYPE_LONG ||
	       type == MYSQL_TYPE_LONGLONG;
}

static void column_bind(struct db_column *c, MYSQL_BIND *b, bool number)
{
	c->bind = b;
	b->is_null = &c->null;
	b->error = &c->cut;
	b->length = &c->len;
	if (number) {
		b->buffer_type = MYSQL_TYPE_LONGLONG;
		b->buffer = &c->number;
		return;
	}
	c->cap = FIRST_COLUMN_SIZE;
	c->bytes = mem_alloc(c->cap);
	b->buffer_type = MYSQL_TYPE_STRING;
	b->buffer = c->bytes;
	b->buffer_length = c->cap;
}

static void columns_create(struct db_stmt *s)
{
	MYSQL_RES *meta = mysql_stmt_result_metadata(s->handle);
	unsigned int i;

	if (!meta)
		return;
	s->column_count = mysql_num_fields(meta);
	s->columns = mem_alloc(s->column_count * sizeof(*s->columns));
	s->binds = mem_alloc(s->column_count * sizeof(*s->binds));
	for (i = 0; i < s->column_count; i++)
		column_bind(&s->columns[i], &s->binds[i],
			    is_number(mysql_fetch_field_direct(meta, i)->type));
	mysql_free_result(meta);
}

static int prepare(struct db *db, struct db_stmt *s)
{
	struct buf text = BUF_INIT;
	int rc;

	s->handle = mysql_stmt_init(db->mysql);
	if (!s->handle)
		abort();
	db_expand(db, s->sql->text, strlen(s->sql->text), &text);
	db->statements++;
	rc = mysql_stmt_prepare(s->handle, text.data, text.len);
	buf_finish(&text);
	if (rc)
		return -1;
	s->param_count = mysql_stmt_param_count(s->handle);
	s->params = mem_alloc(s->param_count * sizeof(*s->params));
	columns_create(s);
	return 0;
}

struct db_stmt *db_stmt_find(struct db *db, const struct db_sql *sql)
{
	struct db_stmt **head = &db->stmts[bucket(sql)], *s;
	unsigned int code;
	char text[DB_ERROR_SIZE];

	for (s = *head; s; s = s->next) {
		if (s->sql == sql)
			return s;
	}
	s = mem_alloc(sizeof(*s));
	s->sql = sql;
	if (prepare(db, s)) {
		code = mysql_stmt_errno(s->handle);
		snprintf(text, sizeof(text), "%s", mysql_stmt_error(s->handle));
		stmt_destroy(s);
		db_failed(db, code, text);
		return NULL;
	}
	s->next = *head;
	*head = s;
	return s;
}

/* MariaDB's words may hold values, which are people's; the statement's own
 * text never does. */
static int stmt_failed(struct db *db, const struct db_stmt *s)
{
	unsigned int code = mysql_stmt_errno(s->handle);

	if (code >= 2000 && code < 3000) /* the client's: about connections */
		return db_failed(db, code, mysql_stmt_error(s->handle));
	return db_failed(db, code, s->sql->text);
}

static void bind_value(MYSQL_BIND *b, const struct db_val *v)
{
	static const enum enum_field_types types[] = {
		[DB_VAL_NULL] = MYSQL_TYPE_NULL,
		[DB_VAL_INT] = MYSQL_TYPE_LONGLONG,
		[DB_VAL_TEXT] = MYSQL_TYPE_STRING,
		[DB_VAL_BYTES] = MYSQL_TYPE_BLOB,
	};

	*b = (MYSQL_BIND){ .buffer_type = types[v->type] };
	if (v->type == DB_VAL_INT)
		b->buffer = (void *)(uintptr_t)&v->i;
	else
		b->buffer = (void *)(uintptr_t)v->p;
	b->buffer_length = v->len;
}

/* One try; the statement, or NULL with the status set. */
static struct db_stmt *execute(struct db *db, const struct db_sql *sql,
			       const struct db_val *vals, size_t count)
{
	struct db_stmt *s;
	size_t i;

	if (db_connect(db))
		return NULL;
	s = db_stmt_find(db, sql);
	if (!s)
		return NULL;
	if (s->param_count != count) {
		fprintf(stderr, "%zu values for: %s\n", count, sql->text);
		abort();
	}
	for (i = 0; i < count; i++)
		bind_value(&s->params[i], &vals[i]);
	db->statements++;
	if ((count && mysql_stmt_bind_param(s->handle, s->params)) ||
	    mysql_stmt_execute(s->handle)) {
		stmt_failed(db, s);
		return NULL;
	}
	return s;
}

/* Inside a transaction a lost server has undone it: the caller starts over.
 * Outside, a read is simply sent again; a write might have taken effect. */
static struct db_stmt *run(struct db *db, const struct db_sql *sql,
			   const struct db_val *vals, size_t count, bool again)
{
	int64_t start = clock_monotonic_us();
	bool fresh = !db->mysql;
	struct db_stmt *s;

	if (db->in_transaction && fresh) {
		db->status = DB_LOST;
		return NULL;
	}
	db->status = DB_OK;
	s = execute(db, sql, vals, count);
	if (s || db->status != DB_LOST || db->in_transaction || fresh || !again)
		return s;
	if (clock_monotonic_us() - start > AGAIN_WITHIN_US)
		return NULL; /* it hangs, or the statement is too slow */
	db->status = DB_OK;
	return execute(db, sql, vals, count);
}

int64_t db_exec_(struct db *db, const struct db_sql *sql,
		 const struct db_val *vals, size_t count)
{
	struct db_stmt *s = run(db, sql, vals, count, false);

	return s ? (int64_t)mysql_stmt_affected_rows(s->handle) : -1;
}

int db_query_(struct db *db, struct arena *a, struct db_rows *rows,
	      const struct db_sql *sql, const struct db_val *vals, size_t count)
{
	struct db_stmt *s = run(db, sql, vals, count, true);

	*rows = (struct db_rows){ .db = db, .stmt = s, .arena = a };
	if (!s)
		return -1;
	if (!s->column_count) /* RETURNING tells its columns this late */
		columns_create(s);
	if (mysql_stmt_bind_result(s->handle, s->binds) ||
	    mysql_stmt_store_result(s->handle)) {
		rows->stmt = NULL;
		return stmt_failed(db, s);
	}
	return 0;
}

/* Grows the buffers of values that did not fit, for this and all later rows;
 * whether there were any. */
static bool grow(struct db_stmt *s)
{
	bool grown = false;
	unsigned int i;

	for (i = 0; i < s->column_count; i++) {
		struct db_column *c = &s->columns[i];

		if (!c->bytes || c->null || c->len <= c->cap)
			continue;
		c->cap = c->len;
		c->bytes = mem_realloc(c->bytes, c->cap);
		c->bind->buffer = c->bytes;
		c->bind->buffer_length = c->cap;
		grown = true;
	}
	return grown;
}

/* The row is read a second time where it did not fit: mysql_stmt_fetch_column
 * gives wrong bytes in some versions of the client library. */
static int fetch(struct db_stmt *s)
{
	MYSQL_ROW_OFFSET row = mysql_stmt_row_tell(s->handle);
	int rc = mysql_stmt_fetch(s->handle);

	if ((rc && rc != MYSQL_DATA_TRUNCATED) || !grow(s))
		return rc;
	if (mysql_stmt_bind_result(s->handle, s->binds))
		return 1;
	mysql_stmt_row_seek(s->handle, row);
	return mysql_stmt_fetch(s->handle);
}

int db_next(struct db_rows *rows)
{
	struct db_stmt *s = rows->stmt;
	int rc;

	if (!s)
		return -1;
	rc = fetch(s);
	if (!rc || rc == MYSQL_DATA_TRUNCATED)
		return 1;
	rows->stmt = NULL;
	if (rc != MYSQL_NO_DATA)
		return stmt_failed(rows->db, s);
	mysql_stmt_free_result(s->handle);
	return 0;
}

static const struct db_column *column(const struct db_rows *rows,
				      unsigned int i)
{
	if (!rows->stmt || i >= rows->stmt->column_count)
		abort();
	return &rows->stmt->columns[i];
}

bool db_is_null(const struct db_rows *rows, unsigned int i)
{
	return column(rows, i)->null;
}

/* SUM and the like come as DECIMAL, that is text. */
int64_t db_get_int(const struct db_rows *rows, unsigned int i)
{
	const struct db_column *c = column(rows, i);
	char text[32];

	if (c->null)
		return 0;
	if (!c->bytes)
		return c->number;
	snprintf(text, sizeof(text), "%.*s", (int)c->len, c->bytes);
	return strtoll(text, NULL, 10);
}

int64_t db_get_time(const struct db_rows *rows, unsigned int i)
{
	return column(rows, i)->null ? -1 : db_get_int(rows, i);
}

const char *db_get_text(const struct db_rows *rows, unsigned int i)
{
	return db_get_bytes(rows, i, NULL);
}

const void *db_get_bytes(const struct db_rows *rows, unsigned int i,
			 size_t *len)
{
	const struct db_column *c = column(rows, i);

	if (len)
		*len = c->null ? 0 : c->len;
	if (c->null)
		return NULL;
	if (!c->bytes)
		return arena_printf(rows->arena, "%lld", c->number);
	return arena_strndup(rows->arena, c->bytes, c->len);
}

struct uuid db_get_uuid(const struct db_rows *rows, unsigned int i)
{
	const struct db_column *c = column(rows, i);
	struct uuid u = { { 0 } };

	if (!c->null && c->bytes && c->len == UUID_SIZE)
		memcpy(u.b, c->bytes, UUID_SIZE);
	return u;
}
