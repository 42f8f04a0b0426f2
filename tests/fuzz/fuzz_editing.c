// SPDX-License-Identifier: GPL-3.0-or-later
/* libFuzzer: what a file says of its editor and of the steps that it was rounded
 * to, and a picture of these bytes with these steps. */
#include <math.h>

#include "check/editing_part.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

enum { WIDTH = 250, HEIGHT = 190 };

static void expect(bool right)
{
	if (!right)
		abort();
}

/* Of the bytes again and again, here lighter and there darker. */
static void paint(const uint8_t *bytes, size_t len, uint8_t *grey)
{
	size_t i;

	for (i = 0; i < (size_t)WIDTH * HEIGHT; i++)
		grey[i] = (uint8_t)(bytes[i % len] * (i / len % 13 + 1) / 13);
}

static void trace(const struct image *image, const struct history_steps *steps)
{
	struct history_blocks b;
	struct history_trace t;
	int i, k;

	history_blocks_make(image, steps, &b);
	history_trace_find(&b, &t);
	expect(t.found <= t.known && t.known <= HISTORY_FREQS);
	for (i = 0; i < HISTORY_FREQS; i++) {
		expect(isfinite(t.expected[i]));
		for (k = 0; k < HISTORY_LEVELS; k++)
			expect(fabsf(t.says[i][k]) < 4);
	}
	expect(isfinite(history_trace_fit(&t, b.count)));
	history_blocks_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct image image = { .width = WIDTH, .height = HEIGHT };
	struct history_steps steps;
	struct signal s;
	int i;

	editing_software(bytes, len, &s);
	expect(s.value <= 1 && s.text);
	if (history_steps(bytes, len, &steps))
		return 0;
	for (i = 0; i < 64; i++)
		expect(steps.step[i] > 0);
	expect(steps.orientation >= 1 && steps.orientation <= 8);
	image.grey = mem_alloc((size_t)WIDTH * HEIGHT);
	image.tint = mem_alloc((size_t)WIDTH * HEIGHT / 2);
	memset(image.tint, 128, (size_t)WIDTH * HEIGHT / 2);
	paint(bytes, len, image.grey);
	trace(&image, &steps);
	free(image.tint);
	free(image.grey);
	return 0;
}
