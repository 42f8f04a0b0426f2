// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents with a zone, laid out as ICAO Doc 9303 parts 4 to 7 have it. */
#include "cmd/specimen/page.h"

/* Millimetres of Doc 9303-3 section 4: pitch, and line to line. */
static const double pitch = 2.54, spacing = 6.35;

struct box page_size(enum specimen_set set, enum mrz_format format)
{
	static const struct box sizes[MRZ_FORMATS] = {
		[MRZ_NONE] = { .w = 85.6, .h = 54 },
		[MRZ_TD1] = { .w = 85.6, .h = 54 },
		[MRZ_TD2] = { .w = 105, .h = 74 },
		[MRZ_TD3] = { .w = 125, .h = 88 },
		[MRZ_MRV_A] = { .w = 120, .h = 80 },
		[MRZ_MRV_B] = { .w = 105, .h = 74 },
	};

	/* of papers: a licence's front, the upper half of a letter, a slip */
	if (set == SPECIMEN_BLANK && format == MRZ_TD2)
		return (struct box){ .w = 210, .h = 150 };
	if (set == SPECIMEN_BLANK && format == MRZ_TD3)
		return (struct box){ .w = 210, .h = 106 };
	return sizes[format];
}

double pen_write(const struct pen *pen, enum type_face face, double x,
		 double base, double size, struct ink ink, const char *text)
{
	double ppm = pen->page->ppm;

	return type_draw(pen->type, face, size * ppm, 0, &pen->page->canvas,
			 x * ppm, base * ppm, text, ink) /
	       ppm;
}

void pen_field(const struct pen *pen, double x, double base, double size,
	       const char *word, const char *value)
{
	pen_write(pen, TYPE_SANS, x, base - size * 1.15, size * 0.55,
		  ink_mix(pen->dark, pen->tint, 0.5), word);
	pen_write(pen, pen->face, x, base, size, pen->dark, value);
}

void pen_fill(const struct pen *pen, double x, double y, double w, double h,
	      struct ink ink, double coverage)
{
	double ppm = pen->page->ppm;

	canvas_fill(&pen->page->canvas, x * ppm, y * ppm, w * ppm, h * ppm, ink,
		    coverage);
}

static void write_names(const struct pen *pen, double x, double y, double gap)
{
	const struct truth *t = pen->truth;

	pen_field(pen, x, y, 3, "Surname / Nom", t->surname);
	pen_field(pen, x, y + gap, 3, "Given names / Prénoms", t->given);
}

static void write_dates(const struct pen *pen, double x, double y, double gap,
			double right)
{
	const struct truth *t = pen->truth;
	int way = (int)chance_below(pen->chance, 4);
	char birth[24], expiry[24], sex[2] = { t->sex == '<' ? 'X' : t->sex };

	truth_date(t->birth, way, birth);
	truth_date(t->expiry, way, expiry);
	pen_field(pen, x, y, 2.7, "Date of birth / Date de naissance", birth);
	pen_field(pen, right, y, 2.7, "Sex / Sexe", sex);
	pen_field(pen, x, y + gap, 2.7, "Place of birth / Lieu de naissance",
		  t->place);
	pen_field(pen, right, y + gap, 2.7, "Nationality", t->nation);
	pen_field(pen, x, y + 2 * gap, 2.7,
		  "Date of expiry / Date d'expiration", expiry);
	pen_field(pen, right, y + 2 * gap, 2.7, "Authority", "M.O.I.");
}

/* Passports, visas, and cards of that size: a portrait on the left. */
static void draw_page(const struct pen *pen, enum mrz_format format)
{
	const struct page *p = pen->page;
	double tall = p->height - spacing * 2 - 27;
	double left = 5, x = left + tall * 0.78 + 5, gap;
	const char *title = format == MRZ_TD3 ? "PASSPORT / PASSEPORT"
			    : format == MRZ_TD2
				    ? "IDENTITY CARD / CARTE D'IDENTITÉ"
				    : "VISA";

	pen_fill(pen, 0, 0, p->width, 7.5, pen->tint, 0.35);
	pen_write(pen, TYPE_BOLD, 5, 5.4, 3.6, pen->dark, title);
	pen_write(pen, TYPE_SERIF, p->width - 18, 5.4, 3, pen->dark,
		  pen->truth->state);
	pen_portrait(pen, left, 13, tall * 0.78, tall, 1);
	pen_field(pen, x, 13, 2.6, "Type", pen->truth->code);
	pen_field(pen, x + 14, 13, 2.6, "Code", pen->truth->state);
	pen_field(pen, p->width - 36, 13, 3, "Document No.",
		  pen->truth->number);
	gap = (tall - 3) / 5;
	write_names(pen, x, 13 + gap * 1.1, gap);
	write_dates(pen, x, 13 + gap * 3.1, gap, p->width - 30);
	if (chance_hit(pen->chance, 0.5))
		pen_portrait(pen, p->width - 15, 16, 10, 12.5, 0.35);
}

/* The back of a card: the zone takes its lower half. */
static void draw_card(const struct pen *pen)
{
	const struct page *p = pen->page;

	pen_field(pen, 5, 7, 2.4, "Place of birth", pen->truth->place);
	pen_field(pen, 45, 7, 2.4, "Authority", "MINISTRY OF THE INTERIOR");
	pen_field(pen, 5, 14, 2.4, "Address", pen->truth->street);
	pen_field(pen, 45, 14, 2.4, "Height / Taille", "1.74 m");
	pen_field(pen, 5, 21, 2.4, "City", pen->truth->city);
	if (chance_hit(pen->chance, 0.5))
		pen_portrait(pen, p->width - 14, 4, 9, 11.5, 0.6);
	if (chance_hit(pen->chance, 0.3)) /* a chip's contacts */
		pen_fill(pen, p->width - 32, 16, 12, 9,
			 (struct ink){ 200, 170, 90 }, 0.9);
}

/* At a pitch of its own, a little off the middle, as printers do. */
static void draw_zone(const struct pen *pen)
{
	struct page *p = pen->page;
	const struct truth *t = pen->truth;
	size_t n = strlen(t->lines[0]), i, k;
	double step = pitch * p->ppm;
	double x = (p->width * p->ppm - step * (double)n) / 2 +
		   chance_between(pen->chance, -1.2, 1.2) * p->ppm;
	double y = (p->height - chance_between(pen->chance, 5.8, 8.2) -
		    spacing * (double)(t->line_count - 1)) *
		   p->ppm;
	double px = type_height_for(pen->type, step) *
		    chance_between(pen->chance, 0.96, 1.03);
	double weight = chance_between(pen->chance, -0.5, 0.5) * step * 0.06;
	struct ink ink = ink_shade((struct ink){ 255, 255, 255 },
				   chance_between(pen->chance, 0.03, 0.27));
	char text[2] = "";

	for (i = 0; i < t->line_count; i++) {
		for (k = 0; k < n; k++) {
			text[0] = t->lines[i][k];
			type_draw(pen->type, TYPE_OCRB, px, weight, &p->canvas,
				  x + step * (double)k,
				  y + spacing * p->ppm * (double)i, text, ink);
		}
	}
	p->pitch = step;
	p->zone =
		(struct box){ x, y - px * 0.72, step * (double)n,
			      px * 0.75 + spacing * p->ppm *
						  (double)(t->line_count - 1) };
}

/* Doc 9303 wants no pattern that troubles machines; a band is common. */
static void draw_band(const struct pen *pen)
{
	const struct page *p = pen->page;
	double tall = spacing * (double)pen->truth->line_count + 10;

	if (chance_hit(pen->chance, 0.4)) {
		pen_fill(
			pen, 0, p->height - tall, p->width, tall,
			ink_mix(pen->paper, (struct ink){ 255, 255, 255 }, 0.7),
			1);
		if (chance_hit(pen->chance, 0.5))
			pen_pattern(pen, p->height - tall, tall, 0.5);
	} else {
		pen_pattern(pen, p->height - tall, tall, 0.8);
	}
}

static void choose_inks(struct pen *pen)
{
	struct chance *c = pen->chance;
	double light = chance_between(c, 178, 248);

	pen->paper = (struct ink){
		(uint8_t)(light - chance_between(c, 0, 18)),
		(uint8_t)(light - chance_between(c, 0, 12)),
		(uint8_t)(light - chance_between(c, 0, 26)),
	};
	pen->tint = (struct ink){ (uint8_t)(40 + chance_below(c, 150)),
				  (uint8_t)(40 + chance_below(c, 150)),
				  (uint8_t)(40 + chance_below(c, 150)) };
	pen->dark = ink_shade(pen->tint, chance_between(c, 0.1, 0.5));
	pen->face = (enum type_face)(TYPE_SANS + chance_below(c, 4));
}

static void draw_paper(const struct pen *pen, enum specimen_set set,
		       enum mrz_format format)
{
	if (set == SPECIMEN_BARCODE)
		pen_back(pen);
	else if (format == MRZ_TD2)
		pen_letter(pen);
	else if (format == MRZ_TD3)
		pen_slip(pen);
	else
		pen_licence(pen);
}

void page_draw(struct chance *c, struct type *type, enum specimen_set set,
	       enum mrz_format format, const struct truth *truth, double ppm,
	       struct page *out)
{
	struct box size = page_size(set, format);
	struct pen pen = {
		.chance = c, .type = type, .truth = truth, .page = out
	};

	*out = (struct page){ .width = size.w, .height = size.h, .ppm = ppm };
	choose_inks(&pen);
	canvas_open(&out->canvas, (int)(size.w * ppm), (int)(size.h * ppm),
		    pen.paper);
	out->corner = size.w < 90 ? 3.2 : 0.3;
	if (set == SPECIMEN_BLANK || set == SPECIMEN_BARCODE) {
		draw_paper(&pen, set, format);
		return;
	}
	pen_pattern(&pen, 0, size.h, 1);
	draw_band(&pen);
	if (format == MRZ_TD1)
		draw_card(&pen);
	else
		draw_page(&pen, format);
	draw_zone(&pen);
}

void page_close(struct page *p)
{
	canvas_close(&p->canvas);
}
