// SPDX-License-Identifier: GPL-3.0-or-later
/* A document before a camera: where it lies, and what light and lens do. */
#ifndef CMD_SPECIMEN_SCENE_H
#define CMD_SPECIMEN_SCENE_H

#include "cmd/specimen/page.h"

enum specimen_level {
	SPECIMEN_EASY,
	SPECIMEN_MEDIUM,
	SPECIMEN_HARD,
	SPECIMEN_LEVELS
};

/* What a level may do; chance takes a value up to, or between. */
struct level {
	double blur[2];	    /* sigma, of a character's pitch */
	double smear[2];    /* the same of a barcode, of its modules */
	double noise[2];    /* sigma, of 255 */
	int quality[2];	    /* of the JPEG */
	double degrees;	    /* either way */
	double perspective; /* a corner's move, of the document's width */
	double light;	    /* how uneven, of its mean */
	double bow;	    /* of a page's width; cards are stiff */
};

extern const struct level specimen_levels[SPECIMEN_LEVELS];

struct point {
	double x, y;
};

/* The photo, upright as yet. */
struct scene {
	struct chance *chance;
	const struct level *level;
	const struct page *page;
	int width, height;
	float *rgb;
	double to_photo[9], to_page[9]; /* of homogeneous coordinates */
	double bow;			/* pixels of the page, in its middle */
	double pitch;			/* of a character, or a module */
	double blur, noise; /* as they came to be, in pixels and of 255 */
};

/* Lays the page on a table. */
void scene_open(struct chance *c, enum specimen_level level, int width,
		double share, const struct page *page, struct scene *out);
void scene_close(struct scene *s);
/* Where a place of the page is in the photo. */
struct point scene_place(const struct scene *s, double x, double y);

/* Light that is uneven; a reflection or a crease on the zone; lens and noise. */
void scene_light(struct scene *s);
void scene_glare(struct scene *s);
void scene_fold(struct scene *s);
void scene_blur(struct scene *s);
/* Into a picture of 8 bits, with the sensor's noise. */
void scene_expose(struct scene *s, struct canvas *out);

#endif
