// SPDX-License-Identifier: GPL-3.0-or-later
/* The keyring on the disk: read with suspicion, written durably. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/keyring_file.h"
#include "crypto/random.h"

enum { FILE_MAX = 64 * 1024 };

static int complain(struct buf *error, const char *path, const char *what)
{
	buf_printf(error, "%s: %s: %s", path, what, strerror(errno));
	return -1;
}

static void wipe_buf(struct buf *b)
{
	crypto_wipe(b->data, b->cap);
	buf_finish(b);
}

static int check_file(const char *path, const struct stat *st,
		      struct buf *error)
{
	if (!S_ISREG(st->st_mode)) {
		buf_printf(error, "%s: is not a plain file", path);
		return -1;
	}
	if (st->st_mode & (S_IRWXG | S_IRWXO)) {
		buf_printf(error,
			   "%s: group or others may use it (mode %03o); "
			   "chmod 600 it",
			   path, (unsigned)(st->st_mode & 0777));
		return -1;
	}
	if (st->st_size > FILE_MAX) {
		buf_printf(error, "%s: is larger than a keyring can be", path);
		return -1;
	}
	return 0;
}

static int read_bytes(int fd, struct buf *text)
{
	ssize_t n;

	do {
		n = read(fd, text->data + text->len, FILE_MAX - text->len);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			text->len += (size_t)n;
	} while (n);
	text->data[text->len] = '\0';
	return 0;
}

/* The whole file into text, which never grows: growing would leave copies of
 * secrets in freed memory. The caller wipes. */
static int read_file(const char *path, struct buf *text, struct stat *st,
		     struct buf *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int failed = -1;

	if (fd < 0)
		return complain(error, path, "open");
	if (fstat(fd, st)) {
		complain(error, path, "stat");
		goto out;
	}
	if (check_file(path, st, error))
		goto out;
	buf_reserve(text, FILE_MAX + 128);
	if (read_bytes(fd, text))
		complain(error, path, "read");
	else if (strlen(text->data) != text->len)
		buf_printf(error, "%s: is not text", path);
	else
		failed = 0;
out:
	close(fd);
	return failed;
}

/* Parses a copy, so that the text stays whole. */
static struct keyring *parse_copy(const struct buf *text, const char *path,
				  struct buf *error)
{
	struct buf copy = BUF_INIT;
	struct keyring *kr;

	buf_add(&copy, text->data, text->len);
	kr = keyring_parse(copy.data, path, error);
	wipe_buf(&copy);
	return kr;
}

struct keyring *keyring_load(const char *path, struct buf *error)
{
	struct keyring *kr = NULL;
	struct buf text = BUF_INIT;
	struct stat st;

	if (!read_file(path, &text, &st, error))
		kr = parse_copy(&text, path, error);
	if (kr)
		keyring_mark_loaded(kr, &st);
	wipe_buf(&text);
	return kr;
}

static void add_key(struct buf *text, const struct keyring *others,
		    int64_t created_ms)
{
	uint8_t secret[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];
	uint32_t id;

	do {
		crypto_random(&id, sizeof(id));
		id &= INT32_MAX; /* fits a signed column, too */
	} while (!id || (others && keyring_has(others, id)));
	crypto_random(secret, sizeof(secret));
	str_hex(secret, sizeof(secret), hex);
	buf_int(text, id);
	buf_chr(text, ' ');
	buf_int(text, created_ms);
	buf_chr(text, ' ');
	buf_str(text, hex);
	buf_chr(text, '\n');
	crypto_wipe(secret, sizeof(secret));
	crypto_wipe(hex, sizeof(hex));
}

static int write_bytes(int fd, const struct buf *text)
{
	size_t done = 0;
	ssize_t n;

	while (done < text->len) {
		n = write(fd, text->data + done, text->len - done);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return fsync(fd);
}

/* A file that did not exist, whole and on the disk, or none. */
static int write_new(const char *path, const struct stat *owner,
		     const struct buf *text, struct buf *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return complain(error, path, "create");
	/* The operator may rotate as root what the service must read. */
	if (owner && (owner->st_uid != geteuid() || owner->st_gid != getegid()))
		if (fchown(fd, owner->st_uid, owner->st_gid)) {
			complain(error, path, "chown");
			goto fail;
		}
	if (write_bytes(fd, text)) {
		complain(error, path, "write");
		goto fail;
	}
	if (!close(fd))
		return 0;
	complain(error, path, "close");
	unlink(path);
	return -1;
fail:
	close(fd);
	unlink(path);
	return -1;
}

static int open_dir_of(const char *path, struct buf *error)
{
	const char *slash = strrchr(path, '/');
	struct buf dir = BUF_INIT;
	int fd;

	if (slash)
		buf_add(&dir, path, (size_t)(slash - path) + 1);
	else
		buf_str(&dir, ".");
	fd = open(dir.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		complain(error, dir.data, "open");
	buf_finish(&dir);
	return fd;
}

int keyring_create(const char *path, struct buf *error)
{
	int dir = open_dir_of(path, error);
	struct buf text = BUF_INIT;
	int failed = -1;

	if (dir < 0)
		return -1;
	add_key(&text, NULL, clock_now_ms());
	if (write_new(path, NULL, &text, error))
		goto out;
	if (fsync(dir))
		complain(error, path, "sync its directory");
	else
		failed = 0;
out:
	wipe_buf(&text);
	close(dir);
	return failed;
}

/* The new text in place of the old; dir is locked. */
static int replace(const char *path, int dir, const struct stat *st,
		   const struct buf *text, struct buf *error)
{
	struct buf tmp = BUF_INIT;
	int failed = -1;

	buf_printf(&tmp, "%s.new", path);
	unlink(tmp.data); /* left by a rotation that was killed */
	if (write_new(tmp.data, st, text, error))
		goto out;
	if (rename(tmp.data, path)) {
		complain(error, path, "rename");
		unlink(tmp.data);
		goto out;
	}
	if (fsync(dir))
		complain(error, path, "sync its directory");
	else
		failed = 0;
out:
	buf_finish(&tmp);
	return failed;
}

/* What becomes of the file: a new key, or one less. */
struct change {
	uint32_t retire; /* 0: add one */
	int64_t from_ms;
};

static int add_newest(struct buf *text, const struct keyring *kr,
		      int64_t from_ms, const char *path, struct buf *error)
{
	int64_t now = clock_now_ms();

	if (keyring_count(kr) == KEYRING_MAX) {
		buf_printf(error, "%s: is full", path);
		return -1;
	}
	if (text->data[text->len - 1] != '\n')
		buf_chr(text, '\n');
	if (from_ms < now)
		from_ms = now;
	/* Newest even where the clock went back. */
	if (from_ms <= keyring_newest_ms(kr))
		from_ms = keyring_newest_ms(kr) + 1;
	add_key(text, kr, from_ms);
	return 0;
}

static bool has_served(const struct keyring *kr, uint32_t key_id)
{
	uint32_t newest = keyring_newest(kr);
	bool older = false;
	size_t i;

	for (i = 0; i < keyring_count(kr); i++) {
		if (older && keyring_id_at(kr, i) == key_id)
			return true;
		older = older || keyring_id_at(kr, i) == newest;
	}
	return false;
}

/* Whether the line is the key's: ids are written without leading zeros. */
static bool is_line_of(const char *line, uint32_t key_id)
{
	char id[16];
	int len = snprintf(id, sizeof(id), "%u ", key_id);

	return strncmp(line, id, (size_t)len) == 0;
}

static int take_out(struct buf *text, const struct keyring *kr, uint32_t key_id,
		    const char *path, struct buf *error)
{
	char *line = text->data, *end;
	size_t tail;

	if (!has_served(kr, key_id)) {
		buf_printf(error, "%s: key %u is none of the former ones", path,
			   key_id);
		return -1;
	}
	while (!is_line_of(line, key_id)) {
		line = strchr(line, '\n');
		if (!line) {
			buf_printf(error, "%s: key %u is written oddly", path,
				   key_id);
			return -1;
		}
		line++;
	}
	end = strchr(line, '\n');
	end = end ? end + 1 : text->data + text->len;
	tail = (size_t)(text->data + text->len - end);
	memmove(line, end, tail + 1);
	text->len = (size_t)(line - text->data) + tail;
	return 0;
}

static int change_locked(const char *path, int dir, const struct change *c,
			 struct buf *error)
{
	struct buf text = BUF_INIT;
	struct keyring *kr = NULL;
	struct stat st;
	int failed = -1;

	if (read_file(path, &text, &st, error))
		goto out;
	kr = parse_copy(&text, path, error);
	if (!kr)
		goto out;
	failed = c->retire ? take_out(&text, kr, c->retire, path, error)
			   : add_newest(&text, kr, c->from_ms, path, error);
	if (!failed)
		failed = replace(path, dir, &st, &text, error);
out:
	keyring_destroy(kr);
	wipe_buf(&text);
	return failed;
}

static int change_at(const char *path, const struct change *c,
		     struct buf *error)
{
	int dir = open_dir_of(path, error);
	int failed = -1;

	if (dir < 0)
		return -1;
	/* Two changes at once would lose the key of one. */
	if (flock(dir, LOCK_EX))
		complain(error, path, "lock its directory");
	else
		failed = change_locked(path, dir, c, error);
	close(dir);
	return failed;
}

static int change(const char *path, const struct change *c, struct buf *error)
{
	/* Renaming would replace a link, not the file that it names. */
	char *real = realpath(path, NULL);
	int failed;

	if (!real)
		return complain(error, path, "open");
	failed = change_at(real, c, error);
	free(real);
	return failed;
}

int keyring_rotate(const char *path, int64_t from_ms, struct buf *error)
{
	const struct change c = { .from_ms = from_ms };

	return change(path, &c, error);
}

int keyring_retire(const char *path, uint32_t key_id, struct buf *error)
{
	const struct change c = { .retire = key_id };

	if (!key_id) {
		buf_printf(error, "%s: there is no key 0", path);
		return -1;
	}
	return change(path, &c, error);
}
