// SPDX-License-Identifier: GPL-3.0-or-later
/* The two small networks of the MRZ reader, forwards. Channels lie next to
 * each other, four to a vector: that is what a plain x86-64 or ARM does. */
#include <math.h>
#include <stdint.h>

#include "check/mrz_net.h"

enum { HEAD = 16, ROWS_1 = 14, ROWS_2 = 6, COLUMNS_2 = 12, HIDDEN_MAX = 128 };

static const char magic[8] = { 'V', 'S', 'O', 'C', 'R', 'B', '0', '1' };

const char mrz_chars[MRZ_CHARS + 1] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

static uint32_t u32_at(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

/* CRC-32 as of zlib and ISO 3309. */
static uint32_t crc32_of(const unsigned char *p, size_t len)
{
	uint32_t crc = 0xffffffff;
	size_t i;
	int bit;

	for (i = 0; i < len; i++) {
		crc ^= p[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
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
	n->b4 = n->w4 + n->hidden * n->classes;
	return n->b4 + n->classes;
}

static size_t weight_count(const struct mrz_net *n)
{
	return 10 * n->c1 + (9 * n->c1 + 1) * n->c2 +
	       (flat(n) + 1) * n->hidden + (n->hidden + 1) * n->classes;
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
	if (!shape_fits(n, classes) || (left - 20) / 4 < weight_count(n))
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

int mrz_nets_load(struct mrz_nets *out, const void *bytes, size_t len)
{
	const unsigned char *p = bytes;
	struct mrz_nets n = { 0 };
	size_t a, b;

	if (len < HEAD || memcmp(p, magic, sizeof(magic)) ||
	    u32_at(p + 12) != len - HEAD ||
	    u32_at(p + 8) != crc32_of(p + HEAD, len - HEAD))
		return -1;
	p += HEAD;
	len -= HEAD;
	if (head_read(&n.finding, p, len, MRZ_OUTPUTS))
		return -1;
	a = weight_count(&n.finding);
	if (n.finding.pool != 1 ||
	    head_read(&n.reading, p + 20 + 4 * a, len - 20 - 4 * a, MRZ_CHARS))
		return -1;
	b = weight_count(&n.reading);
	if (len != 40 + 4 * (a + b))
		return -1;
	n.weights = mem_alloc((a + b) * sizeof(float));
	floats_read(n.weights, p + 20, a);
	floats_read(n.weights + a, p + 40 + 4 * a, b);
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

/* acc += in * w, for vectors of fours outputs. Zeros are common behind a
 * rectifier. */
static inline __attribute__((always_inline)) void
gather(four *acc, const float *in, size_t count, const float *w, size_t stride,
       size_t fours)
{
	size_t i, k;

	for (i = 0; i < count; i++, w += stride) {
		const four *row = (const four *)w;
		four x;

		if (in[i] == 0.0f)
			continue;
		x = (four){ in[i], in[i], in[i], in[i] };
#pragma GCC unroll 8
		for (k = 0; k < fours; k++)
			acc[k] += x * row[k];
	}
}

static inline __attribute__((always_inline)) four larger(four a, four b)
{
	four out = a;
	int i;

	for (i = 0; i < 4; i++)
		out[i] = a[i] > b[i] ? a[i] : b[i];
	return out;
}

/* One output of a convolution: rows of in are row floats apart. */
static inline __attribute__((always_inline)) void
window(four *acc, const float *in, size_t row, size_t count, const float *w,
       const float *bias, size_t fours)
{
	size_t k, dy;

	for (k = 0; k < fours; k++)
		acc[k] = ((const four *)bias)[k];
	for (dy = 0; dy < 3; dy++)
		gather(acc, in + dy * row, count, w + dy * count * fours * 4,
		       fours * 4, fours);
}

/* The largest of two rows and pool columns of a convolution, rectified. */
static inline __attribute__((always_inline)) void
pooled(float *out, const float *in, size_t row, size_t step, size_t count,
       const float *w, const float *bias, size_t pool, size_t fours)
{
	four best[8] = { { 0 } }, acc[8];
	size_t y, x, k;

	for (y = 0; y < 2; y++) {
		for (x = 0; x < pool; x++) {
			window(acc, in + y * row + x * step, row, count, w,
			       bias, fours);
			for (k = 0; k < fours; k++)
				best[k] = larger(best[k], acc[k]);
		}
	}
	for (k = 0; k < fours; k++)
		((four *)out)[k] = best[k];
}

static void first_layer(const struct mrz_net *n, const float *strip,
			size_t stride, size_t half, float *out)
{
	size_t y, x;

	for (y = 0; y < ROWS_1; y++) {
		for (x = 0; x < half; x++, out += n->c1) {
			const float *in = strip + 2 * y * stride + 2 * x;

			if (n->c1 == 8)
				pooled(out, in, stride, 1, 3, n->w1, n->b1, 2,
				       2);
			else
				pooled(out, in, stride, 1, 3, n->w1, n->b1, 2,
				       4);
		}
	}
}

/* half is the columns of in, columns those of out. */
static void second_layer(const struct mrz_net *n, const float *in, size_t half,
			 size_t columns, float *out)
{
	size_t row = half * n->c1, y, x;

	for (y = 0; y < ROWS_2; y++) {
		for (x = 0; x < columns; x++, out += n->c2) {
			const float *from =
				in + 2 * y * row + x * n->pool * n->c1;

			if (n->c2 == 16)
				pooled(out, from, row, n->c1, 3 * n->c1, n->w2,
				       n->b2, n->pool, 4);
			else
				pooled(out, from, row, n->c1, 3 * n->c1, n->w2,
				       n->b2, n->pool, 8);
		}
	}
}

static void hidden_layer(const struct mrz_net *n, const float *in, size_t row,
			 float *hidden)
{
	size_t columns = COLUMNS_2 / n->pool * n->c2, block, y, k;

	for (block = 0; block < n->hidden; block += 32) {
		four acc[8];

		memcpy(acc, n->b3 + block, sizeof(acc));
		for (y = 0; y < ROWS_2; y++)
			gather(acc, in + y * row, columns,
			       n->w3 + y * columns * n->hidden + block,
			       n->hidden, 8);
		for (k = 0; k < 8; k++)
			acc[k] = larger(acc[k], (four){ 0 });
		memcpy(hidden + block, acc, sizeof(acc));
	}
}

static void last_layer(const struct mrz_net *n, const float *hidden, float *out)
{
	float most, sum = 0;
	size_t i, c;

	memcpy(out, n->b4, n->classes * sizeof(*out));
	for (i = 0; i < n->hidden; i++) {
		const float *w = n->w4 + i * n->classes;

		for (c = 0; hidden[i] > 0 && c < n->classes; c++)
			out[c] += hidden[i] * w[c];
	}
	most = out[0];
	for (c = 1; c < n->classes; c++)
		most = out[c] > most ? out[c] : most;
	for (c = 0; c < n->classes; c++)
		sum += expf(out[c] - most);
	for (c = 0; c < n->classes; c++)
		out[c] -= most + logf(sum);
}

void mrz_net_run(const struct mrz_net *n, const float *strip, size_t stride,
		 size_t width, float *scratch, float *out)
{
	size_t half = (width - 2) / 2, columns = (half - 2) / n->pool;
	size_t places = n->pool == 1 ? mrz_net_places(width) : 1, i;
	float *second = scratch + ROWS_1 * half * n->c1;
	float hidden[HIDDEN_MAX];

	first_layer(n, strip, stride, half, scratch);
	second_layer(n, scratch, half, columns, second);
	for (i = 0; i < places; i++) {
		hidden_layer(n, second + i * n->c2, columns * n->c2, hidden);
		last_layer(n, hidden, out + i * n->classes);
	}
}
