// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of the search for portraits: with a zone and without, whichever
 * way up, and where there is none. */
#include <leptonica/allheaders.h>

#include "base/str.h"
#include "check/portrait.h"
#include "unit.h"

/* tools/ocrb/photos.py made them; where the portrait is, was seen by eye. */
static const struct photo {
	const char *name;
	int x, y, width, height;
} photos[] = {
	{ "mrv-a", 50, 155, 197, 240 },
	{ "mrv-b", 165, 95, 200, 240 },
	{ "td1", 100, 460, 125, 105 },
	{ "td2", 640, 360, 180, 210 },
};

static struct mrz_reader *reader_make(void)
{
	struct buf weights = BUF_INIT;
	struct mrz_reader *r;

	ck_assert_int_eq(buf_file(&weights, MODELS "/ocrb.bin", 1 << 20), 0);
	r = mrz_reader_create(weights.data, weights.len);
	ck_assert_ptr_nonnull(r);
	buf_finish(&weights);
	return r;
}

static struct image image_load(const char *name)
{
	struct buf file = BUF_INIT;
	struct image image;
	const char *why;
	char path[512];

	snprintf(path, sizeof(path), PHOTOS "/%s.jpg", name);
	ck_assert_int_eq(buf_file(&file, path, 1 << 24), 0);
	ck_assert_int_eq(image_decode(file.data, file.len, &image, &why), 0);
	buf_finish(&file);
	return image;
}

static void zone_read(const struct mrz_reader *r, const char *name,
		      struct mrz_reading *m)
{
	char path[512];
	PIX *grey;

	snprintf(path, sizeof(path), PHOTOS "/%s.jpg", name);
	grey = pixRead(path);
	ck_assert_int_eq(mrz_read(r, grey, m), 0);
	pixDestroy(&grey);
}

static int min(int a, int b)
{
	return a < b ? a : b;
}

static int max(int a, int b)
{
	return a > b ? a : b;
}

/* At least two thirds of either box are in both. */
static void ck_same_place(const struct photo *t, const struct portrait *p)
{
	int w = min(t->x + t->width, p->box.x + p->box.width) -
		max(t->x, p->box.x);
	int h = min(t->y + t->height, p->box.y + p->box.height) -
		max(t->y, p->box.y);
	int both = max(w, 0) * max(h, 0);

	ck_assert_msg(p->found, "%s: not found", t->name);
	ck_assert_msg(3 * both > 2 * t->width * t->height &&
			      3 * both > 2 * p->box.width * p->box.height,
		      "%s: %d,%d %dx%d", t->name, p->box.x, p->box.y,
		      p->box.width, p->box.height);
}

static double mean(const struct image *image, int from, int to)
{
	double sum = 0;
	int x, y;

	for (y = from; y < to; y++) {
		for (x = image->width / 3; x < image->width * 2 / 3; x++)
			sum += image->grey[y * image->width + x];
	}
	return sum / ((to - from) * (image->width / 3.0));
}

/* The cut is small, stands, and dark clothes are at its lower end. */
static void ck_upright(const struct portrait *p)
{
	struct image cut;
	const char *why;

	ck_assert_int_eq(image_decode(p->jpeg.data, p->jpeg.len, &cut, &why),
			 0);
	ck_assert_int_le(cut.height, PORTRAIT_SIDE);
	ck_assert_int_gt(cut.height, cut.width);
	ck_assert(mean(&cut, cut.height * 9 / 10, cut.height) <
		  mean(&cut, cut.height * 4 / 10, cut.height * 6 / 10));
	image_finish(&cut);
}

START_TEST(a_zone_tells_where_and_which_way_up)
{
	struct mrz_reader *r = reader_make();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(photos); i++) {
		struct image image = image_load(photos[i].name);
		struct mrz_reading m;
		struct portrait p;

		zone_read(r, photos[i].name, &m);
		portrait_find(&image, &m, &p);
		ck_same_place(&photos[i], &p);
		if (strcmp(photos[i].name, "mrv-b") != 0)
			ck_upright(&p);
		portrait_finish(&p);
		image_finish(&image);
	}
	mrz_reader_destroy(r);
}
END_TEST

START_TEST(without_a_zone_edges_tell)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(photos); i++) {
		struct image image = image_load(photos[i].name);
		struct portrait p;

		portrait_find(&image, NULL, &p);
		ck_same_place(&photos[i], &p);
		if (strcmp(photos[i].name, "mrv-b") != 0)
			ck_upright(&p);
		portrait_finish(&p);
		image_finish(&image);
	}
}
END_TEST

static struct image plain(int width, int height)
{
	size_t n = (size_t)width * (size_t)height;
	struct image image = { .width = width,
			       .height = height,
			       .full_width = width,
			       .full_height = height,
			       .grey = mem_alloc(n),
			       .tint = mem_alloc(n * 2) };

	memset(image.grey, 200, n);
	memset(image.tint, 128, n * 2);
	return image;
}

static void ck_nothing(struct image *image, const struct mrz_reading *zone)
{
	struct buf b = BUF_INIT;
	struct portrait p;

	portrait_find(image, zone, &p);
	ck_assert(!p.found);
	portrait_json(&b, "photo", &p);
	ck_assert_str_eq(b.data, "\"photo\":null");
	buf_finish(&b);
	portrait_finish(&p);
	image_finish(image);
}

/* The one without edges to its background is a portrait, but in doubt. */
START_TEST(where_there_is_doubt_nothing_is_found)
{
	struct image image = image_load("td3");

	ck_nothing(&image, NULL);
	image = plain(800, 600);
	ck_nothing(&image, NULL);
	image = plain(1, 1);
	ck_nothing(&image, NULL);
	image = plain(3000, 70);
	ck_nothing(&image, NULL);
}
END_TEST

/* A zone that was misread may lie anywhere, and be of any size. */
START_TEST(odd_zones_do_no_harm)
{
	static const float boxes[][8] = {
		{ 0, 0, 0, 0, 0, 0, 0, 0 },
		{ -9e6f, -9e6f, 9e6f, 9e6f, 9e6f, 0, 0, 0 },
		{ 799, 599, 0, 0, 0, 10, 799, 500 },
		{ 10, 10, 11, 10, 11, 11, 10, 11 },
	};
	struct mrz_reading m = { .format = MRZ_NONE };
	size_t i;
	int f;

	for (f = MRZ_TD1; f < MRZ_FORMATS; f++) {
		for (i = 0; i < ARRAY_SIZE(boxes); i++) {
			struct image image = plain(800, 600);

			m.format = (enum mrz_format)f;
			memcpy(m.box, boxes[i], sizeof(m.box));
			ck_nothing(&image, &m);
		}
	}
}
END_TEST

START_TEST(what_is_told)
{
	struct image image = image_load("td2");
	struct buf b = BUF_INIT, jpeg = BUF_INIT;
	struct portrait p;
	const char *text;

	portrait_find(&image, NULL, &p);
	portrait_json(&b, NULL, &p);
	ck_assert(!strncmp(b.data, "{\"box\":[6", 9));
	text = strstr(b.data, "\"jpeg\":\"");
	ck_assert_ptr_nonnull(text);
	text += 8;
	ck_assert_int_eq(str_unbase64(&jpeg, text, strlen(text) - 2), 0);
	ck_assert_uint_eq(jpeg.len, p.jpeg.len);
	ck_assert(!memcmp(jpeg.data, p.jpeg.data, jpeg.len));
	buf_finish(&jpeg);
	buf_finish(&b);
	portrait_finish(&p);
	image_finish(&image);
}
END_TEST

UNIT_MAIN("portrait", a_zone_tells_where_and_which_way_up,
	  without_a_zone_edges_tell, where_there_is_doubt_nothing_is_found,
	  odd_zones_do_no_harm, what_is_told)
