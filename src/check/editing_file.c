// SPDX-License-Identifier: GPL-3.0-or-later
/* Whether a file says of itself that it was edited: the text in its metadata,
 * as it stands, without reading what it means. */
#include "check/signal.h"

static const char *const editors[] = {
	"Photoshop",	    "GIMP",	     "Lightroom",
	"Snapseed",	    "Pixelmator",    "Affinity",
	"PicsArt",	    "Paint.NET",     "Canva",
	"Facetune",	    "Pixlr",	     "Krita",
	"CorelDRAW",	    "PaintShop",     "Photopea",
	"FaceApp",	    "Adobe Firefly", "Midjourney",
	"Stable Diffusion",
};

static bool names_editor(const uint8_t *p, size_t len)
{
	size_t i, at;

	for (i = 0; i < ARRAY_SIZE(editors); i++) {
		size_t n = strlen(editors[i]);

		for (at = 0; at + n <= len; at++) {
			if (p[at] == (uint8_t)editors[i][0] &&
			    !memcmp(p + at, editors[i], n))
				return true;
		}
	}
	return false;
}

/* Segments before the picture: APP1 has Exif and XMP, APP13 Photoshop's, COM
 * a comment (ITU-T T.81, B.1.1). */
static bool jpeg_names(const uint8_t *p, size_t len)
{
	size_t at = 2, n;

	while (at + 4 <= len && p[at] == 0xff && p[at + 1] != 0xda) {
		n = (size_t)p[at + 2] << 8 | p[at + 3];
		if (n < 2 || at + 2 + n > len)
			return false;
		if ((p[at + 1] == 0xe1 || p[at + 1] == 0xed ||
		     p[at + 1] == 0xfe) &&
		    names_editor(p + at + 4, n - 2))
			return true;
		at += 2 + n;
	}
	return false;
}

/* Chunks: tEXt, iTXt, eXIf (PNG, third edition, 5.3). */
static bool png_names(const uint8_t *p, size_t len)
{
	size_t at = 8, n;

	while (at + 12 <= len) {
		const uint8_t *c = p + at;

		n = (size_t)c[0] << 24 | (size_t)c[1] << 16 |
		    (size_t)c[2] << 8 | c[3];
		if (n > len - at - 12)
			return false;
		if ((!memcmp(c + 4, "tEXt", 4) || !memcmp(c + 4, "iTXt", 4) ||
		     !memcmp(c + 4, "eXIf", 4)) &&
		    names_editor(c + 8, n))
			return true;
		at += 12 + n;
	}
	return false;
}

void editing_software(const void *bytes, size_t len, struct signal *out)
{
	bool named = false;

	*out = (struct signal){ .threshold = 0.5,
				.verdict = SIGNAL_UNKNOWN,
				.text = "files of this kind are not looked "
					"into" };
	switch (check_media_detect(bytes, len)) {
	case CHECK_MEDIA_JPEG:
		named = jpeg_names(bytes, len);
		break;
	case CHECK_MEDIA_PNG:
		named = png_names(bytes, len);
		break;
	default:
		return;
	}
	out->value = named;
	out->verdict = named ? SIGNAL_CONSIDER : SIGNAL_CLEAR;
	out->text = named ? "the file names a program that edits pictures"
			  : "the file names no program that edits pictures";
}
