// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe selftest documents: how well documents are read on photos that are
 * drawn for it, beside Debian's Tesseract. */
#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "cmd/tool/selftest.h"
#include "cmd/tool/tool.h"

enum reader { READER_CHILD, READER_PAGE, READER_STRIP, READERS };

enum { SEEDS_MAX = 1000, ROWS_MAX = 40, JOBS_MAX = 16, LEVELS = 3, TURNS = 4 };

/* Ctrl-C, which every process of the group hears: what was done until then is
 * told. */
static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
	stopped = signal_number;
}

static const char *const formats[] = { "TD1", "TD2", "TD3", "MRV-A", "MRV-B" };
static const char *const levels[LEVELS] = { "easy", "medium", "hard" };

/* A round has so many photos of each, one a seed. */
static const struct set {
	const char *name;
	int photos;
	bool by_format; /* a row each, and one for all of them */
	bool by_level;
} sets[] = {
	{ "plain", 15, true, true },   { "glare", 6, false, false },
	{ "fold", 6, false, false },   { "blank", 10, false, false },
	{ "barcode", 3, false, true },
};

struct total {
	size_t photos, exact, accepted, wrong, failed;
	double ms, ms_most, cpu_ms, cpu_most, peak_mb;
};

struct row {
	char name[40];
	struct total of[READERS];
};

/* The last row is that of all. */
struct found {
	struct row rows[ROWS_MAX];
};

struct bench {
	const char *keep;
	bool tesseract;
	bool wanted[ARRAY_SIZE(sets)];
	int64_t first, last, jobs;
	size_t row_count;
	struct found found;
};

static struct row *row_named(struct bench *b, const char *name)
{
	size_t i = 0;

	while (i < b->row_count && strcmp(b->found.rows[i].name, name) != 0)
		i++;
	if (i == b->row_count) {
		str_copy(b->found.rows[i].name, sizeof(b->found.rows[i].name),
			 name);
		b->row_count++;
	}
	return &b->found.rows[i];
}

/* All of a set, in the order in which they are printed. */
static void add_rows(struct bench *b, const struct set *set)
{
	char name[40];
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(formats) && set->by_format; i++) {
		for (k = 0; k < LEVELS; k++) {
			snprintf(name, sizeof(name), "%s %s", formats[i],
				 levels[k]);
			row_named(b, name);
		}
	}
	for (k = 0; k < LEVELS && !set->by_format; k++) {
		snprintf(name, sizeof(name), "%s %s", set->name, levels[k]);
		row_named(b, name);
	}
	row_named(b, set->name);
}

static void add(struct row *row, const struct reading *readings)
{
	size_t i;

	for (i = 0; i < READERS; i++) {
		const struct reading *r = &readings[i];
		struct total *t = &row->of[i];

		t->photos += i == READER_CHILD || r->ran;
		t->failed += i == READER_CHILD && !r->ran;
		t->exact += r->exact;
		t->accepted += r->accepted;
		t->wrong += r->wrong;
		t->ms += r->ms;
		t->cpu_ms += r->cpu_ms;
		if (r->ms > t->ms_most)
			t->ms_most = r->ms;
		if (r->cpu_ms > t->cpu_most)
			t->cpu_most = r->cpu_ms;
		if (r->peak_mb > t->peak_mb)
			t->peak_mb = r->peak_mb;
	}
}

/* Its own row, and the one of the whole set. */
static void count(struct bench *b, const struct set *set, const char *format,
		  const char *level, const struct reading *readings)
{
	char name[40];

	snprintf(name, sizeof(name), "%s %s",
		 set->by_format ? format : set->name, level);
	add(row_named(b, name), readings);
	add(row_named(b, set->name), readings);
	add(&b->found.rows[ROWS_MAX - 1], readings);
}

/* Drawn, or as it was kept before. */
static int take_photo(const struct bench *b, const char *set,
		      const char *format, const char *level, int64_t seed,
		      int i, struct specimen *out)
{
	int turn = (int)((i + seed) % TURNS) * 90;

	if (b->keep && !b->tesseract &&
	    !specimen_find(b->keep, set, seed, i, out))
		return 0;
	if (specimen_make(set, format, level, turn, seed, i, out))
		return -1;
	if (!b->keep || !specimen_keep(out, b->keep))
		return 0;
	fprintf(stderr, "vouchsafe: %s: %s\n", b->keep, strerror(errno));
	return -1;
}

static int try_photo(struct bench *b, const struct set *set, int64_t seed,
		     int i)
{
	const char *format = formats[i % (int)ARRAY_SIZE(formats)];
	const char *level = levels[set->by_format ? i / 5 : i % LEVELS];
	struct reading readings[READERS] = { { .ms = -1 } };
	struct specimen s;
	int rc;

	/* papers without a zone come in three kinds */
	if (!strcmp(set->name, "blank"))
		format = formats[i / LEVELS % 3];
	rc = take_photo(b, set->name, format, level, seed, i, &s);
	if (!rc) {
		read_by_child(&s, &readings[READER_CHILD]);
		if (b->tesseract && strcmp(set->name, "barcode") != 0) {
			read_page_by_tesseract(&s, &readings[READER_PAGE]);
			read_strip_by_tesseract(&s, &readings[READER_STRIP]);
		}
	}
	if (!rc && !stopped)
		count(b, set, format, level, readings);
	specimen_finish(&s);
	return rc && !stopped ? -1 : 0;
}

/* Workers share the photos: each takes every Nth. */
struct worker {
	struct bench *bench;
	int64_t index;
};

static int try_photos(struct bench *b, int64_t index)
{
	int64_t seed, n = 0;
	size_t i;
	int k;

	for (seed = b->first; seed <= b->last; seed++) {
		for (i = 0; i < ARRAY_SIZE(sets); i++) {
			for (k = 0; k < sets[i].photos && b->wanted[i]; k++) {
				if (n++ % b->jobs == index && !stopped &&
				    try_photo(b, &sets[i], seed, k))
					return -1;
			}
		}
	}
	return 0;
}

/* What it found goes to the parent as it stands in memory. */
static int work(const void *of)
{
	const struct worker *w = of;
	struct bench *b = w->bench;
	const size_t n = sizeof(b->found);

	if (try_photos(b, w->index))
		return 1;
	return write(STDOUT_FILENO, &b->found, n) == (ssize_t)n ? 0 : 1;
}

static void add_total(struct total *to, const struct total *t)
{
	to->photos += t->photos;
	to->exact += t->exact;
	to->accepted += t->accepted;
	to->wrong += t->wrong;
	to->failed += t->failed;
	to->ms += t->ms;
	to->cpu_ms += t->cpu_ms;
	to->ms_most = t->ms_most > to->ms_most ? t->ms_most : to->ms_most;
	to->cpu_most = t->cpu_most > to->cpu_most ? t->cpu_most : to->cpu_most;
	to->peak_mb = t->peak_mb > to->peak_mb ? t->peak_mb : to->peak_mb;
}

static int collect(struct bench *b, struct apart *a)
{
	struct found found;
	size_t i, k;
	int rc = apart_end(a);

	if (!rc && a->out.len == sizeof(found)) {
		memcpy(&found, a->out.data, sizeof(found));
		for (i = 0; i < ROWS_MAX; i++) {
			for (k = 0; k < READERS; k++)
				add_total(&b->found.rows[i].of[k],
					  &found.rows[i].of[k]);
		}
	}
	buf_finish(&a->out);
	return rc;
}

static int try_all(struct bench *b)
{
	struct worker workers[JOBS_MAX];
	struct apart parts[JOBS_MAX];
	int64_t i;
	int rc = 0;

	signal(SIGINT, stop);
	for (i = 0; i < b->jobs; i++) {
		workers[i] = (struct worker){ b, i };
		parts[i] = (struct apart){ .act = work,
					   .of = &workers[i],
					   .out = BUF_INIT };
		apart_start(&parts[i]);
	}
	for (i = 0; i < b->jobs; i++)
		rc |= collect(b, &parts[i]);
	return rc;
}

static double percent(size_t n, size_t of)
{
	return of ? 100.0 * (double)n / (double)of : 0;
}

/* exact, accepted, wrong, ms in the mean and at most, MB */
static void print_reader(const struct total *t)
{
	double n = (double)t->photos;

	if (!t->photos)
		printf(" |     -     -   -     -     -    -");
	else
		printf(" | %5.1f %5.1f %3zu %5.0f %5.0f %4.0f",
		       percent(t->exact, t->photos),
		       percent(t->accepted, t->photos), t->wrong, t->ms / n,
		       t->ms_most, t->peak_mb);
}

static void print_row(const struct row *row, bool tesseract)
{
	size_t i, n = tesseract ? READERS : READER_CHILD + 1;

	if (!row->of[READER_CHILD].photos)
		return;
	printf("%-14s %4zu", row->name, row->of[READER_CHILD].photos);
	for (i = 0; i < n; i++)
		print_reader(&row->of[i]);
	putchar('\n');
}

static void print_head(bool tesseract)
{
	static const char columns[] = " | exact  acc. wrg    ms  most   MB";

	printf("%-19s | %-34s", "", "Vouchsafe");
	if (tesseract)
		printf("| %-34s| %s", "Tesseract, the page",
		       "Tesseract, the zone cut out");
	printf("\n%-14s %4s%s%s%s\n", "photos", "n", columns,
	       tesseract ? columns : "", tesseract ? columns : "");
}

static void print_legend(const struct total *all)
{
	puts("\nexact: % with every character (of a barcode: byte) right;"
	     " acc.: % accepted, every\ncheck digit right and nothing in doubt;"
	     " wrg: accepted with a wrong number or date;\nms: CPU a photo, in"
	     " the mean and at most, for the zone or barcode alone (Tesseract:"
	     "\nthe process); MB: the process at most.");
	printf("The whole child (start, decoding, quality, zone, barcode and"
	       " the rest): %.0f ms CPU\na photo in the mean, %.0f at most.\n",
	       all->cpu_ms / (double)(all->photos + !all->photos),
	       all->cpu_most);
	if (all->failed)
		printf("The check could not run on %zu photos.\n", all->failed);
}

static void print_table(const struct bench *b)
{
	size_t i;

	print_head(b->tesseract);
	for (i = 0; i < b->row_count; i++)
		print_row(&b->found.rows[i], b->tesseract);
	print_legend(&b->found.rows[ROWS_MAX - 1].of[READER_CHILD]);
}

/* "7" or "1-20". */
static int take_seeds(struct tool *t, struct bench *b)
{
	const char *text = tool_value(t, "--seeds");
	const char *dash = strchr(text, '-');
	char first[24];

	str_copy(first, sizeof(first), text);
	if (dash && (size_t)(dash - text) < sizeof(first))
		first[dash - text] = '\0';
	if (str_int(first, 0, INT32_MAX - SEEDS_MAX, &b->first) ||
	    str_int(dash ? dash + 1 : first, b->first, b->first + SEEDS_MAX,
		    &b->last))
		return fault_field(&t->fault, "--seeds",
				   "must be a number, or FIRST-LAST");
	return 0;
}

static int take_sets(struct tool *t, struct bench *b)
{
	const char *text = tool_value(t, "--sets");
	size_t i, n;

	while (*text) {
		n = strcspn(text, ",");
		for (i = 0; i < ARRAY_SIZE(sets); i++) {
			if (strlen(sets[i].name) == n &&
			    !strncmp(sets[i].name, text, n))
				break;
		}
		if (i == ARRAY_SIZE(sets))
			return fault_field(&t->fault, "--sets",
					   "has a set that there isn't");
		b->wanted[i] = true;
		add_rows(b, &sets[i]);
		text += n + (text[n] == ',');
	}
	return 0;
}

static int take_options(struct tool *t, struct bench *b)
{
	const char *tesseract = tool_value(t, "--tesseract");

	b->keep = tool_value(t, "--keep");
	b->keep = *b->keep ? b->keep : NULL;
	if (b->keep && mkdir(b->keep, 0700) && errno != EEXIST)
		return fault_field(&t->fault, "--keep", "cannot be made");
	b->tesseract = !strcmp(tesseract, "yes");
	if (!b->tesseract && strcmp(tesseract, "no") != 0)
		return fault_field(&t->fault, "--tesseract",
				   "must be yes or no");
	if (str_int(tool_value(t, "--jobs"), 1, JOBS_MAX, &b->jobs))
		return fault_field(&t->fault, "--jobs",
				   "must be a number from 1 to 16");
	return take_sets(t, b) || take_seeds(t, b) ? -1 : 0;
}

int tool_selftest_documents(struct tool *t)
{
	struct bench b = { .row_count = 0 };

	if (take_options(t, &b))
		return tool_fail(t);
	if (try_all(&b)) {
		fputs("vouchsafe: the self-test did not end well\n", stderr);
		return 1;
	}
	print_table(&b);
	return 0;
}
