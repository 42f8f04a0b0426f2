// SPDX-License-Identifier: GPL-3.0-or-later
/* Removing what nobody needs: the clean-up job's part of the store. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "store/store_dir.h"

struct sweep {
	int64_t made_before_ms;
	bool (*keep)(void *ctx, const struct store_name *name);
	void *ctx;
	const struct uuid *session; /* NULL: every one */
	int64_t removed;
	bool failed;
};

/* The kernel's time, which stamps files: a test's moved clock must not make
 * an upload that is under way look old. */
static int64_t kernel_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void complain(struct sweep *s, const char *what)
{
	s->failed = true;
	log_warn("store: sweep: %s: %s", what, strerror(errno));
}

static DIR *open_dir(struct sweep *s, int parent, const char *name)
{
	int fd = openat(parent, name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d)
		return d;
	complain(s, "open a directory");
	if (fd >= 0)
		close(fd);
	return NULL;
}

static const char *next(struct sweep *s, DIR *d)
{
	struct dirent *e;

	errno = 0;
	e = readdir(d);
	if (e)
		return e->d_name;
	if (errno)
		complain(s, "read a directory");
	return NULL;
}

/* A file that went away on its own is fine. */
static bool is_old(struct sweep *s, int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW)) {
		if (errno != ENOENT)
			complain(s, "stat");
		return false;
	}
	return S_ISREG(st.st_mode) &&
	       (int64_t)st.st_mtim.tv_sec * 1000 +
			       st.st_mtim.tv_nsec / 1000000 <
		       s->made_before_ms;
}

static void remove_file(struct sweep *s, int dir, const char *name)
{
	if (!unlinkat(dir, name, 0))
		s->removed++;
	else if (errno != ENOENT)
		complain(s, "remove");
}

static void sweep_tmp(struct sweep *s, int store_fd)
{
	DIR *d = open_dir(s, store_fd, STORE_TMP);
	struct uuid unique;
	const char *name;

	if (!d)
		return;
	while ((name = next(s, d)))
		if (!uuid_parse(name, &unique) && is_old(s, dirfd(d), name))
			remove_file(s, dirfd(d), name);
	closedir(d);
}

/* SESSION.OBJECT */
static int parse_file(const char *file, struct store_name *name)
{
	char session[UUID_TEXT_SIZE];

	if (strlen(file) != 2 * UUID_TEXT_SIZE - 1 ||
	    file[UUID_TEXT_SIZE - 1] != '.')
		return -1;
	str_copy(session, sizeof(session), file);
	if (uuid_parse(session, &name->session))
		return -1;
	return uuid_parse(file + UUID_TEXT_SIZE, &name->object);
}

static bool is_wanted(const struct sweep *s, const struct store_name *name)
{
	return !s->session || uuid_equal(s->session, &name->session);
}

static void sweep_shard(struct sweep *s, int tenant_fd, const char *shard,
			struct store_name *name)
{
	DIR *d = open_dir(s, tenant_fd, shard);
	const char *file;

	if (!d)
		return;
	while ((file = next(s, d)))
		if (!parse_file(file, name) && is_wanted(s, name) &&
		    is_old(s, dirfd(d), file) && !s->keep(s->ctx, name))
			remove_file(s, dirfd(d), file);
	closedir(d);
}

static void sweep_tenant(struct sweep *s, int store_fd, const char *tenant)
{
	struct store_name name;
	const char *shard;
	uint8_t byte;
	DIR *d;

	if (uuid_parse(tenant, &name.tenant))
		return;
	d = open_dir(s, store_fd, tenant);
	if (!d)
		return;
	while ((shard = next(s, d)))
		if (!str_unhex(shard, strlen(shard), &byte, 1))
			sweep_shard(s, dirfd(d), shard, &name);
	closedir(d);
}

int64_t store_sweep(struct store *store, int64_t older_than_ms,
		    bool (*keep)(void *ctx, const struct store_name *name),
		    void *ctx)
{
	struct sweep s = { .made_before_ms = kernel_now_ms() - older_than_ms,
			   .keep = keep,
			   .ctx = ctx };
	const char *tenant;
	DIR *d;

	sweep_tmp(&s, store->fd);
	d = open_dir(&s, store->fd, ".");
	if (!d)
		return -1;
	while ((tenant = next(&s, d)))
		sweep_tenant(&s, store->fd, tenant);
	closedir(d);
	return s.failed ? -1 : s.removed;
}

int64_t store_sweep_session(struct store *store, const struct uuid *tenant,
			    const struct uuid *session, int64_t older_than_ms,
			    bool (*keep)(void *ctx,
					 const struct store_name *name),
			    void *ctx)
{
	struct sweep s = { .made_before_ms = kernel_now_ms() - older_than_ms,
			   .keep = keep,
			   .ctx = ctx,
			   .session = session };
	struct store_name name = { .tenant = *tenant, .session = *session };
	struct store_path path;

	store_path(&name, &path);
	if (faccessat(store->fd, path.shard, F_OK, 0) && errno == ENOENT)
		return 0; /* nothing was ever stored */
	sweep_shard(&s, store->fd, path.shard, &name);
	return s.failed ? -1 : s.removed;
}
