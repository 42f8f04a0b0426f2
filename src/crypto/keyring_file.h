// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the keyring's two files; no other file includes this. */
#ifndef CRYPTO_KEYRING_FILE_H
#define CRYPTO_KEYRING_FILE_H

#include "crypto/keyring.h"

/* Parses text in place (it is cut to pieces). NULL with a line in error, which
 * names path. */
struct keyring *keyring_parse(char *text, const char *path, struct buf *error);

struct stat;
void keyring_mark_loaded(struct keyring *kr, const struct stat *st);

/* When the newest key was made. */
int64_t keyring_newest_ms(const struct keyring *kr);

#endif
