// SPDX-License-Identifier: GPL-3.0-or-later
/* From the shares of each class to text that check digits prove. */
#ifndef CHECK_MRZ_DECIDE_H
#define CHECK_MRZ_DECIDE_H

#include "check/mrz_line.h"
#include "check/mrz_read.h"

/* Fills format, lines, confidence, checks, repair, accepted and why from the
 * shares of lines of so many cells. */
void mrz_decide(const struct mrz_shares *rows, size_t lines, size_t cells,
		struct mrz_reading *out);

#endif
