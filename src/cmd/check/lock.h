// SPDX-License-Identifier: GPL-3.0-or-later
/* The jail that vouchsafe-check locks itself into. */
#ifndef CMD_CHECK_LOCK_H
#define CMD_CHECK_LOCK_H

#include <stdbool.h>

#include "base/json.h"

enum lock_profile {
	LOCK_DECODE, /* no file, no other process: fd 0 in, fd 1 out */
	LOCK_RENDER  /* becomes pdftoppm, which reads itself and fonts */
};

/* What holds. A host may forbid each of them but limits. */
struct lock {
	bool seccomp;
	bool namespaces;
	bool landlock;
	bool limits;
};

/* Locks this process in, for good. With namespaces the caller goes on as a
 * child of what it was, which only waits and ends as it does. Says on standard
 * error what the host forbids. */
void lock_in(enum lock_profile profile, struct lock *held);

/* ["seccomp","namespaces","landlock","rlimits"], those that hold. */
void lock_json(struct buf *b, const char *key, const struct lock *held);

/* lock_in's parts; each says whether it holds. */
bool lock_namespaces(enum lock_profile profile);
bool lock_landlock(enum lock_profile profile);
bool lock_seccomp(enum lock_profile profile);

/* What pdftoppm may see: programs, libraries, fonts. Ends with NULL. */
extern const char *const lock_render_paths[];

/* Memory that a sanitizer reserves would not fit the limit, and its reports
 * need more calls than the decoders do. */
#if defined(__SANITIZE_ADDRESS__)
#define LOCK_SANITIZED 1
#else
#define LOCK_SANITIZED 0
#endif

#endif
