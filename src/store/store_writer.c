// SPDX-License-Identifier: GPL-3.0-or-later
/* Writing an object: sealed on the way, renamed when it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_dir.h"

struct store_writer {
	struct store *store;
	int fd;
	bool ended; /* failed or committed: takes no more */
	char tmp[sizeof(STORE_TMP) + UUID_TEXT_SIZE]; /* "" when renamed */
	struct store_path path;
	struct seal_writer seal;
	struct buf sealed; /* on its way to the disk */
};

/* Ends the writer and says why; ENOENT here means that a directory
 * went away, not that an object is missing. */
static int fail(struct store_writer *w, struct fault *fault, const char *what)
{
	w->ended = true;
	return store_fault(fault, FAULT_INTERNAL, what);
}

static int flush(struct store_writer *w, struct fault *fault)
{
	const char *p = w->sealed.data;
	size_t left = w->sealed.len;
	ssize_t n;

	while (left) {
		n = write(w->fd, p, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(w, fault, "write");
		p += n;
		left -= (size_t)n;
	}
	buf_reset(&w->sealed);
	return 0;
}

struct store_writer *store_writer_create(struct store *s,
					 const struct store_name *name,
					 const uint8_t key[32],
					 struct fault *fault)
{
	struct store_writer *w = mem_alloc(sizeof(*w));
	struct uuid unique = uuid_v4();
	char text[UUID_TEXT_SIZE];
	struct seal_context ctx = store_context(name, text);

	w->store = s;
	/* A chunk, the header and NUL: growing would double that. */
	w->sealed.cap = (size_t)seal_sealed_size(SEAL_CHUNK_SIZE) + 1;
	w->sealed.data = mem_alloc(w->sealed.cap);
	store_path(name, &w->path);
	seal_writer_init(&w->seal, key, &ctx, &w->sealed);
	uuid_text(&unique, text);
	snprintf(w->tmp, sizeof(w->tmp), "%s/%s", STORE_TMP, text);
	w->fd = openat(s->fd, w->tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		       0600);
	if (w->fd >= 0)
		return w;
	w->tmp[0] = '\0';
	fail(w, fault, "create");
	store_writer_destroy(w);
	return NULL;
}

static int check_usable(const struct store_writer *w, struct fault *fault)
{
	if (!w->ended)
		return 0;
	return fault_internal(fault, "store: this writer has ended");
}

int store_writer_add(struct store_writer *w, const void *bytes, size_t len,
		     struct fault *fault)
{
	const char *p = bytes;
	size_t n;

	if (check_usable(w, fault))
		return -1;
	/* At most a chunk at once, so that no more waits for the disk. */
	while (len) {
		n = len < SEAL_CHUNK_SIZE ? len : SEAL_CHUNK_SIZE;
		seal_writer_update(&w->seal, p, n, &w->sealed);
		if (flush(w, fault))
			return -1;
		p += n;
		len -= n;
	}
	return 0;
}

static int sync_dir(int store_fd, const char *path)
{
	int fd = openat(store_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed, error;

	if (fd < 0)
		return -1;
	failed = fsync(fd);
	error = errno;
	close(fd);
	errno = error;
	return failed;
}

/* A directory that another process has just made may not be durable yet; the
 * log of ext4, XFS and btrfs is in order, so our own fsync behind it settles
 * that as well. */
static int make_dir(int store_fd, const char *path, const char *parent)
{
	if (!mkdirat(store_fd, path, 0700))
		return sync_dir(store_fd, parent);
	return errno == EEXIST ? 0 : -1;
}

static int publish(struct store_writer *w, struct fault *fault)
{
	int dir = w->store->fd;

	if (make_dir(dir, w->path.tenant, ".") ||
	    make_dir(dir, w->path.shard, w->path.tenant))
		return fail(w, fault, "make a directory");
	if (renameat(dir, w->tmp, dir, w->path.file))
		return fail(w, fault, "rename");
	w->tmp[0] = '\0';
	if (sync_dir(dir, w->path.shard))
		return fail(w, fault, "sync the directory");
	return 0;
}

int store_writer_commit(struct store_writer *w, struct fault *fault)
{
	int fd = w->fd;

	if (check_usable(w, fault))
		return -1;
	seal_writer_finish(&w->seal, &w->sealed);
	if (flush(w, fault))
		return -1;
	if (fsync(fd))
		return fail(w, fault, "sync");
	w->fd = -1;
	if (close(fd))
		return fail(w, fault, "close");
	if (publish(w, fault))
		return -1;
	w->ended = true; /* ended well, but takes no more */
	return 0;
}

void store_writer_destroy(struct store_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	if (w->tmp[0])
		unlinkat(w->store->fd, w->tmp, 0);
	seal_writer_finish(&w->seal, NULL);
	buf_finish(&w->sealed);
	free(w);
}
