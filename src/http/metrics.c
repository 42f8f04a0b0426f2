// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of the workers: one small shared file each, added up on demand. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "http/metrics.h"
#include "http/metrics_file.h"

const int64_t metrics_bounds[METRICS_BUCKETS - 1] = {
	500,	1000,	2000,	5000,	 10000,	  25000,   50000,
	100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000
};

static struct metrics_file *own;

static bool is_current(const struct metrics_file *m)
{
	return memcmp(m->magic, METRICS_MAGIC, sizeof(m->magic)) == 0 &&
	       m->version == METRICS_VERSION && m->size == sizeof(*m);
}

struct metrics_file *metrics_map(int fd, bool writable)
{
	struct metrics_file *m;
	struct stat st;

	if (fstat(fd, &st) != 0 || st.st_size != (off_t)sizeof(*m))
		return NULL;
	m = mmap(NULL, sizeof(*m),
		 writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd,
		 0);
	if (m == MAP_FAILED)
		return NULL;
	if (is_current(m))
		return m;
	munmap(m, sizeof(*m));
	return NULL;
}

/* A file of its own under another name first: readers never see half of it,
 * and whoever has mapped an older one keeps that. */
static int create(const char *path)
{
	struct metrics_file m = { .magic = METRICS_MAGIC,
				  .version = METRICS_VERSION,
				  .size = sizeof(m) };
	struct buf temp = BUF_INIT;
	int fd;

	buf_printf(&temp, "%s.new", path);
	fd = open(temp.data, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	if (fd >= 0 && (write(fd, &m, sizeof(m)) != (ssize_t)sizeof(m) ||
			rename(temp.data, path) != 0)) {
		close(fd);
		fd = -1;
	}
	buf_finish(&temp);
	return fd;
}

static struct metrics_file *open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct metrics_file *m = NULL;

	if (fd >= 0) {
		m = metrics_map(fd, true);
		close(fd);
	}
	if (m)
		return m;
	fd = create(path);
	if (fd >= 0) {
		m = metrics_map(fd, true);
		close(fd);
	}
	return m;
}

void http_metrics_open(const char *dir, const char *pool, int slot)
{
	struct buf path = BUF_INIT;

	if (own)
		munmap(own, sizeof(*own));
	buf_printf(&path, "%s/metrics", dir);
	mkdir(path.data, 0750); /* the open below says what is wrong */
	buf_printf(&path, "/%s-%d", pool, slot);
	own = open_file(path.data);
	if (own) {
		own->pid = getpid();
		own->process_start = metrics_process_start(getpid());
	} else {
		log_warn("requests are not counted: %s: %s", path.data,
			 strerror(errno));
	}
	buf_finish(&path);
}

/* Rows are taken in the order of appearance; the last one is for all names
 * that come too late. */
static struct metrics_row *find_row(const char *protocol)
{
	struct metrics_row *row = own->rows;
	int i;

	for (i = 0; i < METRICS_ROWS - 1; i++, row++) {
		if (!row->name[0]) {
			snprintf(row->name, sizeof(row->name), "%s", protocol);
			return row;
		}
		if (strncmp(row->name, protocol, sizeof(row->name) - 1) == 0)
			return row;
	}
	snprintf(row->name, sizeof(row->name), "other");
	return row;
}

/* One process writes a file, others read it: relaxed adds are enough. */
static void add(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

void http_metrics_count(const char *protocol, int status, int64_t micros)
{
	struct metrics_row *row;
	int bucket = 0;

	if (!own)
		return;
	row = find_row(protocol);
	while (bucket < METRICS_BUCKETS - 1 && micros > metrics_bounds[bucket])
		bucket++;
	add(&row->status[status >= 100 && status < 600 ? status / 100 : 0], 1);
	add(&row->bucket[bucket], 1);
	add(&row->micros, micros > 0 ? (uint64_t)micros : 0);
}
