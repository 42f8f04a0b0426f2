// SPDX-License-Identifier: GPL-3.0-or-later
/* All that the engines find in one file: one row an engine. */
#include "check/barcode.h"
#include "check/findings.h"
#include "check/mrz_image.h"
#include "check/ocr.h"
#include "check/quality.h"

enum { BARCODE_MS = 400 };

/* A photo, and what engines before others have seen in it. */
struct seen {
	const struct models *models;
	const struct image *image;
	struct mrz_reading mrz;
};

static void find_quality(struct buf *b, const char *key, struct seen *s)
{
	struct quality q;

	quality_measure(s->image, &q);
	quality_json(b, key, &q);
}

static void find_mrz(struct buf *b, const char *key, struct seen *s)
{
	mrz_image_read(s->models->mrz, s->image, &s->mrz);
	mrz_image_json(b, key, &s->mrz);
}

static void find_barcode(struct buf *b, const char *key, struct seen *s)
{
	struct barcode code;

	barcode_read(s->image, BARCODE_MS, &code);
	barcode_json(b, key, &code);
	barcode_finish(&code);
}

static void find_words(struct buf *b, const char *key, struct seen *s)
{
	if (s->models->text)
		ocr_json(s->models->ocr, b, key, s->image, &s->mrz);
}

/* Each writes one member. */
static const struct engine {
	const char *key;
	void (*find)(struct buf *b, const char *key, struct seen *s);
} engines[] = {
	{ "quality", find_quality },
	{ "mrz", find_mrz },
	{ "barcode", find_barcode },
	{ "words", find_words },
};

static void write_engines(struct buf *b, const struct models *models,
			  const struct image *image)
{
	struct seen s = { .models = models, .image = image };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engines); i++)
		engines[i].find(b, engines[i].key, &s);
}

void findings_write(struct buf *b, const struct models *models,
		    const void *bytes, size_t len)
{
	struct image image;
	const char *why;

	json_open(b, NULL, '{');
	json_str(b, "media", check_media_name(check_media_detect(bytes, len)));
	if (image_decode(bytes, len, &image, &why)) {
		json_open(b, "error", '{');
		json_str(b, "kind", "unreadable");
		json_str(b, "message", why);
		json_close(b, '}');
	} else {
		json_int(b, "width", image.full_width);
		json_int(b, "height", image.full_height);
		json_flag(b, "cut", image.cut);
		write_engines(b, models, &image);
	}
	json_close(b, '}');
	image_finish(&image);
}
