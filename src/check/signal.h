// SPDX-License-Identifier: GPL-3.0-or-later
/* Signs that a photo is of a screen, or was edited. They are signs, no proof:
 * the worst that they say is that a person should look. */
#ifndef CHECK_SIGNAL_H
#define CHECK_SIGNAL_H

#include "base/json.h"
#include "check/image.h"

enum signal_verdict { SIGNAL_CLEAR, SIGNAL_CONSIDER, SIGNAL_UNKNOWN };

struct signal {
	double value;
	double threshold;
	enum signal_verdict verdict;
	const char *text; /* in words, for whoever looks */
};

/* Photos of screens: the grid of their pixels is in all parts of a picture, and
 * print has nothing like it. value is how far the strongest frequency that all
 * parts have stands out, in natural logarithms of power. Of 644 made-up photos
 * of paper, 179 of them saved again and made smaller, none is taken for a
 * screen's; of 30 made-up photos of screens (tools/signals/change.py screen) all
 * are seen, and 21 of 24 that lie within half a degree of the picture's edges
 * (change.py straight). One so far away or so blurred that the camera has no
 * trace of its grid is not. */
void recapture_measure(const struct image *image, struct signal *out);
/* {"value", "threshold", "verdict": "clear", "consider" or "unknown",
 * "reason"} */
void recapture_json(struct buf *b, const char *key, const struct signal *s);

enum editing_kind {
	EDITING_SOFTWARE,    /* the file names a program that edits pictures */
	EDITING_NOISE,	     /* a part has another noise than the rest */
	EDITING_COMPRESSION, /* a part has not been in the JPEG of the rest */
	EDITING_KINDS
};

void editing_measure(const struct image *image, const void *bytes, size_t len,
		     struct signal out[EDITING_KINDS]);
/* {"verdict", "signals": [{"kind", "value", "threshold", "verdict",
 * "text"}]} */
void editing_json(struct buf *b, const char *key,
		  const struct signal signals[EDITING_KINDS]);

/* What the file's metadata says, or unknown where it has none of a known
 * form. */
void editing_software(const void *bytes, size_t len, struct signal *out);
/* A part that lost its noise. Four of five photos have too little, or things in
 * them differ too much: unknown. Of 83 others that the limit was not set on none
 * is wrongly seen; of 13 with a part pasted in, half of them with more noise,
 * which can't be told from cloth, three are seen. */
void editing_noise(const struct image *image, struct signal *out);

/* A part that was not in the JPEG that the rest was in before it was saved last:
 * its levels are none that the steps of that JPEG leave. value is how much the
 * part tells against it, in natural logarithms of likelihood. Of 332 made-up
 * photos that were saved as a whole, up to three times, some cut, shrunk, made
 * lighter or sharper on the way, and that nothing was set on, two (0.6 %) were
 * wrongly seen at 60; the limit is 100 since. Of 152 of which a part was
 * swapped, copied, typed over or retouched (qualities 50 to 98), it sees
 *   39 of 41 saved with a quality at least ten above the first,
 *    6 of 43 with about the same one, 0 of 42 with one ten below it,
 *   22 of 26 that became a PNG.
 * Of the other 85 four are clear, 81 unknown. It is clear only where three of ten
 * patches of 64 pixels tell by themselves of an earlier JPEG: that is 27 % of the
 * honest photos, and none that was saved once, or shrunk before it was saved.
 * Unknown are also photos that were cut off the blocks' grid, or have a side
 * below 600 pixels, and those that are decoded at half their size.
 * tools/ocrb/README.md tells how to measure that. */
void editing_compression(const struct image *image, const void *bytes,
			 size_t len, struct signal *out);

const char *signal_verdict_name(enum signal_verdict v);

#endif
