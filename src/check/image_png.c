// SPDX-License-Identifier: GPL-3.0-or-later
/* PNG by libpng: pixels only, every other chunk is passed over. */
#include <png.h>

#include "check/image_part.h"

struct png {
	png_structp png;
	png_infop info;
	struct image_work *work;
	size_t at;
	uint8_t *rgba; /* a row, or the whole image where it is interlaced */
	uint8_t *rgb;
	bool alpha;
};

static void quiet(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void fail(png_structp png, png_const_charp text)
{
	(void)text;
	png_longjmp(png, 1);
}

static void take(png_structp png, png_bytep out, size_t n)
{
	struct png *p = png_get_io_ptr(png);

	if (n > p->work->len - p->at)
		png_error(png, "end of file");
	memcpy(out, p->work->bytes + p->at, n);
	p->at += n;
}

/* Compressed text and profiles are nothing to us, and bombs to some. */
static void set_limits(struct png *p)
{
	static const png_byte keep[] = "tRNS";

	png_set_user_limits(p->png, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX);
	png_set_chunk_cache_max(p->png, 16);
	png_set_chunk_malloc_max(p->png, 1024 * 1024);
	png_set_keep_unknown_chunks(p->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
	png_set_keep_unknown_chunks(p->png, PNG_HANDLE_CHUNK_AS_DEFAULT, keep,
				    1);
	/* a wrong checksum of a chunk that is passed over harms nobody */
	png_set_crc_action(p->png, PNG_CRC_DEFAULT, PNG_CRC_QUIET_USE);
}

/* 8 bits a sample, RGB, and A where there is any. */
static int set_form(struct png *p)
{
	int type;

	png_read_info(p->png, p->info);
	if ((int)png_get_image_width(p->png, p->info) != p->work->head.width ||
	    (int)png_get_image_height(p->png, p->info) != p->work->head.height)
		png_error(p->png, "another head");
	type = png_get_color_type(p->png, p->info);
	p->alpha = (type & PNG_COLOR_MASK_ALPHA) ||
		   png_get_valid(p->png, p->info, PNG_INFO_tRNS);
	png_set_scale_16(p->png);
	png_set_expand(p->png);
	if (!(type & PNG_COLOR_MASK_COLOR))
		png_set_gray_to_rgb(p->png);
	if (!p->alpha)
		png_set_filler(p->png, 0xff, PNG_FILLER_AFTER);
	return png_set_interlace_handling(p->png);
}

static void hand_over(struct png *p, int y, const uint8_t *rgba)
{
	uint8_t *to = p->rgb;
	int x, i;

	for (x = 0; x < p->work->head.width; x++, rgba += 4) {
		int a = rgba[3];

		for (i = 0; i < 3; i++)
			*to++ = (uint8_t)((rgba[i] * a + 255 * (255 - a)) /
					  255);
	}
	image_row_full(p->work, y, p->rgb);
}

static void read_rows(struct png *p)
{
	struct image_work *w = p->work;
	size_t row = (size_t)w->head.width * 4;
	int y, pass, passes = set_form(p);

	png_read_update_info(p->png, p->info);
	if (png_get_rowbytes(p->png, p->info) != row)
		png_error(p->png, "another form");
	w->cut_ok = passes == 1;
	p->rgb = mem_alloc((size_t)w->head.width * 3);
	p->rgba = mem_alloc(passes > 1 ? row * (size_t)w->head.height : row);
	if (passes == 1) {
		for (y = 0; y < w->head.height; y++, w->rows = y) {
			png_read_row(p->png, p->rgba, NULL);
			hand_over(p, y, p->rgba);
		}
		return;
	}
	for (pass = 0; pass < passes; pass++) {
		for (y = 0; y < w->head.height; y++)
			png_read_row(p->png, p->rgba + (size_t)y * row, NULL);
	}
	for (y = 0; y < w->head.height; y++, w->rows = y)
		hand_over(p, y, p->rgba + (size_t)y * row);
}

/* An error among the last rows is left to the caller's rule. */
int image_png(struct image_work *w)
{
	struct png *p = mem_alloc(sizeof(*p));

	p->work = w;
	w->why = "the PNG data are broken";
	w->full_rows = w->head.height;
	p->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, fail,
					quiet);
	p->info = p->png ? png_create_info_struct(p->png) : NULL;
	if (p->info && !setjmp(png_jmpbuf(p->png))) {
		png_set_read_fn(p->png, p, take);
		set_limits(p);
		read_rows(p);
	}
	png_destroy_read_struct(&p->png, &p->info, NULL);
	free(p->rgba);
	free(p->rgb);
	free(p);
	return w->rows ? 0 : -1;
}
