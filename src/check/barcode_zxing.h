// SPDX-License-Identifier: GPL-3.0-or-later
/* The C face of libZXing. */
#ifndef CHECK_BARCODE_ZXING_H
#define CHECK_BARCODE_ZXING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { BARCODE_BYTES_MAX = 4096 };

struct barcode_found {
	char bytes[BARCODE_BYTES_MAX];
	size_t len;
	double corners[4][2];
};

/* Looks for a PDF417 in a grey picture, whose rows run across it or, where it may
 * be turned, in any of the four directions. 1 where there is
 * one, else 0. */
int barcode_zxing(const uint8_t *grey, int width, int height, int turned,
		  struct barcode_found *out);

#ifdef __cplusplus
}
#endif

#endif
