// SPDX-License-Identifier: GPL-3.0-or-later
/* PDF417 as libZXing writes it. */
#ifndef CMD_SPECIMEN_PDF417_H
#define CMD_SPECIMEN_PDF417_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Modules, 1 for black, without a margin; rows of a barcode are three modules
 * high. The caller frees it. NULL where the text does not fit. */
uint8_t *pdf417_encode(const char *text, size_t len, int *width, int *height);

#ifdef __cplusplus
}
#endif

#endif
