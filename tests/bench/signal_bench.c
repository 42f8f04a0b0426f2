// SPDX-License-Identifier: GPL-3.0-or-later
/* Measures the signs of screens and of editing on photos:
 *   signal-bench PHOTO…
 * prints a line a photo, and of all how many each sign sees. */
#include "base/clock.h"
#include "check/signal.h"

static const char *const names[] = { "recapture", "software", "noise" };

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	double *values[3], ms = 0;
	int seen[3] = { 0 }, told[3] = { 0 }, i, k;

	for (k = 0; k < 3; k++)
		values[k] = mem_alloc((size_t)(argc + 1) * sizeof(double));
	for (i = 1; i < argc; i++) {
		struct buf file = BUF_INIT;
		struct signal s[3];
		struct image image;
		const char *why;
		int64_t began;

		if (buf_file(&file, argv[i], 64 << 20) ||
		    image_decode(file.data, file.len, &image, &why))
			return 1;
		began = clock_cpu_us();
		recapture_measure(&image, &s[0]);
		editing_measure(&image, file.data, file.len, s + 1);
		ms += (double)(clock_cpu_us() - began) / 1e3;
		printf("%s", argv[i]);
		for (k = 0; k < 3; k++) {
			printf(" %.2f %s", s[k].value,
			       signal_verdict_name(s[k].verdict));
			if (s[k].verdict != SIGNAL_UNKNOWN)
				values[k][told[k]++] = s[k].value;
			seen[k] += s[k].verdict == SIGNAL_CONSIDER;
		}
		printf("\n");
		image_finish(&image);
		buf_finish(&file);
	}
	for (k = 0; k < 3; k++) {
		size_t n = (size_t)told[k];

		qsort(values[k], n, sizeof(double), by_value);
		printf("%s: %d of %d, unknown %d", names[k], seen[k], told[k],
		       argc - 1 - told[k]);
		for (i = 0; n && i <= 10; i++)
			printf(" %.2f", values[k][(n - 1) * (size_t)i / 10]);
		printf("\n");
		free(values[k]);
	}
	printf("%.0f ms\n", ms / (argc - 1));
	return 0;
}
