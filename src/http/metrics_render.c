// SPDX-License-Identifier: GPL-3.0-or-later
/* Counters of the workers: the sum in the Prometheus text format. */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "http/metrics.h"
#include "http/metrics_file.h"

enum { TOTAL_ROWS = 64, PROC_TEXT = 4096 };

struct total {
	struct metrics_row rows[TOTAL_ROWS];
	int count;
	struct buf workers; /* lines of live workers, by family */
	struct buf resident;
	struct buf private;
};

/* The beginning of a file of /proc; "" where it can't be read. */
static void read_proc(pid_t pid, const char *name, char out[PROC_TEXT])
{
	char path[64];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, out, PROC_TEXT - 1);
		close(fd);
	}
	out[n > 0 ? n : 0] = '\0';
}

/* Field 22 of /proc/PID/stat; the name in field 2 may hold blanks. */
uint64_t metrics_process_start(pid_t pid)
{
	char text[PROC_TEXT];
	const char *p;
	int field;

	read_proc(pid, "stat", text);
	p = strrchr(text, ')');
	for (field = 2; p && field < 22; field++) {
		p = strchr(p, ' ');
		if (p)
			p++;
	}
	return p ? strtoull(p, NULL, 10) : 0;
}

static int64_t kilobytes(const char *text, const char *label)
{
	const char *p = strstr(text, label);

	return p ? (int64_t)strtoll(p + strlen(label), NULL, 10) : 0;
}

static struct metrics_row *total_row(struct total *t, const char *name)
{
	int i;

	for (i = 0; i < t->count; i++) {
		if (strcmp(t->rows[i].name, name) == 0)
			return &t->rows[i];
	}
	if (t->count == TOTAL_ROWS)
		return NULL;
	str_copy(t->rows[t->count].name, sizeof(t->rows[0].name), name);
	return &t->rows[t->count++];
}

static uint64_t load(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

static void add_row(struct total *t, const struct metrics_row *row)
{
	char name[sizeof(row->name)];
	struct metrics_row *sum;
	int i;

	memcpy(name, row->name, sizeof(name));
	name[sizeof(name) - 1] = '\0';
	sum = name[0] ? total_row(t, name) : NULL;
	if (!sum)
		return;
	for (i = 0; i < METRICS_CLASSES; i++)
		sum->status[i] += load(&row->status[i]);
	for (i = 0; i < METRICS_BUCKETS; i++)
		sum->bucket[i] += load(&row->bucket[i]);
	sum->micros += load(&row->micros);
}

static void sample(struct buf *b, const char *family, const char *pool,
		   size_t pool_len, const char *slot, int64_t value)
{
	buf_printf(b, "%s{pool=\"%.*s\",slot=\"%s\"} %" PRId64 "\n", family,
		   (int)pool_len, pool, slot, value);
}

static void add_process(struct total *t, const struct metrics_file *m,
			const char *file)
{
	const char *slot = strrchr(file, '-') + 1;
	size_t pool_len = (size_t)(slot - file) - 1;
	char text[PROC_TEXT];
	int64_t private;

	if (!m->process_start ||
	    metrics_process_start((pid_t)m->pid) != m->process_start)
		return;
	sample(&t->workers, "vouchsafe_worker_up", file, pool_len, slot, 1);
	read_proc((pid_t)m->pid, "smaps_rollup", text);
	if (!*text)
		return;
	private = kilobytes(text, "\nPrivate_Clean:") +
		  kilobytes(text, "\nPrivate_Dirty:");
	sample(&t->resident, "vouchsafe_worker_resident_bytes", file, pool_len,
	       slot, kilobytes(text, "\nRss:") * 1024);
	sample(&t->private, "vouchsafe_worker_private_bytes", file, pool_len,
	       slot, private * 1024);
}

/* POOL-SLOT, and nothing that would break a label. */
static int is_metrics_name(const struct dirent *d)
{
	const char *dash = strrchr(d->d_name, '-');
	size_t len = strlen(d->d_name);

	return dash && dash > d->d_name && dash[1] &&
	       strspn(dash + 1, "0123456789") == strlen(dash + 1) &&
	       strcspn(d->d_name, "\"\\\n") == len;
}

static void add_file(struct total *t, int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
	struct metrics_file *m = fd < 0 ? NULL : metrics_map(fd, false);
	int i;

	if (fd >= 0)
		close(fd);
	if (!m)
		return;
	for (i = 0; i < METRICS_ROWS; i++)
		add_row(t, &m->rows[i]);
	add_process(t, m, name);
	munmap(m, sizeof(*m));
}

static void head(struct buf *out, const char *family, const char *type,
		 const char *help)
{
	buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family, help, family,
		   type);
}

static void render_requests(const struct total *t, struct buf *out)
{
	static const char *const classes[METRICS_CLASSES] = { "other", "1xx",
							      "2xx",   "3xx",
							      "4xx",   "5xx" };
	int i, c;

	head(out, "vouchsafe_requests_total", "counter",
	     "Requests answered, by protocol and status class.");
	for (i = 0; i < t->count; i++) {
		for (c = 0; c < METRICS_CLASSES; c++) {
			if (!t->rows[i].status[c])
				continue;
			buf_printf(out,
				   "vouchsafe_requests_total{protocol=\"%s\","
				   "status=\"%s\"} %" PRIu64 "\n",
				   t->rows[i].name, classes[c],
				   t->rows[i].status[c]);
		}
	}
}

static void render_durations(const struct metrics_row *row, struct buf *out)
{
	const char *family = "vouchsafe_request_duration_seconds";
	uint64_t sum = 0;
	int b;

	for (b = 0; b < METRICS_BUCKETS; b++) {
		sum += row->bucket[b];
		buf_printf(out, "%s_bucket{protocol=\"%s\",le=\"", family,
			   row->name);
		if (b == METRICS_BUCKETS - 1)
			buf_str(out, "+Inf");
		else
			buf_printf(out, "%g", (double)metrics_bounds[b] / 1e6);
		buf_printf(out, "\"} %" PRIu64 "\n", sum);
	}
	buf_printf(out, "%s_sum{protocol=\"%s\"} %.6f\n", family, row->name,
		   (double)row->micros / 1e6);
	buf_printf(out, "%s_count{protocol=\"%s\"} %" PRIu64 "\n", family,
		   row->name, sum);
}

static void render(const struct total *t, struct buf *out)
{
	int i;

	render_requests(t, out);
	head(out, "vouchsafe_request_duration_seconds", "histogram",
	     "Time from the request read to the answer sent.");
	for (i = 0; i < t->count; i++)
		render_durations(&t->rows[i], out);
	head(out, "vouchsafe_worker_up", "gauge", "Workers that run.");
	buf_add(out, t->workers.data, t->workers.len);
	head(out, "vouchsafe_worker_resident_bytes", "gauge",
	     "Resident memory of a worker.");
	buf_add(out, t->resident.data, t->resident.len);
	head(out, "vouchsafe_worker_private_bytes", "gauge",
	     "Memory of a worker that it shares with no other.");
	buf_add(out, t->private.data, t->private.len);
}

int http_metrics_render(const char *dir, struct buf *out)
{
	struct total *t = mem_alloc(sizeof(*t));
	struct dirent **files = NULL;
	struct buf path = BUF_INIT;
	int n, i, dir_fd;

	buf_printf(&path, "%s/metrics", dir);
	dir_fd = open(path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	n = scandir(path.data, &files, is_metrics_name, alphasort);
	for (i = 0; i < n; i++) {
		if (dir_fd >= 0)
			add_file(t, dir_fd, files[i]->d_name);
		free(files[i]);
	}
	free(files);
	if (dir_fd >= 0) {
		render(t, out);
		close(dir_fd);
	}
	buf_finish(&path);
	buf_finish(&t->workers);
	buf_finish(&t->resident);
	buf_finish(&t->private);
	free(t);
	return dir_fd < 0 ? -1 : 0;
}
