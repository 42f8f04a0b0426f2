// SPDX-License-Identifier: GPL-3.0-or-later
/* Is a photo good enough to be read? Limits, light and the verdict. */
#include "check/quality_part.h"

enum { DARK_BELOW = 30, BRIGHT_ABOVE = 245, DIGITS = 4 };

/* Beyond consider a person should look, beyond issue nobody can read it. The
 * limits are of photos made for the purpose: see tests/unit/test_quality.c. */
static const struct limit {
	const char *name;
	bool more_is_worse;
	double consider, issue;
	const char *message;
	const char *text; /* to the customer */
} limits[QUALITY_KINDS] = {
	[QUALITY_BLUR] = { "blur", false, 0.05, 0.018, "photo_blurred",
			   "The photo is blurred. Hold the camera still and "
			   "tap the document to focus." },
	[QUALITY_GLARE] = { "glare", true, 0.8, 4.0, "photo_glare",
			    "Light is reflected on the document. Tilt it or "
			    "turn off the flash." },
	[QUALITY_DARK] = { "dark", false, 110, 70, "photo_dark",
			   "The photo is too dark. Find more light." },
	[QUALITY_BRIGHT] = { "bright", true, 140, 190, "photo_bright",
			     "The photo is too bright. Move out of direct "
			     "light." },
	[QUALITY_RESOLUTION] = { "resolution", false, 1000, 600, "photo_small",
				 "The photo is too small. Move closer, or "
				 "use a better camera." },
	/* a pattern on the table looks the same: never more than consider */
	[QUALITY_CROPPED] = { "cropped", true, 45, 256, "photo_cropped",
			      "The document may not be wholly in the picture. "
			      "Keep all its edges inside." },
};

/* The grey level that so many of a thousand pixels stay below. */
static double level(const uint32_t counts[256], size_t total, size_t permille)
{
	size_t want = total * permille / 1000, seen = 0;
	int v;

	for (v = 0; v < 255; v++) {
		seen += counts[v];
		if (seen > want)
			break;
	}
	return v;
}

static void measure_light(const struct plane *p, struct quality *q)
{
	size_t total = (size_t)p->width * (size_t)p->height, i;
	uint32_t counts[256] = { 0 };
	double sum = 0, dark = 0, bright = 0;
	int v;

	for (i = 0; i < total; i++)
		counts[p->grey[i]]++;
	for (v = 0; v < 256; v++) {
		sum += (double)v * counts[v];
		dark += v < DARK_BELOW ? counts[v] : 0;
		bright += v > BRIGHT_ABOVE ? counts[v] : 0;
	}
	q->mean = sum / (double)total;
	q->dark_share = dark / (double)total;
	q->bright_share = bright / (double)total;
	q->parts[QUALITY_DARK].value = level(counts, total, 950);
	q->parts[QUALITY_BRIGHT].value = level(counts, total, 5);
}

static enum quality_verdict judge(const struct limit *l, double value)
{
	double sign = l->more_is_worse ? 1 : -1;

	if (sign * value > sign * l->issue)
		return QUALITY_ISSUE;
	if (sign * value > sign * l->consider)
		return QUALITY_CONSIDER;
	return QUALITY_CLEAR;
}

void quality_measure(const struct image *image, struct quality *out)
{
	struct plane p = plane_shrink(image, QUALITY_SIDE);
	int i;

	*out = (struct quality){ .verdict = QUALITY_CLEAR };
	measure_light(&p, out);
	out->parts[QUALITY_BLUR].value = quality_sharpness(&p);
	out->parts[QUALITY_GLARE].value = quality_glare(&p);
	out->parts[QUALITY_CROPPED].value = quality_border_step(&p);
	out->parts[QUALITY_RESOLUTION].value =
		image->full_width > image->full_height ? image->full_width
						       : image->full_height;
	for (i = 0; i < QUALITY_KINDS; i++) {
		struct quality_part *part = &out->parts[i];

		part->verdict = judge(&limits[i], part->value);
		if (part->verdict > out->verdict)
			out->verdict = part->verdict;
	}
	free(p.grey);
}

const char *quality_verdict_name(enum quality_verdict v)
{
	static const char *const names[] = { "clear", "consider", "issue" };

	return names[v];
}

static void part_json(struct buf *b, const struct limit *l,
		      const struct quality_part *part)
{
	json_open(b, l->name, '{');
	json_number(b, "value", part->value, DIGITS);
	json_number(b, "threshold", l->consider, DIGITS);
	json_str(b, "verdict", quality_verdict_name(part->verdict));
	if (part->verdict == QUALITY_CLEAR) {
		json_null(b, "message");
	} else {
		json_open(b, "message", '{');
		json_str(b, "id", l->message);
		json_str(b, "text", l->text);
		json_close(b, '}');
	}
	json_close(b, '}');
}

void quality_json(struct buf *b, const char *key, const struct quality *q)
{
	int i;

	json_open(b, key, '{');
	json_str(b, "verdict", quality_verdict_name(q->verdict));
	json_number(b, "mean", q->mean, DIGITS);
	json_number(b, "dark_share", q->dark_share, DIGITS);
	json_number(b, "bright_share", q->bright_share, DIGITS);
	for (i = 0; i < QUALITY_KINDS; i++)
		part_json(b, &limits[i], &q->parts[i]);
	json_close(b, '}');
}
