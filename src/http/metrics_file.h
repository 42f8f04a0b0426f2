// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside metrics: the file of a worker. */
#ifndef HTTP_METRICS_FILE_H
#define HTTP_METRICS_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define METRICS_MAGIC "VSMETRIC"

enum {
	METRICS_VERSION = 1, /* another layout needs another number */
	METRICS_ROWS = 17,   /* 16 protocols and "other" */
	METRICS_CLASSES = 6, /* 1xx to 5xx; 0 for anything else */
	METRICS_BUCKETS = 15
};

struct metrics_row {
	char name[24];
	uint64_t status[METRICS_CLASSES];
	uint64_t bucket[METRICS_BUCKETS]; /* not cumulative */
	uint64_t micros;
};

struct metrics_file {
	char magic[8];
	uint32_t version;
	uint32_t size;
	int64_t pid;
	uint64_t process_start; /* tells a pid that was used again */
	struct metrics_row rows[METRICS_ROWS];
};

/* Upper bounds of the buckets in microseconds; the last has none. */
extern const int64_t metrics_bounds[METRICS_BUCKETS - 1];

/* NULL where the file isn't of this version. munmap(2) it. */
struct metrics_file *metrics_map(int fd, bool writable);

/* Clock ticks since boot (proc(5), starttime); 0 where there is no such
 * process. */
uint64_t metrics_process_start(pid_t pid);

#endif
