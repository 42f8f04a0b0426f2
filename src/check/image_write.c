// SPDX-License-Identifier: GPL-3.0-or-later
/* Pixels of ours as a file: JPEG by libjpeg, without a temporary file. */
/* before our own: its macros call what is banned here */
#include <stdio.h>
#include <jpeglib.h>

#include "base/mem.h"
#include "check/image_write.h"

enum { ROOM = 16 * 1024 };

/* libjpeg writes straight behind what the buffer has. */
struct sink {
	struct jpeg_destination_mgr manager;
	struct buf *out;
};

static void sink_room(struct sink *s)
{
	s->manager.next_output_byte = (JOCTET *)buf_reserve(s->out, ROOM);
	s->manager.free_in_buffer = ROOM;
}

static void sink_open(j_compress_ptr c)
{
	sink_room((struct sink *)c->dest);
}

static boolean sink_more(j_compress_ptr c)
{
	struct sink *s = (struct sink *)c->dest;

	s->out->len += ROOM;
	sink_room(s);
	return TRUE;
}

static void sink_close(j_compress_ptr c)
{
	struct sink *s = (struct sink *)c->dest;

	s->out->len += ROOM - s->manager.free_in_buffer;
	buf_reserve(s->out, 1)[0] = '\0';
}

void image_write_jpeg(struct buf *out, const uint8_t *rgb, int width,
		      int height, int quality)
{
	struct sink sink = { .out = out };
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr error;
	int y;

	/* what can go wrong here ends the process, as out of memory does */
	c.err = jpeg_std_error(&error);
	jpeg_create_compress(&c);
	sink.manager.init_destination = sink_open;
	sink.manager.empty_output_buffer = sink_more;
	sink.manager.term_destination = sink_close;
	c.dest = &sink.manager;
	c.image_width = (JDIMENSION)width;
	c.image_height = (JDIMENSION)height;
	c.input_components = 3;
	c.in_color_space = JCS_RGB;
	jpeg_set_defaults(&c);
	jpeg_set_quality(&c, quality, TRUE);
	jpeg_start_compress(&c, TRUE);
	for (y = 0; y < height; y++) {
		JSAMPROW row = (JSAMPROW)(rgb + (size_t)y * (size_t)width * 3);

		jpeg_write_scanlines(&c, &row, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
}
