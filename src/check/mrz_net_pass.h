// SPDX-License-Identifier: GPL-3.0-or-later
/* A network forwards, for vectors of WIDE floats, which who includes this has
 * defined. Channels lie next to each other. Sums are the same in the same order
 * whatever WIDE is. */
#include <math.h>
#include <stdint.h>

#include "check/mrz_net.h"

enum {
	ROWS_1 = 14,
	ROWS_2 = 6,
	COLUMNS_2 = 12,
	HIDDEN_MAX = 128,
	OUTPUTS_MAX = 40, /* in memory, classes are filled up to so many */
	PLACES = 3,	  /* whose hidden units are worked out at once */
	BLOCK = 4 * WIDE  /* channels at once: all of it stays in registers */
};

typedef float lanes
	__attribute__((vector_size(4 * WIDE), aligned(4), may_alias));
typedef int32_t ints
	__attribute__((vector_size(4 * WIDE), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* acc += in * w, for count inputs of each of windows that lie step apart: each
 * weight is fetched once for all of them. Zeros are common behind a rectifier,
 * but to look for them takes longer than to multiply. */
INLINE void gather(lanes *acc, const float *in, size_t step, size_t windows,
		   size_t count, const float *w, size_t stride, size_t vectors)
{
	size_t i, p, k;

	for (i = 0; i < count; i++, in++, w += stride) {
#pragma GCC unroll 4
		for (p = 0; p < windows; p++) {
			float x = in[p * step];

#pragma GCC unroll 4
			for (k = 0; k < vectors; k++)
				acc[p * vectors + k] +=
					x * ((const lanes *)w)[k];
		}
	}
}

INLINE void raise(lanes *a, const lanes *b)
{
	ints more = (ints)(*a > *b);

	*a = (lanes)(((ints)*a & more) | ((ints)*b & ~more));
}

/* One of the convolutions, whose rows of inputs are row floats apart, and the
 * windows are step apart. */
struct layer {
	const float *w, *bias;
	size_t row, step, count, channels;
};

/* The largest of two rows and pool columns, rectified, for windows / pool
 * outputs: of some of the channels. */
INLINE void pooled(const struct layer *l, float *out, const float *in,
		   size_t from, size_t pool, size_t windows, size_t vectors)
{
	lanes best[8] = { { 0 } };
	size_t outs = windows / pool, y, dy, p, k;

#pragma GCC unroll 2
	for (y = 0; y < 2; y++) {
		lanes acc[8];

#pragma GCC unroll 8
		for (k = 0; k < windows * vectors; k++)
			acc[k] = ((const lanes *)(l->bias + from))[k % vectors];
#pragma GCC unroll 3
		for (dy = 0; dy < 3; dy++)
			gather(acc, in + (y + dy) * l->row, l->step, windows,
			       l->count,
			       l->w + dy * l->count * l->channels + from,
			       l->channels, vectors);
#pragma GCC unroll 4
		for (p = 0; p < windows; p++) {
#pragma GCC unroll 4
			for (k = 0; k < vectors; k++)
				raise(&best[p / pool * vectors + k],
				      &acc[p * vectors + k]);
		}
	}
#pragma GCC unroll 8
	for (k = 0; k < outs * vectors; k++)
		((lanes *)(out + k / vectors * l->channels +
			   from))[k % vectors] = best[k];
}

/* Where the next outputs of a row begin. The last ones may be made twice. */
static size_t next_of(size_t x, size_t step, size_t columns)
{
	return x + step < columns && x + 2 * step > columns ? columns - step
							    : x + step;
}

INLINE void row_run(const struct layer *l, float *out, const float *in,
		    size_t columns, size_t pool, size_t windows, size_t vectors)
{
	size_t x, from, outs = windows / pool;

	for (x = 0; x < columns; x = next_of(x, outs, columns)) {
		for (from = 0; from < l->channels; from += vectors * WIDE)
			pooled(l, out + x * l->channels,
			       in + x * pool * l->step, from, pool, windows,
			       vectors);
	}
}

/* half is the columns of out. */
INLINE void first_layer(const struct mrz_net *n, const float *strip,
			size_t stride, size_t half, float *out)
{
	const struct layer l = { n->w1, n->b1, stride, 1, 3, n->c1 };
	size_t y;

	for (y = 0; y < ROWS_1; y++, out += half * n->c1)
		row_run(&l, out, strip + 2 * y * stride, half, 2, 4, 8 / WIDE);
}

/* half is the columns of in, columns those of out. */
INLINE void second_layer(const struct mrz_net *n, const float *in, size_t half,
			 size_t columns, float *out)
{
	const struct layer l = { n->w2, n->b2,	   half * n->c1,
				 n->c1, 3 * n->c1, n->c2 };
	size_t y;

	for (y = 0; y < ROWS_2; y++, in += 2 * l.row, out += columns * n->c2) {
		if (n->pool == 1)
			row_run(&l, out, in, columns, 1, 4, 2);
		else if (n->c2 < BLOCK)
			row_run(&l, out, in, columns, 2, 4, 2);
		else
			row_run(&l, out, in, columns, 2, 2, 4);
	}
}

/* Of places that lie c2 apart. */
INLINE void hidden_layer(const struct mrz_net *n, const float *in, size_t row,
			 size_t places, float *hidden)
{
	size_t columns = COLUMNS_2 / n->pool * n->c2, block, y, k;

	for (block = 0; block < n->hidden; block += BLOCK) {
		lanes acc[4 * PLACES];

#pragma GCC unroll 12
		for (k = 0; k < 4 * places; k++)
			acc[k] = ((const lanes *)(n->b3 + block))[k % 4];
		for (y = 0; y < ROWS_2; y++)
			gather(acc, in + y * row, n->c2, places, columns,
			       n->w3 + y * columns * n->hidden + block,
			       n->hidden, 4);
#pragma GCC unroll 12
		for (k = 0; k < 4 * places; k++) {
			raise(&acc[k], &(const lanes){ 0 });
			((lanes *)(hidden + k / 4 * n->hidden + block))[k % 4] =
				acc[k];
		}
	}
}

INLINE void last_layer(const struct mrz_net *n, const float *hidden, float *out)
{
	float z[OUTPUTS_MAX], most, sum = 0;
	size_t c;

	for (c = 0; c < OUTPUTS_MAX; c += 8) {
		lanes acc[8 / WIDE];

		memcpy(acc, n->b4 + c, sizeof(acc));
		gather(acc, hidden, 0, 1, n->hidden, n->w4 + c, OUTPUTS_MAX,
		       8 / WIDE);
		memcpy(z + c, acc, sizeof(acc));
	}
	most = z[0];
	for (c = 1; c < n->classes; c++)
		most = z[c] > most ? z[c] : most;
	for (c = 0; c < n->classes; c++)
		sum += expf(z[c] - most);
	for (c = 0; c < n->classes; c++)
		out[c] = z[c] - (most + logf(sum));
}

static void run(const struct mrz_net *n, const float *strip, size_t stride,
		size_t width, float *scratch, float *out)
{
	size_t half = (width - 2) / 2, columns = (half - 2) / n->pool;
	size_t places = n->pool == 1 ? mrz_net_places(width) : 1, i, k, p;
	float *second = scratch + ROWS_1 * half * n->c1;
	float hidden[PLACES * HIDDEN_MAX];

	first_layer(n, strip, stride, half, scratch);
	second_layer(n, scratch, half, columns, second);
	for (i = 0; i < places; i += k) {
		const float *in = second + i * n->c2;

		k = i + PLACES <= places ? PLACES : 1;
		if (k == PLACES)
			hidden_layer(n, in, columns * n->c2, PLACES, hidden);
		else
			hidden_layer(n, in, columns * n->c2, 1, hidden);
		for (p = 0; p < k; p++)
			last_layer(n, hidden + p * n->hidden,
				   out + (i + p) * n->classes);
	}
}
