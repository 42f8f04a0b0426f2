// SPDX-License-Identifier: GPL-3.0-or-later
/* The relay that the configuration names. */
#include "mail/relay.h"

int relay_send(const struct conf *conf, const char *to,
	       const struct buf *message, void (*progress)(void *ctx),
	       void *progress_ctx, struct smtp_result *result)
{
	const struct smtp_conf smtp = {
		.host = conf->mail_host,
		.port = (int)conf->mail_port,
		.tls = (enum conf_tls)conf->mail_tls,
		.ca_file = conf->mail_ca_file,
		.user = conf->mail_user,
		.password = conf->mail_password,
		.timeout_s = (int)conf->mail_timeout_s,
		.progress = progress,
		.progress_ctx = progress_ctx,
		/* never this machine's own name */
		.helo_name = strrchr(conf->mail_from, '@') + 1,
	};

	return smtp_send(&smtp, conf->mail_from, to, message->data,
			 message->len, result);
}
