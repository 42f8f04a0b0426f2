// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of decoding: every form of file gives the same pixels, and what
 * is broken, huge or cut is refused in time. */
#include "base/clock.h"
#include "check/image.h"
#include "photo.h"
#include "unit.h"

enum { WIDTH = 240, HEIGHT = 160, BOMB_MS = 1000 };

static struct photo sample(void)
{
	const struct photo_look look = { .seed = 3, .degrees = 5 };

	return photo_make(WIDTH, HEIGHT, &look);
}

static struct image decoded(const struct buf *file)
{
	struct image image;
	const char *why = NULL;
	int rc = image_decode(file->data, file->len, &image, &why);

	ck_assert_msg(!rc, "%s", why ? why : "?");
	return image;
}

static const char *refused(const struct buf *file)
{
	int64_t began = clock_monotonic_us();
	struct image image;
	const char *why = NULL;

	ck_assert(image_decode(file->data, file->len, &image, &why));
	ck_assert_ptr_nonnull(why);
	image_finish(&image);
	ck_assert_int_lt(clock_monotonic_us() - began, BOMB_MS * 1000);
	return why;
}

/* Where the pixel (x, y) of the photo stands after turning. */
static void turned(int orientation, int *x, int *y)
{
	int right = WIDTH - 1 - *x, down = HEIGHT - 1 - *y, ox = *x, oy = *y;
	const int places[9][2] = {
		{ ox, oy },	 { ox, oy },	  { right, oy },
		{ right, down }, { ox, down },	  { oy, ox },
		{ down, ox },	 { down, right }, { oy, right },
	};

	*x = places[orientation][0];
	*y = places[orientation][1];
}

/* The mean difference of the two in grey levels. */
static double difference(const struct photo *p, const struct image *image,
			 int orientation)
{
	double sum = 0;
	int x, y, c;

	for (y = 0; y < p->height; y++) {
		for (x = 0; x < p->width; x++) {
			const uint8_t *a =
				p->rgb + ((size_t)y * WIDTH + (size_t)x) * 3;
			int tx = x, ty = y;
			uint8_t b[3];

			turned(orientation, &tx, &ty);
			image_colour(image, tx, ty, b);
			for (c = 0; c < 3; c++)
				sum += abs(a[c] - b[c]);
		}
	}
	return sum / (3.0 * WIDTH * HEIGHT);
}

static uint8_t grey_of(const uint8_t *p)
{
	return (uint8_t)((77 * p[0] + 150 * p[1] + 29 * p[2] + 128) / 256);
}

/* Of one that is not turned, from a format that loses nothing. */
static bool is_grey_exact(const struct photo *p, const struct image *image)
{
	size_t i, n = (size_t)p->width * (size_t)p->height;

	for (i = 0; i < n; i++) {
		if (image->grey[i] != grey_of(p->rgb + i * 3))
			return false;
	}
	return true;
}

START_TEST(jpeg_of_every_kind)
{
	static const enum photo_jpeg kinds[] = { PHOTO_BASELINE,
						 PHOTO_PROGRESSIVE, PHOTO_GREY,
						 PHOTO_CMYK };
	struct photo p = sample();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct buf file = BUF_INIT;
		struct image image;

		photo_jpeg(&file, &p, kinds[i], 95, 0);
		image = decoded(&file);
		ck_assert_int_eq(image.media, CHECK_MEDIA_JPEG);
		ck_assert_int_eq(image.width, WIDTH);
		ck_assert_int_eq(image.height, HEIGHT);
		ck_assert(!image.cut);
		ck_assert_double_lt(difference(&p, &image, 1), 4);
		image_finish(&image);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

/* No blue on the left, no red above. */
static void colour(struct photo *p)
{
	int x, y;

	for (y = 0; y < HEIGHT; y++) {
		for (x = 0; x < WIDTH; x++) {
			uint8_t *to = p->rgb + (y * WIDTH + x) * 3;

			to[0] = y < HEIGHT / 2 ? 0 : to[0];
			to[2] = x < WIDTH / 2 ? 0 : to[2];
		}
	}
}

START_TEST(all_orientations)
{
	struct photo p = sample();
	int o;

	colour(&p);
	for (o = 1; o <= 8; o++) {
		struct buf file = BUF_INIT;
		struct image image;

		photo_jpeg(&file, &p, PHOTO_BASELINE, 95, o);
		image = decoded(&file);
		ck_assert_int_eq(image.width, o > 4 ? HEIGHT : WIDTH);
		ck_assert_int_eq(image.full_width, image.width);
		ck_assert_double_lt(difference(&p, &image, o), 4);
		image_finish(&image);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

START_TEST(png_of_every_kind)
{
	static const struct {
		enum photo_png kind;
		double most;
	} kinds[] = { { PHOTO_RGB, 1 },
		      { PHOTO_RGB16, 1 },
		      { PHOTO_INTERLACED, 1 },
		      { PHOTO_PALETTE, 5 },
		      { PHOTO_GREY1, 100 } };
	struct photo p = sample();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct buf file = BUF_INIT;
		struct image image;

		photo_png(&file, &p, kinds[i].kind);
		image = decoded(&file);
		ck_assert_double_le(difference(&p, &image, 1), kinds[i].most);
		if (kinds[i].most <= 1)
			ck_assert(is_grey_exact(&p, &image));
		image_finish(&image);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

START_TEST(transparent_is_white)
{
	struct photo p = sample();
	struct buf file = BUF_INIT;
	struct image image;
	size_t last = WIDTH - 1;

	photo_png(&file, &p, PHOTO_RGBA);
	image = decoded(&file);
	ck_assert_int_eq(image.grey[0], 255);
	ck_assert_int_eq(image.tint[0], 128);
	ck_assert_int_eq(image.grey[last], grey_of(p.rgb + last * 3));
	image_finish(&image);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

START_TEST(webp_of_both_kinds)
{
	struct photo p = sample();
	int lossless;

	for (lossless = 0; lossless < 2; lossless++) {
		struct buf file = BUF_INIT;
		struct image image;

		photo_webp(&file, &p, lossless);
		image = decoded(&file);
		ck_assert_int_eq(image.media, CHECK_MEDIA_WEBP);
		ck_assert_double_le(difference(&p, &image, 1),
				    lossless ? 1 : 5);
		if (lossless)
			ck_assert(is_grey_exact(&p, &image));
		image_finish(&image);
		file.len = file.len / 2;
		refused(&file);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

/* 20 MPx come at half their size, whatever the format. */
START_TEST(large_ones_are_halved)
{
	enum { W = 5001, H = 4001 };
	struct photo p = { W, H, mem_alloc((size_t)W * H * 3) };
	size_t i;
	int kind;

	for (i = 0; i < (size_t)W * H * 3; i++)
		p.rgb[i] = (uint8_t)(i / 3 % W * 255 / W);
	for (kind = 0; kind < 4; kind++) {
		struct buf file = BUF_INIT;
		struct image image;

		if (kind == 0)
			photo_jpeg(&file, &p, PHOTO_BASELINE, 90, 0);
		else if (kind == 1)
			photo_png(&file, &p, PHOTO_RGB);
		else if (kind == 2)
			photo_png(&file, &p, PHOTO_INTERLACED);
		else
			photo_webp(&file, &p, false);
		image = decoded(&file);
		ck_assert_int_eq(image.full_width, W);
		ck_assert_int_eq(image.width, (W + 1) / 2);
		ck_assert_int_eq(image.height, (H + 1) / 2);
		/* a ramp stays a ramp */
		ck_assert_int_le(abs(image.grey[image.width / 2] - 127), 6);
		ck_assert_int_ge(image.grey[image.width - 1], 246);
		image_finish(&image);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

START_TEST(cut_files)
{
	/* rows come by sixteens: of a small image that is too much */
	const struct photo_look look = { .seed = 1 };
	struct photo p = photo_make(600, 800, &look);
	struct buf file = BUF_INIT;
	struct image image;
	size_t whole;

	photo_jpeg(&file, &p, PHOTO_BASELINE, 95, 0);
	whole = file.len;
	file.len = whole / 2;
	ck_assert_str_eq(refused(&file), "the image ends too early");
	file.len = whole - 40;
	image = decoded(&file);
	ck_assert(image.cut);
	ck_assert_int_eq(image.height, 800);
	ck_assert_int_eq(image.grey[600 * 800 - 1], 128);
	image_finish(&image);
	buf_reset(&file);
	photo_jpeg(&file, &p, PHOTO_PROGRESSIVE, 95, 0);
	file.len -= 200;
	refused(&file);
	buf_reset(&file);
	photo_png(&file, &p, PHOTO_RGB);
	whole = file.len;
	file.len = whole / 2;
	refused(&file);
	buf_reset(&file);
	photo_png(&file, &p, PHOTO_INTERLACED);
	file.len -= 400;
	refused(&file);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

/* Any prefix of any file: never a crash, and no image of a short one. */
START_TEST(every_prefix)
{
	struct photo p = sample();
	struct buf files[5] = { BUF_INIT };
	size_t i, n;

	photo_jpeg(&files[0], &p, PHOTO_BASELINE, 60, 6);
	photo_jpeg(&files[1], &p, PHOTO_PROGRESSIVE, 60, 0);
	photo_png(&files[2], &p, PHOTO_PALETTE);
	photo_webp(&files[3], &p, false);
	photo_webp(&files[4], &p, true);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		for (n = 0; n < files[i].len / 2; n += 1 + n / 16) {
			/* a copy of just that length, for the sanitizers */
			uint8_t *copy = mem_alloc(n + 1);
			struct buf cut = { (char *)copy, n, n + 1, NULL };

			memcpy(copy, files[i].data, n);
			refused(&cut);
			free(copy);
		}
		buf_finish(&files[i]);
	}
	photo_finish(&p);
}
END_TEST

static void put32(struct buf *b, size_t at, uint32_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		b->data[at + (size_t)i] = (char)(v >> (24 - 8 * i));
}

/* Heads that claim more than may be; the files behind them are tiny. */
START_TEST(huge_heads)
{
	static const char jpeg[] = "\xff\xd8\xff\xc0\0\x11\x08\xff\xff\xff\xff"
				   "\3\1\x22\0\2\x11\1\3\x11\1";
	static const char webp[] = "RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"
				   "\xff\xff\xff\xff\xff\xff";
	struct photo p = sample();
	struct buf file = BUF_INIT;

	photo_png(&file, &p, PHOTO_RGB);
	put32(&file, 16, 20000);
	put32(&file, 20, 20000);
	ck_assert_ptr_nonnull(strstr(refused(&file), "50 million"));
	put32(&file, 16, 0xffffffff);
	refused(&file);
	put32(&file, 16, 0);
	refused(&file);
	buf_reset(&file);
	buf_add(&file, jpeg, sizeof(jpeg) - 1);
	ck_assert_ptr_nonnull(strstr(refused(&file), "50 million"));
	buf_reset(&file);
	buf_add(&file, webp, sizeof(webp) - 1);
	ck_assert_ptr_nonnull(strstr(refused(&file), "50 million"));
	/* animated */
	file.data[20] = 2;
	ck_assert_ptr_nonnull(strstr(refused(&file), "animated"));
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

/* Hundreds of passes over an image of some size. */
START_TEST(too_many_scans)
{
	struct photo p = { 1200, 900, mem_alloc(1200 * 900 * 3) };
	struct buf file = BUF_INIT;

	photo_jpeg(&file, &p, PHOTO_SCANS, 50, 0);
	ck_assert_str_eq(refused(&file), "the image has too many scans");
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

START_TEST(not_images)
{
	static const char *const texts[] = {
		"",
		"x",
		"PK\3\4 a zip file",
		"<!DOCTYPE html><script>",
		"%PDF-1.4 is another's",
		"GIF89a\1\0\1\0\0\0\0;",
		"BM\x3a\0\0\0\0\0\0\0",
		"\xff\xd8\xff",
		"\xff\xd8\xff\xff\xff\xff",
		"\x89PNG\r\n\x1a\n",
		"RIFF\0\0\0\0WEBPVP8 ",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		struct buf file = BUF_INIT;

		buf_str(&file, texts[i]);
		refused(&file);
		buf_finish(&file);
	}
}
END_TEST

/* What follows the image, or hides in it, is not looked at. */
START_TEST(polyglots)
{
	struct photo p = sample();
	struct buf file = BUF_INIT;
	struct image image;

	photo_jpeg(&file, &p, PHOTO_BASELINE, 90, 0);
	buf_str(&file, "PK\3\4<html><script>%PDF-1.4");
	image = decoded(&file);
	ck_assert_int_eq(image.media, CHECK_MEDIA_JPEG);
	ck_assert_double_lt(difference(&p, &image, 1), 4);
	image_finish(&image);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

UNIT_MAIN("image", jpeg_of_every_kind, all_orientations, png_of_every_kind,
	  transparent_is_white, webp_of_both_kinds, large_ones_are_halved,
	  cut_files, every_prefix, huge_heads, too_many_scans, not_images,
	  polyglots)
