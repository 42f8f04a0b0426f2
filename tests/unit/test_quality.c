// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of quality and barcodes on made-up photos. */
#include "check/barcode.h"
#include "check/quality.h"
#include "photo.h"
#include "unit.h"

enum { WIDTH = 1280, HEIGHT = 960 };

static struct image photo(int width, int height, const struct photo_look *look)
{
	struct photo p = photo_make(width, height, look);
	struct buf file = BUF_INIT;
	struct image image;
	const char *why;

	photo_jpeg(&file, &p, PHOTO_BASELINE, 85, 0);
	ck_assert(!image_decode(file.data, file.len, &image, &why));
	photo_finish(&p);
	buf_finish(&file);
	return image;
}

static struct quality measured(int width, int height,
			       const struct photo_look *look)
{
	struct image image = photo(width, height, look);
	struct quality q;

	quality_measure(&image, &q);
	image_finish(&image);
	return q;
}

static double value(const struct photo_look *look, enum quality_kind kind)
{
	return measured(WIDTH, HEIGHT, look).parts[kind].value;
}

START_TEST(good_photos_are_clear)
{
	static const struct photo_look looks[] = {
		{ .seed = 1 },
		{ .seed = 2, .degrees = 7, .noise = 3 },
		{ .seed = 3, .degrees = -8, .noise = 6, .light = 0.8 },
		{ .seed = 4, .zoom = 1.15, .blur = 0.5 },
		{ .seed = 5, .zoom = 0.7, .light = 1.15 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++) {
		struct quality q = measured(WIDTH, HEIGHT, &looks[i]);
		int k;

		for (k = 0; k < QUALITY_KINDS; k++)
			ck_assert_msg(q.parts[k].verdict == QUALITY_CLEAR,
				      "photo %zu, kind %d: %g", i, k,
				      q.parts[k].value);
		ck_assert_int_eq(q.verdict, QUALITY_CLEAR);
	}
}
END_TEST

/* Each fault moves its own measure, and that far. */
START_TEST(faults_are_seen)
{
	static const struct {
		struct photo_look look;
		enum quality_kind kind;
		enum quality_verdict verdict;
	} cases[] = {
		{ { .blur = 2, .noise = 8 }, QUALITY_BLUR, QUALITY_CONSIDER },
		{ { .blur = 3, .noise = 8 }, QUALITY_BLUR, QUALITY_ISSUE },
		{ { .glare = 1.5 }, QUALITY_GLARE, QUALITY_CONSIDER },
		{ { .glare = 7 }, QUALITY_GLARE, QUALITY_ISSUE },
		{ { .light = 0.4 }, QUALITY_DARK, QUALITY_CONSIDER },
		{ { .light = 0.2 }, QUALITY_DARK, QUALITY_ISSUE },
		{ { .light = 6 }, QUALITY_BRIGHT, QUALITY_ISSUE },
		{ { .shift = 0.25 }, QUALITY_CROPPED, QUALITY_CONSIDER },
		{ { .zoom = 1.5 }, QUALITY_CROPPED, QUALITY_CONSIDER },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct quality q = measured(WIDTH, HEIGHT, &cases[i].look);

		ck_assert_msg(q.parts[cases[i].kind].verdict ==
				      cases[i].verdict,
			      "case %zu: %g", i, q.parts[cases[i].kind].value);
		ck_assert_int_ge(q.verdict, cases[i].verdict);
	}
}
END_TEST

START_TEST(small_ones)
{
	const struct photo_look look = { .seed = 1 };

	ck_assert_int_eq(
		measured(800, 600, &look).parts[QUALITY_RESOLUTION].verdict,
		QUALITY_CONSIDER);
	ck_assert_int_eq(
		measured(400, 300, &look).parts[QUALITY_RESOLUTION].verdict,
		QUALITY_ISSUE);
	/* nothing is too small to be measured */
	ck_assert_int_eq(measured(1, 1, &look).verdict, QUALITY_ISSUE);
	ck_assert_int_eq(measured(7, 900, &look).verdict, QUALITY_ISSUE);
	ck_assert_int_eq(measured(1300, 2, &look).verdict, QUALITY_ISSUE);
}
END_TEST

/* The measure of blur follows blur, and noise does not pass for sharpness. */
START_TEST(blur_in_order)
{
	static const double sigmas[] = { 0, 0.5, 1, 1.5, 2, 3, 5 };
	double before = 1e9;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sigmas); i++) {
		struct photo_look look = { .seed = 9, .blur = sigmas[i] };
		double clean = value(&look, QUALITY_BLUR), noisy;

		look.noise = 5;
		noisy = value(&look, QUALITY_BLUR);
		ck_assert_double_lt(clean, before);
		ck_assert_double_lt(noisy, clean * 1.25 + 0.01);
		before = clean;
	}
}
END_TEST

/* The border's step, glare and white paper: a page that fills the picture is
 * neither cropped nor glare. */
START_TEST(white_page)
{
	struct photo p = { 1240, 1754, mem_alloc(1240 * 1754 * 3) };
	struct buf file = BUF_INIT;
	struct image image;
	struct quality q;
	const char *why;
	int x, y;

	memset(p.rgb, 255, 1240 * 1754 * 3);
	for (y = 100; y < 1600; y++) {
		for (x = 100; x < 1100; x++) {
			if (y % 40 < 14 && x % 11 < 4)
				memset(p.rgb + (y * 1240 + x) * 3, 20, 3);
		}
	}
	photo_png(&file, &p, PHOTO_RGB);
	ck_assert(!image_decode(file.data, file.len, &image, &why));
	quality_measure(&image, &q);
	ck_assert_int_eq(q.verdict, QUALITY_CLEAR);
	image_finish(&image);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

START_TEST(findings_are_told)
{
	const struct photo_look look = { .blur = 5 };
	struct quality q = measured(WIDTH, HEIGHT, &look);
	struct buf b = BUF_INIT;

	quality_json(&b, NULL, &q);
	ck_assert_ptr_nonnull(strstr(b.data, "{\"verdict\":\"issue\""));
	ck_assert_ptr_nonnull(strstr(b.data, "\"photo_blurred\""));
	ck_assert_ptr_nonnull(strstr(b.data, "Hold the camera still"));
	ck_assert_ptr_null(strstr(b.data, "photo_dark"));
	buf_finish(&b);
}
END_TEST

static const char licence[] =
	"@\n\x1e\rANSI 636026080102DL00410288ZA03290015DLDAQD12345678\n"
	"DCSPUBLIC\nDDEN\nDACJOHN\nDDFN\nDADQUINCY\nDBB01311970\n"
	"DBA01312035\nDAG789 E OAK ST\nDAIANYTOWN\nDAJAZ\nDAK902230000  \n";

static int barcode_tries(const struct photo_look *look)
{
	struct image image = photo(WIDTH, HEIGHT, look);
	struct barcode code;
	int tries = 0;

	barcode_read(&image, 4000, &code);
	if (code.bytes) {
		ck_assert_uint_eq(code.len, strlen(licence));
		ck_assert(!memcmp(code.bytes, licence, code.len));
		tries = code.tries;
	}
	barcode_finish(&code);
	image_finish(&image);
	return tries;
}

START_TEST(barcodes_byte_for_byte)
{
	static const struct photo_look looks[] = {
		{ .pdf417 = licence },
		{ .pdf417 = licence, .seed = 2, .noise = 6, .degrees = 3 },
		{ .pdf417 = licence, .seed = 3, .blur = 0.6, .degrees = -6 },
		{ .pdf417 = licence, .seed = 4, .light = 0.6, .degrees = 90 },
		{ .pdf417 = licence, .seed = 5, .degrees = 14 },
		{ .pdf417 = licence, .seed = 6, .degrees = 5, .lean = 0.5 },
		{ .pdf417 = licence,
		  .seed = 7,
		  .degrees = 98,
		  .lean = -0.5,
		  .noise = 6 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(looks); i++)
		ck_assert_msg(barcode_tries(&looks[i]), "photo %zu", i);
	ck_assert_int_eq(barcode_tries(&looks[0]), 1);
}
END_TEST

START_TEST(no_barcode_in_time)
{
	const struct photo_look look = { .noise = 8 };
	struct image image = photo(2000, 1500, &look);
	struct barcode code;
	struct buf b = BUF_INIT;

	barcode_read(&image, 0, &code);
	ck_assert_ptr_null(code.bytes);
	ck_assert_int_eq(code.tries, 1);
	barcode_json(&b, "barcode", &code);
	ck_assert_str_eq(b.data, "\"barcode\":null");
	buf_finish(&b);
	image_finish(&image);
}
END_TEST

UNIT_MAIN("quality", good_photos_are_clear, faults_are_seen, small_ones,
	  blur_in_order, white_page, findings_are_told, barcodes_byte_for_byte,
	  no_barcode_in_time)
