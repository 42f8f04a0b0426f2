// SPDX-License-Identifier: GPL-3.0-or-later
/* What is ink in a photo, and which of it lies in long bars. */
#ifndef CHECK_MRZ_INK_H
#define CHECK_MRZ_INK_H

struct Pix; /* leptonica's PIX */

/* Each returns one bit a pixel, or NULL, for the caller to free with
 * pixDestroy. grey has 8 bits a pixel; it is scaled first. */
struct Pix *mrz_ink(struct Pix *grey, double scale);
/* Turned by a quarter, clockwise. */
struct Pix *mrz_ink_turned(struct Pix *ink);
/* What is at least 16 wide and 4 high where gaps of a row below 16 are filled. */
struct Pix *mrz_ink_bars(struct Pix *ink);

#endif
