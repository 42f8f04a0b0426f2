// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the store's files lie; for the files of store/ only. */
#ifndef STORE_STORE_DIR_H
#define STORE_STORE_DIR_H

#include "crypto/seal.h"
#include "store/store.h"

#define STORE_TMP "tmp"

struct store {
	int fd; /* the directory */
};

enum {
	STORE_TENANT_SIZE = UUID_TEXT_SIZE,
	STORE_SHARD_SIZE = STORE_TENANT_SIZE + 3,
	STORE_PATH_SIZE = STORE_SHARD_SIZE + 2 * UUID_TEXT_SIZE
};

/* Relative to the store's directory; each begins with the one before. */
struct store_path {
	char tenant[STORE_TENANT_SIZE];
	char shard[STORE_SHARD_SIZE];
	char file[STORE_PATH_SIZE];
};

void store_path(const struct store_name *name, struct store_path *out);

/* The context that an object is sealed in; text holds the object's id. */
struct seal_context store_context(const struct store_name *name,
				  char text[UUID_TEXT_SIZE]);

/* Sets a fault from errno, with the code missing for ENOENT; returns -1. */
int store_fault(struct fault *f, enum fault_code missing, const char *what);

#endif
