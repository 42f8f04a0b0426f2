// SPDX-License-Identifier: GPL-3.0-or-later
/* The operator's tool: one table of commands, one file a command. */
#ifndef CMD_TOOL_TOOL_H
#define CMD_TOOL_TOOL_H

#include "kyc/open.h"

struct tool;

struct tool_option {
	const char *name;  /* "--org" */
	const char *value; /* what stands behind it in the help: "ID" */
	const char *def;   /* NULL: required; "" : may be absent */
};

enum { TOOL_OPTIONS = 6, TOOL_ARGUMENTS = 8 };

/* What a command needs opened before it runs. */
enum tool_needs { TOOL_NOTHING, TOOL_CONF, TOOL_ALL };

struct tool_command {
	const char *group; /* "key" */
	const char *verb;  /* "add"; NULL for a group of one command */
	/* in the help: "NAME", "[NAME]" where it may be absent, "NAME..." for
	 * some; NULL: none */
	const char *argument;
	struct tool_option options[TOOL_OPTIONS];
	enum tool_needs needs;
	int (*run)(struct tool *t); /* the exit status */
	const char *help;
};

struct tool {
	const struct tool_command *command;
	struct kyc kyc;	      /* with TOOL_ALL */
	struct conf *conf;    /* with TOOL_CONF and TOOL_ALL */
	const char *argument; /* the first; NULL without one */
	const char *arguments[TOOL_ARGUMENTS];
	size_t argument_count;
	const char *values[TOOL_OPTIONS]; /* of the command's options */
	struct fault fault;
};

/* The value of an option of the command, its default where it was not
 * given. */
const char *tool_value(const struct tool *t, const char *option);

/* Prints the fault and returns 1. */
int tool_fail(const struct tool *t);

/* Reads the argument as an id; 0, or -1 with the fault set. */
int tool_id(struct tool *t, const char *text, const char *what,
	    struct uuid *out);

/* Reads --mode. */
int tool_mode(struct tool *t, bool *live);

int tool_migrate(struct tool *t);
int tool_org_add(struct tool *t);
int tool_org_list(struct tool *t);
int tool_key_add(struct tool *t);
int tool_client_add(struct tool *t);
int tool_key_list(struct tool *t);
int tool_key_revoke(struct tool *t);
int tool_keys_init(struct tool *t);
int tool_keys_rotate(struct tool *t);
int tool_keys_status(struct tool *t);
int tool_keys_retire(struct tool *t);
int tool_session_list(struct tool *t);
int tool_session_show(struct tool *t);
int tool_session_hold(struct tool *t);
int tool_session_release(struct tool *t);
int tool_audit_verify(struct tool *t);
int tool_mail_test(struct tool *t);
int tool_jobs_status(struct tool *t);
int tool_jobs_retry(struct tool *t);
int tool_conf_sample(struct tool *t);
int tool_conf_check(struct tool *t);
int tool_document(struct tool *t);
int tool_mrz(struct tool *t);
int tool_selftest_documents(struct tool *t);
int tool_qr(struct tool *t);

#endif
