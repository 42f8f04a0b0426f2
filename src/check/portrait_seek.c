// SPDX-License-Identifier: GPL-3.0-or-later
/* Frames of portraits on a sheet: four sides, and a head and shoulders. */
#include <math.h>

#include "check/portrait_part.h"

enum { ACROSS = 6, DOWN = 8, EDGE = 2 };

static const double weakest = 0.3; /* share of a side that is an edge */
static const double clear = 0.7;   /* of the left side, to look further */
/* of all four, on a page and anywhere, by thin marks and by broad ones: of 60
 * documents without a portrait none had 0.83, of 60 with one nine of ten */
static const double framed[] = { 0.62, 0.84 }, broadly[] = { 0.8, 0.88 };
static const double narrow = 0.66, broad = 0.95; /* width by height */
static const double shaded = 13; /* grey levels between parts of a head */
static const double coarsest = 0.25, likest = 0.4; /* what they add */
static const double person_like = 0.45;		   /* correlation */
static const double coarse = 0.5; /* share of variance; of print it is less */

/* Head and shoulders, of which half is enough: the other half is alike. */
static const double person[DOWN][ACROSS / 2] = {
	{ 0, 0, 0.3 }, { 0, 0.5, 1 }, { 0, 1, 1 },   { 0, 1, 1 },
	{ 0, 0.8, 1 }, { 0, 0.4, 1 }, { 0.5, 1, 1 }, { 1, 1, 1 },
};

struct content {
	double mean[DOWN][ACROSS];
	double between; /* standard deviation of the cells' means */
	double share;	/* of the variance that is between cells */
	bool turned;	/* it is upside down */
	double alike;	/* correlation with a person before a background */
};

static double away(const struct content *c, double ground, int j, int i)
{
	return fabs(c->mean[j][i] - ground);
}

/* Whether hair, face and clothes are light or dark is no matter: they are not
 * as the background at both sides of the head is. */
static double alike(const struct content *c, bool turned)
{
	const double n = DOWN * ACROSS;
	double ground = 0, a = 0, aa = 0, t = 0, tt = 0, at = 0, v, w;
	int i, j;

	for (j = 0; j < DOWN - 3; j++) {
		int row = turned ? DOWN - 1 - j : j;

		ground += (c->mean[row][0] + c->mean[row][ACROSS - 1]) /
			  (2 * (DOWN - 3));
	}
	for (j = 0; j < DOWN; j++) {
		for (i = 0; i < ACROSS; i++) {
			v = away(c, ground, turned ? DOWN - 1 - j : j, i);
			w = person[j][i < ACROSS / 2 ? i : ACROSS - 1 - i];
			a += v;
			aa += v * v;
			t += w;
			tt += w * w;
			at += v * w;
		}
	}
	return (at - a * t / n) / sqrt((aa - a * a / n + 1) * (tt - t * t / n));
}

/* Print is the same everywhere seen from afar; a head is not. */
static struct content content_of(const struct sheet *s,
				 const struct sheet_box *b, bool any_way)
{
	int i, j, wide = b->width / ACROSS, high = b->height / DOWN;
	double sum = 0, squares = 0, within = 0, v;
	struct content c;

	for (j = 0; j < DOWN; j++) {
		for (i = 0; i < ACROSS; i++) {
			struct sheet_box cell = { b->x + i * wide,
						  b->y + j * high, wide, high };
			double mean = sheet_mean(s, &cell, &v);

			c.mean[j][i] = mean;
			sum += mean;
			squares += mean * mean;
			within += v;
		}
	}
	sum /= ACROSS * DOWN;
	v = squares / (ACROSS * DOWN) - sum * sum;
	c.between = sqrt(fmax(v, 0));
	c.share = v / (v + within / (ACROSS * DOWN) + 1);
	c.alike = alike(&c, false);
	c.turned = false;
	v = any_way ? alike(&c, true) : 0;
	if (v > c.alike) {
		c.alike = v;
		c.turned = true;
	}
	return c;
}

/* What the sides can have at most decides whether they are looked at. */
static bool may_frame(const struct sheet *s, const struct sheet_box *b,
		      double left, double least)
{
	double right = sheet_left(s, b->x + b->width - 1, b->y, b->height);
	double top, bottom;

	if (right < weakest || left + right < 4 * least - 2)
		return false;
	top = sheet_top(s, b->x, b->y, b->width);
	bottom = sheet_top(s, b->x, b->y + b->height - 1, b->width);
	return top >= weakest && bottom >= weakest &&
	       left + right + top + bottom >= 4 * least;
}

/* The mean share of four sides, or 0 where one is too weak. */
static double framing(const struct sheet *s, const struct sheet_box *b)
{
	double sides[4], sum = 0;
	int i;

	sides[0] = sheet_left_line(s, b->x, b->y, b->height);
	sides[1] = sheet_left_line(s, b->x + b->width - 1, b->y, b->height);
	sides[2] = sheet_top_line(s, b->x, b->y, b->width);
	sides[3] = sheet_top_line(s, b->x, b->y + b->height - 1, b->width);
	for (i = 0; i < 4; i++) {
		if (sides[i] < weakest)
			return 0;
		sum += sides[i] / 4;
	}
	return sum;
}

/* Takes a box that frames something like a portrait better than what there
 * is. */
static void weigh(const struct sheet *s, const struct sheet_box *b,
		  struct portrait_place *place)
{
	struct sheet_box inner = { b->x + EDGE, b->y + EDGE,
				   b->width - 2 * EDGE, b->height - 2 * EDGE };
	double score = framing(s, b);
	struct content c;

	if (score < framed[place->any_way])
		return;
	/* of frames within each other the outer one */
	score += 1 + 0.15 * log((double)b->height / s->height + 0.01);
	if (score + coarsest + likest <= place->score)
		return;
	c = content_of(s, &inner, place->any_way);
	if (c.between < shaded || c.share < coarse || c.alike < person_like)
		return;
	score += coarsest * c.share + likest * c.alike;
	if (score <= place->score)
		return;
	place->score = score;
	place->box = *b;
	place->frame = s->frame;
	place->turned = c.turned;
}

static void seek_from(const struct sheet *s, struct sheet_box b,
		      struct portrait_place *place)
{
	double left = sheet_left(s, b.x, b.y, b.height);
	int widest = (int)(b.height * broad);

	if (left < clear)
		return;
	for (b.width = (int)(b.height * narrow); b.width <= widest;
	     b.width += 2) {
		if (b.x + b.width > s->width)
			return;
		if (may_frame(s, &b, left, broadly[place->any_way]))
			weigh(s, &b, place);
	}
}

void portrait_seek(const struct sheet *s, int least, int most,
		   struct portrait_place *place)
{
	struct sheet_box b = { 0 };

	for (b.x = 0; b.x < s->width; b.x += 2) {
		for (b.height = least; b.height <= most; b.height += 3) {
			for (b.y = 0; b.y + b.height <= s->height; b.y += 2)
				seek_from(s, b, place);
		}
	}
}
