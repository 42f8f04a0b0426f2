// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of the traces that JPEG leaves, and parts that lack them. */
#include "check/editing_part.h"
#include "photo.h"
#include "unit.h"

/* No whole number of JPEG's blocks. */
enum { WIDTH = 1003, HEIGHT = 757 };

static struct photo card(unsigned seed)
{
	const struct photo_look look = {
		.seed = seed, .degrees = 4, .blur = 0.6, .noise = 3
	};

	return photo_make(WIDTH, HEIGHT, &look);
}

/* The photo as it comes back from a JPEG. */
static void compress(struct photo *p, int quality)
{
	struct buf file = BUF_INIT;
	struct image image;
	const char *why;
	int x, y;

	photo_jpeg(&file, p, PHOTO_BASELINE, quality, 0);
	ck_assert(!image_decode(file.data, file.len, &image, &why));
	for (y = 0; y < p->height; y++) {
		for (x = 0; x < p->width; x++)
			image_colour(&image, x, y,
				     p->rgb + 3 * (y * p->width + x));
	}
	image_finish(&image);
	buf_finish(&file);
}

/* A field of a photo that never was a JPEG. */
static void paste(struct photo *p)
{
	enum { X = 403, Y = 301, W = 170, H = 44 };
	struct photo from = card(8);
	size_t row = (size_t)p->width * 3, y;

	for (y = Y; y < Y + H; y++)
		memcpy(p->rgb + y * row + 3 * X, from.rgb + y * row + 3 * X,
		       3 * W);
	photo_finish(&from);
}

static struct signal signal_of(const struct buf *file)
{
	struct image image;
	struct signal s;
	const char *why;

	ck_assert(!image_decode(file->data, file->len, &image, &why));
	editing_compression(&image, file->data, file->len, &s);
	image_finish(&image);
	return s;
}

static struct signal jpeg_signal(const struct photo *p, int quality,
				 int orientation)
{
	struct buf file = BUF_INIT;
	struct signal s;

	photo_jpeg(&file, p, PHOTO_BASELINE, quality, orientation);
	s = signal_of(&file);
	buf_finish(&file);
	return s;
}

START_TEST(a_part_that_was_in_no_jpeg_is_seen)
{
	struct photo p = card(3);
	struct signal s;

	compress(&p, 60);
	s = jpeg_signal(&p, 90, 0);
	ck_assert_msg(s.verdict == SIGNAL_CLEAR, "%g %s", s.value, s.text);
	paste(&p);
	s = jpeg_signal(&p, 90, 0);
	ck_assert_msg(s.verdict == SIGNAL_CONSIDER, "%g %s", s.value, s.text);
	ck_assert(s.value > s.threshold);
	/* saved again as a whole, it still is */
	compress(&p, 90);
	s = jpeg_signal(&p, 95, 0);
	ck_assert_msg(s.verdict == SIGNAL_CONSIDER, "%g %s", s.value, s.text);
	photo_finish(&p);
}
END_TEST

START_TEST(a_png_of_it_is_seen)
{
	struct photo p = card(3);
	struct buf file = BUF_INIT;

	photo_png(&file, &p, PHOTO_RGB);
	ck_assert_int_eq(signal_of(&file).verdict, SIGNAL_UNKNOWN);
	compress(&p, 80);
	buf_reset(&file);
	photo_png(&file, &p, PHOTO_RGB);
	ck_assert_int_eq(signal_of(&file).verdict, SIGNAL_CLEAR);
	paste(&p);
	buf_reset(&file);
	photo_png(&file, &p, PHOTO_RGB);
	ck_assert_int_eq(signal_of(&file).verdict, SIGNAL_CONSIDER);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

/* The blocks then begin elsewhere, or lie across. */
START_TEST(turned_photos_are_seen_likewise)
{
	struct photo whole = card(3), pasted = card(3);
	struct signal s;
	int i;

	compress(&whole, 60);
	compress(&pasted, 60);
	paste(&pasted);
	for (i = 1; i <= 8; i++) {
		s = jpeg_signal(&whole, 90, i);
		ck_assert_msg(s.verdict == SIGNAL_CLEAR, "%d: %g %s", i,
			      s.value, s.text);
		s = jpeg_signal(&pasted, 90, i);
		ck_assert_msg(s.verdict == SIGNAL_CONSIDER, "%d: %g %s", i,
			      s.value, s.text);
	}
	photo_finish(&whole);
	photo_finish(&pasted);
}
END_TEST

/* The second of the low frequencies is two waves across to one down. */
START_TEST(steps_turn_with_the_photo)
{
	static const int second[] = { 14, 14, 14, 14, 13, 13, 13, 13 };
	struct photo p = card(3);
	int i;

	for (i = 1; i <= 8; i++) {
		struct buf file = BUF_INIT;
		struct history_steps steps;
		struct history_blocks b;
		struct image image;
		const char *why;

		photo_jpeg(&file, &p, PHOTO_BASELINE, 50, i);
		ck_assert(!image_decode(file.data, file.len, &image, &why));
		ck_assert(!history_steps(file.data, file.len, &steps));
		history_blocks_make(&image, &steps, &b);
		ck_assert_int_eq(b.step[0], 12);
		ck_assert_int_eq(b.step[1], second[i - 1]);
		ck_assert_int_eq(b.width, image.width / 8);
		history_blocks_finish(&b);
		image_finish(&image);
		buf_finish(&file);
	}
	photo_finish(&p);
}
END_TEST

START_TEST(without_a_trace_nothing_is_told)
{
	struct photo p = card(3);
	struct buf file = BUF_INIT;

	/* once a JPEG, by whatever program */
	ck_assert_int_eq(jpeg_signal(&p, 90, 0).verdict, SIGNAL_UNKNOWN);
	paste(&p);
	ck_assert_int_eq(jpeg_signal(&p, 90, 0).verdict, SIGNAL_UNKNOWN);
	/* what came last was coarser, and hides it */
	compress(&p, 95);
	ck_assert_int_eq(jpeg_signal(&p, 50, 0).verdict, SIGNAL_UNKNOWN);
	/* no brightness of its own, or no steps */
	compress(&p, 60);
	photo_jpeg(&file, &p, PHOTO_CMYK, 90, 0);
	ck_assert_int_eq(signal_of(&file).verdict, SIGNAL_UNKNOWN);
	buf_reset(&file);
	photo_webp(&file, &p, true);
	ck_assert_int_eq(signal_of(&file).verdict, SIGNAL_UNKNOWN);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

/* Quality 50 are the tables of ITU-T T.81, annex K.1. */
START_TEST(steps_are_read_in_rows)
{
	static const uint16_t first[] = { 16, 11, 10, 16, 24, 40, 51, 61, 12 };
	struct photo p = card(3);
	struct buf file = BUF_INIT;
	struct history_steps steps;
	size_t i;

	photo_jpeg(&file, &p, PHOTO_BASELINE, 50, 6);
	ck_assert_int_eq(history_steps(file.data, file.len, &steps), 0);
	for (i = 0; i < ARRAY_SIZE(first); i++)
		ck_assert_int_eq(steps.step[i], first[i]);
	ck_assert_int_eq(steps.step[63], 99);
	ck_assert_int_eq(steps.orientation, 6);
	buf_reset(&file);
	photo_jpeg(&file, &p, PHOTO_GREY, 50, 0);
	ck_assert_int_eq(history_steps(file.data, file.len, &steps), 0);
	ck_assert_int_eq(steps.step[8], 12);
	buf_finish(&file);
	photo_finish(&p);
}
END_TEST

/* A JPEG of one table, with steps of one or two bytes; what else is in it is
 * put before the frame. */
static size_t head_make(uint8_t *to, bool wide, const char *more, size_t len)
{
	static const uint8_t frame[] = { 0xff, 0xc0, 0, 17,   8,    0, 16,   0,
					 16,   3,    1, 0x22, 2,    2, 0x11, 2,
					 3,    0x11, 2, 0xff, 0xda, 0, 2 };
	size_t n = 0, i;

	to[n++] = 0xff;
	to[n++] = 0xd8;
	memcpy(to + n, more, len);
	n += len;
	to[n++] = 0xff;
	to[n++] = 0xdb;
	to[n++] = 0;
	to[n++] = wide ? 2 + 129 : 2 + 65;
	to[n++] = wide ? 0x12 : 0x02;
	for (i = 0; i < 64; i++) {
		if (wide)
			to[n++] = 1;
		to[n++] = (uint8_t)(i + 1);
	}
	memcpy(to + n, frame, sizeof(frame));
	return n + sizeof(frame);
}

START_TEST(only_whole_tables_of_brightness_count)
{
	static const char adobe[] = "\xff\xee\0\x0e"
				    "Adobe\0\x64\0\0\0\0\0";
	static const char jfif[] = "\xff\xee\0\x0e"
				   "Adobe\0\x64\0\0\0\0\0"
				   "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0";
	static const char frame[] = "\xff\xc0\0\x11\x08\0\x10\0\x10\3\1\x22\2"
				    "\2\x11\2\3\x11\2";
	struct history_steps steps;
	uint8_t head[256], *cut;
	size_t n = head_make(head, true, "", 0), i;

	ck_assert_int_eq(history_steps(head, n, &steps), 0);
	ck_assert_int_eq(steps.step[0], 257);
	ck_assert_int_eq(steps.step[8], 259); /* third of the zigzag */
	/* cut anywhere in the table, behind a frame, in memory of its own that
	 * ends there */
	n = head_make(head, true, frame, 19);
	ck_assert_int_eq(history_steps(head, n, &steps), 0);
	for (i = 0; i < n - 23; i++) {
		cut = mem_alloc(i + 1);
		cut = mem_realloc(cut, i ? i : 1);
		memcpy(cut, head, i);
		ck_assert_int_eq(history_steps(cut, i, &steps), -1);
		free(cut);
	}
	n = head_make(head, false, "", 0);
	ck_assert_int_eq(history_steps(head, n, &steps), 0);
	ck_assert_int_eq(steps.step[8], 3);
	head[7 + 40] = 0; /* no step */
	ck_assert_int_eq(history_steps(head, n, &steps), -1);
	n = head_make(head, false, adobe, 16); /* red, green and blue */
	ck_assert_int_eq(history_steps(head, n, &steps), -1);
	n = head_make(head, false, jfif, 34); /* which says more */
	ck_assert_int_eq(history_steps(head, n, &steps), 0);
	n = head_make(head, false, "", 0);
	head[6] = 0x12; /* says two bytes a step, and has one */
	ck_assert_int_eq(history_steps(head, n, &steps), -1);
	head[6] = 0x01; /* the frame asks for table 2 */
	ck_assert_int_eq(history_steps(head, n, &steps), -1);
}
END_TEST

UNIT_MAIN("editing", a_part_that_was_in_no_jpeg_is_seen, a_png_of_it_is_seen,
	  turned_photos_are_seen_likewise, without_a_trace_nothing_is_told,
	  steps_turn_with_the_photo, steps_are_read_in_rows,
	  only_whole_tables_of_brightness_count)
