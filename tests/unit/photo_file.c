// SPDX-License-Identifier: GPL-3.0-or-later
/* Photos as files of every kind that phones, scanners and programs write. */
#include <stdio.h>
#include <jpeglib.h>
#include <png.h>
#include <webp/encode.h>

#include "photo.h"

static const char exif_start[] = "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03"
				 "\0\0\0\x01\0";

static void add_exif(struct jpeg_compress_struct *c, int orientation)
{
	uint8_t block[sizeof(exif_start) + 8] = { 0 };
	size_t n = sizeof(exif_start) - 1;

	memcpy(block, exif_start, n);
	block[n] = (uint8_t)orientation;
	jpeg_write_marker(c, JPEG_APP0 + 1, block, (unsigned)n + 7);
}

static void set_kind(struct jpeg_compress_struct *c, enum photo_jpeg kind,
		     int quality, jpeg_scan_info *scans, int count)
{
	int i;

	c->in_color_space = kind == PHOTO_CMYK ? JCS_CMYK : JCS_RGB;
	c->input_components = kind == PHOTO_CMYK ? 4 : 3;
	jpeg_set_defaults(c);
	if (kind == PHOTO_GREY)
		jpeg_set_colorspace(c, JCS_GRAYSCALE);
	if (kind == PHOTO_CMYK)
		jpeg_set_colorspace(c, JCS_YCCK);
	jpeg_set_quality(c, quality, TRUE);
	if (kind == PHOTO_PROGRESSIVE)
		jpeg_simple_progression(c);
	if (kind != PHOTO_SCANS)
		return;
	/* a DC scan, then one scan a coefficient and component */
	for (i = 0; i < count; i++)
		scans[i] = (jpeg_scan_info){ .comps_in_scan = 1,
					     .component_index = { i % 3 },
					     .Ss = 1 + i / 3,
					     .Se = 1 + i / 3 };
	scans[0] = (jpeg_scan_info){ .comps_in_scan = 3,
				     .component_index = { 0, 1, 2 } };
	c->scan_info = scans;
	c->num_scans = count;
}

void photo_jpeg(struct buf *out, const struct photo *p, enum photo_jpeg kind,
		int quality, int orientation)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr error;
	jpeg_scan_info scans[150];
	unsigned char *bytes = NULL;
	unsigned long len = 0;
	uint8_t *row = mem_alloc((size_t)p->width * 4);
	int x, y;

	c.err = jpeg_std_error(&error);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &bytes, &len);
	c.image_width = (JDIMENSION)p->width;
	c.image_height = (JDIMENSION)p->height;
	set_kind(&c, kind, quality, scans, ARRAY_SIZE(scans));
	jpeg_start_compress(&c, TRUE);
	if (orientation)
		add_exif(&c, orientation);
	for (y = 0; y < p->height; y++) {
		JSAMPROW from = p->rgb + (size_t)y * (size_t)p->width * 3;

		for (x = 0; x < p->width && kind == PHOTO_CMYK; x++) {
			/* inverted, and no black: the colours themselves */
			memcpy(row + (size_t)x * 4, from + (size_t)x * 3, 3);
			row[x * 4 + 3] = 255;
		}
		if (kind == PHOTO_CMYK)
			from = row;
		jpeg_write_scanlines(&c, &from, 1);
	}
	jpeg_finish_compress(&c);
	buf_add(out, bytes, len);
	jpeg_destroy_compress(&c);
	free(bytes);
	free(row);
}

static void png_take(png_structp png, png_bytep bytes, size_t n)
{
	buf_add(png_get_io_ptr(png), bytes, n);
}

static void png_done(png_structp png)
{
	(void)png;
}

static const struct png_form {
	int type, depth, interlace;
	size_t samples; /* bytes a pixel; 0: eight pixels a byte */
} png_forms[] = {
	[PHOTO_RGB] = { PNG_COLOR_TYPE_RGB, 8, 0, 3 },
	[PHOTO_RGBA] = { PNG_COLOR_TYPE_RGB_ALPHA, 8, 0, 4 },
	[PHOTO_RGB16] = { PNG_COLOR_TYPE_RGB, 16, 0, 6 },
	[PHOTO_PALETTE] = { PNG_COLOR_TYPE_PALETTE, 8, 0, 1 },
	[PHOTO_INTERLACED] = { PNG_COLOR_TYPE_RGB, 8, PNG_INTERLACE_ADAM7, 3 },
	[PHOTO_GREY1] = { PNG_COLOR_TYPE_GRAY, 1, 0, 0 },
};

/* One pixel; all greys are the green. */
static void png_pixel(uint8_t *row, int x, int width, enum photo_png kind,
		      const uint8_t *rgb)
{
	size_t n = png_forms[kind].samples;
	int i;

	switch (kind) {
	case PHOTO_RGB16:
		for (i = 0; i < 3; i++)
			row[(size_t)x * n + 2 * (size_t)i] =
				row[(size_t)x * n + 2 * (size_t)i + 1] = rgb[i];
		break;
	case PHOTO_PALETTE:
		row[x] = rgb[1];
		break;
	case PHOTO_GREY1:
		if (rgb[1] >= 128)
			row[x / 8] |= (uint8_t)(0x80 >> x % 8);
		break;
	default:
		memcpy(row + (size_t)x * n, rgb, 3);
		if (n == 4)
			row[x * 4 + 3] = x < width / 2 ? 0 : 255;
	}
}

static uint8_t *png_rows(const struct photo *p, enum photo_png kind,
			 size_t *stride)
{
	size_t n = png_forms[kind].samples;
	uint8_t *rows;
	int x, y;

	*stride = n ? (size_t)p->width * n : (size_t)(p->width + 7) / 8;
	rows = mem_alloc(*stride * (size_t)p->height);
	for (y = 0; y < p->height; y++) {
		for (x = 0; x < p->width; x++)
			png_pixel(rows + (size_t)y * *stride, x, p->width, kind,
				  p->rgb + ((size_t)y * (size_t)p->width +
					    (size_t)x) *
						   3);
	}
	return rows;
}

void photo_png(struct buf *out, const struct photo *p, enum photo_png kind)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL,
						  NULL, NULL);
	png_infop info = png_create_info_struct(png);
	png_color palette[256];
	png_bytep *lines = mem_alloc((size_t)p->height * sizeof(*lines));
	size_t stride;
	uint8_t *rows = png_rows(p, kind, &stride);
	int i;

	for (i = 0; i < 256; i++)
		palette[i] =
			(png_color){ (png_byte)i, (png_byte)i, (png_byte)i };
	for (i = 0; i < p->height; i++)
		lines[i] = rows + (size_t)i * stride;
	png_set_write_fn(png, out, png_take, png_done);
	png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height,
		     png_forms[kind].depth, png_forms[kind].type,
		     png_forms[kind].interlace, 0, 0);
	if (kind == PHOTO_PALETTE)
		png_set_PLTE(png, info, palette, 256);
	png_write_info(png, info);
	png_write_image(png, lines);
	png_write_end(png, info);
	png_destroy_write_struct(&png, &info);
	free(rows);
	free(lines);
}

void photo_webp(struct buf *out, const struct photo *p, bool lossless)
{
	uint8_t *bytes = NULL;
	size_t len =
		lossless ? WebPEncodeLosslessRGB(p->rgb, p->width, p->height,
						 p->width * 3, &bytes)
			 : WebPEncodeRGB(p->rgb, p->width, p->height,
					 p->width * 3, 90, &bytes);

	buf_add(out, bytes, len);
	WebPFree(bytes);
}
