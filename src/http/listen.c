// SPDX-License-Identifier: GPL-3.0-or-later
/* The door's listening socket. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/door.h"

enum { BACKLOG = 1024 };

static int complain(struct buf *error, const char *path, const char *what)
{
	buf_printf(error, "%s: %s", path, what);
	return -1;
}

/* Removes what a dead process left; refuses what is somebody else's. */
static int clear_path(const struct sockaddr_un *to, struct buf *error)
{
	struct stat st;
	int fd, rc;

	if (lstat(to->sun_path, &st) != 0)
		return errno == ENOENT
			       ? 0
			       : complain(error, to->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return complain(error, to->sun_path,
				"is there and is not a socket");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return complain(error, to->sun_path, strerror(errno));
	rc = connect(fd, (const struct sockaddr *)to, sizeof(*to)) ? errno : 0;
	close(fd);
	if (rc == 0 || rc == EAGAIN)
		return complain(error, to->sun_path,
				"another process listens here already");
	if (rc != ECONNREFUSED)
		return complain(error, to->sun_path, strerror(rc));
	if (unlink(to->sun_path) != 0 && errno != ENOENT)
		return complain(error, to->sun_path, strerror(errno));
	return 0;
}

int http_door_listen(const char *path, unsigned int mode, struct buf *error)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(path);
	int fd;

	if (!len || len >= sizeof(to.sun_path))
		return complain(error, path,
				len ? "the path is too long for a socket"
				    : "no path for the socket");
	memcpy(to.sun_path, path, len);
	if (clear_path(&to, error))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return complain(error, path, strerror(errno));
	/* The mode is set before anybody can connect. */
	if (bind(fd, (const struct sockaddr *)&to, sizeof(to)) ||
	    chmod(path, mode) || listen(fd, BACKLOG)) {
		complain(error, path, strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}
