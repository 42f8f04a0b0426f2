// SPDX-License-Identifier: GPL-3.0-or-later
/* Is a photo good enough to be read? Blur, glare, light, size, edges. */
#ifndef CHECK_QUALITY_H
#define CHECK_QUALITY_H

#include "base/json.h"
#include "check/image.h"

enum quality_verdict { QUALITY_CLEAR, QUALITY_CONSIDER, QUALITY_ISSUE };

enum quality_kind {
	QUALITY_BLUR,	    /* sharpness of what has contrast */
	QUALITY_GLARE,	    /* % of the picture under reflections */
	QUALITY_DARK,	    /* grey level that the lightest 5 % exceed */
	QUALITY_BRIGHT,	    /* grey level that the darkest 0.5 % stay below */
	QUALITY_RESOLUTION, /* pixels of the longer side */
	QUALITY_CROPPED,    /* largest step of grey along the border */
	QUALITY_KINDS
};

struct quality_part {
	double value;
	enum quality_verdict verdict;
};

struct quality {
	struct quality_part parts[QUALITY_KINDS];
	enum quality_verdict verdict; /* the worst of them */
	double mean;		      /* grey, 0 to 255 */
	double dark_share;	      /* of pixels below 30 */
	double bright_share;	      /* of pixels above 245 */
};

void quality_measure(const struct image *image, struct quality *out);

/* {"verdict", "mean", …, each kind: {"value", "threshold", "verdict",
 * "message": {"id", "text"} or null}} */
void quality_json(struct buf *b, const char *key, const struct quality *q);

/* "clear", "consider", "issue" */
const char *quality_verdict_name(enum quality_verdict v);

#endif
