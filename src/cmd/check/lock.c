// SPDX-License-Identifier: GPL-3.0-or-later
/* The jail that vouchsafe-check locks itself into: limits, and the order. */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cmd/check/lock.h"

enum {
	MEMORY_MAX = 512 * 1024 * 1024,
	CPU_DECODE_S = 20,
	CPU_RENDER_S = 8,
	/* the library loader and fonts */
	FILES_RENDER = 64
};

const char *const lock_render_paths[] = {
	"/usr",
	"/lib",
	"/lib32",
	"/lib64",
	"/etc/fonts",
	"/etc/ld.so.cache",
	"/var/cache/fontconfig",
	NULL,
};

static bool limit(int what, rlim_t most)
{
	struct rlimit r = { most, most };

	return !setrlimit((__rlimit_resource_t)what, &r);
}

static bool lock_limits(enum lock_profile profile)
{
	bool render = profile == LOCK_RENDER;
	bool ok = limit(RLIMIT_CPU, render ? CPU_RENDER_S : CPU_DECODE_S);

	ok &= limit(RLIMIT_NOFILE, render ? FILES_RENDER : 0);
	/* a decoder has no file to write to, but may have a log to complain
	 * to */
	if (render)
		ok &= limit(RLIMIT_FSIZE, 0);
	ok &= limit(RLIMIT_CORE, 0);
	ok &= limit(RLIMIT_NPROC, 0);
	if (!LOCK_SANITIZED)
		ok &= limit(RLIMIT_AS, MEMORY_MAX);
	return ok;
}

static bool told(bool holds, const char *what)
{
	if (!holds)
		fprintf(stderr,
			"vouchsafe-check: this host forbids %s; going on "
			"without\n",
			what);
	return holds;
}

/* The filter comes last: the calls before it are not on its list. */
void lock_in(enum lock_profile profile, struct lock *held)
{
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	held->namespaces = told(lock_namespaces(profile), "namespaces");
	prctl(PR_SET_DUMPABLE, 0);
	held->landlock = told(lock_landlock(profile), "Landlock");
	held->limits = told(lock_limits(profile), "a limit");
	held->seccomp = told(lock_seccomp(profile), "seccomp");
}

void lock_json(struct buf *b, const char *key, const struct lock *held)
{
	json_open(b, key, '[');
	if (held->seccomp)
		json_str(b, NULL, "seccomp");
	if (held->namespaces)
		json_str(b, NULL, "namespaces");
	if (held->landlock)
		json_str(b, NULL, "landlock");
	if (held->limits)
		json_str(b, NULL, "rlimits");
	json_close(b, ']');
}
