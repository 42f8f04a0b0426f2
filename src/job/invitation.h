// SPDX-License-Identifier: GPL-3.0-or-later
/* The invitation mail of a session. */
#ifndef JOB_INVITATION_H
#define JOB_INVITATION_H

#include "kyc/mail.h"

/* Appends the whole message, CRLF, with the link made anew: no mail row ever
 * holds it. FAULT_INTERNAL where a template is broken. */
int invitation_build(struct kyc *k, const struct kyc_mail *mail,
		     const struct kyc_session *s, struct buf *out,
		     struct fault *f);

#endif
