// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe: the operator's tool. */
#include "cmd/start.h"
#include "cmd/tool/tool.h"

/* clang-format off */
static const struct tool_command commands[] = {
	{ "migrate", NULL, NULL, { { 0 } }, TOOL_ALL, tool_migrate,
	  "create or update the tables of both databases" },
	{ "org", "add", "NAME", { { "--locale", "TAG", "en" } }, TOOL_ALL,
	  tool_org_add, "add an organisation; prints its id" },
	{ "org", "list", NULL, { { 0 } }, TOOL_ALL, tool_org_list,
	  "list organisations" },
	{ "key", "add", NULL,
	  { { "--org", "ID", NULL }, { "--name", "NAME", NULL },
	    { "--permissions", "LIST", "all" }, { "--mode", "live|test", "live" },
	    { "--expires-days", "N", "" } },
	  TOOL_ALL, tool_key_add,
	  "add an API key; prints it once (LIST: all, or kyc:create,kyc:read,…)" },
	{ "key", "list", NULL, { { 0 } }, TOOL_ALL, tool_key_list,
	  "list API keys" },
	{ "key", "revoke", "ID", { { 0 } }, TOOL_ALL, tool_key_revoke,
	  "end an API key at once" },
	{ "client", "add", NULL,
	  { { "--org", "ID", NULL }, { "--name", "NAME", NULL },
	    { "--scope", "LIST", "ekyc.session.list,ekyc.session.get,"
	      "ekyc.session.create" },
	    { "--mode", "live|test", "live" }, { "--expires-days", "N", "" } },
	  TOOL_ALL, tool_client_add,
	  "add a service account of OAuth2; prints its id, and its secret once" },
	{ "keys", "init", NULL, { { 0 } }, TOOL_CONF, tool_keys_init,
	  "make the keyring file, where there is none" },
	{ "keys", "rotate", NULL, { { "--in", "MINUTES", "0" } }, TOOL_CONF,
	  tool_keys_rotate,
	  "add a master key to the keyring file; it signs from then on" },
	{ "keys", "status", NULL, { { 0 } }, TOOL_ALL, tool_keys_status,
	  "list the master keys and how much still needs each" },
	{ "keys", "retire", "ID", { { 0 } }, TOOL_ALL, tool_keys_retire,
	  "take a master key that nothing needs out of the file" },
	{ "session", "list", NULL,
	  { { "--org", "ID", NULL }, { "--mode", "live|test", "live" },
	    { "--search", "WORDS", "" }, { "--limit", "N", "20" } },
	  TOOL_ALL, tool_session_list, "list sessions, newest first" },
	{ "session", "show", "ID",
	  { { "--org", "ID", NULL }, { "--mode", "live|test", "live" } },
	  TOOL_ALL, tool_session_show, "show a session with its checks" },
	{ "session", "hold", "ID",
	  { { "--org", "ID", NULL }, { "--mode", "live|test", "live" } },
	  TOOL_ALL, tool_session_hold,
	  "put a session under legal hold: nothing of it is erased" },
	{ "session", "release", "ID",
	  { { "--org", "ID", NULL }, { "--mode", "live|test", "live" } },
	  TOOL_ALL, tool_session_release, "lift a session's legal hold" },
	{ "audit", "verify", NULL,
	  { { "--org", "ID", "" }, { "--mode", "live|test", "" },
	    { "--head", "NUMBER:HASH", "" } },
	  TOOL_ALL, tool_audit_verify,
	  "look for audit rows that were changed, removed, inserted or moved" },
	{ "mail", "test", "ADDRESS", { { 0 } }, TOOL_CONF, tool_mail_test,
	  "send a test mail through the configured relay" },
	{ "jobs", "status", NULL, { { 0 } }, TOOL_ALL, tool_jobs_status,
	  "count waiting and given-up jobs" },
	{ "jobs", "retry", NULL, { { 0 } }, TOOL_ALL, tool_jobs_retry,
	  "put every given-up job back into its lane" },
	{ "conf", "sample", NULL, { { 0 } }, TOOL_NOTHING, tool_conf_sample,
	  "print a documented configuration file (also: conf --sample)" },
	{ "conf", "check", NULL, { { 0 } }, TOOL_CONF, tool_conf_check,
	  "read the configuration and say whether it is right" },
	{ "document", NULL, "FILE...",
	  { { "--name", "NAME", "" }, { "--number", "NUMBER", "" },
	    { "--birth", "YYYY-MM-DD", "" }, { "--expiry", "YYYY-MM-DD", "" },
	    { "--address", "STREET;POSTCODE;CITY;COUNTRY", "" } },
	  TOOL_NOTHING, tool_document,
	  "print what the checks find in photos and PDFs, and whether that is "
	  "printed there" },
	{ "mrz", NULL, "[FILE]", { { 0 } }, TOOL_NOTHING, tool_mrz,
	  "read the lines of a machine readable zone, print what they say" },
	{ "selftest", "documents", NULL,
	  { { "--seeds", "A-B", "1" },
	    { "--sets", "LIST", "plain,glare,fold,blank,barcode" },
	    { "--tesseract", "yes|no", "yes" }, { "--jobs", "N", "2" },
	    { "--keep", "DIR", "" } },
	  TOOL_NOTHING, tool_selftest_documents,
	  "read documents off photos drawn for it; print how well that went" },
	{ "qr", NULL, "TEXT", { { 0 } }, TOOL_NOTHING, tool_qr,
	  "print a QR code in the terminal" },
};
/* clang-format on */

static void print_command(FILE *out, const struct tool_command *c)
{
	size_t i;

	fprintf(out, "  vouchsafe %s%s%s%s%s", c->group, c->verb ? " " : "",
		c->verb ? c->verb : "", c->argument ? " " : "",
		c->argument ? c->argument : "");
	for (i = 0; i < TOOL_OPTIONS && c->options[i].name; i++) {
		const struct tool_option *o = &c->options[i];

		fprintf(out, o->def ? " [%s %s]" : " %s %s", o->name, o->value);
	}
	fprintf(out, "\n        %s\n", c->help);
}

static int usage(FILE *out, const char *group)
{
	size_t i;

	fprintf(out, "usage: vouchsafe [--conf FILE] COMMAND …\n\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!group || !strcmp(group, commands[i].group))
			print_command(out, &commands[i]);
	}
	return out == stdout ? 0 : 2;
}

static const struct tool_command *find(int argc, char **argv)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct tool_command *c = &commands[i];

		if (argc < 1 || strcmp(c->group, argv[0]) != 0)
			continue;
		if (!c->verb || (argc > 1 && !strcmp(c->verb, argv[1])))
			return c;
	}
	return NULL;
}

static int set_option(struct tool *t, const char *name, const char *value)
{
	size_t i;

	for (i = 0; i < TOOL_OPTIONS && t->command->options[i].name; i++) {
		if (strcmp(t->command->options[i].name, name) != 0)
			continue;
		if (!value)
			break;
		t->values[i] = value;
		return 0;
	}
	fprintf(stderr, "vouchsafe: %s %s\n", name,
		value ? "is unknown here" : "needs a value");
	return -1;
}

static int check_complete(const struct tool *t)
{
	const struct tool_command *c = t->command;
	size_t i;

	if (c->argument && *c->argument != '[' && !t->argument) {
		fprintf(stderr, "vouchsafe: %s is missing\n", c->argument);
		return -1;
	}
	for (i = 0; i < TOOL_OPTIONS && c->options[i].name; i++) {
		if (t->values[i] || c->options[i].def)
			continue;
		fprintf(stderr, "vouchsafe: %s is missing\n",
			c->options[i].name);
		return -1;
	}
	return 0;
}

static size_t arguments_max(const struct tool_command *c)
{
	if (!c->argument)
		return 0;
	return strstr(c->argument, "...") ? TOOL_ARGUMENTS : 1;
}

static int parse(struct tool *t, int argc, char **argv)
{
	int i;

	for (i = t->command->verb ? 2 : 1; i < argc; i++) {
		if (!strncmp(argv[i], "--", 2)) {
			if (set_option(t, argv[i], argv[i + 1]))
				return -1;
			i++;
		} else if (t->argument_count >= arguments_max(t->command)) {
			fprintf(stderr, "vouchsafe: %s: what is that?\n",
				argv[i]);
			return -1;
		} else {
			t->arguments[t->argument_count++] = argv[i];
			t->argument = t->arguments[0];
		}
	}
	return check_complete(t);
}

const char *tool_value(const struct tool *t, const char *option)
{
	size_t i = 0;

	while (strcmp(t->command->options[i].name, option) != 0)
		i++;
	return t->values[i] ? t->values[i] : t->command->options[i].def;
}

int tool_fail(const struct tool *t)
{
	const struct fault *f = &t->fault;
	size_t i;

	for (i = 0; i < f->field_count; i++)
		fprintf(stderr, "vouchsafe: %s %s\n", f->fields[i].path,
			f->fields[i].message);
	if (!f->field_count)
		fprintf(stderr, "vouchsafe: %s%s%s\n", f->message,
			*f->detail ? " " : "", f->detail);
	return 1;
}

int tool_id(struct tool *t, const char *text, const char *what,
	    struct uuid *out)
{
	if (!uuid_parse(text, out))
		return 0;
	return fault_field(&t->fault, what, "is no id");
}

int tool_mode(struct tool *t, bool *live)
{
	const char *mode = tool_value(t, "--mode");

	*live = !strcmp(mode, "live");
	if (*live || !strcmp(mode, "test"))
		return 0;
	return fault_field(&t->fault, "--mode", "must be live or test");
}

static int run(struct tool *t, const char *file)
{
	struct buf error = BUF_INIT;
	int rc = 1;

	if (t->command->needs == TOOL_NOTHING)
		return t->command->run(t);
	t->conf = start_with("vouchsafe", file);
	if (!t->conf)
		return 1;
	if (t->command->needs == TOOL_ALL &&
	    kyc_open(&t->kyc, t->conf, DB_ADMIN_S, &error)) {
		fprintf(stderr, "vouchsafe: %s\n", error.data);
		goto out;
	}
	t->kyc.who.actor = KYC_ACTOR_ADMIN;
	rc = t->command->run(t);
	kyc_close(&t->kyc);
out:
	buf_finish(&error);
	conf_destroy(t->conf);
	return rc;
}

int main(int argc, char **argv)
{
	static char sample[] = "sample";
	struct tool t = { .argument = NULL };
	const char *file = NULL;

	argc--;
	argv++;
	if (argc > 1 && !strcmp(argv[0], "--conf")) {
		file = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (argc < 1 || !strcmp(argv[0], "--help") || !strcmp(argv[0], "help"))
		return usage(argc < 1 ? stderr : stdout, NULL);
	if (!strcmp(argv[0], "--version")) {
		start_version();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[0], "conf") &&
	    !strcmp(argv[1], "--sample"))
		argv[1] = sample;
	t.command = find(argc, argv);
	if (!t.command)
		return usage(stderr, argv[0]);
	if (parse(&t, argc, argv)) {
		print_command(stderr, t.command);
		return 2;
	}
	return run(&t, file);
}
