// SPDX-License-Identifier: GPL-3.0-or-later
/* All that the engines find in one file: one row an engine. */
#include "base/clock.h"
#include "check/barcode.h"
#include "check/findings.h"
#include "check/mrz_image.h"
#include "check/ocr.h"
#include "check/portrait.h"
#include "check/quality.h"
#include "check/signal.h"

/* Of the processor. What has a zone is no licence, though it may have a barcode
 * that is easily read. */
enum { BARCODE_MS = 600, BARCODE_WITH_ZONE_MS = 120 };

/* A photo, and what engines before others have seen in it. */
struct seen {
	const struct models *models;
	const struct image *image;
	const void *bytes; /* of the file */
	size_t len;
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

	barcode_read(s->image,
		     s->mrz.accepted ? BARCODE_WITH_ZONE_MS : BARCODE_MS,
		     &code);
	barcode_json(b, key, &code);
	barcode_finish(&code);
}

/* The zone tells where it is. */
static void find_portrait(struct buf *b, const char *key, struct seen *s)
{
	struct portrait portrait;

	portrait_find(s->image, &s->mrz, &portrait);
	portrait_json(b, key, &portrait);
	portrait_finish(&portrait);
}

static void find_recapture(struct buf *b, const char *key, struct seen *s)
{
	struct signal signal;

	recapture_measure(s->image, &signal);
	recapture_json(b, key, &signal);
}

static void find_editing(struct buf *b, const char *key, struct seen *s)
{
	struct signal signals[EDITING_KINDS];

	editing_measure(s->image, s->bytes, s->len, signals);
	editing_json(b, key, signals);
}

static void find_words(struct buf *b, const char *key, struct seen *s)
{
	ocr_json(s->models->ocr, b, key, s->image, &s->mrz);
}

#define QUALITY (1u << FINDINGS_QUALITY)
#define TEXT (1u << FINDINGS_TEXT)
#define CODES (1u << FINDINGS_CODES | TEXT)

/* Each writes one member where it is wanted. */
static const struct engine {
	const char *key;
	void (*find)(struct buf *b, const char *key, struct seen *s);
	unsigned int wanted; /* bits 1 << enum findings */
} engines[] = {
	{ "quality", find_quality, QUALITY | CODES },
	{ "mrz", find_mrz, CODES },
	{ "photo", find_portrait, CODES },
	{ "barcode", find_barcode, CODES },
	{ "recapture", find_recapture, CODES },
	{ "editing", find_editing, CODES },
	{ "words", find_words, TEXT },
};

static bool is_wanted(const struct engine *e, const struct models *models)
{
	return e->wanted & 1u << models->wanted;
}

static void write_engines(struct buf *b, const struct models *models,
			  struct seen *s)
{
	int64_t spent[ARRAY_SIZE(engines)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(engines); i++) {
		spent[i] = -clock_cpu_us();
		if (is_wanted(&engines[i], models))
			engines[i].find(b, engines[i].key, s);
		spent[i] += clock_cpu_us();
	}
	json_open(b, "cpu_ms", '{');
	for (i = 0; i < ARRAY_SIZE(engines); i++) {
		if (is_wanted(&engines[i], models))
			json_int(b, engines[i].key, (spent[i] + 500) / 1000);
	}
	json_close(b, '}');
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
		write_engines(b, models,
			      &(struct seen){ .models = models,
					      .image = &image,
					      .bytes = bytes,
					      .len = len });
	}
	json_close(b, '}');
	image_finish(&image);
}
