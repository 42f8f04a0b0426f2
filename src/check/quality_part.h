// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files of quality: what each measures, of a picture of one size. */
#ifndef CHECK_QUALITY_PART_H
#define CHECK_QUALITY_PART_H

#include "check/plane.h"
#include "check/quality.h"

/* The longer side that everything is measured at. */
enum { QUALITY_SIDE = 1000 };

double quality_sharpness(const struct plane *p);
double quality_glare(const struct plane *p);
double quality_border_step(const struct plane *p);

#endif
