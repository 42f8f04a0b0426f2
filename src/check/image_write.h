// SPDX-License-Identifier: GPL-3.0-or-later
/* Pixels of ours as a file. */
#ifndef CHECK_IMAGE_WRITE_H
#define CHECK_IMAGE_WRITE_H

#include "base/buf.h"

/* Appends a JPEG without any metadata; rows of RGB follow one another. */
void image_write_jpeg(struct buf *out, const uint8_t *rgb, int width,
		      int height, int quality);

#endif
