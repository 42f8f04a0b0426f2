// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe migrate. */
#include "cmd/tool/tool.h"
#include "db/schema.h"

static void say(const char *file)
{
	printf("applied %s\n", file);
}

int tool_migrate(struct tool *t)
{
	if (schema_migrate(t->kyc.db, t->kyc.arena, t->conf->sql_dir, say,
			   &t->fault))
		return tool_fail(t);
	printf("schema %d\n", schema_version(t->kyc.db, t->kyc.arena));
	return 0;
}
