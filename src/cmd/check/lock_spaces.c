// SPDX-License-Identifier: GPL-3.0-or-later
/* Namespaces: no network, no other process, a root without files. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/check/lock.h"

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	close(fd);
	return n < 0 ? -1 : 0;
}

/* Inside we are nobody: whoever is executed starts without capabilities. */
static void map_user(uid_t uid, gid_t gid)
{
	char text[64];

	put("/proc/self/setgroups", "deny");
	snprintf(text, sizeof(text), "65534 %u 1\n", (unsigned)uid);
	put("/proc/self/uid_map", text);
	snprintf(text, sizeof(text), "65534 %u 1\n", (unsigned)gid);
	put("/proc/self/gid_map", text);
}

/* Ends as the child ends. */
static void wait_for(pid_t child)
{
	int status;

	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			_exit(126);
	}
	if (!WIFSIGNALED(status))
		_exit(WEXITSTATUS(status));
	signal(WTERMSIG(status), SIG_DFL);
	raise(WTERMSIG(status));
	_exit(126);
}

/* Only a child is inside a new process namespace. */
static bool move_inside(void)
{
	pid_t child = fork();

	if (child > 0)
		wait_for(child);
	if (child < 0)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	return true;
}

/* Shows one of the host's paths below the new root, read-only. */
static int show(const char *path)
{
	enum {
		FLAGS = MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV
	};
	char here[128], target[128];
	struct stat st;
	ssize_t n;
	char *slash;

	if (lstat(path, &st))
		return 0; /* not every host has each */
	snprintf(here, sizeof(here), "/tmp%s", path);
	for (slash = strchr(here + 5, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(here, 0755);
		*slash = '/';
	}
	if (S_ISLNK(st.st_mode)) {
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		return symlink(target, here);
	}
	if (S_ISDIR(st.st_mode) ? mkdir(here, 0755) : mknod(here, S_IFREG, 0))
		return -1;
	if (mount(path, here, NULL, MS_BIND | MS_REC, NULL))
		return -1;
	/* a host may lock the flags of a mount; Landlock is there as well */
	mount(NULL, here, NULL, FLAGS, NULL);
	return 0;
}

static int change_root(enum lock_profile profile)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
	size_t i;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/tmp", "tmpfs", flags, "size=64k,mode=0755"))
		return -1;
	for (i = 0; profile == LOCK_RENDER && lock_render_paths[i]; i++) {
		if (show(lock_render_paths[i]))
			return -1;
	}
	if (mount(NULL, "/tmp", NULL, flags | MS_REMOUNT | MS_RDONLY,
		  "size=64k,mode=0755"))
		return -1;
	return chdir("/tmp") || chroot(".") ? -1 : 0;
}

bool lock_namespaces(enum lock_profile profile)
{
	uid_t uid = getuid();
	gid_t gid = getgid();

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC |
		    CLONE_NEWPID | CLONE_NEWUTS))
		return false;
	map_user(uid, gid);
	if (!move_inside())
		return false;
	if (change_root(profile))
		fprintf(stderr, "vouchsafe-check: the root stays: %s\n",
			strerror(errno));
	return true;
}
