// SPDX-License-Identifier: GPL-3.0-or-later
/* The schema: migrations from sql/, statement by statement. */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "db/db.h"

/* Programs run on any schema at or above this. */
enum { SCHEMA_NEEDED = 16 };

/* The number of the newest migration that is whole; 0 for an empty database,
 * -1 where the database can't be reached. */
int schema_version(struct db *db, struct arena *a);

/* Applies what is missing, file by file (NNNN-name.sql) and statement by
 * statement, each recorded: a run that was killed goes on where it stopped.
 * A lock row keeps a second one out. done is called for each file applied.
 * 0, or -1 with the fault set. */
int schema_migrate(struct db *db, struct arena *a, const char *sql_dir,
		   void (*done)(const char *file), struct fault *f);

#endif
