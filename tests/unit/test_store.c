// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of store/: writing, reading, deleting, sweeping. */
#include <signal.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "store_fixture.h"

START_TEST(objects_round_trip)
{
	static const size_t sizes[] = { 0, 1, 65536, 65537, 200 * 1024 };
	char *plain = plain_bytes(200 * 1024);
	char *out = mem_alloc(200 * 1024 + 1);
	struct store_reader *r;
	size_t i;

	open_store();
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		put(plain, sizes[i]); /* replaces the one before */
		r = store_reader_create(store, &name, key, &fault);
		ck_assert_ptr_nonnull(r);
		ck_assert_int_eq(store_reader_size(r), (int64_t)sizes[i]);
		ck_assert_int_eq(
			store_reader_read(r, out, 200 * 1024 + 1, &fault),
			(ssize_t)sizes[i]);
		ck_assert(!memcmp(out, plain, sizes[i]));
		ck_assert_int_eq(store_reader_read(r, out, 1, &fault), 0);
		store_reader_destroy(r);
		ck_assert_int_eq(count_files(), 1);
	}
	ck_assert_int_eq(loose_modes, 0);
	close_store();
	free(plain);
	free(out);
}
END_TEST

START_TEST(ranges_are_read)
{
	static const struct {
		int64_t from;
		size_t len;
	} rows[] = {
		{ 0, 10 },     { 65530, 12 },	 { 65536, 65536 },
		{ 131071, 2 }, { 70000, 80000 }, { 204799, 1 },
		{ 0, 204800 },
	};
	char *plain = plain_bytes(200 * 1024);
	char *out = mem_alloc(200 * 1024);
	struct store_reader *r;
	size_t i;

	open_store();
	put(plain, 200 * 1024);
	r = store_reader_create(store, &name, key, &fault);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ck_assert_int_eq(store_reader_seek(r, rows[i].from), 0);
		ck_assert_int_eq(store_reader_read(r, out, rows[i].len, &fault),
				 (ssize_t)rows[i].len);
		ck_assert(!memcmp(out, plain + rows[i].from, rows[i].len));
	}
	ck_assert_int_eq(store_reader_seek(r, 204800), 0);
	ck_assert_int_eq(store_reader_read(r, out, 1, &fault), 0);
	ck_assert_int_eq(store_reader_seek(r, 204801), -1);
	ck_assert_int_eq(store_reader_seek(r, -1), -1);
	store_reader_destroy(r);
	close_store();
	free(plain);
	free(out);
}
END_TEST

START_TEST(uncommitted_is_unseen)
{
	struct store_writer *w;
	int status;
	pid_t pid;

	open_store();
	w = store_writer_create(store, &name, key, &fault);
	ck_assert_int_eq(store_writer_add(w, "x", 1, &fault), 0);
	ck_assert_int_eq(open_code(), FAULT_NOT_FOUND);
	ck_assert_ptr_nonnull(strstr(fault.detail, "No such file"));
	store_writer_destroy(w);
	ck_assert_int_eq(count_files(), 0);

	pid = fork(); /* killed in the middle of an upload */
	if (!pid) {
		char *plain = plain_bytes(200000);

		w = store_writer_create(store, &name, key, &fault);
		store_writer_add(w, plain, 200000, &fault);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFSIGNALED(status));
	ck_assert_int_eq(count_files(), 1);
	ck_assert_ptr_nonnull(strstr(last_file, "/tmp/"));
	ck_assert_int_eq(open_code(), FAULT_NOT_FOUND);
	close_store();
}
END_TEST

START_TEST(a_replaced_object_stays_until_commit)
{
	struct store_writer *w;
	struct store_reader *r;
	char out[8];

	open_store();
	put("old", 3);
	w = store_writer_create(store, &name, key, &fault);
	ck_assert_int_eq(store_writer_add(w, "newer", 5, &fault), 0);
	r = store_reader_create(store, &name, key, &fault);
	ck_assert_int_eq(store_reader_size(r), 3);
	ck_assert_int_eq(store_writer_commit(w, &fault), 0);
	/* Ended: another add or commit is refused and harms nothing. */
	ck_assert_int_eq(store_writer_add(w, "x", 1, &fault), -1);
	ck_assert_int_eq(store_writer_commit(w, &fault), -1);
	store_writer_destroy(w);
	fault_clear(&fault);
	ck_assert_int_eq(store_reader_read(r, out, 8, &fault), 3);
	store_reader_destroy(r);
	r = store_reader_create(store, &name, key, &fault);
	ck_assert_int_eq(store_reader_read(r, out, 8, &fault), 5);
	ck_assert(!memcmp(out, "newer", 5));
	store_reader_destroy(r);
	close_store();
}
END_TEST

START_TEST(no_plain_byte_on_the_disk)
{
	static const char mark[] = "MRZ P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<";
	char *raw = mem_alloc(1 << 20);
	struct store_writer *w;
	size_t n;
	int i;

	open_store();
	w = store_writer_create(store, &name, key, &fault);
	for (i = 0; i < 5000; i++)
		store_writer_add(w, mark, sizeof(mark) - 1, &fault);
	n = slurp(raw, 1 << 20); /* while it is written */
	ck_assert_uint_gt(n, 65536);
	ck_assert_ptr_null(memmem(raw, n, "ERIK", 4));
	ck_assert_int_eq(store_writer_commit(w, &fault), 0);
	n = slurp(raw, 1 << 20);
	ck_assert_uint_gt(n, 5000 * (sizeof(mark) - 1));
	ck_assert_ptr_null(memmem(raw, n, "ERIK", 4));
	store_writer_destroy(w);
	close_store();
	free(raw);
}
END_TEST

START_TEST(deleting_twice_is_fine)
{
	open_store();
	put("x", 1);
	ck_assert_int_eq(store_delete(store, &name, &fault), 0);
	ck_assert_int_eq(count_files(), 0);
	ck_assert_int_eq(store_delete(store, &name, &fault), 0);
	name.tenant = id(1); /* no such directory */
	ck_assert_int_eq(store_delete(store, &name, &fault), 0);
	ck_assert_int_eq(fault.code, FAULT_NONE);
	ck_assert_int_eq(open_code(), FAULT_NOT_FOUND);
	close_store();
}
END_TEST

static int asked;

static bool keep_c3(void *ctx, const struct store_name *n)
{
	struct uuid c3 = id(0xc3);

	ck_assert_ptr_eq(ctx, &asked);
	ck_assert(uuid_equal(&n->tenant, &name.tenant));
	ck_assert(uuid_equal(&n->session, &name.session));
	asked++;
	return uuid_equal(&n->object, &c3);
}

START_TEST(sweeping)
{
	struct store_writer *w, *abandoned;
	char path[128];
	int fd;

	open_store();
	put("kept", 4);
	name.object = id(0xc4);
	put("orphan", 6);
	name.object = id(0xc5);
	w = store_writer_create(store, &name, key, &fault);
	abandoned = store_writer_create(store, &name, key, &fault);
	snprintf(path, sizeof(path), "%s/tmp/not-ours", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(count_files(), 5);

	/* All is young; a moved clock changes nothing. */
	clock_set_offset_ms(30LL * CLOCK_DAY);
	ck_assert_int_eq(store_sweep(store, CLOCK_HOUR, keep_c3, &asked), 0);
	ck_assert_int_eq(asked, 0);
	ck_assert_int_eq(store_writer_commit(w, &fault), 0);
	store_writer_destroy(w);

	usleep(20000);
	/* c4, c5 and what abandoned holds. */
	ck_assert_int_eq(store_sweep(store, 1, keep_c3, &asked), 3);
	ck_assert_int_eq(asked, 3);
	ck_assert_int_eq(count_files(), 2);
	ck_assert_int_eq(open_code(), FAULT_NOT_FOUND);
	name.object = id(0xc3);
	ck_assert_int_eq(open_code(), FAULT_NONE);

	fault_clear(&fault);
	ck_assert_int_eq(store_writer_commit(abandoned, &fault), -1);
	ck_assert_int_eq(fault.code, FAULT_INTERNAL);
	store_writer_destroy(abandoned);
	close_store();
}
END_TEST

UNIT_MAIN("store", objects_round_trip, ranges_are_read, uncommitted_is_unseen,
	  a_replaced_object_stays_until_commit, no_plain_byte_on_the_disk,
	  deleting_twice_is_fine, sweeping)
