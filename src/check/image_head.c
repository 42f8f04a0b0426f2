// SPDX-License-Identifier: GPL-3.0-or-later
/* The heads of image files: size and orientation, without decoding. */
#include "check/image.h"

/* Every read is bounded by end; get_* return 0 beyond it. */
struct span {
	const uint8_t *p;
	size_t len;
};

static uint32_t get(struct span s, size_t at, int bytes, bool little)
{
	uint32_t v = 0;
	int i;

	if (s.len < (size_t)bytes || at > s.len - (size_t)bytes)
		return 0;
	for (i = 0; i < bytes; i++) {
		int from = little ? bytes - 1 - i : i;

		v = v << 8 | s.p[at + (size_t)from];
	}
	return v;
}

static struct span part(struct span s, size_t at, size_t len)
{
	struct span none = { s.p, 0 };

	if (at > s.len)
		return none;
	s.p += at;
	s.len = len < s.len - at ? len : s.len - at;
	return s;
}

/* The orientation in the first directory of a TIFF block (Exif 2.32 section
 * 4.6.4); 0 where it is not told. */
static int tiff_orientation(struct span t)
{
	enum { TAG = 0x0112, SHORT = 3, ENTRY = 12, ENTRIES_MAX = 512 };
	bool little = t.len > 1 && t.p[0] == 'I' && t.p[1] == 'I';
	uint32_t at, count, i;

	if (!little && get(t, 0, 2, false) != 0x4d4d)
		return 0;
	if (get(t, 2, 2, little) != 42)
		return 0;
	at = get(t, 4, 4, little);
	count = get(t, at, 2, little);
	if (count > ENTRIES_MAX)
		count = ENTRIES_MAX;
	for (i = 0; i < count; i++) {
		size_t entry = (size_t)at + 2 + (size_t)i * ENTRY;

		if (get(t, entry, 2, little) != TAG ||
		    get(t, entry + 2, 2, little) != SHORT)
			continue;
		return (int)get(t, entry + 8, 2, little);
	}
	return 0;
}

static void set_orientation(struct image_head *h, struct span tiff)
{
	static const char lead[] = "Exif\0";
	int told;

	if (tiff.len > sizeof(lead) && !memcmp(tiff.p, lead, sizeof(lead)))
		tiff = part(tiff, sizeof(lead), tiff.len);
	told = tiff_orientation(tiff);
	if (told >= 1 && told <= 8)
		h->orientation = told;
}

static bool is_frame(uint8_t marker)
{
	/* SOF0 to SOF15 but DHT, JPG and DAC (ITU-T T.81 table B.1) */
	return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
	       marker != 0xc8 && marker != 0xcc;
}

/* Segments up to the frame's. */
static int head_jpeg(struct span s, struct image_head *h)
{
	size_t at = 2;

	while (at + 4 <= s.len) {
		uint8_t marker = s.p[at + 1];
		uint32_t len = get(s, at + 2, 2, false);

		if (s.p[at] != 0xff)
			return -1;
		if (marker == 0xff) { /* fill bytes */
			at++;
			continue;
		}
		if (len < 2 || marker == 0xd9 || marker == 0xda)
			return -1;
		if (is_frame(marker)) {
			h->height = (int)get(s, at + 5, 2, false);
			h->width = (int)get(s, at + 7, 2, false);
			return 0;
		}
		if (marker == 0xe1 && h->orientation == 1)
			set_orientation(h, part(s, at + 4, len - 2));
		at += 2 + len;
	}
	return -1;
}

static int side(uint32_t v)
{
	return v > INT32_MAX ? INT32_MAX : (int)v;
}

/* IHDR is the first chunk; eXIf may stand anywhere. */
static int head_png(struct span s, struct image_head *h)
{
	size_t at = 8;

	if (get(s, 8, 4, false) != 13 || s.len < 33 ||
	    memcmp(s.p + 12, "IHDR", 4) != 0)
		return -1;
	h->width = side(get(s, 16, 4, false));
	h->height = side(get(s, 20, 4, false));
	while (at + 12 <= s.len) {
		uint32_t len = get(s, at, 4, false);

		if (!memcmp(s.p + at + 4, "eXIf", 4))
			set_orientation(h, part(s, at + 8, len));
		at += (size_t)len + 12;
	}
	return 0;
}

/* The chunks of RFC 9649; a single image only. */
static int head_webp_extended(struct span s, struct image_head *h,
			      const char **why)
{
	enum { ANIMATION = 0x02 };
	size_t at = 12;

	if (get(s, 20, 1, true) & ANIMATION) {
		*why = "the image is animated";
		return -1;
	}
	h->width = (int)get(s, 24, 3, true) + 1;
	h->height = (int)get(s, 27, 3, true) + 1;
	while (at + 8 <= s.len) {
		uint32_t len = get(s, at + 4, 4, true);

		if (!memcmp(s.p + at, "EXIF", 4))
			set_orientation(h, part(s, at + 8, len));
		at += 8 + (size_t)len + (len & 1);
	}
	return 0;
}

static int head_webp(struct span s, struct image_head *h, const char **why)
{
	uint32_t bits;

	if (s.len < 30)
		return -1;
	switch (s.p[15]) {
	case 'X':
		return head_webp_extended(s, h, why);
	case 'L':
		bits = get(s, 21, 4, true);
		if (s.p[20] != 0x2f)
			return -1;
		h->width = (int)(bits & 0x3fff) + 1;
		h->height = (int)(bits >> 14 & 0x3fff) + 1;
		return 0;
	case ' ':
		if (get(s, 23, 3, false) != 0x9d012a)
			return -1;
		h->width = (int)(get(s, 26, 2, true) & 0x3fff);
		h->height = (int)(get(s, 28, 2, true) & 0x3fff);
		return 0;
	default:
		return -1;
	}
}

int image_head(const void *bytes, size_t len, struct image_head *out,
	       const char **why)
{
	struct span s = { bytes, len };
	int rc = -1;

	*out = (struct image_head){ .media = check_media_detect(bytes, len),
				    .orientation = 1 };
	*why = "the head of the image is broken";
	if (out->media == CHECK_MEDIA_JPEG)
		rc = head_jpeg(s, out);
	else if (out->media == CHECK_MEDIA_PNG)
		rc = head_png(s, out);
	else if (out->media == CHECK_MEDIA_WEBP)
		rc = head_webp(s, out, why);
	else
		*why = len ? "no JPEG, PNG or WebP image" : "the file is empty";
	if (rc)
		return -1;
	if (out->width < 1 || out->height < 1)
		return -1;
	if (out->width > IMAGE_SIDE_MAX || out->height > IMAGE_SIDE_MAX ||
	    (int64_t)out->width * out->height > IMAGE_PIXELS_MAX) {
		*why = "the image has more than 50 million pixels";
		return -1;
	}
	*why = NULL;
	return 0;
}
