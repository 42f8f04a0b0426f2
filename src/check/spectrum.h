// SPDX-License-Identifier: GPL-3.0-or-later
/* The frequencies of square pieces of a picture. */
#ifndef CHECK_SPECTRUM_H
#define CHECK_SPECTRUM_H

#include <stddef.h>
#include <stdint.h>

enum { SPECTRUM_SIDE = 256 };

/* Adds the logarithm of the power at each frequency, of a piece that begins at
 * grey, to sum: SPECTRUM_SIDE rows of as many, frequency 0 first. The mean is
 * taken off, and the borders fade. work holds twice as many floats as sum. */
void spectrum_add(const uint8_t *grey, size_t stride, float *sum, float *work);

#endif
