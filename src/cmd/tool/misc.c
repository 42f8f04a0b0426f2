// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe conf, vouchsafe qr. */
#include "cmd/tool/tool.h"
#include "mail/qr.h"

int tool_conf_sample(struct tool *t)
{
	struct buf text = BUF_INIT;

	(void)t;
	conf_sample(&text);
	fputs(text.data, stdout);
	buf_finish(&text);
	return 0;
}

/* Reading it was the check. */
int tool_conf_check(struct tool *t)
{
	(void)t;
	puts("the configuration is right");
	return 0;
}

int tool_qr(struct tool *t)
{
	struct buf code = BUF_INIT;
	int rc = qr_terminal(t->argument, &code);

	if (rc)
		fputs("vouchsafe: the text is too long for a QR code\n",
		      stderr);
	else
		fputs(code.data, stdout);
	buf_finish(&code);
	return rc != 0;
}
