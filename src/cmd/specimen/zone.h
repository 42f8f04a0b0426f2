// SPDX-License-Identifier: GPL-3.0-or-later
/* What machines read on a document, for the holder that it has. */
#ifndef CMD_SPECIMEN_ZONE_H
#define CMD_SPECIMEN_ZONE_H

#include "cmd/specimen/truth.h"

/* Fills code, lines and line_count. */
void zone_write(struct chance *c, enum mrz_format format, struct truth *t);
/* Fills barcode: AAMVA's text, version 8 of the standard. */
void licence_write(struct chance *c, struct truth *t);

#endif
