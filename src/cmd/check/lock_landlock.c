// SPDX-License-Identifier: GPL-3.0-or-later
/* Landlock: no file at all, or a few directories to read. */
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/check/lock.h"

/* Rights of files that each version of the interface knows, as a mask: headers
 * may be older than the kernel (Documentation/userspace-api/landlock.rst). */
static uint64_t rights_of(long version)
{
	static const int bits[] = { 0, 13, 14, 15, 15, 16 };
	long last = (long)ARRAY_SIZE(bits) - 1;

	return (UINT64_C(1) << bits[version < last ? version : last]) - 1;
}

static int allow(int set, const char *path)
{
	struct landlock_path_beneath_attr rule = {
		.allowed_access = LANDLOCK_ACCESS_FS_EXECUTE |
				  LANDLOCK_ACCESS_FS_READ_FILE,
		.parent_fd = open(path, O_PATH | O_CLOEXEC),
	};
	struct stat st;
	long rc;

	if (rule.parent_fd < 0)
		return 0; /* not every host has each */
	if (!fstat(rule.parent_fd, &st) && S_ISDIR(st.st_mode))
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
	rc = syscall(SYS_landlock_add_rule, set, LANDLOCK_RULE_PATH_BENEATH,
		     &rule, 0);
	close(rule.parent_fd);
	return rc ? -1 : 0;
}

bool lock_landlock(enum lock_profile profile)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
			       LANDLOCK_CREATE_RULESET_VERSION);
	struct landlock_ruleset_attr attr;
	bool ok = true;
	size_t i;
	int set;

	if (version < 1)
		return false;
	attr = (struct landlock_ruleset_attr){ .handled_access_fs =
						       rights_of(version) };
	set = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (set < 0)
		return false;
	for (i = 0; profile == LOCK_RENDER && lock_render_paths[i]; i++)
		ok &= !allow(set, lock_render_paths[i]);
	ok &= !syscall(SYS_landlock_restrict_self, set, 0);
	close(set);
	return ok;
}
