// SPDX-License-Identifier: GPL-3.0-or-later
/* Keccak-256 as Ethereum uses it, which OpenSSL has only since 3.2. */
#ifndef CRYPTO_KECCAK_H
#define CRYPTO_KECCAK_H

#include <stddef.h>
#include <stdint.h>

enum { KECCAK_SIZE = 32, KECCAK_INPUT_MAX = 135 };

/* The original padding, not SHA-3's (FIPS 202 B.2 tells the difference). One
 * block: len is at most KECCAK_INPUT_MAX. For public bytes. */
void keccak_256(const void *bytes, size_t len, uint8_t out[KECCAK_SIZE]);

#endif
