// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine readable zone of a decoded photo, as a finding. */
#ifndef CHECK_MRZ_IMAGE_H
#define CHECK_MRZ_IMAGE_H

#include "base/buf.h"
#include "check/image.h"
#include "check/mrz_read.h"

/* Reads the zone of an image; as mrz_read, but the box is in pixels of the
 * whole file, of which the image may be the half. */
int mrz_image_read(const struct mrz_reader *r, const struct image *image,
		   struct mrz_reading *out);

/* null where no zone was found, else one object: format, accepted, why (null
 * where it was), lines, orientation (degrees to turn the photo clockwise), box
 * (four corners, clockwise from the first character's), confidence (the least
 * of all characters, 0 to 1), repairs [{line, column, from, to, proved_by}]
 * with names of check digits and places from 1, and fields: what mrz_json
 * writes, null where the zone was not accepted. */
void mrz_image_json(struct buf *b, const char *key,
		    const struct mrz_reading *m);

#endif
