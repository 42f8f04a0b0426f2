// SPDX-License-Identifier: GPL-3.0-or-later
/* QR codes by libqrencode. */
#include <stdbool.h>

#include <qrencode.h>

#include "mail/qr.h"

unsigned char *qr_modules(const char *text, int *width)
{
	unsigned char *modules;
	QRcode *code;
	int i, n;

	if (!*text)
		return NULL;
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	if (!code)
		return NULL;
	n = code->width * code->width;
	modules = mem_alloc(n);
	for (i = 0; i < n; i++)
		modules[i] = code->data[i] & 1; /* the other bits say why */
	*width = code->width;
	QRcode_free(code);
	return modules;
}

/* One subpath for each horizontal run of dark modules. */
static void add_runs(struct buf *out, const unsigned char *row, int width,
		     int y)
{
	int x = 0, start;

	while (x < width) {
		if (!row[x]) {
			x++;
			continue;
		}
		start = x;
		while (x < width && row[x])
			x++;
		buf_printf(out, "M%d %dh%dv1h-%dz", start + QR_QUIET_ZONE,
			   y + QR_QUIET_ZONE, x - start, x - start);
	}
}

int qr_svg(const char *text, struct buf *out)
{
	int width, side, y;
	unsigned char *modules = qr_modules(text, &width);

	if (!modules)
		return -1;
	side = width + 2 * QR_QUIET_ZONE;
	buf_printf(out,
		   "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		   "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" "
		   "role=\"img\" aria-label=\"QR\">"
		   "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
		   "<path fill=\"#000\" d=\"",
		   side, side, side, side);
	for (y = 0; y < width; y++)
		add_runs(out, modules + y * width, width, y);
	buf_str(out, "\"/></svg>\n");
	free(modules);
	return 0;
}

static bool is_dark(const unsigned char *modules, int width, int x, int y)
{
	return x >= 0 && y >= 0 && x < width && y < width &&
	       modules[y * width + x];
}

int qr_terminal(const char *text, struct buf *out)
{
	static const char *const blocks[] = { " ", "\u2580", "\u2584",
					      "\u2588" };
	int width, x, y;
	unsigned char *modules = qr_modules(text, &width);

	if (!modules)
		return -1;
	for (y = -QR_QUIET_ZONE; y < width + QR_QUIET_ZONE; y += 2) {
		/* Colours 16 and 231 of the 256 are a fixed black and white;
		 * themes recolour only the first sixteen. */
		buf_str(out, "\033[38;5;16;48;5;231m");
		for (x = -QR_QUIET_ZONE; x < width + QR_QUIET_ZONE; x++)
			buf_str(out,
				blocks[is_dark(modules, width, x, y) |
				       is_dark(modules, width, x, y + 1) << 1]);
		buf_str(out, "\033[0m\n");
	}
	free(modules);
	return 0;
}
