// SPDX-License-Identifier: GPL-3.0-or-later
/* The TLS side of sending mail. For mail/smtp.c only. */
#ifndef MAIL_SMTP_TLS_H
#define MAIL_SMTP_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include <openssl/ssl.h>

#include "mail/smtp_wire.h"

/* Lives as long as the session that uses the context. */
struct smtp_tls {
	const struct smtp_wire *wire;
	bool must_verify;
	long verify_error; /* X509_V_OK, or why the certificate was refused */
};

/* A client context that takes any certificate, or with must_verify only one
 * for host by ca_file (the system's authorities where that is empty). The
 * caller frees; NULL with a line in error. */
SSL_CTX *smtp_tls_context(struct smtp_tls *tls, const char *host,
			  const char *ca_file, char *error, size_t error_size);

#endif
