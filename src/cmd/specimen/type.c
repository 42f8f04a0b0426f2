// SPDX-License-Identifier: GPL-3.0-or-later
/* Letters by FreeType. */
#include <ft2build.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H
#include <math.h>

#include "cmd/specimen/type.h"

struct type {
	FT_Library library;
	FT_Face faces[TYPE_FACES];
};

static const char *const files[TYPE_FACES] = {
	[TYPE_OCRB] = "/usr/share/fonts/opentype/ocr-b/OCRB.otf",
	[TYPE_SANS] = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
	[TYPE_BOLD] = "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
	[TYPE_MONO] = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
	[TYPE_SERIF] = "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
};

struct type *type_open(const char **missing)
{
	struct type *t = mem_alloc(sizeof(*t));
	size_t i;

	*missing = files[0];
	if (FT_Init_FreeType(&t->library)) {
		free(t);
		return NULL;
	}
	for (i = 0; i < TYPE_FACES; i++) {
		*missing = files[i];
		if (FT_New_Face(t->library, files[i], 0, &t->faces[i])) {
			type_close(t);
			return NULL;
		}
	}
	return t;
}

void type_close(struct type *t)
{
	FT_Done_FreeType(t->library);
	free(t);
}

/* The text is our own, and valid. */
static const char *next_point(const char *s, FT_ULong *point)
{
	const unsigned char *p = (const unsigned char *)s;
	int more = *p < 0x80 ? 0 : *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;

	*point = more ? *p & (0x3fu >> more) : *p;
	for (p++; more > 0 && *p; more--, p++)
		*point = *point << 6 | (*p & 0x3fu);
	return (const char *)p;
}

static void blend_glyph(FT_GlyphSlot slot, struct canvas *c, int x, int y,
			struct ink ink)
{
	const FT_Bitmap *bits = &slot->bitmap;
	unsigned i, j;

	for (j = 0; j < bits->rows; j++) {
		const uint8_t *row = bits->buffer + (long)j * bits->pitch;

		for (i = 0; i < bits->width; i++)
			canvas_blend(c, x + slot->bitmap_left + (int)i,
				     y - slot->bitmap_top + (int)j, ink,
				     row[i] / 255.0);
	}
}

double type_draw(struct type *t, enum type_face face, double px, double weight,
		 struct canvas *c, double x, double base, const char *text,
		 struct ink ink)
{
	FT_Face f = t->faces[face];
	double from = x;
	FT_ULong point;

	if (px < 3 || FT_Set_Char_Size(f, 0, lround(px * 64), 72, 72))
		return 0;
	while (*text) {
		FT_Vector part = { lround((x - floor(x)) * 64),
				   lround((ceil(base) - base) * 64) };

		text = next_point(text, &point);
		FT_Set_Transform(f, NULL, &part);
		if (FT_Load_Char(f, point,
				 FT_LOAD_NO_HINTING | FT_LOAD_NO_BITMAP))
			continue;
		if (weight > 0)
			FT_Outline_Embolden(&f->glyph->outline,
					    lround(weight * 64));
		if (!FT_Render_Glyph(f->glyph, FT_RENDER_MODE_NORMAL))
			blend_glyph(f->glyph, c, (int)floor(x), (int)ceil(base),
				    ink);
		x += (double)f->glyph->linearHoriAdvance / 65536;
	}
	return x - from;
}

double type_height_for(const struct type *t, double pitch)
{
	FT_Face f = t->faces[TYPE_OCRB];

	/* the face has one width; a filler has it as well */
	if (FT_Load_Char(f, '<', FT_LOAD_NO_SCALE))
		return pitch;
	return pitch * f->units_per_EM / (double)f->glyph->metrics.horiAdvance;
}
