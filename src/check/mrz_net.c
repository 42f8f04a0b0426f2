// SPDX-License-Identifier: GPL-3.0-or-later
/* The two small networks of the MRZ reader, forwards. Channels lie next to
 * each other, eight to a vector, which the compiler makes two of four of where
 * the machine has no wider ones. */
#include <math.h>
#include <stdint.h>

#include "check/mrz_net.h"

enum {
	HEAD = 16,
	ROWS_1 = 14,
	ROWS_2 = 6,
	COLUMNS_2 = 12,
	HIDDEN_MAX = 128,
	OUTPUTS_MAX = 40, /* in memory, classes are filled up to so many */
	PLACES = 3	  /* whose hidden units are worked out at once */
};

static const char magic[8] = { 'V', 'S', 'O', 'C', 'R', 'B', '0', '1' };

const char mrz_chars[MRZ_CHARS + 1] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

typedef float eight __attribute__((vector_size(32), aligned(4), may_alias));
typedef int32_t ints __attribute__((vector_size(32), aligned(4), may_alias));

static uint32_t u32_at(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* CRC-32 as of zlib and ISO 3309. */
static uint32_t crc32_of(const unsigned char *p, size_t len)
{
	uint32_t table[256], crc = 0xffffffff;
	size_t i;
	int bit;

	for (i = 0; i < 256; i++) {
		table[i] = (uint32_t)i;
		for (bit = 0; bit < 8; bit++)
			table[i] =
				table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	for (i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ p[i]) & 255];
	return ~crc;
}

static bool shape_fits(const struct mrz_net *n, size_t classes)
{
	return (n->c1 == 8 || n->c1 == 16) && (n->c2 == 16 || n->c2 == 32) &&
	       (n->pool == 1 || n->pool == 2) && n->hidden % 32 == 0 &&
	       n->hidden && n->hidden <= HIDDEN_MAX && n->classes == classes;
}

static size_t flat(const struct mrz_net *n)
{
	return ROWS_2 * (COLUMNS_2 / n->pool) * n->c2;
}

/* Points the net at its weights and returns where the next one's are. */
static const float *place(struct mrz_net *n, const float *p)
{
	n->w1 = p;
	n->b1 = n->w1 + 9 * n->c1;
	n->w2 = n->b1 + n->c1;
	n->b2 = n->w2 + 9 * n->c1 * n->c2;
	n->w3 = n->b2 + n->c2;
	n->b3 = n->w3 + flat(n) * n->hidden;
	n->w4 = n->b3 + n->hidden;
	n->b4 = n->w4 + n->hidden * OUTPUTS_MAX;
	return n->b4 + OUTPUTS_MAX;
}

/* With so many classes: as in the file, or as in memory. */
static size_t weight_count(const struct mrz_net *n, size_t classes)
{
	return 10 * n->c1 + (9 * n->c1 + 1) * n->c2 +
	       (flat(n) + 1) * n->hidden + (n->hidden + 1) * classes;
}

static int head_read(struct mrz_net *n, const unsigned char *p, size_t left,
		     size_t classes)
{
	if (left < 20)
		return -1;
	n->c1 = u32_at(p);
	n->c2 = u32_at(p + 4);
	n->pool = u32_at(p + 8);
	n->hidden = u32_at(p + 12);
	n->classes = u32_at(p + 16);
	if (!shape_fits(n, classes) ||
	    (left - 20) / 4 < weight_count(n, n->classes))
		return -1;
	return 0;
}

static void floats_read(float *to, const unsigned char *p, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		uint32_t bits = u32_at(p + 4 * i);

		memcpy(&to[i], &bits, sizeof(bits));
	}
}

static void net_read(const struct mrz_net *n, float *to, const unsigned char *p)
{
	size_t most = weight_count(n, 0), i;

	floats_read(to, p, most);
	to += most;
	p += 4 * most;
	for (i = 0; i <= n->hidden; i++) {
		floats_read(to, p, n->classes);
		to += OUTPUTS_MAX;
		p += 4 * n->classes;
	}
}

int mrz_nets_load(struct mrz_nets *out, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	struct mrz_nets n = { 0 };
	size_t a, b, room;

	if (len < HEAD || memcmp(p, magic, sizeof(magic)) ||
	    u32_at(p + 12) != len - HEAD ||
	    u32_at(p + 8) != crc32_of(p + HEAD, len - HEAD))
		return -1;
	p += HEAD;
	len -= HEAD;
	if (head_read(&n.finding, p, len, MRZ_OUTPUTS))
		return -1;
	a = weight_count(&n.finding, MRZ_OUTPUTS);
	if (n.finding.pool != 1 ||
	    head_read(&n.reading, p + 20 + 4 * a, len - 20 - 4 * a, MRZ_CHARS))
		return -1;
	b = weight_count(&n.reading, MRZ_CHARS);
	if (len != 40 + 4 * (a + b))
		return -1;
	p += 20;
	room = weight_count(&n.finding, OUTPUTS_MAX);
	n.weights = mem_alloc((room + weight_count(&n.reading, OUTPUTS_MAX)) *
			      sizeof(float));
	net_read(&n.finding, n.weights, p);
	net_read(&n.reading, n.weights + room, p + 20 + 4 * a);
	place(&n.reading, place(&n.finding, n.weights));
	*out = n;
	return 0;
}

void mrz_nets_drop(struct mrz_nets *n)
{
	free(n->weights);
	memset(n, 0, sizeof(*n));
}

size_t mrz_net_places(size_t width)
{
	return width < MRZ_PATCH ? 0 : (width - MRZ_PATCH) / MRZ_STRIDE + 1;
}

size_t mrz_net_scratch(const struct mrz_net *n, size_t width)
{
	size_t half = width / 2;

	return half * (ROWS_1 * n->c1 + ROWS_2 * n->c2) + 64;
}

/* acc += in * w, for count inputs of each of windows that lie step apart: each
 * weight is fetched once for all of them. Zeros are common behind a rectifier,
 * but to look for them takes longer than to multiply. */
static inline __attribute__((always_inline)) void
gather(eight *acc, const float *in, size_t step, size_t windows, size_t count,
       const float *w, size_t stride, size_t eights)
{
	size_t i, p, k;

	for (i = 0; i < count; i++, in++, w += stride) {
#pragma GCC unroll 4
		for (p = 0; p < windows; p++) {
			float x = in[p * step];

#pragma GCC unroll 4
			for (k = 0; k < eights; k++)
				acc[p * eights + k] +=
					x * ((const eight *)w)[k];
		}
	}
}

static inline __attribute__((always_inline)) void raise(eight *a,
							const eight *b)
{
	ints more = (ints)(*a > *b);

	*a = (eight)(((ints)*a & more) | ((ints)*b & ~more));
}

/* The largest of two rows and pool columns of a convolution, rectified, for
 * windows / pool outputs. Rows of in are row floats apart. */
static inline __attribute__((always_inline)) void
pooled(float *out, const float *in, size_t row, size_t step, size_t count,
       const float *w, const float *bias, size_t pool, size_t windows,
       size_t eights)
{
	eight best[8] = { { 0 } };
	size_t y, dy, p, k;

#pragma GCC unroll 2
	for (y = 0; y < 2; y++) {
		eight acc[8];

#pragma GCC unroll 8
		for (k = 0; k < windows * eights; k++)
			acc[k] = ((const eight *)bias)[k % eights];
#pragma GCC unroll 3
		for (dy = 0; dy < 3; dy++)
			gather(acc, in + (y + dy) * row, step, windows, count,
			       w + dy * count * eights * 8, eights * 8, eights);
#pragma GCC unroll 4
		for (p = 0; p < windows; p++) {
#pragma GCC unroll 4
			for (k = 0; k < eights; k++)
				raise(&best[p / pool * eights + k],
				      &acc[p * eights + k]);
		}
	}
#pragma GCC unroll 8
	for (k = 0; k < windows / pool * eights; k++)
		((eight *)out)[k] = best[k];
}

/* Where the next outputs of a row begin. The last ones may be made twice. */
static size_t next_of(size_t x, size_t step, size_t columns)
{
	return x + step < columns && x + 2 * step > columns ? columns - step
							    : x + step;
}

static inline __attribute__((always_inline)) void
first_row(const struct mrz_net *n, const float *in, size_t stride, size_t half,
	  size_t eights, float *out)
{
	size_t x, outs = eights == 1 ? 2 : 1;

	for (x = 0; x < half; x = next_of(x, outs, half))
		pooled(out + x * eights * 8, in + 2 * x, stride, 1, 3, n->w1,
		       n->b1, 2, 2 * outs, eights);
}

static inline __attribute__((always_inline)) void
second_row(const struct mrz_net *n, const float *in, size_t row, size_t columns,
	   size_t pool, size_t eights, float *out)
{
	size_t x, windows = 8 / eights, outs = windows / pool;

	for (x = 0; x < columns; x = next_of(x, outs, columns))
		pooled(out + x * eights * 8, in + x * pool * n->c1, row, n->c1,
		       3 * n->c1, n->w2, n->b2, pool, windows, eights);
}

/* half is the columns of out. */
static inline __attribute__((always_inline)) void
first_layer(const struct mrz_net *n, const float *strip, size_t stride,
	    size_t half, float *out)
{
	size_t y;

	for (y = 0; y < ROWS_1; y++, out += half * n->c1) {
		const float *in = strip + 2 * y * stride;

		if (n->c1 == 8)
			first_row(n, in, stride, half, 1, out);
		else
			first_row(n, in, stride, half, 2, out);
	}
}

/* half is the columns of in, columns those of out. */
static inline __attribute__((always_inline)) void
second_layer(const struct mrz_net *n, const float *in, size_t half,
	     size_t columns, float *out)
{
	size_t row = half * n->c1, y;

	for (y = 0; y < ROWS_2; y++, in += 2 * row, out += columns * n->c2) {
		if (n->c2 == 16 && n->pool == 1)
			second_row(n, in, row, columns, 1, 2, out);
		else if (n->c2 == 16)
			second_row(n, in, row, columns, 2, 2, out);
		else if (n->pool == 1)
			second_row(n, in, row, columns, 1, 4, out);
		else
			second_row(n, in, row, columns, 2, 4, out);
	}
}

/* Of places that lie c2 apart. */
static inline __attribute__((always_inline)) void
hidden_layer(const struct mrz_net *n, const float *in, size_t row,
	     size_t places, float *hidden)
{
	size_t columns = COLUMNS_2 / n->pool * n->c2, block, y, k;

	for (block = 0; block < n->hidden; block += 32) {
		eight acc[4 * PLACES];

#pragma GCC unroll 12
		for (k = 0; k < 4 * places; k++)
			acc[k] = ((const eight *)(n->b3 + block))[k % 4];
		for (y = 0; y < ROWS_2; y++)
			gather(acc, in + y * row, n->c2, places, columns,
			       n->w3 + y * columns * n->hidden + block,
			       n->hidden, 4);
#pragma GCC unroll 12
		for (k = 0; k < 4 * places; k++) {
			raise(&acc[k], &(const eight){ 0 });
			((eight *)(hidden + k / 4 * n->hidden + block))[k % 4] =
				acc[k];
		}
	}
}

static inline __attribute__((always_inline)) void
last_layer(const struct mrz_net *n, const float *hidden, float *out)
{
	eight acc[OUTPUTS_MAX / 8];
	float z[OUTPUTS_MAX], most, sum = 0;
	size_t c;

	memcpy(acc, n->b4, sizeof(acc));
	gather(acc, hidden, 0, 1, n->hidden, n->w4, OUTPUTS_MAX, 4);
	gather(acc + 4, hidden, 0, 1, n->hidden, n->w4 + 32, OUTPUTS_MAX, 1);
	memcpy(z, acc, sizeof(z));
	most = z[0];
	for (c = 1; c < n->classes; c++)
		most = z[c] > most ? z[c] : most;
	for (c = 0; c < n->classes; c++)
		sum += expf(z[c] - most);
	for (c = 0; c < n->classes; c++)
		out[c] = z[c] - (most + logf(sum));
}

static inline __attribute__((always_inline)) void
run(const struct mrz_net *n, const float *strip, size_t stride, size_t width,
    float *scratch, float *out)
{
	size_t half = (width - 2) / 2, columns = (half - 2) / n->pool;
	size_t places = n->pool == 1 ? mrz_net_places(width) : 1, i, k;
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
		for (size_t p = 0; p < k; p++)
			last_layer(n, hidden + p * n->hidden,
				   out + (i + p) * n->classes);
	}
}

#if defined(__x86_64__)
/* The same sums in the same order, eight at a time. */
static __attribute__((target("avx2"))) void
run_wide(const struct mrz_net *n, const float *strip, size_t stride,
	 size_t width, float *scratch, float *out)
{
	run(n, strip, stride, width, scratch, out);
}
#endif

void mrz_net_run(const struct mrz_net *n, const float *strip, size_t stride,
		 size_t width, float *scratch, float *out)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		run_wide(n, strip, stride, width, scratch, out);
		return;
	}
#endif
	run(n, strip, stride, width, scratch, out);
}
