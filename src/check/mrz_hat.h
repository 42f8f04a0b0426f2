// SPDX-License-Identifier: GPL-3.0-or-later
/* The black top-hat: what is darker than its surroundings, and narrow. */
#ifndef CHECK_MRZ_HAT_H
#define CHECK_MRZ_HAT_H

struct Pix;

/* Of 9 x 9, as pixTophat's; five times as fast. Grey of 8 bits, NULL where
 * there is no memory. */
struct Pix *mrz_hat(struct Pix *grey);

#endif
