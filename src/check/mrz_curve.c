// SPDX-License-Identifier: GPL-3.0-or-later
/* The middles of lines of text as polynomials. */
#include <math.h>

#include "check/mrz_strip.h"

static double value(const double *a, double u)
{
	return a[0] + u * (a[1] + u * (a[2] + u * a[3]));
}

static double slope(const double *a, double u)
{
	return a[1] + u * (2 * a[2] + u * 3 * a[3]);
}

/* A polynomial runs wild beyond the points it was made of. */
static double along(const double *a, double u)
{
	double end = u < -1 ? -1 : u > 1 ? 1 : u;

	return value(a, end) + (u - end) * slope(a, end);
}

static double param(const struct mrz_curve *c, double cell)
{
	return 2 * cell / c->cells - 1;
}

struct mrz_point mrz_curve_at(const struct mrz_curve *c, double cell)
{
	double u = param(c, cell);

	return (struct mrz_point){ along(c->x, u), along(c->y, u) };
}

double mrz_curve_pitch(const struct mrz_curve *c, double cell)
{
	double u = param(c, cell), end = u < -1 ? -1 : u > 1 ? 1 : u;

	return hypot(slope(c->x, end), slope(c->y, end)) * 2 / c->cells;
}

void mrz_curve_turn(struct mrz_curve *c)
{
	int i;

	for (i = 1; i < MRZ_TERMS; i += 2) {
		c->x[i] = -c->x[i];
		c->y[i] = -c->y[i];
	}
}

/* By the normals at both ends: lines of a page seen from the side are no
 * parallels. */
void mrz_curve_lower(struct mrz_curve *c, double cells)
{
	double k = cells * 2 / c->cells;
	double x0 = -k * slope(c->y, -1), x1 = -k * slope(c->y, 1);
	double y0 = k * slope(c->x, -1), y1 = k * slope(c->x, 1);

	c->x[0] += (x0 + x1) / 2;
	c->x[1] += (x1 - x0) / 2;
	c->y[0] += (y0 + y1) / 2;
	c->y[1] += (y1 - y0) / 2;
}

static int solve(double m[MRZ_TERMS][MRZ_TERMS + 1], int n)
{
	int i, j, k;

	for (i = 0; i < n; i++) {
		/* normal equations: the diagonal will do as the pivot */
		if (fabs(m[i][i]) < 1e-9)
			return -1;
		for (j = i + 1; j < n; j++) {
			double f = m[j][i] / m[i][i];

			for (k = i; k <= n; k++)
				m[j][k] -= f * m[i][k];
		}
	}
	for (i = n - 1; i >= 0; i--) {
		for (j = i + 1; j < n; j++)
			m[i][n] -= m[i][j] * m[j][n];
		m[i][n] /= m[i][i];
	}
	return 0;
}

int mrz_fit(double *a, int terms, const double *x, const double *y,
	    const double *weights, size_t count)
{
	double m[MRZ_TERMS][MRZ_TERMS + 1] = { { 0 } };
	size_t p;
	int i, j;

	for (p = 0; p < count; p++) {
		double power[2 * MRZ_TERMS] = { weights[p] };

		for (i = 1; i < 2 * terms; i++)
			power[i] = power[i - 1] * x[p];
		for (i = 0; i < terms; i++) {
			for (j = 0; j < terms; j++)
				m[i][j] += power[i + j];
			m[i][terms] += power[i] * y[p];
		}
	}
	if (solve(m, terms))
		return -1;
	for (i = 0; i < terms; i++)
		a[i] = m[i][terms];
	return 0;
}

void mrz_curve_fit(struct mrz_curve *c, const double *cells,
		   const struct mrz_point *points, const double *weights,
		   size_t count, int terms, double length)
{
	struct mrz_curve out = { .cells = length };
	double u[64] = { 0 }, x[64] = { 0 }, y[64] = { 0 };
	size_t i;

	if (count > ARRAY_SIZE(u))
		count = ARRAY_SIZE(u);
	for (i = 0; i < count; i++) {
		u[i] = 2 * cells[i] / length - 1;
		x[i] = points[i].x;
		y[i] = points[i].y;
	}
	if (!mrz_fit(out.x, terms, u, x, weights, count) &&
	    !mrz_fit(out.y, terms, u, y, weights, count))
		*c = out;
}
