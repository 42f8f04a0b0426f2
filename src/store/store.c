// SPDX-License-Identifier: GPL-3.0-or-later
/* The store's directory: names, faults, deleting. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_dir.h"

struct store *store_create(const char *dir)
{
	struct store *s;
	int fd;

	if (mkdir(dir, 0700) && errno != EEXIST)
		return NULL;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (mkdirat(fd, STORE_TMP, 0700) && errno != EEXIST) {
		close(fd);
		return NULL;
	}
	s = mem_alloc(sizeof(*s));
	s->fd = fd;
	return s;
}

void store_destroy(struct store *s)
{
	if (!s)
		return;
	close(s->fd);
	free(s);
}

void store_path(const struct store_name *name, struct store_path *out)
{
	char session[UUID_TEXT_SIZE];
	char object[UUID_TEXT_SIZE];

	uuid_text(&name->tenant, out->tenant);
	uuid_text(&name->session, session);
	uuid_text(&name->object, object);
	/* The last byte is random in every version of ids that we make. */
	snprintf(out->shard, sizeof(out->shard), "%s/%02x", out->tenant,
		 (unsigned)name->session.b[UUID_SIZE - 1]);
	snprintf(out->file, sizeof(out->file), "%s/%s.%s", out->shard, session,
		 object);
}

struct seal_context store_context(const struct store_name *name,
				  char text[UUID_TEXT_SIZE])
{
	uuid_text(&name->object, text);
	return (struct seal_context){ .tenant = name->tenant,
				      .session = name->session,
				      .object = text };
}

static enum fault_code code_of(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case EROFS:
	case EMFILE:
	case ENFILE:
	case ESTALE:
		return FAULT_UNAVAILABLE;
	default:
		return FAULT_INTERNAL;
	}
}

int store_fault(struct fault *f, enum fault_code missing, const char *what)
{
	int error = errno;

	if (f->code != FAULT_NONE)
		return -1;
	fault_set(f, error == ENOENT ? missing : code_of(error), NULL);
	snprintf(f->detail, sizeof(f->detail), "store: %s: %s (errno %d)", what,
		 strerror(error), error);
	return -1;
}

int store_delete(struct store *s, const struct store_name *name,
		 struct fault *fault)
{
	struct store_path path;

	store_path(name, &path);
	if (unlinkat(s->fd, path.file, 0) && errno != ENOENT)
		return store_fault(fault, FAULT_INTERNAL, "delete");
	return 0;
}
