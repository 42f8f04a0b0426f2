// SPDX-License-Identifier: GPL-3.0-or-later
/* libFuzzer: the heads of image files and, where they are small, the pixels. */
#include "check/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { DECODED_MAX = 256 * 256 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct image_head head;
	struct image image;
	const char *why;

	if (image_head(bytes, len, &head, &why)) {
		if (!why)
			abort();
		return 0;
	}
	if (head.width < 1 || head.height < 1 || head.orientation < 1 ||
	    head.orientation > 8)
		abort();
	if (head.width * head.height > DECODED_MAX)
		return 0;
	if (!image_decode(bytes, len, &image, &why) &&
	    image.width * image.height != head.width * head.height)
		abort();
	image_finish(&image);
	return 0;
}
