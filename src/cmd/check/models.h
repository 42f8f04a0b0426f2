// SPDX-License-Identifier: GPL-3.0-or-later
/* Trained weights, which are part of the program: there is no file to miss,
 * and the jailed child needs none. */
#ifndef CMD_CHECK_MODELS_H
#define CMD_CHECK_MODELS_H

#include <stdint.h>

/* models/ocrb.bin, for mrz_reader_create. */
extern const unsigned char model_ocrb[];
extern const uint64_t model_ocrb_size;

#endif
