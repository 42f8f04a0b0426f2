// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe mail test: one mail through the configured relay. */
#include "base/str.h"
#include "cmd/tool/tool.h"
#include "mail/message.h"
#include "mail/relay.h"

int tool_mail_test(struct tool *t)
{
	static const char text[] =
		"This mail was sent by `vouchsafe mail test`. If you read it, "
		"the relay works.\n";
	const char *from = t->conf->mail_from;
	struct uuid id = uuid_v4();
	struct smtp_result result;
	struct buf message = BUF_INIT, message_id = BUF_INIT;
	char name[UUID_TEXT_SIZE];
	int rc = 1;

	uuid_text(&id, name);
	buf_printf(&message_id, "%s@%s", name, strrchr(from, '@') + 1);
	const struct mail_message m = {
		.from_name = t->conf->mail_from_name,
		.from_address = from,
		.to_address = t->argument,
		.subject = "Vouchsafe: test of the mail relay",
		.text = text,
		.message_id = message_id.data,
		.date_ms = clock_now_ms(),
	};

	if (message_build(&m, &message, &t->fault)) {
		tool_fail(t);
	} else if (relay_send(t->conf, t->argument, &message, NULL, NULL,
			      &result)) {
		fprintf(stderr, "vouchsafe: %s: %s\n", t->conf->mail_host,
			result.text);
	} else {
		printf("%s accepted it: %s\n", t->conf->mail_host, result.text);
		rc = 0;
	}
	buf_finish(&message);
	buf_finish(&message_id);
	return rc;
}
