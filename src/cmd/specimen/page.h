// SPDX-License-Identifier: GPL-3.0-or-later
/* A document, flat: print, portrait, pattern, and what machines read. */
#ifndef CMD_SPECIMEN_PAGE_H
#define CMD_SPECIMEN_PAGE_H

#include "cmd/specimen/truth.h"
#include "cmd/specimen/type.h"

enum specimen_set {
	SPECIMEN_PLAIN,
	SPECIMEN_GLARE,	  /* a reflection on the zone */
	SPECIMEN_FOLD,	  /* a crease through it */
	SPECIMEN_BLANK,	  /* there is no zone */
	SPECIMEN_BARCODE, /* the back of a licence */
	SPECIMEN_SETS
};

/* In pixels of the page; w is 0 where there is none. */
struct box {
	double x, y, w, h;
};

struct page {
	struct canvas canvas;
	double width, height; /* millimetres */
	double ppm;	      /* pixels a millimetre */
	double corner;	      /* how round, in millimetres */
	double pitch; /* of a zone's characters or a barcode's modules */
	struct box zone, portrait, barcode;
};

/* What a page is drawn with. */
struct pen {
	struct chance *chance;
	struct type *type;
	const struct truth *truth;
	struct page *page;
	struct ink paper, dark, tint;
	enum type_face face;
};

/* Millimetres: how large the document is that page_draw draws. */
struct box page_size(enum specimen_set set, enum mrz_format format);
/* At so many pixels a millimetre; the caller ends it with page_close. */
void page_draw(struct chance *c, struct type *type, enum specimen_set set,
	       enum mrz_format format, const struct truth *truth, double ppm,
	       struct page *out);
void page_close(struct page *p);

/* Places and sizes in millimetres. */
double pen_write(const struct pen *pen, enum type_face face, double x,
		 double base, double size, struct ink ink, const char *text);
/* A small word with a value below it. */
void pen_field(const struct pen *pen, double x, double base, double size,
	       const char *word, const char *value);
void pen_fill(const struct pen *pen, double x, double y, double w, double h,
	      struct ink ink, double coverage);
void pen_pattern(const struct pen *pen, double y, double h, double strong);
void pen_portrait(const struct pen *pen, double x, double y, double w, double h,
		  double coverage);
/* Papers without a zone, and a licence's back. */
void pen_licence(const struct pen *pen);
void pen_letter(const struct pen *pen);
void pen_slip(const struct pen *pen);
void pen_back(const struct pen *pen);

#endif
