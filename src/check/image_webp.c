// SPDX-License-Identifier: GPL-3.0-or-later
/* WebP by libwebp. */
#include <webp/decode.h>

#include "check/image_part.h"

/* Transparent pixels come with their colour multiplied by alpha: what lacks
 * to opaque is white. */
static void on_white(struct image_work *w, const uint8_t *rgba)
{
	int x, y, c;

	for (y = 0; y < w->height; y++) {
		uint8_t *to = w->pair;

		for (x = 0; x < w->width; x++, rgba += 4) {
			int white = 255 - rgba[3];

			for (c = 0; c < 3; c++) {
				int v = rgba[c] + white;

				*to++ = (uint8_t)(v > 255 ? 255 : v);
			}
		}
		image_row(w, y, w->pair);
	}
}

static int decode(struct image_work *w, WebPDecoderConfig *config)
{
	size_t row = (size_t)w->width * 4;

	config->output.colorspace = MODE_rgbA;
	if (w->shrink > 1) {
		config->options.use_scaling = 1;
		config->options.scaled_width = w->width;
		config->options.scaled_height = w->height;
	}
	if (WebPDecode(w->bytes, w->len, config) != VP8_STATUS_OK)
		return -1;
	if (config->output.width != w->width ||
	    config->output.height != w->height ||
	    (size_t)config->output.u.RGBA.stride != row)
		return -1;
	on_white(w, config->output.u.RGBA.rgba);
	return 0;
}

int image_webp(struct image_work *w)
{
	WebPDecoderConfig config;
	int rc = -1;

	w->why = "the WebP data are broken";
	if (!WebPInitDecoderConfig(&config))
		return -1;
	if (WebPGetFeatures(w->bytes, w->len, &config.input) == VP8_STATUS_OK &&
	    !config.input.has_animation &&
	    config.input.width == w->head.width &&
	    config.input.height == w->head.height)
		rc = decode(w, &config);
	WebPFreeDecBuffer(&config.output);
	w->full_rows = w->rows = w->height;
	return rc;
}
