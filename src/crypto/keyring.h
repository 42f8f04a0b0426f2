// SPDX-License-Identifier: GPL-3.0-or-later
/* The keyring file: the secrets that sign and wrap everything else. */
#ifndef CRYPTO_KEYRING_H
#define CRYPTO_KEYRING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* The file is text, mode 0600, one key a line:
 *
 *	ID CREATED_MS HEX64
 *
 * ID is 1 to 2147483647 and random, so that a keyring of another installation
 * shows as an unknown key. CREATED_MS is when the key begins: of those that have
 * begun the latest signs and wraps; all verify. A time ahead leaves hours to
 * bring the file to every host before anything is signed with a key that some
 * lack. Lines that start with # and empty lines are skipped. */

/* Each key has a subkey a purpose, by HKDF-SHA-256 (RFC 5869) with the info
 * text "vouchsafe/1/NAME". The order is free, the names are for ever. */
enum keyring_purpose {
	KEYRING_API_KEY, /* api-key */
	KEYRING_WRAP,	 /* wrap: see crypto/seal.h */
	KEYRING_JWT,	 /* jwt: links */
	KEYRING_URL,	 /* url */
	KEYRING_CURSOR,	 /* cursor */
	KEYRING_DIGEST,	 /* digest */
	KEYRING_ACCESS,	 /* access: access tokens */
	KEYRING_PURPOSES
};

enum { KEYRING_MAX = 64 }; /* keys in a file */

struct keyring;

/* Reads the file and derives every subkey. Refuses what group or others may
 * touch. On failure NULL, with one line in error that never holds a secret. */
struct keyring *keyring_load(const char *path, struct buf *error);
void keyring_destroy(struct keyring *kr); /* wipes; NULL is fine */

/* A new file with one key, on the disk when this returns 0. An existing file
 * is never touched: -1 and one line in error. */
int keyring_create(const char *path, struct buf *error);

/* Adds a key that is newer than all others and begins at from_ms (now, where
 * that is past), atomically by rename; the file's owner stays. Programs see it
 * when they load the file again. 0, or -1 with the old file untouched. */
int keyring_rotate(const char *path, int64_t from_ms, struct buf *error);
/* Takes a key out, in the same way; never the one that signs, nor one that is
 * still to begin. */
int keyring_retire(const char *path, uint32_t key_id, struct buf *error);

/* Whether the file at path is still the one that was loaded; true also where
 * it can't be looked at. Costs one stat(2). */
bool keyring_is_current(const struct keyring *kr, const char *path);
/* Takes the file at path for the one that was loaded. */
void keyring_mark_current(struct keyring *kr, const char *path);

/* The key that signs and wraps now. */
uint32_t keyring_newest(const struct keyring *kr);
size_t keyring_count(const struct keyring *kr);
/* Newest first, those that are still to begin included; i is below
 * keyring_count. */
uint32_t keyring_id_at(const struct keyring *kr, size_t i);
int64_t keyring_begins_at(const struct keyring *kr, size_t i);
bool keyring_has(const struct keyring *kr, uint32_t key_id);

/* HMAC-SHA-256 with the subkey; 0, or -1 for an unknown id. About half a
 * microsecond for short data. */
int keyring_hmac(const struct keyring *kr, uint32_t key_id,
		 enum keyring_purpose purpose, const void *data, size_t len,
		 uint8_t out[32]);

#endif
