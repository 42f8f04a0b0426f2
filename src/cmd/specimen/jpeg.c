// SPDX-License-Identifier: GPL-3.0-or-later
/* A picture as a JPEG file, as phones write it. */
#include <stdio.h>
#include <jpeglib.h>

#include "cmd/specimen/jpeg.h"

void jpeg_write(struct buf *out, const struct canvas *c, int quality)
{
	struct jpeg_compress_struct j;
	struct jpeg_error_mgr error;
	unsigned char *bytes = NULL;
	unsigned long len = 0;

	j.err = jpeg_std_error(&error);
	jpeg_create_compress(&j);
	jpeg_mem_dest(&j, &bytes, &len);
	j.image_width = (JDIMENSION)c->width;
	j.image_height = (JDIMENSION)c->height;
	j.input_components = 3;
	j.in_color_space = JCS_RGB;
	jpeg_set_defaults(&j);
	jpeg_set_quality(&j, quality, TRUE);
	jpeg_start_compress(&j, TRUE);
	while (j.next_scanline < j.image_height) {
		JSAMPROW row = c->rgb + 3 * (size_t)c->width * j.next_scanline;

		jpeg_write_scanlines(&j, &row, 1);
	}
	jpeg_finish_compress(&j);
	jpeg_destroy_compress(&j);
	buf_add(out, bytes, len);
	free(bytes);
}
