// SPDX-License-Identifier: GPL-3.0-or-later
/* The relay that the configuration names. */
#ifndef MAIL_RELAY_H
#define MAIL_RELAY_H

#include "base/buf.h"
#include "mail/smtp.h"

/* smtp_send through it, from the configured sender; progress may be NULL. */
int relay_send(const struct conf *conf, const char *to,
	       const struct buf *message, void (*progress)(void *ctx),
	       void *progress_ctx, struct smtp_result *result);

#endif
