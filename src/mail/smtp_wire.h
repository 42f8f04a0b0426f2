// SPDX-License-Identifier: GPL-3.0-or-later
/* What passes over an SMTP connection before the mail: libesmtp keeps it to
 * itself, so its monitor tells us. For mail/smtp.c and its parts only. */
#ifndef MAIL_SMTP_WIRE_H
#define MAIL_SMTP_WIRE_H

#include <stdbool.h>
#include <stddef.h>

enum smtp_phase {
	SMTP_GREETING,
	SMTP_EHLO,
	SMTP_STARTTLS,
	SMTP_AUTH,
	SMTP_ENVELOPE, /* MAIL and all that follows */
	SMTP_PHASES
};

struct smtp_reply {
	int code; /* 0: none yet */
	char text[256];
};

struct smtp_wire {
	enum smtp_phase phase;
	struct smtp_reply replies[SMTP_PHASES]; /* the last one of each */
	char line[512];				/* being read */
	size_t line_len;
	/* called with everything that passes; may be NULL */
	void (*progress)(void *ctx);
	void *progress_ctx;
	bool injected; /* bytes came in clear behind the yes to STARTTLS */
};

/* A smtp_monitorcb_t; arg is the struct smtp_wire. */
void smtp_wire_monitor(const char *bytes, int len, int writing, void *arg);

#endif
