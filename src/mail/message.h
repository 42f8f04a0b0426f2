// SPDX-License-Identifier: GPL-3.0-or-later
/* Composing a mail: RFC 5322 and MIME (RFC 2045 to 2047, 2387), by GMime. */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

/* All text is UTF-8; NULL and "" mean none where that is allowed. */
struct mail_message {
	const char *from_name; /* may be none */
	const char *from_address;
	const char *to_name; /* may be none */
	const char *to_address;
	const char *subject;
	const char *text;
	const char *html;	/* may be none */
	const char *language;	/* Content-Language (BCP 47); may be none */
	const char *message_id; /* LOCAL@SENDER-DOMAIN, no angle brackets */
	int64_t date_ms;
	/* A PNG that the HTML shows as cid:IMAGE_CID; may be none. */
	const void *image_png;
	size_t image_len;
	const char *image_cid; /* LOCAL@DOMAIN, no angle brackets */
};

/* Appends the whole message: 7-bit, CRLF, no line over 998 bytes;
 * multipart/alternative of text/plain and (multipart/related of) text/html.
 * 0, or -1 with FAULT_INVALID, where the field that holds a control character,
 * broken UTF-8 or a malformed address is named as in the struct. */
int message_build(const struct mail_message *m, struct buf *out,
		  struct fault *f);

#endif
