// SPDX-License-Identifier: GPL-3.0-or-later
/* A QR code's modules written by libpng. */
#include <stdbool.h>

#include <png.h>

#include "mail/qr.h"
#include "mail/qr_png.h"

static void write_bytes(png_structp png, png_bytep bytes, png_size_t len)
{
	buf_add(png_get_io_ptr(png), bytes, len);
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

static void stay_silent(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

/* One row of pixels, one byte each; libpng packs them to bits. */
static void paint_row(png_bytep row, const unsigned char *modules, int width,
		      int y, int scale)
{
	int side = width + 2 * QR_QUIET_ZONE, x, i;
	bool dark;

	for (x = 0; x < side; x++) {
		int mx = x - QR_QUIET_ZONE, my = y - QR_QUIET_ZONE;

		dark = mx >= 0 && my >= 0 && mx < width && my < width &&
		       modules[my * width + mx];
		for (i = 0; i < scale; i++)
			row[x * scale + i] = dark ? 0 : 1;
	}
}

/* Apart, so that nothing that longjmp leaves undefined is read again. */
static int write_png(png_structp png, png_infop info,
		     const unsigned char *modules, int width, int scale,
		     png_bytep row)
{
	int side = width + 2 * QR_QUIET_ZONE, y, i;

	if (setjmp(png_jmpbuf(png)))
		return -1;
	png_set_IHDR(png, info, side * scale, side * scale, 1,
		     PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	png_set_packing(png);
	for (y = 0; y < side; y++) {
		paint_row(row, modules, width, y, scale);
		for (i = 0; i < scale; i++)
			png_write_row(png, row);
	}
	png_write_end(png, info);
	return 0;
}

int qr_png(const char *text, int scale, struct buf *out)
{
	int width, rc = -1;
	size_t before = out->len;
	unsigned char *modules, *row;
	png_structp png;
	png_infop info;

	if (scale < 1 || scale > 64)
		return -1;
	modules = qr_modules(text, &width);
	if (!modules)
		return -1;
	row = mem_alloc((size_t)(width + 2 * QR_QUIET_ZONE) * scale);
	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL,
				      stay_silent);
	info = png ? png_create_info_struct(png) : NULL;
	if (info) {
		png_set_write_fn(png, out, write_bytes, flush_nothing);
		rc = write_png(png, info, modules, width, scale, row);
	}
	if (rc && out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	png_destroy_write_struct(&png, &info);
	free(row);
	free(modules);
	return rc;
}
