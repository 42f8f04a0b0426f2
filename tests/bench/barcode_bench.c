// SPDX-License-Identifier: GPL-3.0-or-later
/* Measures the barcode reader: barcode-bench MS PHOTO…, with so much of the
 * processor's time for each. */
#include <math.h>

#include "base/clock.h"
#include "base/str.h"
#include "check/barcode.h"

int main(int argc, char **argv)
{
	double ms = 0, most = 0, took;
	int64_t budget, began;
	int read = 0, i;

	if (argc < 3 || str_int(argv[1], 1, 100000, &budget))
		return 2;
	for (i = 2; i < argc; i++) {
		struct buf file = BUF_INIT;
		struct barcode code;
		struct image image;
		const char *why;

		if (buf_file(&file, argv[i], 64 << 20) ||
		    image_decode(file.data, file.len, &image, &why))
			return 1;
		began = clock_cpu_us();
		barcode_read(&image, budget, &code);
		took = (double)(clock_cpu_us() - began) / 1e3;
		read += code.bytes != NULL;
		ms += took;
		most = fmax(most, took);
		printf("%s: %s, %d views, %.0f ms\n", argv[i],
		       code.bytes ? "read" : "not read", code.tries, took);
		barcode_finish(&code);
		image_finish(&image);
		buf_finish(&file);
	}
	printf("%d photos: %d read, %.0f ms (at most %.0f)\n", argc - 2, read,
	       ms / (argc - 2), most);
	return 0;
}
