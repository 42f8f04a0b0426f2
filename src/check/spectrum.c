// SPDX-License-Identifier: GPL-3.0-or-later
/* The frequencies of square pieces of a picture, by a fast transform. */
#include <math.h>

#include "base/mem.h"
#include "check/spectrum.h"

enum { N = SPECTRUM_SIDE, BITS = 8 };

static size_t mirrored(size_t i)
{
	size_t out = 0, k;

	for (k = 0; k < BITS; k++)
		out |= (i >> k & 1) << (BITS - 1 - k);
	return out;
}

static void swap(float *a, float *b)
{
	float t = *a;

	*a = *b;
	*b = t;
}

/* Cooley and Tukey's, in place: real and imaginary parts in turn, N of them,
 * step floats from one to the next. */
static void transform(float *p, size_t step, const float *turns)
{
	size_t i, k, half;

	for (i = 0; i < N; i++) {
		k = mirrored(i);
		if (k <= i)
			continue;
		swap(p + i * step, p + k * step);
		swap(p + i * step + 1, p + k * step + 1);
	}
	for (half = 1; half < N; half *= 2) {
		for (i = 0; i < N; i++) {
			const float *w =
				turns + (i % half) * (N / 2 / half) * 2;
			float *a = p + i * step, *b = a + half * step, re, im;

			if (i & half)
				continue;
			re = b[0] * w[0] - b[1] * w[1];
			im = b[0] * w[1] + b[1] * w[0];
			b[0] = a[0] - re;
			b[1] = a[1] - im;
			a[0] += re;
			a[1] += im;
		}
	}
}

static void load(const uint8_t *grey, size_t stride, const float *fade,
		 float *work)
{
	double mean = 0;
	size_t x, y;

	for (y = 0; y < N; y++) {
		for (x = 0; x < N; x++)
			mean += grey[y * stride + x];
	}
	mean /= N * N;
	for (y = 0; y < N; y++) {
		for (x = 0; x < N; x++) {
			float v = (float)(grey[y * stride + x] - mean);

			work[(y * N + x) * 2] = v * fade[x] * fade[y];
			work[(y * N + x) * 2 + 1] = 0;
		}
	}
}

void spectrum_add(const uint8_t *grey, size_t stride, float *sum, float *work)
{
	float turns[N], fade[N];
	size_t i;

	for (i = 0; i < N / 2; i++) {
		turns[2 * i] = (float)cos(2 * M_PI * (double)i / N);
		turns[2 * i + 1] = (float)-sin(2 * M_PI * (double)i / N);
	}
	for (i = 0; i < N; i++)
		fade[i] = (float)(0.5 - 0.5 * cos(2 * M_PI * (double)i / N));
	load(grey, stride, fade, work);
	for (i = 0; i < N; i++)
		transform(work + i * N * 2, 2, turns);
	for (i = 0; i < N; i++)
		transform(work + i * 2, 2 * N, turns);
	for (i = 0; i < N * N; i++)
		sum[i] += logf(work[2 * i] * work[2 * i] +
			       work[2 * i + 1] * work[2 * i + 1] + 1);
}
