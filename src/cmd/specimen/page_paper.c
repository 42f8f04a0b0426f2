// SPDX-License-Identifier: GPL-3.0-or-later
/* Papers without a zone: licences, letters, payment slips; and a licence's
 * back with its barcode. */
#include "cmd/specimen/page.h"
#include "cmd/specimen/pdf417.h"

static const struct ink black = { 22, 22, 26 };

/* Europe's: numbered fields beside the portrait. */
void pen_licence(const struct pen *pen)
{
	const struct truth *t = pen->truth;
	char birth[24], expiry[24], text[208];
	double y = 13;

	pen_pattern(pen, 0, 54, 1);
	pen_fill(pen, 4, 3.5, 11, 7, (struct ink){ 20, 50, 140 }, 1);
	pen_write(pen, TYPE_BOLD, 18, 7.5, 3.4, pen->dark, "DRIVING LICENCE");
	pen_write(pen, TYPE_SANS, 60, 7.5, 2.4, pen->dark, t->state);
	pen_portrait(pen, 4, 14, 22, 28, 1);
	truth_date(t->birth, 0, birth);
	truth_date(t->expiry, 0, expiry);
	snprintf(text, sizeof(text), "1. %s", t->surname);
	pen_write(pen, pen->face, 30, y += 4, 2.8, pen->dark, text);
	snprintf(text, sizeof(text), "2. %s", t->given);
	pen_write(pen, pen->face, 30, y += 4.2, 2.8, pen->dark, text);
	snprintf(text, sizeof(text), "3. %s  %s", birth, t->place);
	pen_write(pen, pen->face, 30, y += 4.2, 2.8, pen->dark, text);
	snprintf(text, sizeof(text), "4b. %s   4c. Springford", expiry);
	pen_write(pen, pen->face, 30, y += 4.2, 2.8, pen->dark, text);
	snprintf(text, sizeof(text), "5. %s", t->number);
	pen_write(pen, TYPE_MONO, 30, y += 4.2, 2.8, pen->dark, text);
	snprintf(text, sizeof(text), "8. %s, %s", t->street, t->city);
	pen_write(pen, pen->face, 30, y + 4.2, 2.4, pen->dark, text);
	pen_write(pen, TYPE_BOLD, 30, 48, 2.8, pen->dark, "9. AM/B1/B");
}

static void write_row(const struct pen *pen, double y, double size)
{
	static const char *const words[] = {
		"account", "statement", "the", "of",	   "period", "balance",
		"your",	   "from",	"is",  "services", "total",  "12.50",
		"payment", "due",	"and", "received", "meter",  "reading",
		"1,204",   "thank",	"you", "for",	   "please", "note",
	};
	double x = 20, end = chance_between(pen->chance, 120, 185);

	while (x < end)
		x += pen_write(pen, pen->face, x, y, size, black,
			       words[chance_below(pen->chance,
						  ARRAY_SIZE(words))]) +
		     size * 0.35;
}

void pen_letter(const struct pen *pen)
{
	const struct truth *t = pen->truth;
	double y, size = chance_between(pen->chance, 2.8, 3.8);
	char text[208], date[24];

	pen_write(pen, TYPE_BOLD, 20, 20, 6, pen->tint, "Springford Utilities");
	snprintf(text, sizeof(text), "%s %s", t->given, t->surname);
	pen_write(pen, pen->face, 20, 38, 3.6, black, text);
	pen_write(pen, pen->face, 20, 43, 3.6, black, t->street);
	snprintf(text, sizeof(text), "%s %s", t->postcode, t->city);
	pen_write(pen, pen->face, 20, 48, 3.6, black, text);
	truth_date(t->expiry, 1, date);
	pen_write(pen, pen->face, 150, 48, 3.6, black, date);
	y = 62;
	while (y < 145) {
		if (chance_hit(pen->chance, 0.85))
			write_row(pen, y, size);
		y += size * 1.55;
	}
}

/* The line that banks read is OCR-B as well, of nearly a zone's pitch; some
 * have fillers in it, and two of one length one above the other. */
static void write_code(const struct pen *pen, double base, bool fillers)
{
	static const char digits[] = "0123456789";
	size_t n = fillers ? 30 + chance_below(pen->chance, 15)
			   : 24 + chance_below(pen->chance, 28);
	double ppm = pen->page->ppm, step = 2.54 * ppm;
	double px = type_height_for(pen->type, step);
	char text[2] = "";
	size_t i;

	for (i = 0; i < n; i++) {
		text[0] = chance_hit(pen->chance, fillers ? 0.3 : 0.08)
				  ? (fillers ? '<' : '>')
				  : chance_of(pen->chance, digits);
		type_draw(pen->type, TYPE_OCRB, px, 0, &pen->page->canvas,
			  20 * ppm + step * (double)i, base * ppm, text, black);
	}
}

void pen_slip(const struct pen *pen)
{
	const struct truth *t = pen->truth;
	bool fillers = chance_hit(pen->chance, 0.5);

	pen_fill(pen, 0, 0, 210, 8, pen->tint, 0.5);
	pen_fill(pen, 62, 8, 0.3, 98, black, 1);
	pen_field(pen, 8, 20, 3.2, "Account / Payable to", "01-39139-1");
	pen_field(pen, 8, 34, 3.2, "Payable to", "Springford Utilities");
	pen_field(pen, 72, 20, 3.2, "Account", "01-39139-1");
	pen_field(pen, 72, 34, 3.2, "Payable by", t->surname);
	pen_field(pen, 72, 48, 3.2, "Street", t->street);
	pen_field(pen, 72, 62, 4, "Amount", "1 249 . 75");
	write_code(pen, 86, fillers);
	if (chance_hit(pen->chance, 0.5))
		write_code(pen, 86 + 6.35, fillers);
}

static void draw_modules(const struct pen *pen, double x, double y, double w)
{
	struct page *p = pen->page;
	int columns, rows, i, j;
	uint8_t *bits = pdf417_encode(pen->truth->barcode,
				      pen->truth->barcode_len, &columns, &rows);
	double side = w / columns;

	if (!bits)
		return;
	pen_fill(pen, x - 1.5, y - 1.5, w + 3, side * rows + 3,
		 (struct ink){ 250, 250, 248 }, 1);
	/* edges fall between pixels: each pixel takes what it covers */
	for (j = 0; j < (int)(rows * side * p->ppm); j++) {
		for (i = 0; i < (int)(w * p->ppm); i++) {
			double u = i / (side * p->ppm);
			int k = (int)u, row = (int)(j / (side * p->ppm));
			double rest = (k + 1 - u) * side * p->ppm;
			double ink = bits[row * columns + k];

			if (rest < 1 && k + 1 < columns)
				ink = ink * rest +
				      bits[row * columns + k + 1] * (1 - rest);
			canvas_blend(&p->canvas, (int)(x * p->ppm) + i,
				     (int)(y * p->ppm) + j, black, ink);
		}
	}
	free(bits);
	p->pitch = side * p->ppm;
	p->barcode = (struct box){ x * p->ppm, y * p->ppm, w * p->ppm,
				   side * rows * p->ppm };
}

void pen_back(const struct pen *pen)
{
	const struct truth *t = pen->truth;
	double w = chance_between(pen->chance, 66, 76);

	pen_pattern(pen, 0, 54, 0.6);
	if (chance_hit(pen->chance, 0.4))
		pen_fill(pen, 0, 4, 85.6, 9, black, 0.95);
	draw_modules(pen, (85.6 - w) / 2 + chance_between(pen->chance, -2, 2),
		     16, w);
	pen_write(pen, TYPE_SANS, 5, 46, 1.8, pen->dark,
		  "CLASS: D  END: NONE  RESTR: B   Report changes of address "
		  "within 30 days");
	pen_write(pen, TYPE_MONO, 5, 50, 2.2, pen->dark, t->number);
}
