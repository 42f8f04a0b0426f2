// SPDX-License-Identifier: GPL-3.0-or-later
/* Printed words off a photo, by Tesseract. */
#include <dlfcn.h>
#include <stdint.h>
#include <tesseract/capi.h>

#include "base/clock.h"
#include "base/str.h"
#include "check/ocr.h"
#include "check/ocr_page.h"
#include "check/words.h"

enum {
	/* Of the child's 20 seconds of processor and 60 by the clock, for all
	 * pages; and the least that a page is begun with. Layout is found
	 * before anybody looks at the clock: it may take seconds more. */
	CPU_MAX_MS = 12 * 1000,
	WALL_MAX_MS = 30 * 1000,
	PAGE_MS = 4 * 1000,
	/* Per cent of steps to the right neighbour that are steep: print has
	 * a few, noise half. */
	STEEP = 64,
	STEEP_MAX = 20,
	/* so many sure letters make a page that stands upright */
	LETTERS_ENOUGH = 40,
	SURE = 70
};

/* It is loaded by hand: who reads no text does without the fifty libraries
 * that come along, and a host may have none of them. */
struct api {
	__typeof__(TessBaseAPICreate) *create;
	__typeof__(TessBaseAPIDelete) *destroy;
	__typeof__(TessBaseAPISetVariable) *set;
	__typeof__(TessBaseAPIInit2) *init;
	__typeof__(TessBaseAPISetPageSegMode) *mode;
	__typeof__(TessBaseAPISetImage) *image;
	__typeof__(TessBaseAPISetSourceResolution) *resolution;
	__typeof__(TessBaseAPIRecognize) *recognize;
	__typeof__(TessBaseAPIGetIterator) *results;
	__typeof__(TessBaseAPIClear) *clear;
	__typeof__(TessMonitorCreate) *monitor;
	__typeof__(TessMonitorDelete) *monitor_destroy;
	__typeof__(TessMonitorSetDeadlineMSecs) *deadline;
	__typeof__(TessResultIteratorDelete) *results_destroy;
	__typeof__(TessResultIteratorNext) *next;
	__typeof__(TessResultIteratorGetUTF8Text) *text;
	__typeof__(TessResultIteratorConfidence) *confidence;
	__typeof__(TessResultIteratorGetPageIteratorConst) *place;
	__typeof__(TessPageIteratorBoundingBox) *box;
	__typeof__(TessPageIteratorIsAtBeginningOf) *begins;
	__typeof__(TessDeleteText) *text_destroy;
};

#define CALL(member, name)                                                     \
	{                                                                      \
		name, offsetof(struct api, member)                             \
	}
static const struct call {
	const char *name;
	size_t offset;
} calls[] = {
	CALL(create, "TessBaseAPICreate"),
	CALL(destroy, "TessBaseAPIDelete"),
	CALL(set, "TessBaseAPISetVariable"),
	CALL(init, "TessBaseAPIInit2"),
	CALL(mode, "TessBaseAPISetPageSegMode"),
	CALL(image, "TessBaseAPISetImage"),
	CALL(resolution, "TessBaseAPISetSourceResolution"),
	CALL(recognize, "TessBaseAPIRecognize"),
	CALL(results, "TessBaseAPIGetIterator"),
	CALL(clear, "TessBaseAPIClear"),
	CALL(monitor, "TessMonitorCreate"),
	CALL(monitor_destroy, "TessMonitorDelete"),
	CALL(deadline, "TessMonitorSetDeadlineMSecs"),
	CALL(results_destroy, "TessResultIteratorDelete"),
	CALL(next, "TessResultIteratorNext"),
	CALL(text, "TessResultIteratorGetUTF8Text"),
	CALL(confidence, "TessResultIteratorConfidence"),
	CALL(place, "TessResultIteratorGetPageIteratorConst"),
	CALL(box, "TessPageIteratorBoundingBox"),
	CALL(begins, "TessPageIteratorIsAtBeginningOf"),
	CALL(text_destroy, "TessDeleteText"),
};

struct ocr {
	struct api api;
	TessBaseAPI *tesseract;
	/* It tells on standard error how it gets on, which nobody reads and
	 * no option ends without a file. */
	FILE *silence;
	int64_t cpu_us, wall_us; /* used so far */
};

static int load(struct api *api)
{
	void *library = dlopen("libtesseract.so.5", RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!library)
		return -1;
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		void *found = dlsym(library, calls[i].name);

		if (!found)
			return -1;
		memcpy((char *)api + calls[i].offset, &found, sizeof(found));
	}
	return 0;
}

struct ocr *ocr_create(void)
{
	static const cookie_io_functions_t nothing = { .read = NULL };
	struct ocr *o = mem_alloc(sizeof(*o));

	/* OpenMP reads it as it is loaded */
	setenv("OMP_THREAD_LIMIT", "1", 1);
	o->silence = fopencookie(NULL, "w", nothing);
	if (o->silence && !load(&o->api)) {
		o->tesseract = o->api.create();
		if (!o->api.init(o->tesseract, NULL, "eng", OEM_LSTM_ONLY)) {
			/* Sauvola's, for light that is uneven */
			o->api.set(o->tesseract, "thresholding_method", "2");
			return o;
		}
	}
	ocr_destroy(o);
	return NULL;
}

void ocr_destroy(struct ocr *o)
{
	if (o && o->tesseract)
		o->api.destroy(o->tesseract);
	if (o && o->silence)
		fclose(o->silence);
	free(o);
}

/* The corners go clockwise: inside is on the right of each side. */
static bool is_inside(const struct mrz_reading *zone, const int box[4])
{
	double x = box[0] + box[2] / 2.0, y = box[1] + box[3] / 2.0;
	int i;

	for (i = 0; i < 4; i++) {
		const float *a = zone->box[i], *b = zone->box[(i + 1) % 4];

		if ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0]) < 0)
			return false;
	}
	return true;
}

/* Letters and digits of ASCII; what is beyond counts as one each byte. */
static int count_letters(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += (*text >= '0' && *text <= '9') ||
		     (*text >= 'A' && *text <= 'Z') ||
		     (*text >= 'a' && *text <= 'z') || (*text & 0x80);
	return n;
}

/* What a page gave. */
struct catch
{
	struct buf words;
	int count, line;
	int letters; /* of all words that are more than two */
	int sure;    /* of those of them that were read well */
};

static void write_word(struct buf *b, const char *text, int confidence,
		       const int box[4], int line)
{
	int i;

	json_open(b, NULL, '{');
	json_str(b, "text", text);
	json_int(b, "confidence", confidence);
	json_open(b, "box", '[');
	for (i = 0; i < 4; i++)
		json_int(b, NULL, box[i]);
	json_close(b, ']');
	json_int(b, "line", line);
	json_close(b, '}');
}

static void take_word(struct ocr *o, TessResultIterator *it,
		      const struct ocr_page *p, const struct mrz_reading *zone,
		      struct catch *out)
{
	const TessPageIterator *place = o->api.place(it);
	char *text = o->api.text(it, RIL_WORD);
	int confidence = (int)o->api.confidence(it, RIL_WORD), at[4], box[4];
	int letters = text ? count_letters(text) : 0;

	if (o->api.begins(place, RIL_TEXTLINE))
		out->line++;
	if (letters && strlen(text) < WORD_TEXT_MAX && confidence > 0 &&
	    o->api.box(place, RIL_WORD, &at[0], &at[1], &at[2], &at[3])) {
		ocr_page_place(p, at, box);
		if (!zone->accepted || !is_inside(zone, box)) {
			write_word(&out->words, text, confidence, box,
				   out->line);
			out->count++;
			letters = letters > 2 ? letters : 0;
			out->letters += letters;
			out->sure += confidence >= SURE ? letters : 0;
		}
	}
	if (text)
		o->api.text_destroy(text);
}

static void take_words(struct ocr *o, const struct ocr_page *p,
		       const struct mrz_reading *zone, struct catch *out)
{
	TessResultIterator *it = o->api.results(o->tesseract);

	if (!it)
		return;
	do {
		take_word(o, it, p, zone, out);
	} while (out->count < WORDS_MAX && o->api.next(it, RIL_WORD));
	o->api.results_destroy(it);
}

static int ms_left(const struct ocr *o)
{
	int64_t cpu = CPU_MAX_MS - o->cpu_us / 1000;
	int64_t wall = WALL_MAX_MS - o->wall_us / 1000;

	return (int)(cpu < wall ? cpu : wall);
}

/* Tesseract would look for its letters longer than for a page's. */
static bool is_noise(const struct plane *p)
{
	size_t count = (size_t)p->width * (size_t)p->height, steep = 0, i;

	for (i = 1; i < count; i++)
		steep += abs(p->grey[i] - p->grey[i - 1]) > STEEP;
	return steep > count / 100 * STEEP_MAX;
}

/* What was read when the time is over stays. */
static void recognize(struct ocr *o, const struct plane *plane,
		      TessPageSegMode mode)
{
	ETEXT_DESC *monitor = o->api.monitor();
	FILE *kept = stderr;

	o->api.mode(o->tesseract, mode);
	o->api.image(o->tesseract, plane->grey, plane->width, plane->height, 1,
		     plane->width);
	o->api.resolution(o->tesseract, 200);
	o->api.deadline(monitor, ms_left(o));
	stderr = o->silence;
	o->api.recognize(o->tesseract, monitor);
	stderr = kept;
	o->api.monitor_destroy(monitor);
}

static void read_page(struct ocr *o, const struct ocr_page *p,
		      const struct mrz_reading *zone, struct catch *out)
{
	int64_t cpu = clock_cpu_us(), wall = clock_monotonic_us();

	*out = (struct catch){ BUF_INIT, 0, -1, 0, 0 };
	if (is_noise(&p->plane))
		return;
	recognize(o, &p->plane, zone->accepted ? PSM_SPARSE_TEXT : PSM_AUTO);
	take_words(o, p, zone, out);
	o->api.clear(o->tesseract);
	o->cpu_us += clock_cpu_us() - cpu;
	o->wall_us += clock_monotonic_us() - wall;
}

/* Upside down there are words as well, most of them doubtful. */
static bool stands_upright(const struct catch *c)
{
	return c->sure >= LETTERS_ENOUGH && c->sure * 3 > c->letters * 2;
}

/* The quarter with the most sure letters; the first with enough of them. */
static void read_turned(struct ocr *o, const struct image *image,
			const struct mrz_reading *zone, struct catch *best)
{
	static const int quarters[] = { 0, 90, 270, 180 };
	struct ocr_page p;
	struct catch now;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(quarters) && ms_left(o) >= PAGE_MS; i++) {
		ocr_page_whole(image, quarters[i], &p);
		read_page(o, &p, zone, &now);
		ocr_page_finish(&p);
		if (!i || now.sure > best->sure) {
			buf_finish(&best->words);
			*best = now;
		} else {
			buf_finish(&now.words);
		}
		if (stands_upright(best))
			return;
	}
}

void ocr_json(struct ocr *o, struct buf *b, const char *key,
	      const struct image *image, const struct mrz_reading *zone)
{
	struct catch best = { BUF_INIT, 0, 0, 0, 0 };
	struct ocr_page p;

	if (!o || ms_left(o) < PAGE_MS) {
		json_null(b, key);
		return;
	}
	if (zone->accepted) {
		ocr_page_above(image, zone, &p);
		read_page(o, &p, zone, &best);
		ocr_page_finish(&p);
	} else {
		read_turned(o, image, zone, &best);
	}
	json_open(b, key, '[');
	buf_add(b, best.words.data, best.words.len);
	json_close(b, ']');
	buf_finish(&best.words);
}
