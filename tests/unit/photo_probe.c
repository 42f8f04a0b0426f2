// SPDX-License-Identifier: GPL-3.0-or-later
/* photo-probe FORMAT WIDTH HEIGHT [NAME=VALUE…]: a photo on standard output;
 * tests/api/test_document_tool.py feeds the program with them. FORMAT
 * measure prints what quality says, to choose limits by. */
#include <math.h>

#include "base/str.h"
#include "check/quality.h"
#include "photo.h"

static const struct option {
	const char *name;
	size_t offset;
} options[] = {
	{ "degrees", offsetof(struct photo_look, degrees) },
	{ "lean", offsetof(struct photo_look, lean) },
	{ "zoom", offsetof(struct photo_look, zoom) },
	{ "shift", offsetof(struct photo_look, shift) },
	{ "blur", offsetof(struct photo_look, blur) },
	{ "noise", offsetof(struct photo_look, noise) },
	{ "light", offsetof(struct photo_look, light) },
	{ "glare", offsetof(struct photo_look, glare) },
};

static int set_option(struct photo_look *look, const char *word)
{
	size_t i;

	if (!strncmp(word, "pdf417=", 7)) {
		look->pdf417 = word + 7;
		return 0;
	}
	if (!strncmp(word, "seed=", 5)) {
		look->seed = (unsigned)strtoul(word + 5, NULL, 10);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(options); i++) {
		size_t n = strlen(options[i].name);

		if (strncmp(word, options[i].name, n) != 0 || word[n] != '=')
			continue;
		*(double *)((char *)look + options[i].offset) =
			strtod(word + n + 1, NULL);
		return 0;
	}
	return -1;
}

static void measure(struct buf *out, const struct photo *p)
{
	struct buf file = BUF_INIT;
	struct image image;
	struct quality q;
	const char *why;
	int i;

	photo_jpeg(&file, p, PHOTO_BASELINE, 85, 0);
	if (image_decode(file.data, file.len, &image, &why))
		exit(1);
	quality_measure(&image, &q);
	for (i = 0; i < QUALITY_KINDS; i++)
		buf_printf(out, "%.3f ", q.parts[i].value);
	buf_printf(out, "%s\n", quality_verdict_name(q.verdict));
	image_finish(&image);
	buf_finish(&file);
}

static int write_as(struct buf *out, const struct photo *p, const char *format)
{
	if (!strcmp(format, "jpeg"))
		photo_jpeg(out, p, PHOTO_BASELINE, 85, 0);
	else if (!strcmp(format, "progressive"))
		photo_jpeg(out, p, PHOTO_PROGRESSIVE, 85, 0);
	else if (!strcmp(format, "scans"))
		photo_jpeg(out, p, PHOTO_SCANS, 85, 0);
	else if (!strcmp(format, "turned"))
		photo_jpeg(out, p, PHOTO_BASELINE, 85, 6);
	else if (!strcmp(format, "png"))
		photo_png(out, p, PHOTO_RGB);
	else if (!strcmp(format, "webp"))
		photo_webp(out, p, false);
	else if (!strcmp(format, "lossless"))
		photo_webp(out, p, true);
	else if (!strcmp(format, "measure"))
		measure(out, p);
	else
		return -1;
	return 0;
}

int main(int argc, char **argv)
{
	struct photo_look look = { .seed = 1 };
	struct buf out = BUF_INIT;
	int64_t width, height;
	struct photo p;
	int i, rc = 2;

	if (argc < 4 || str_int(argv[2], 1, 8000, &width) ||
	    str_int(argv[3], 1, 8000, &height))
		return rc;
	for (i = 4; i < argc; i++) {
		if (set_option(&look, argv[i]))
			return rc;
	}
	p = photo_make((int)width, (int)height, &look);
	if (!write_as(&out, &p, argv[1]))
		rc = fwrite(out.data, 1, out.len, stdout) != out.len;
	photo_finish(&p);
	buf_finish(&out);
	return rc;
}
