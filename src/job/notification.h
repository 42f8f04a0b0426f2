// SPDX-License-Identifier: GPL-3.0-or-later
/* The mail that tells the operator's people of an event. */
#ifndef JOB_NOTIFICATION_H
#define JOB_NOTIFICATION_H

#include "kyc/mail.h"

/* Appends the whole message, CRLF; nothing in it is the customer's. */
int notification_build(struct kyc *k, const struct kyc_mail *mail,
		       const struct kyc_channel *c, struct buf *out,
		       struct fault *f);

#endif
