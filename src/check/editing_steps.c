// SPDX-License-Identifier: GPL-3.0-or-later
/* The steps that a JPEG file rounds its brightness to (ITU-T T.81, B.2). */
#include "check/editing_part.h"

enum {
	SOF0 = 0xc0,
	SOF15 = 0xcf,
	DHT = 0xc4,
	JPG = 0xc8,
	DAC = 0xcc,
	EOI = 0xd9,
	SOS = 0xda,
	DQT = 0xdb,
	APP0 = 0xe0,
	APP14 = 0xee
};

static const uint8_t zigzag[64] = { 0,	1,  8,	16, 9,	2,  3,	10, 17, 24, 32,
				    25, 18, 11, 4,  5,	12, 19, 26, 33, 40, 48,
				    41, 34, 27, 20, 13, 6,  7,	14, 21, 28, 35,
				    42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
				    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39,
				    46, 53, 60, 61, 54, 47, 55, 62, 63 };

/* Four tables, and which the brightness has. */
struct tables {
	uint16_t step[4][64]; /* 0 where there is none */
	int used;	      /* or -1 */
	bool colours;	      /* three components */
	/* Which have no brightness of their own: by their names, or by Adobe's
	 * marker, where JFIF's does not say otherwise. */
	bool other_names, other_by_adobe, jfif;
};

static void read_tables(struct tables *t, const uint8_t *p, size_t len)
{
	size_t wide, i;

	while (len && (p[0] & 15) < 4) {
		uint16_t *to = t->step[p[0] & 15];

		wide = p[0] >> 4 ? 2 : 1;
		if (len < 1 + 64 * wide)
			return;
		for (i = 0; i < 64; i++)
			to[zigzag[i]] = wide == 1
						? p[1 + i]
						: (uint16_t)(p[1 + 2 * i] << 8 |
							     p[2 + 2 * i]);
		p += 1 + 64 * wide;
		len -= 1 + 64 * wide;
	}
}

static void read_frame(struct tables *t, const uint8_t *p, size_t len)
{
	if (len < 9 || (p[5] != 1 && p[5] != 3) || p[8] > 3)
		return;
	t->used = p[8];
	t->colours = p[5] == 3;
	t->other_names = t->colours && p[6] == 'R';
}

static void read_segment(struct tables *t, int marker, const uint8_t *p,
			 size_t len)
{
	if (marker == DQT)
		read_tables(t, p, len);
	else if (marker == APP0 && len >= 5 && !memcmp(p, "JFIF", 5))
		t->jfif = true;
	else if (marker == APP14 && len >= 12 && !memcmp(p, "Adobe", 5))
		t->other_by_adobe = !p[11];
	else if (marker >= SOF0 && marker <= SOF15 && marker != DHT &&
		 marker != JPG && marker != DAC)
		read_frame(t, p, len);
}

/* As libjpeg decides. */
static bool is_other(const struct tables *t)
{
	if (t->jfif || !t->colours)
		return false;
	return t->other_by_adobe || t->other_names;
}

static int jpeg_steps(const uint8_t *p, size_t len, uint16_t out[64])
{
	struct tables t = { .used = -1 };
	size_t at = 2, n, i;

	while (at + 4 <= len && p[at] == 0xff && p[at + 1] != SOS &&
	       p[at + 1] != EOI) {
		if (p[at + 1] == 0xff) { /* fill bytes */
			at++;
			continue;
		}
		n = (size_t)p[at + 2] << 8 | p[at + 3];
		if (n < 2 || n > len - at - 2)
			return -1;
		read_segment(&t, p[at + 1], p + at + 4, n - 2);
		at += 2 + n;
	}
	if (t.used < 0 || is_other(&t))
		return -1;
	for (i = 0; i < 64; i++) {
		if (!t.step[t.used][i])
			return -1;
		out[i] = t.step[t.used][i];
	}
	return 0;
}

int history_steps(const void *bytes, size_t len, struct history_steps *out)
{
	struct image_head head;
	const char *why;
	int i;

	if (image_head(bytes, len, &head, &why))
		return -1;
	out->orientation = head.orientation;
	if (head.media == CHECK_MEDIA_JPEG)
		return jpeg_steps(bytes, len, out->step);
	for (i = 0; i < 64; i++)
		out->step[i] = 1;
	return head.media == CHECK_MEDIA_PNG ? 0 : -1;
}
