// SPDX-License-Identifier: GPL-3.0-or-later
/* A picture as a JPEG file. */
#ifndef CMD_SPECIMEN_JPEG_H
#define CMD_SPECIMEN_JPEG_H

#include "base/buf.h"
#include "cmd/specimen/canvas.h"

void jpeg_write(struct buf *out, const struct canvas *c, int quality);

#endif
