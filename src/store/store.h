// SPDX-License-Identifier: GPL-3.0-or-later
/* Sealed files: written whole or not at all, read at any offset. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/uuid.h"

/* Objects lie under the directory as TENANT/SS/SESSION.OBJECT, where SS is the
 * session's last byte; directories are 0700, files 0600. What is being written
 * is under tmp/. Only sealed bytes (crypto/seal.h) ever reach the disk; the
 * name is sealed in, so that a file under another name does not open.
 *
 * Faults carry what the system said in their detail: FAULT_NOT_FOUND for a
 * missing object, FAULT_UNAVAILABLE where the disk is full or fails,
 * FAULT_INTERNAL where an object was altered or the set-up is wrong. A program
 * that may run under a file size limit ignores SIGXFSZ. */

struct store_name {
	struct uuid tenant;
	struct uuid session; /* nil for what belongs to the tenant */
	struct uuid object;
};

struct store;
struct store_writer;
struct store_reader;

/* Opens the directory and makes it where it is missing (not its parents).
 * NULL with errno set where that fails. */
struct store *store_create(const char *dir);
void store_destroy(struct store *s); /* NULL is fine */

/* A new object; nobody sees it before commit. The key is not kept beyond the
 * writer. Holds about 130 KiB whatever the object's size. NULL on a fault. The
 * store outlives the writer. */
struct store_writer *store_writer_create(struct store *s,
					 const struct store_name *name,
					 const uint8_t key[32],
					 struct fault *fault);
/* 0, or -1; after a failure the writer is only good for destroy. */
int store_writer_add(struct store_writer *w, const void *bytes, size_t len,
		     struct fault *fault);
/* Once: 0 when the object is on the disk and durable. An object of that name
 * is replaced, so that a job may run again. */
int store_writer_commit(struct store_writer *w, struct fault *fault);
/* Removes what was not committed; NULL is fine. */
void store_writer_destroy(struct store_writer *w);

/* Opens the object and proves its size. NULL on a fault. */
struct store_reader *store_reader_create(struct store *s,
					 const struct store_name *name,
					 const uint8_t key[32],
					 struct fault *fault);
int64_t store_reader_size(const struct store_reader *r); /* plain bytes */
/* 0, or -1 where offset is not within 0..size. */
int store_reader_seek(struct store_reader *r, int64_t offset);
/* As many bytes as asked for, fewer only at the end, where it gives 0 at last;
 * -1 on a fault. Holds one chunk of 64 KiB. */
ssize_t store_reader_read(struct store_reader *r, void *out, size_t len,
			  struct fault *fault);
void store_reader_destroy(struct store_reader *r); /* NULL is fine */

/* 0 also where the object is missing; readers that have it open go on. A crash
 * may bring the file back until the next sweep: erase the key for good. */
int store_delete(struct store *s, const struct store_name *name,
		 struct fault *fault);

/* Of one session only, and nothing under tmp/: as store_sweep. */
int64_t store_sweep_session(struct store *s, const struct uuid *tenant,
			    const struct uuid *session, int64_t older_than_ms,
			    bool (*keep)(void *ctx,
					 const struct store_name *name),
			    void *ctx);

/* Removes files whose age is over older_than_ms: what unfinished writers left
 * behind, and objects for which keep answers false. Files of other forms stay.
 * Give it an age beyond the longest upload. How many were removed, or -1 where
 * some part could not be read or removed (logged). */
int64_t store_sweep(struct store *s, int64_t older_than_ms,
		    bool (*keep)(void *ctx, const struct store_name *name),
		    void *ctx);

#endif
