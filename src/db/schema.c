// SPDX-License-Identifier: GPL-3.0-or-later
/* The schema: migrations from sql/, statement by statement. */
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/schema.h"

enum { LOCK_LEASE_MS = 60 * CLOCK_SECOND, FILE_MAX = 1024 * 1024 };

/* The tables that migrating itself needs. */
static const char *const own_tables[] = {
	"CREATE TABLE IF NOT EXISTS schema_statement ("
	" migration SMALLINT UNSIGNED NOT NULL,"
	" statement SMALLINT UNSIGNED NOT NULL,"
	" applied_at BIGINT NOT NULL, PRIMARY KEY (migration, statement))"
	" COMMENT 'which statements of sql/ have run'",
	"CREATE TABLE IF NOT EXISTS schema_migration ("
	" number SMALLINT UNSIGNED NOT NULL PRIMARY KEY,"
	" name VARCHAR(255) NOT NULL, applied_at BIGINT NOT NULL)"
	" COMMENT 'which files of sql/ are whole'",
	"CREATE TABLE IF NOT EXISTS schema_lock ("
	" id TINYINT NOT NULL PRIMARY KEY, owner BINARY(16) NOT NULL,"
	" until BIGINT NOT NULL)"
	" COMMENT 'one row: who migrates now, by the database''s clock'",
	"INSERT IGNORE INTO schema_lock VALUES (1, '', 0)",
};

static const struct db_sql VERSION = {
	"SELECT COALESCE(MAX(number), 0) FROM schema_migration"
};
static const struct db_sql HAS_TABLE = {
	"SELECT COUNT(*) FROM information_schema.tables"
	" WHERE table_schema = DATABASE() AND table_name = 'schema_migration'"
};
static const struct db_sql LOCK = {
	"UPDATE schema_lock SET owner = ?, until = " DB_NOW_MS " + ?"
	" WHERE id = 1 AND (until <= " DB_NOW_MS " OR owner = ?)"
};
static const struct db_sql UNLOCK = {
	"UPDATE schema_lock SET until = 0 WHERE id = 1 AND owner = ?"
};
static const struct db_sql APPLIED = {
	"SELECT COALESCE(MAX(statement), 0) FROM schema_statement"
	" WHERE migration = ?"
};
static const struct db_sql RECORD_STATEMENT = {
	"INSERT IGNORE INTO schema_statement (migration, statement,"
	" applied_at) VALUES (?, ?, ?)"
};
static const struct db_sql RECORD_MIGRATION = {
	"INSERT IGNORE INTO schema_migration (number, name, applied_at)"
	" VALUES (?, ?, ?)"
};

static int64_t one_number(struct db *db, struct arena *a,
			  const struct db_sql *sql, struct db_val *v)
{
	struct db_rows rows;
	int64_t n;

	if (db_query_(db, a, &rows, sql, v, v ? 1 : 0) || db_next(&rows) != 1)
		return -1;
	n = db_get_int(&rows, 0);
	while (db_next(&rows) > 0)
		;
	return n;
}

int schema_version(struct db *db, struct arena *a)
{
	int64_t there = one_number(db, a, &HAS_TABLE, NULL);

	if (there <= 0)
		return (int)there;
	return (int)one_number(db, a, &VERSION, NULL);
}

struct migration {
	struct db *db;
	struct arena *a;
	struct uuid owner;
	int64_t number;
	int64_t applied; /* statements of this file that have run */
	int64_t position;
	struct fault *f;
};

static int lock(struct migration *m)
{
	int64_t n = db_exec(m->db, &LOCK, db_uuid(&m->owner),
			    db_int(LOCK_LEASE_MS), db_uuid(&m->owner));

	if (n < 0)
		return db_fault(m->db, m->f);
	if (!n)
		return fault_set(m->f, FAULT_CONFLICT,
				 "Another migration is running.");
	return 0;
}

/* {keys} in a script is the configured name, as in every statement. */
static int run_statement(struct migration *m, const char *text, size_t len)
{
	if (++m->position <= m->applied)
		return 0;
	if (lock(m))
		return -1;
	if (db_run_script(m->db, text, len)) {
		fault_internal(m->f, "statement %lld: %s",
			       (long long)m->position, db_error(m->db));
		return -1;
	}
	if (db_exec(m->db, &RECORD_STATEMENT, db_int(m->number),
		    db_int(m->position), db_int(clock_now_ms())) < 0)
		return db_fault(m->db, m->f);
	return 0;
}

/* Comments are whole lines ("-- "); a statement ends with ';' at the end of a
 * line. */
static int run_text(struct migration *m, char *text)
{
	struct buf statement;
	char *line, *rest = text;
	int rc = 0;

	buf_init(&statement, m->a);
	while (!rc && (line = strsep(&rest, "\n"))) {
		size_t len = strlen(line);

		if (!strncmp(line, "--", 2) || !len)
			continue;
		buf_printf(&statement, "%s\n", line);
		if (line[len - 1] != ';')
			continue;
		statement.len -= 2; /* ";\n" */
		rc = run_statement(m, statement.data, statement.len);
		buf_reset(&statement);
	}
	return rc;
}

static int apply(struct migration *m, const char *dir, const char *file)
{
	struct db_val number;
	struct buf text;

	m->number = strtol(file, NULL, 10);
	m->position = 0;
	number = db_int(m->number);
	m->applied = one_number(m->db, m->a, &APPLIED, &number);
	if (m->applied < 0)
		return db_fault(m->db, m->f);
	buf_init(&text, m->a);
	if (buf_file(&text, arena_printf(m->a, "%s/%s", dir, file), FILE_MAX))
		return fault_internal(m->f, "%s/%s: %s", dir, file,
				      strerror(errno));
	if (!text.len)
		return fault_internal(m->f, "%s/%s is empty", dir, file);
	if (run_text(m, text.data))
		return -1;
	if (db_exec(m->db, &RECORD_MIGRATION, db_int(m->number), db_text(file),
		    db_int(clock_now_ms())) < 0)
		return db_fault(m->db, m->f);
	return 0;
}

static int is_migration(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 9 && strspn(e->d_name, "0123456789") == 4 &&
	       e->d_name[4] == '-' && !strcmp(e->d_name + len - 4, ".sql");
}

static int apply_all(struct migration *m, const char *dir, int version,
		     void (*done)(const char *file))
{
	struct dirent **files;
	int n = scandir(dir, &files, is_migration, alphasort), i, rc = 0;

	if (n <= 0)
		return fault_internal(m->f, "no migrations in %s", dir);
	for (i = 0; i < n; i++) {
		if (!rc && strtol(files[i]->d_name, NULL, 10) > version) {
			rc = apply(m, dir, files[i]->d_name);
			if (!rc)
				done(files[i]->d_name);
		}
		free(files[i]);
	}
	free(files);
	return rc;
}

int schema_migrate(struct db *db, struct arena *a, const char *sql_dir,
		   void (*done)(const char *file), struct fault *f)
{
	struct migration m = { .db = db, .a = a, .owner = uuid_v4(), .f = f };
	int version, rc;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(own_tables); i++) {
		if (db_run_script(db, own_tables[i], strlen(own_tables[i])))
			return db_fault(db, f);
	}
	if (lock(&m))
		return -1;
	version = schema_version(db, a);
	rc = version < 0 ? db_fault(db, f)
			 : apply_all(&m, sql_dir, version, done);
	db_exec(db, &UNLOCK, db_uuid(&m.owner));
	return rc;
}
