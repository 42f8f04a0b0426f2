// SPDX-License-Identifier: GPL-3.0-or-later
/* Random bytes fit for keys, nonces and links. */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include <stddef.h>

/* Fills out from the kernel's generator (getrandom(2)), so that a forked
 * worker can never repeat its parent's bytes. Cannot fail. */
void crypto_random(void *out, size_t len);

#endif
