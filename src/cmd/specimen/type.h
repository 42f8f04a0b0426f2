// SPDX-License-Identifier: GPL-3.0-or-later
/* Letters: Debian's OCR-B for zones, DejaVu for all else. */
#ifndef CMD_SPECIMEN_TYPE_H
#define CMD_SPECIMEN_TYPE_H

#include "cmd/specimen/canvas.h"

enum type_face {
	TYPE_OCRB,
	TYPE_SANS,
	TYPE_BOLD,
	TYPE_MONO,
	TYPE_SERIF,
	TYPE_FACES
};

struct type;

/* NULL with *missing, the file of a font that is not there. */
struct type *type_open(const char **missing);
void type_close(struct type *t);

/* UTF-8 on a base line, px high; returns how wide it came out. weight
 * thickens each stroke by so many pixels. */
double type_draw(struct type *t, enum type_face face, double px, double weight,
		 struct canvas *c, double x, double base, const char *text,
		 struct ink ink);
/* The height at which a character of OCR-B is so wide. */
double type_height_for(const struct type *t, double pitch);

#endif
