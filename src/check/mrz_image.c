// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine readable zone of a decoded photo, as a finding. */
#include <leptonica/allheaders.h>
#include <math.h>

#include "base/json.h"
#include "check/mrz.h"
#include "check/mrz_image.h"

/* leptonica packs pixels into words, the first in the highest byte. */
static PIX *pix_of(const struct image *image)
{
	PIX *pix = pixCreateNoInit(image->width, image->height, 8);
	const uint8_t *row = image->grey;
	l_uint32 *line;
	int x, y, words;

	if (!pix)
		return NULL;
	words = pixGetWpl(pix);
	line = pixGetData(pix);
	for (y = 0; y < image->height; y++) {
		for (x = 0; x < image->width; x++)
			SET_DATA_BYTE(line, x, row[x]);
		row += image->width;
		line += words;
	}
	return pix;
}

int mrz_image_read(const struct mrz_reader *r, const struct image *image,
		   struct mrz_reading *out)
{
	float scale = (float)image->full_width / (float)image->width;
	int rc = -1, i;
	PIX *pix;

	*out = (struct mrz_reading){ .why = "the photo does not fit memory" };
	/* what it has to say of a photo is no news for a log */
	setMsgSeverity(L_SEVERITY_NONE);
	pix = pix_of(image);
	if (pix)
		rc = mrz_read(r, pix, out);
	pixDestroy(&pix);
	for (i = 0; i < 4; i++) {
		out->box[i][0] *= scale;
		out->box[i][1] *= scale;
	}
	return rc;
}

static float least_confidence(const struct mrz_reading *m)
{
	const struct mrz_layout *layout = &mrz_layouts[m->format];
	float least = 1;
	int i, j;

	for (i = 0; i < layout->lines; i++) {
		for (j = 0; j < layout->length; j++) {
			if (m->confidence[i][j] < least)
				least = m->confidence[i][j];
		}
	}
	return least;
}

static void add_box(struct buf *b, const struct mrz_reading *m)
{
	int i;

	json_open(b, "box", '[');
	for (i = 0; i < 4; i++) {
		json_open(b, NULL, '[');
		json_int(b, NULL, lrintf(m->box[i][0]));
		json_int(b, NULL, lrintf(m->box[i][1]));
		json_close(b, ']');
	}
	json_close(b, ']');
}

static void add_repair(struct buf *b, const struct mrz_repair *r)
{
	char from[2] = { r->from, '\0' }, to[2] = { r->to, '\0' };
	int i;

	json_open(b, NULL, '{');
	json_int(b, "line", r->line + 1);
	json_int(b, "column", r->column + 1);
	json_str(b, "from", from);
	json_str(b, "to", to);
	json_open(b, "proved_by", '[');
	for (i = 0; i < MRZ_CHECKS; i++) {
		if (r->proved_by & 1u << i)
			json_str(b, NULL, mrz_check_names[i]);
	}
	json_close(b, ']');
	json_close(b, '}');
}

static void add_fields(struct buf *b, const struct mrz_reading *m)
{
	const char *lines[MRZ_LINES] = { NULL };
	struct mrz fields;
	struct buf text = BUF_INIT;
	size_t i, n = mrz_layouts[m->format].lines;

	if (!m->accepted) {
		json_null(b, "fields");
		return;
	}
	for (i = 0; i < n; i++)
		lines[i] = m->lines[i];
	mrz_parse(lines, n, &fields);
	mrz_json(&text, &fields);
	json_raw(b, "fields", text.data);
	buf_finish(&text);
}

void mrz_image_json(struct buf *b, const char *key, const struct mrz_reading *m)
{
	int i;

	if (m->format == MRZ_NONE) {
		json_null(b, key);
		return;
	}
	json_open(b, key, '{');
	json_str(b, "format", mrz_layouts[m->format].name);
	json_flag(b, "accepted", m->accepted);
	json_str(b, "why", m->accepted ? NULL : m->why);
	json_open(b, "lines", '[');
	for (i = 0; i < mrz_layouts[m->format].lines; i++)
		json_str(b, NULL, m->lines[i]);
	json_close(b, ']');
	json_int(b, "orientation", m->turn);
	add_box(b, m);
	json_number(b, "confidence", (double)least_confidence(m), 3);
	json_open(b, "repairs", '[');
	if (m->repaired)
		add_repair(b, &m->repair);
	json_close(b, ']');
	add_fields(b, m);
	json_close(b, '}');
}
