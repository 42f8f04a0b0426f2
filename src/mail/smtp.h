// SPDX-License-Identifier: GPL-3.0-or-later
/* Handing one mail to the relay: SMTP (RFC 5321), STARTTLS (RFC 3207), AUTH
 * (RFC 4954), by libesmtp. */
#ifndef MAIL_SMTP_H
#define MAIL_SMTP_H

#include "base/conf.h"

/* Strings may be NULL or "" where it says so; they stay the caller's. */
struct smtp_conf {
	const char *host; /* a name or an IPv4 address; no IPv6 literal */
	int port;
	/* OPTIONAL encrypts where the relay offers it and takes any
	 * certificate. REQUIRED checks the certificate against host. With a
	 * user and a host other than loopback NONE is refused and OPTIONAL
	 * means REQUIRED: no password goes to somebody unproven. It is TLS 1.2
	 * (libesmtp and 1.3 don't get on: see smtp_tls.c). */
	enum conf_tls tls;
	const char *ca_file; /* none: the system's */
	const char *user;    /* none: no AUTH */
	const char *password;
	int timeout_s; /* 1 to 600, for each step */
	/* Called while the exchange moves on, at least once a reply: a caller
	 * with a lease renews it. May be NULL. */
	void (*progress)(void *ctx);
	void *progress_ctx;
	const char *helo_name; /* none: this machine's name */
};

enum smtp_outcome {
	SMTP_ACCEPTED,	/* 250 after the message: the relay's from now on */
	SMTP_PERMANENT, /* 5xx for this recipient or message: don't retry */
	SMTP_TEMPORARY	/* anything else, down to a wrong password */
};

struct smtp_result {
	enum smtp_outcome outcome;
	int code; /* of the reply that decided, or 0 */
	/* That reply, or what happened instead, in one line without control
	 * characters; recipient, user and password are masked. */
	char text[256];
};

/* Sends message (RFC 5322, CRLF, 7-bit, as message_build makes it) in a
 * connection of its own. Returns 0 where it was accepted, else -1; result is
 * filled either way.
 *
 * Blocks, at most timeout_s at each step: only jobs call it. The caller ignores
 * SIGPIPE. While it connects it uses SIGALRM of its own thread and, where that
 * signal had no handler, leaves one behind that does nothing. */
int smtp_send(const struct smtp_conf *conf, const char *envelope_from,
	      const char *to, const char *message, size_t len,
	      struct smtp_result *result);

#endif
