// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe-specimen: draws a photo of an invented document, and tells what is
 * on it. The tool's self-test starts it. */
#include <math.h>

#include "base/json.h"
#include "base/str.h"
#include "cmd/specimen/jpeg.h"
#include "cmd/specimen/scene.h"
#include "cmd/start.h"

enum { EXIT_USAGE = 2, EXIT_FONT = 3, STRIP_DPI = 300 };

static const char usage[] =
	"usage: vouchsafe-specimen SET FORMAT LEVEL TURN SEED INDEX\n"
	"\n"
	"SET plain, glare, fold, blank, barcode; FORMAT TD1, TD2, TD3, MRV-A,\n"
	"MRV-B; LEVEL easy, medium, hard; TURN 0, 90, 180, 270. On standard\n"
	"output: a line of JSON, then so many bytes of JPEG as its \"photo\"\n"
	"says, then so many of PGM as its \"strip\" says (the zone alone, "
	"straight).\n";

static const char *const sets[] = { "plain", "glare",	"fold",
				    "blank", "barcode", NULL };
static const char *const levels[] = { "easy", "medium", "hard", NULL };
static const char *const formats[] = { "",	"TD1",	 "TD2", "TD3",
				       "MRV-A", "MRV-B", NULL };

/* One photo: what was asked for, and what came of it. */
struct order {
	size_t set, format, level;
	int64_t turn, seed, index;
	int quality;
	struct truth truth;
	struct page page;
	struct scene scene;
	struct buf jpeg, strip;
};

static int word_of(const char *const *words, const char *word, size_t *out)
{
	for (*out = 0; words[*out]; ++*out) {
		if (*words[*out] && !strcmp(words[*out], word))
			return 0;
	}
	return -1;
}

static int take_words(char **words, struct order *o)
{
	if (word_of(sets, words[0], &o->set) ||
	    word_of(formats, words[1], &o->format) ||
	    word_of(levels, words[2], &o->level))
		return -1;
	if (str_int(words[3], 0, 270, &o->turn) || o->turn % 90 ||
	    str_int(words[4], 0, INT32_MAX, &o->seed) ||
	    str_int(words[5], 0, INT32_MAX, &o->index))
		return -1;
	if (o->set == SPECIMEN_BARCODE)
		o->format = MRZ_NONE;
	return 0;
}

/* The photo is such that turning it clockwise by turn sets it upright. */
static void turn_picture(struct canvas *c, int64_t turn)
{
	int w = c->width, h = c->height, x, y;
	bool swaps = turn % 180 != 0;
	struct canvas out;

	if (!turn)
		return;
	canvas_open(&out, swaps ? h : w, swaps ? w : h,
		    (struct ink){ 0, 0, 0 });
	for (y = 0; y < h; y++) {
		for (x = 0; x < w; x++) {
			int u = turn == 90    ? y
				: turn == 180 ? w - 1 - x
					      : h - 1 - y;
			int v = turn == 90    ? w - 1 - x
				: turn == 180 ? h - 1 - y
					      : x;

			memcpy(out.rgb + 3 * ((size_t)v * (size_t)out.width +
					      (size_t)u),
			       c->rgb + 3 * ((size_t)y * (size_t)w + (size_t)x),
			       3);
		}
	}
	canvas_close(c);
	*c = out;
}

static struct point turned(const struct order *o, struct point p)
{
	double w = o->scene.width, h = o->scene.height;

	switch (o->turn) {
	case 90:
		return (struct point){ p.y, w - p.x };
	case 180:
		return (struct point){ w - p.x, h - p.y };
	case 270:
		return (struct point){ h - p.y, p.x };
	default:
		return p;
	}
}

static uint8_t grey_at(const struct canvas *c, struct point at)
{
	int x = (int)at.x, y = (int)at.y;
	const uint8_t *p;

	if (x < 0 || y < 0 || x >= c->width || y >= c->height)
		return 255;
	p = c->rgb + 3 * ((size_t)y * (size_t)c->width + (size_t)x);
	return (uint8_t)((p[0] * 77 + p[1] * 151 + p[2] * 28) >> 8);
}

/* What a reader that knew where the zone is would be given. */
static void write_strip(struct order *o, const struct canvas *photo)
{
	const struct box *zone = &o->page.zone;
	double edge = 2 * o->page.ppm, step = o->page.ppm * 25.4 / STRIP_DPI;
	int w = (int)((zone->w + 2 * edge) / step);
	int h = (int)((zone->h + 2 * edge) / step), x, y, i;

	if (zone->w <= 0)
		return;
	buf_printf(&o->strip, "P5\n%d %d\n255\n", w, h);
	for (y = 0; y < h; y++) {
		for (x = 0; x < w; x++) {
			int sum = 0;

			for (i = 0; i < 4; i++)
				sum += grey_at(
					photo,
					scene_place(
						&o->scene,
						zone->x - edge +
							(x + 0.5 * (i & 1)) *
								step,
						zone->y - edge +
							(y + 0.25 * (i & 2)) *
								step));
			buf_chr(&o->strip, (char)(sum / 4));
		}
	}
}

static void draw(struct order *o, struct type *type)
{
	static const int widths[] = { 1280, 1280, 1280, 1600, 1600, 1600, 1600,
				      1600, 1600, 2000, 2000, 2000, 2000, 2000,
				      2400, 2400, 2400, 2400, 3264, 4000 };
	const uint64_t words[] = { o->set, o->format, o->level,
				   (uint64_t)o->seed, (uint64_t)o->index };
	const struct level *level = &specimen_levels[o->level];
	struct chance c;
	struct canvas photo;
	double share, ppm;
	int width;

	chance_seed(&c, words, ARRAY_SIZE(words));
	truth_make(&c, (enum mrz_format)o->format, &o->truth);
	width = widths[chance_below(&c, ARRAY_SIZE(widths))];
	share = chance_between(&c, width > 1500 ? 0.64 : 0.76, 0.97);
	ppm = width * share * 1.2 /
	      page_size((enum specimen_set)o->set, (enum mrz_format)o->format)
		      .w;
	page_draw(&c, type, (enum specimen_set)o->set,
		  (enum mrz_format)o->format, &o->truth, ppm, &o->page);
	scene_open(&c, (enum specimen_level)o->level, width, share, &o->page,
		   &o->scene);
	scene_light(&o->scene);
	if (o->set == SPECIMEN_GLARE)
		scene_glare(&o->scene);
	if (o->set == SPECIMEN_FOLD)
		scene_fold(&o->scene);
	scene_blur(&o->scene);
	scene_expose(&o->scene, &photo);
	o->quality = (int)chance_between(&c, level->quality[0],
					 level->quality[1] + 1);
	write_strip(o, &photo);
	turn_picture(&photo, o->turn);
	jpeg_write(&o->jpeg, &photo, o->quality);
	canvas_close(&photo);
}

/* Four corners, clockwise from the upper left one of the upright box. */
static void tell_box(struct buf *b, const char *key, const struct order *o,
		     const struct box *box)
{
	int i;

	if (box->w <= 0) {
		json_null(b, key);
		return;
	}
	json_open(b, key, '[');
	for (i = 0; i < 4; i++) {
		struct point p = turned(
			o, scene_place(&o->scene,
				       box->x + (i == 1 || i == 2 ? box->w : 0),
				       box->y + (i > 1 ? box->h : 0)));

		json_open(b, NULL, '[');
		json_int(b, NULL, lround(p.x));
		json_int(b, NULL, lround(p.y));
		json_close(b, ']');
	}
	json_close(b, ']');
}

static void tell_lines(struct buf *b, const struct order *o)
{
	size_t i;

	json_open(b, "lines", '[');
	for (i = 0; i < o->truth.line_count && o->set != SPECIMEN_BLANK; i++)
		json_str(b, NULL, o->truth.lines[i]);
	json_close(b, ']');
}

static void tell_holder(struct buf *b, const struct truth *t)
{
	json_open(b, "printed", '{');
	json_str(b, "surname", t->surname);
	json_str(b, "given_names", t->given);
	json_str(b, "number", t->number);
	json_str(b, "birth", t->birth);
	json_str(b, "expiry", t->expiry);
	json_str(b, "issuer", t->state);
	json_str(b, "nationality", t->nation);
	json_close(b, '}');
}

static void tell(struct buf *b, const struct order *o)
{
	const struct scene *s = &o->scene;
	char text[32];

	json_open(b, NULL, '{');
	json_str(b, "set", sets[o->set]);
	json_str(b, "format", o->format ? formats[o->format] : NULL);
	json_str(b, "level", levels[o->level]);
	json_int(b, "turn", o->turn);
	json_int(b, "seed", o->seed);
	json_int(b, "index", o->index);
	json_int(b, "quality", o->quality);
	snprintf(text, sizeof(text), "%.1f", s->pitch);
	json_raw(b, "pitch", text);
	snprintf(text, sizeof(text), "%.2f", s->blur);
	json_raw(b, "blur", text);
	snprintf(text, sizeof(text), "%.1f", s->noise);
	json_raw(b, "noise", text);
	tell_lines(b, o);
	tell_holder(b, &o->truth);
	if (o->truth.barcode_len)
		json_strn(b, "barcode", o->truth.barcode, o->truth.barcode_len);
	else
		json_null(b, "barcode");
	tell_box(b, "zone", o, &o->page.zone);
	tell_box(b, "portrait", o, &o->page.portrait);
	tell_box(b, "barcode_box", o, &o->page.barcode);
	json_int(b, "photo", (int64_t)o->jpeg.len);
	json_int(b, "strip", (int64_t)o->strip.len);
	json_close(b, '}');
	buf_chr(b, '\n');
}

static int give(const struct buf *b)
{
	return b->len && fwrite(b->data, b->len, 1, stdout) != 1 ? -1 : 0;
}

static int give_all(const struct order *o)
{
	struct buf b = BUF_INIT;
	int rc;

	tell(&b, o);
	rc = give(&b) | give(&o->jpeg) | give(&o->strip) | fflush(stdout);
	buf_finish(&b);
	return rc ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct order o = { .jpeg = BUF_INIT, .strip = BUF_INIT };
	const char *missing;
	struct type *type;
	int rc;

	if (start_tells(usage, argc, argv))
		return 0;
	if (argc != 7 || take_words(argv + 1, &o)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	type = type_open(&missing);
	if (!type) {
		fprintf(stderr,
			"vouchsafe-specimen: %s is missing (install "
			"fonts-ocr-b "
			"and fonts-dejavu-core)\n",
			missing);
		return EXIT_FONT;
	}
	draw(&o, type);
	rc = give_all(&o);
	scene_close(&o.scene);
	page_close(&o.page);
	type_close(type);
	buf_finish(&o.jpeg);
	buf_finish(&o.strip);
	return rc;
}
