// SPDX-License-Identifier: GPL-3.0-or-later
/* Following an SMTP connection's replies before the mail. */
#include "base/str.h"
#include "mail/smtp_wire.h"

static bool starts(const char *bytes, int len, const char *word)
{
	size_t n = strlen(word);

	return len >= 0 && (size_t)len >= n && !memcmp(bytes, word, n);
}

/* What is written holds passwords: only the command's word is looked at. */
static void follow_command(struct smtp_wire *w, const char *bytes, int len)
{
	static const struct {
		const char *word;
		enum smtp_phase phase;
	} commands[] = {
		{ "EHLO ", SMTP_EHLO },	       { "HELO ", SMTP_EHLO },
		{ "STARTTLS", SMTP_STARTTLS }, { "AUTH ", SMTP_AUTH },
		{ "MAIL ", SMTP_ENVELOPE },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (starts(bytes, len, commands[i].word))
			w->phase = commands[i].phase;
}

/* A whole reply ends with a line whose code is followed by a blank. */
static void end_line(struct smtp_wire *w)
{
	struct smtp_reply *reply = &w->replies[w->phase];
	char code[4];
	int64_t number;

	w->line[w->line_len] = '\0';
	if (w->line_len >= 4 && w->line[3] == ' ') {
		memcpy(code, w->line, 3);
		code[3] = '\0';
		if (!str_int(code, 100, 999, &number)) {
			reply->code = (int)number;
			str_copy(reply->text, sizeof(reply->text), w->line + 4);
		}
	}
	w->line_len = 0;
}

void smtp_wire_monitor(const char *bytes, int len, int writing, void *arg)
{
	struct smtp_wire *w = arg;
	int i;

	if (w->progress)
		w->progress(w->progress_ctx);
	if (writing) {
		follow_command(w, bytes, len);
		return;
	}
	for (i = 0; i < len; i++) {
		/* After the yes to STARTTLS the next bytes must be TLS.
		 * libesmtp keeps what it read beyond and would take it for
		 * replies that came encrypted. */
		if (w->phase == SMTP_STARTTLS &&
		    w->replies[SMTP_STARTTLS].code == 220)
			w->injected = true;
		else if (bytes[i] == '\n')
			end_line(w);
		else if (w->line_len < sizeof(w->line) - 1)
			w->line[w->line_len++] = bytes[i];
	}
}
