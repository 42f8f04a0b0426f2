// SPDX-License-Identifier: GPL-3.0-or-later
/* A store in a fresh directory, for the unit tests of store/. */
#ifndef STORE_FIXTURE_H
#define STORE_FIXTURE_H

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "crypto/random.h"
#include "store/store.h"
#include "unit.h"

static char dir[64];
static uint8_t key[32];
static struct store *store;
static struct store_name name;
static struct fault fault;

static inline struct uuid id(uint8_t byte)
{
	struct uuid u;

	memset(&u, byte, sizeof(u));
	return u;
}

static inline void open_store(void)
{
	str_copy(dir, sizeof(dir), "/tmp/test-store-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	store = store_create(dir);
	ck_assert_ptr_nonnull(store);
	crypto_random(key, sizeof(key));
	name = (struct store_name){ id(0xa1), id(0xb2), id(0xc3) };
}

static inline int remove_one(const char *path, const struct stat *st, int type,
			     struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void close_store(void)
{
	store_destroy(store);
	ck_assert_int_eq(nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* What count_files saw. */
static int files;
static char last_file[256];
static int loose_modes;

static inline int count_one(const char *path, const struct stat *st, int type,
			    struct FTW *ftw)
{
	(void)ftw;
	if (type == FTW_F) {
		files++;
		str_copy(last_file, sizeof(last_file), path);
	}
	if ((st->st_mode & 0777) != (type == FTW_F ? 0600 : 0700))
		loose_modes++;
	return 0;
}

static inline int count_files(void)
{
	files = loose_modes = 0;
	ck_assert_int_eq(nftw(dir, count_one, 16, FTW_PHYS), 0);
	return files;
}

static char *plain_bytes(size_t len)
{
	char *p = mem_alloc(len);
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (char)(i * 7 % 251);
	return p;
}

static inline void put(const void *bytes, size_t len)
{
	struct store_writer *w = store_writer_create(store, &name, key, &fault);

	ck_assert_ptr_nonnull(w);
	ck_assert_int_eq(store_writer_add(w, bytes, len, &fault), 0);
	ck_assert_int_eq(store_writer_commit(w, &fault), 0);
	store_writer_destroy(w);
	ck_assert_int_eq(fault.code, FAULT_NONE);
}

/* The code of the fault that opening gives, FAULT_NONE where it opens. */
static inline enum fault_code open_code(void)
{
	struct store_reader *r;

	fault_clear(&fault);
	r = store_reader_create(store, &name, key, &fault);
	ck_assert_int_eq(r != NULL, fault.code == FAULT_NONE);
	store_reader_destroy(r);
	return fault.code;
}

/* The only file's bytes. */
static inline size_t slurp(char *out, size_t cap)
{
	int fd;
	ssize_t n;

	ck_assert_int_eq(count_files(), 1);
	fd = open(last_file, O_RDONLY);
	n = read(fd, out, cap);
	close(fd);
	ck_assert_int_ge(n, 0);
	return (size_t)n;
}

#endif
