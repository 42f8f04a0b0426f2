// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of store/: altered objects, full disks. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include "store_fixture.h"

static void overwrite(const char *bytes, size_t len)
{
	int fd = open(last_file, O_WRONLY | O_TRUNC);

	ck_assert_int_eq(write(fd, bytes, len), (ssize_t)len);
	close(fd);
}

START_TEST(any_altered_byte_is_seen)
{
	char raw[256];
	size_t n, i;

	open_store();
	put("a passport", 10);
	n = slurp(raw, sizeof(raw));
	ck_assert_uint_eq(n, 58);
	for (i = 0; i < n; i++) {
		raw[i] ^= 0x10;
		overwrite(raw, n);
		ck_assert_int_eq(open_code(), FAULT_INTERNAL);
		raw[i] ^= 0x10;
		overwrite(raw, i);
		ck_assert_int_eq(open_code(), FAULT_INTERNAL);
	}
	overwrite(raw, n + 1);
	ck_assert_int_eq(open_code(), FAULT_INTERNAL);
	overwrite(raw, n);
	ck_assert_int_eq(open_code(), FAULT_NONE);
	key[5] ^= 1;
	ck_assert_int_eq(open_code(), FAULT_INTERNAL);
	ck_assert_ptr_nonnull(strstr(fault.detail, "altered"));
	close_store();
}
END_TEST

START_TEST(a_cut_object_does_not_open)
{
	char *plain = plain_bytes(200 * 1024);
	char *raw = mem_alloc(300 * 1024);
	struct store_reader *r;
	size_t n;

	open_store();
	put(plain, 200 * 1024);
	n = slurp(raw, 300 * 1024);
	/* Between chunks: a range of the first would look well otherwise. */
	overwrite(raw, 32 + 2 * 65552);
	ck_assert_int_eq(open_code(), FAULT_INTERNAL);
	/* A middle chunk is found when it is read. */
	raw[32 + 70000] ^= 1;
	overwrite(raw, n);
	fault_clear(&fault);
	r = store_reader_create(store, &name, key, &fault);
	ck_assert_int_eq(store_reader_read(r, plain, 65536, &fault), 65536);
	ck_assert_int_eq(store_reader_read(r, plain, 65536, &fault), -1);
	ck_assert_int_eq(fault.code, FAULT_INTERNAL);
	store_reader_destroy(r);
	close_store();
	free(plain);
	free(raw);
}
END_TEST

START_TEST(a_moved_object_does_not_open)
{
	char from[256];

	open_store();
	put("a", 1);
	ck_assert_int_eq(count_files(), 1);
	str_copy(from, sizeof(from), last_file);
	name.object = id(0xc4);
	put("b", 1);
	ck_assert_int_eq(open_code(), FAULT_NONE);
	/* The object of another name, put in this one's place. */
	{
		char to[256];
		char *dot = strrchr(from, '.');

		str_copy(to, sizeof(to), from);
		uuid_text(&name.object, to + (dot - from) + 1);
		ck_assert_int_eq(rename(from, to), 0);
	}
	ck_assert_int_eq(open_code(), FAULT_INTERNAL);
	close_store();
}
END_TEST

START_TEST(a_file_limit_is_unavailable)
{
	char *plain = plain_bytes(200 * 1024);
	struct rlimit limit, before;
	struct store_writer *w;

	open_store();
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 100000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	w = store_writer_create(store, &name, key, &fault);
	ck_assert_int_eq(store_writer_add(w, plain, 200 * 1024, &fault), -1);
	ck_assert_int_eq(fault.code, FAULT_UNAVAILABLE);
	ck_assert_ptr_nonnull(strstr(fault.detail, "File too large"));
	/* There is room again, but a piece is missing: never commit. */
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	fault_clear(&fault);
	ck_assert_int_eq(store_writer_commit(w, &fault), -1);
	store_writer_destroy(w);
	fault_clear(&fault);
	ck_assert_int_eq(count_files(), 0);
	put("fits", 4);
	close_store();
	free(plain);
}
END_TEST

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) > 0;

	if (fd >= 0)
		close(fd);
	return done;
}

/* Root in a user namespace of our own, for who is not root. */
static bool become_root(void)
{
	unsigned uid = (unsigned)geteuid(), gid = (unsigned)getegid();
	char map[32];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return false;
	write_text("/proc/self/setgroups", "deny");
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_text("/proc/self/uid_map", map))
		return false;
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_text("/proc/self/gid_map", map);
}

/* A tiny tmpfs needs a mount namespace; false where we may not have one. */
static bool mount_tiny(void)
{
	if (unshare(CLONE_NEWNS) && !become_root())
		return false;
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	return !mount("tiny", dir, "tmpfs", 0, "size=128k,mode=0700");
}

START_TEST(a_full_disk_is_unavailable)
{
	char *plain = plain_bytes(200 * 1024);
	struct store_writer *w;

	open_store();
	store_destroy(store);
	if (mount_tiny()) {
		store = store_create(dir);
		w = store_writer_create(store, &name, key, &fault);
		ck_assert_int_eq(store_writer_add(w, plain, 200 * 1024, &fault),
				 -1);
		ck_assert_int_eq(fault.code, FAULT_UNAVAILABLE);
		ck_assert_ptr_nonnull(strstr(fault.detail, "No space left"));
		store_writer_destroy(w);
		fault_clear(&fault);
		put("fits again", 10);
		store_destroy(store);
		umount2(dir, MNT_DETACH);
	} else {
		fprintf(stderr, "no mount namespace: full disk not tested\n");
	}
	store = store_create(dir);
	close_store();
	free(plain);
}
END_TEST

START_TEST(a_missing_parent_is_told)
{
	ck_assert_ptr_null(store_create("/nonexistent/store"));
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_ptr_null(store_create("/dev/null"));
	ck_assert_int_eq(errno, ENOTDIR);
	store_destroy(NULL);
	store_writer_destroy(NULL);
	store_reader_destroy(NULL);
}
END_TEST

UNIT_MAIN("store faults", any_altered_byte_is_seen, a_cut_object_does_not_open,
	  a_moved_object_does_not_open, a_file_limit_is_unavailable,
	  a_full_disk_is_unavailable, a_missing_parent_is_told)
