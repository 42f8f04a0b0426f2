// SPDX-License-Identifier: GPL-3.0-or-later
/* JPEG by libjpeg: bounded memory, bounded scans, every loss noticed. */
/* before our own: its macros call what is banned here */
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
#include <setjmp.h>

#include "check/image_part.h"

enum {
	MEMORY_MAX = 320 * 1024 * 1024,
	SCANS_MAX = 100,
	SCAN_PIXELS_MAX = 1000 * 1000 * 1000 /* scans times pixels */
};

struct jpeg {
	struct jpeg_decompress_struct c;
	struct jpeg_error_mgr error;
	struct jpeg_source_mgr source;
	struct jpeg_progress_mgr progress;
	jmp_buf escape;
	struct image_work *work;
	int lost; /* the first row that is not from the file, or -1 */
	uint8_t *cmyk;
};

static void fail(j_common_ptr c)
{
	struct jpeg *j = c->client_data;

	longjmp(j->escape, 1);
}

static void lose(struct jpeg *j)
{
	if (j->lost < 0)
		j->lost = (int)j->c.output_scanline;
}

/* Warnings: only missing data counts. */
static void notice(j_common_ptr c, int level)
{
	if (level < 0 && (c->err->msg_code == JWRN_HIT_MARKER ||
			  c->err->msg_code == JWRN_JPEG_EOF))
		lose(c->client_data);
}

static void print_nothing(j_common_ptr c)
{
	(void)c;
}

static void source_nothing(j_decompress_ptr c)
{
	(void)c;
}

/* The whole file was there from the start: this is behind its end. */
static boolean source_fill(j_decompress_ptr c)
{
	static const JOCTET end[] = { 0xff, JPEG_EOI };

	lose(c->client_data);
	c->src->next_input_byte = end;
	c->src->bytes_in_buffer = sizeof(end);
	return TRUE;
}

static void source_skip(j_decompress_ptr c, long n)
{
	if (n <= 0)
		return;
	if ((size_t)n > c->src->bytes_in_buffer) {
		source_fill(c);
		return;
	}
	c->src->next_input_byte += n;
	c->src->bytes_in_buffer -= (size_t)n;
}

/* A small file can ask for thousands of passes over a large image. */
static void watch_scans(j_common_ptr common)
{
	struct jpeg *j = common->client_data;
	int64_t scans = j->c.input_scan_number;
	int64_t pixels = (int64_t)j->c.image_width * j->c.image_height;

	if (scans <= SCANS_MAX && scans * pixels <= SCAN_PIXELS_MAX)
		return;
	j->work->why = "the image has too many scans";
	longjmp(j->escape, 1);
}

static void start(struct jpeg *j)
{
	struct jpeg_decompress_struct *c = &j->c;
	struct image_work *w = j->work;

	jpeg_create_decompress(c);
	c->client_data = j;
	c->mem->max_memory_to_use = MEMORY_MAX;
	j->source = (struct jpeg_source_mgr){
		.next_input_byte = w->bytes,
		.bytes_in_buffer = w->len,
		.init_source = source_nothing,
		.fill_input_buffer = source_fill,
		.skip_input_data = source_skip,
		.resync_to_restart = jpeg_resync_to_restart,
		.term_source = source_nothing,
	};
	c->src = &j->source;
	j->progress.progress_monitor = watch_scans;
	c->progress = &j->progress;
	jpeg_read_header(c, TRUE);
	if ((int)c->image_width != w->head.width ||
	    (int)c->image_height != w->head.height)
		longjmp(j->escape, 1);
	c->out_color_space = c->num_components == 4 ? JCS_CMYK : JCS_RGB;
	c->scale_num = 1;
	c->scale_denom = (unsigned)w->shrink;
	jpeg_start_decompress(c);
	if ((int)c->output_width != w->width ||
	    (int)c->output_height != w->height)
		longjmp(j->escape, 1);
}

/* Adobe's files hold the inks the other way round. */
static void from_cmyk(const struct jpeg *j, const uint8_t *p, uint8_t *rgb)
{
	int flip = j->c.saw_Adobe_marker ? 0 : 255;
	int x, i;

	for (x = 0; x < j->work->width; x++, p += 4) {
		for (i = 0; i < 3; i++)
			*rgb++ = (uint8_t)((p[i] ^ flip) * (p[3] ^ flip) / 255);
	}
}

static void read_rows(struct jpeg *j)
{
	struct image_work *w = j->work;
	JSAMPROW row;
	int y;

	if (j->c.out_color_space == JCS_CMYK)
		j->cmyk = mem_alloc((size_t)w->width * 4);
	row = j->cmyk ? j->cmyk : w->pair;
	for (y = 0; y < w->height; y++) {
		jpeg_read_scanlines(&j->c, &row, 1);
		if (j->cmyk)
			from_cmyk(j, j->cmyk, w->pair);
		image_row(w, y, w->pair);
	}
}

int image_jpeg(struct image_work *w)
{
	struct jpeg *j = mem_alloc(sizeof(*j));
	int rc = -1;

	j->work = w;
	j->lost = -1;
	w->why = "the JPEG data are broken";
	w->cut_ok = true;
	w->full_rows = w->height;
	j->c.err = jpeg_std_error(&j->error);
	j->c.client_data = j;
	j->error.error_exit = fail;
	j->error.emit_message = notice;
	j->error.output_message = print_nothing;
	if (!setjmp(j->escape)) {
		start(j);
		read_rows(j);
		rc = 0;
	}
	w->rows = j->lost < 0 ? w->height : j->lost;
	jpeg_destroy_decompress(&j->c);
	free(j->cmyk);
	free(j);
	return rc;
}
