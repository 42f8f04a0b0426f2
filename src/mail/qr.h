// SPDX-License-Identifier: GPL-3.0-or-later
/* QR codes (ISO/IEC 18004) as SVG and for the terminal. */
#ifndef MAIL_QR_H
#define MAIL_QR_H

#include "base/buf.h"

enum { QR_QUIET_ZONE = 4 }; /* modules, as the standard asks for */

/* Each appends to out and returns 0, or -1 where the text is empty or too long
 * for a code (2,331 bytes). Error correction is level M; all have a white
 * quiet zone, so that a scanner reads them on any background. */

/* An <svg> element without size or title of its own: the page that shows it
 * sets both; role="img" and an aria-label are there. */
int qr_svg(const char *text, struct buf *out);

/* Lines of UTF-8 half blocks, black on white by ANSI colours whatever the
 * terminal's own are. */
int qr_terminal(const char *text, struct buf *out);

/* The modules, for other forms: width * width bytes, 1 is dark; the caller
 * frees. NULL as above. */
unsigned char *qr_modules(const char *text, int *width);

#endif
