// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of the signs of screens and of editing. */
#include <math.h>

#include "check/signal.h"
#include "photo.h"
#include "unit.h"

enum { WIDTH = 1280, HEIGHT = 960 };

static struct image decoded(const struct photo *p)
{
	struct buf file = BUF_INIT;
	struct image image;
	const char *why;

	photo_png(&file, p, PHOTO_RGB);
	ck_assert(!image_decode(file.data, file.len, &image, &why));
	buf_finish(&file);
	return image;
}

static struct photo card(double noise)
{
	const struct photo_look look = {
		.seed = 3, .degrees = 4, .blur = 0.6, .noise = noise
	};

	return photo_make(WIDTH, HEIGHT, &look);
}

/* The dark lines between a screen's pixels, which are pitch wide; lean is how
 * far it is turned. */
static void grid(struct photo *p, double pitch, double lean, double depth)
{
	int x, y, c;

	for (y = 0; y < p->height; y++) {
		for (x = 0; x < p->width; x++) {
			double u = (x + lean * y) / pitch;
			double v = (y - lean * x) / pitch;
			double k = 1 - depth *
					       (2 + cos(2 * M_PI * u) +
						cos(2 * M_PI * v)) /
					       4;

			for (c = 0; c < 3; c++) {
				uint8_t *to =
					p->rgb + (y * p->width + x) * 3 + c;

				*to = (uint8_t)(*to * k);
			}
		}
	}
}

static struct signal recapture_of(struct photo *p)
{
	struct image image = decoded(p);
	struct signal s;

	recapture_measure(&image, &s);
	image_finish(&image);
	photo_finish(p);
	return s;
}

START_TEST(a_screen_has_a_grid)
{
	static const struct {
		double pitch, lean;
	} grids[] = {
		{ 2.1, 0.07 }, { 2.3, 0.07 }, { 3.1, 0.07 },
		{ 2.3, 0 },    { 3.1, 0 },    { 3.6, -0.02 },
	};
	struct photo p = card(4);
	struct signal s = recapture_of(&p);
	size_t i;

	ck_assert_int_eq(s.verdict, SIGNAL_CLEAR);
	for (i = 0; i < ARRAY_SIZE(grids); i++) {
		p = card(4);
		grid(&p, grids[i].pitch, grids[i].lean, 0.3);
		s = recapture_of(&p);
		ck_assert_msg(s.verdict == SIGNAL_CONSIDER, "%g, %g: %g",
			      grids[i].pitch, grids[i].lean, s.value);
	}
}
END_TEST

START_TEST(small_photos_tell_nothing)
{
	const struct photo_look look = { .noise = 5 };
	struct photo p = photo_make(900, 599, &look);
	struct image image = decoded(&p);
	struct signal s;
	struct buf b = BUF_INIT;

	recapture_measure(&image, &s);
	ck_assert_int_eq(s.verdict, SIGNAL_UNKNOWN);
	recapture_json(&b, NULL, &s);
	ck_assert_str_eq(b.data,
			 "{\"value\":0,\"threshold\":6,\"verdict\":\"unknown\","
			 "\"reason\":\"the photo is too small to tell\"}");
	editing_noise(&image, &s);
	ck_assert_int_eq(s.verdict, SIGNAL_UNKNOWN);
	buf_finish(&b);
	image_finish(&image);
	photo_finish(&p);
}
END_TEST

/* Colour without noise over a part of the table. */
static void paint(struct photo *p, int x0, int y0, int side)
{
	int x, y;

	for (y = y0; y < y0 + side; y++) {
		for (x = x0; x < x0 + side; x++)
			memset(p->rgb + (y * p->width + x) * 3, 100, 3);
	}
}

static struct signal noise_of(struct photo *p)
{
	struct image image = decoded(p);
	struct signal s;

	editing_noise(&image, &s);
	image_finish(&image);
	photo_finish(p);
	return s;
}

START_TEST(a_part_without_the_noise_is_seen)
{
	struct photo p = card(6);

	ck_assert_int_eq(noise_of(&p).verdict, SIGNAL_CLEAR);
	p = card(6);
	paint(&p, 20, 20, 100);
	ck_assert_int_eq(noise_of(&p).verdict, SIGNAL_CONSIDER);
	/* where there is none, or half of it has none, nothing is told */
	p = card(0);
	paint(&p, 20, 20, 100);
	ck_assert_int_eq(noise_of(&p).verdict, SIGNAL_UNKNOWN);
	p = card(6);
	paint(&p, 0, 0, 600);
	ck_assert_int_eq(noise_of(&p).verdict, SIGNAL_UNKNOWN);
}
END_TEST

/* A JPEG's segments, and the start of its picture. */
static const char jpeg[] = "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"
			   "\xff\xe1\0\x12"
			   "Exif\0\0..GIMP.10"
			   "\xff\xda\0\2";
static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\x12"
			  "tEXtSoftware\0Photoshop....";

static enum signal_verdict software_of(const char *bytes, size_t len)
{
	struct signal s;

	editing_software(bytes, len, &s);
	return s.verdict;
}

START_TEST(a_file_names_its_editor)
{
	char plain[sizeof(jpeg)];
	size_t len = sizeof(jpeg) - 1, i;

	ck_assert_int_eq(software_of(jpeg, len), SIGNAL_CONSIDER);
	memcpy(plain, jpeg, sizeof(plain));
	memcpy(strchr(plain + 30, 'G'), "OPPO", 4);
	ck_assert_int_eq(software_of(plain, len), SIGNAL_CLEAR);
	ck_assert_int_eq(software_of(png, sizeof(png) - 1), SIGNAL_CONSIDER);
	ck_assert_int_eq(software_of("RIFF....WEBPVP8 GIMP", 20),
			 SIGNAL_UNKNOWN);
	/* cut anywhere, in memory of its own that ends there */
	for (i = 0; i < len - 4; i++) {
		char *cut = mem_alloc(i + 1);

		cut = mem_realloc(cut, i ? i : 1);
		memcpy(cut, jpeg, i);
		ck_assert_int_ne(software_of(cut, i), SIGNAL_CONSIDER);
		free(cut);
	}
	for (i = 0; i < sizeof(png) - 1; i++) {
		char *cut = mem_alloc(i + 1);

		memcpy(cut, png, i);
		ck_assert_int_ne(software_of(cut, i), SIGNAL_CONSIDER);
		free(cut);
	}
}
END_TEST

START_TEST(the_worst_of_all_is_told)
{
	struct signal s[EDITING_KINDS] = {
		[EDITING_SOFTWARE] = { .verdict = SIGNAL_CLEAR, .text = "a" },
		[EDITING_NOISE] = { .value = 1.25,
				    .threshold = 1.5,
				    .verdict = SIGNAL_UNKNOWN,
				    .text = "b" },
		[EDITING_COMPRESSION] = { .threshold = 100,
					  .verdict = SIGNAL_CLEAR,
					  .text = "c" },
	};
	struct buf b = BUF_INIT;

	editing_json(&b, NULL, s);
	ck_assert(!strncmp(b.data, "{\"verdict\":\"unknown\"", 20));
	ck_assert_ptr_nonnull(strstr(
		b.data, "{\"kind\":\"noise\",\"value\":1.25,\"threshold\":"
			"1.5,\"verdict\":\"unknown\",\"text\":\"b\"}"));
	ck_assert_ptr_nonnull(strstr(
		b.data,
		"{\"kind\":\"compression\",\"value\":0,\"threshold\":100,"
		"\"verdict\":\"clear\",\"text\":\"c\"}"));
	s[EDITING_SOFTWARE].verdict = SIGNAL_CONSIDER;
	buf_reset(&b);
	editing_json(&b, NULL, s);
	ck_assert(!strncmp(b.data, "{\"verdict\":\"consider\"", 21));
	buf_finish(&b);
}
END_TEST

UNIT_MAIN("signal", a_screen_has_a_grid, small_photos_tell_nothing,
	  a_part_without_the_noise_is_seen, a_file_names_its_editor,
	  the_worst_of_all_is_told)
