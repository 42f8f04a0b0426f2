// SPDX-License-Identifier: GPL-3.0-or-later
/* QR codes as PNG images, for mails. */
#ifndef MAIL_QR_PNG_H
#define MAIL_QR_PNG_H

#include "base/buf.h"

/* Appends a black and white PNG, scale (1 to 64) pixels a module, the quiet
 * zone of 4 modules included. 0, or -1 as qr_svg does. */
int qr_png(const char *text, int scale, struct buf *out);

#endif
