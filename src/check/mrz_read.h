// SPDX-License-Identifier: GPL-3.0-or-later
/* Reads the machine readable zone off a photo of an identity document. What
 * is accepted has each check digit right and no doubtful character that a
 * check digit could not tell. Names have no check digit: they are as read. */
#ifndef CHECK_MRZ_READ_H
#define CHECK_MRZ_READ_H

#include "check/mrz_layout.h"

struct Pix; /* leptonica's PIX */
struct mrz_reader;

/* One character that was read as another one. */
struct mrz_repair {
	unsigned char line, column; /* from 0 */
	char from, to;
	unsigned char
		proved_by; /* 1 << enum mrz_check, each that it set right */
	float odds;	   /* how many times likelier the wrong one looked */
};

struct mrz_reading {
	enum mrz_format format; /* MRZ_NONE: there is no zone */
	bool accepted;
	const char *why; /* it was not; NULL where it was */
	char lines[MRZ_LINES][MRZ_LENGTH + 1];
	/* of each character, 0 to 1 */
	float confidence[MRZ_LINES][MRZ_LENGTH];
	bool checks[MRZ_CHECKS]; /* as accepted; true where there is none */
	bool repaired;
	struct mrz_repair repair;
	int turn; /* degrees to turn the photo clockwise for upright text */
	float box[4][2]; /* x, y of the zone's corners, clockwise from the first
			  * character's; in pixels of the photo */
};

/* weights: the file that tools/ocrb/train.py writes; it isn't needed after
 * this. NULL where it is no such file. */
struct mrz_reader *mrz_reader_create(const void *weights, size_t len);
void mrz_reader_destroy(struct mrz_reader *r);

/* grey has 8 bits a pixel. 0 where a zone is accepted; -1 where none is, with
 * out->why, and what was read if out->format is one. */
int mrz_read(const struct mrz_reader *r, struct Pix *grey,
	     struct mrz_reading *out);
/* A grey copy of a photo of 32 bits a pixel, or of any other kind; the caller
 * frees it with pixDestroy. NULL where it can't be. */
struct Pix *mrz_grey(struct Pix *photo);

#endif
