// SPDX-License-Identifier: GPL-3.0-or-later
/* Measures the signs of screens and of editing on photos:
 *   signal-bench PHOTO…
 * prints a line a photo, and of each sign how many photos it sees, of how many
 * that it tells of, the tenths of its values, and the processor's time. */
#include "base/clock.h"
#include "check/signal.h"

static void recapture(const struct image *image, const struct buf *file,
		      struct signal *out)
{
	(void)file;
	recapture_measure(image, out);
}

static void software(const struct image *image, const struct buf *file,
		     struct signal *out)
{
	(void)image;
	editing_software(file->data, file->len, out);
}

static void noise(const struct image *image, const struct buf *file,
		  struct signal *out)
{
	(void)file;
	editing_noise(image, out);
}

static void compression(const struct image *image, const struct buf *file,
			struct signal *out)
{
	editing_compression(image, file->data, file->len, out);
}

static const struct sign {
	const char *name;
	void (*measure)(const struct image *image, const struct buf *file,
			struct signal *out);
} signs[] = {
	{ "recapture", recapture },
	{ "software", software },
	{ "noise", noise },
	{ "compression", compression },
};

/* Of one sign on all photos. */
static struct tally {
	double *values; /* where it tells */
	int told, seen, clear;
	double ms, most;
} tallies[ARRAY_SIZE(signs)];

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(const struct image *image, const struct buf *file)
{
	size_t k;

	for (k = 0; k < ARRAY_SIZE(signs); k++) {
		struct tally *t = &tallies[k];
		int64_t began = clock_cpu_us();
		struct signal s;
		double ms;

		signs[k].measure(image, file, &s);
		ms = (double)(clock_cpu_us() - began) / 1e3;
		t->ms += ms;
		t->most = ms > t->most ? ms : t->most;
		printf(" %.2f %s", s.value, signal_verdict_name(s.verdict));
		if (s.verdict != SIGNAL_UNKNOWN)
			t->values[t->told++] = s.value;
		t->seen += s.verdict == SIGNAL_CONSIDER;
		t->clear += s.verdict == SIGNAL_CLEAR;
	}
	printf("\n");
}

static void print_tally(size_t k, int photos)
{
	struct tally *t = &tallies[k];
	size_t n = (size_t)t->told, i;

	qsort(t->values, n, sizeof(double), by_value);
	printf("%s: consider %d, clear %d, unknown %d; ms %.0f, most %.0f;",
	       signs[k].name, t->seen, t->clear, photos - t->told,
	       t->ms / photos, t->most);
	for (i = 0; n && i <= 10; i++)
		printf(" %.2f", t->values[(n - 1) * i / 10]);
	printf("\n");
}

int main(int argc, char **argv)
{
	size_t k;
	int i;

	for (k = 0; k < ARRAY_SIZE(signs); k++)
		tallies[k].values =
			mem_alloc((size_t)(argc + 1) * sizeof(double));
	for (i = 1; i < argc; i++) {
		struct buf file = BUF_INIT;
		struct image image;
		const char *why;

		if (buf_file(&file, argv[i], 64 << 20) ||
		    image_decode(file.data, file.len, &image, &why)) {
			fprintf(stderr, "%s can't be read\n", argv[i]);
			return 1;
		}
		printf("%s", argv[i]);
		measure(&image, &file);
		image_finish(&image);
		buf_finish(&file);
	}
	for (k = 0; i > 1 && k < ARRAY_SIZE(signs); k++)
		print_tally(k, argc - 1);
	return argc < 2;
}
