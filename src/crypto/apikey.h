// SPDX-License-Identifier: GPL-3.0-or-later
/* The form of API keys. */
#ifndef CRYPTO_APIKEY_H
#define CRYPTO_APIKEY_H

#include <stdbool.h>

/* "vs_live_" or "vs_test_", 30 random base62 digits (178 bits), and the CRC-32
 * (ISO 3309, as in zlib) of all that in 6 base62 digits with leading zeros.
 * Digits are 0-9 A-Z a-z. The CRC lets a typo and a secret scanner do without
 * the database; it protects nothing. */
enum { APIKEY_LENGTH = 8 + 30 + 6, APIKEY_SIZE = APIKEY_LENGTH + 1 };

/* A new key with its NUL. */
void apikey_create(bool live, char out[APIKEY_SIZE]);

/* 0 where the form and the CRC are right, and which mode; else -1. */
int apikey_parse(const char *s, bool *live);

#endif
