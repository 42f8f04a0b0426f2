// SPDX-License-Identifier: GPL-3.0-or-later
/* The two small networks of the MRZ reader: their weights. */
#define WIDE 4
#include "check/mrz_net_pass.h"

enum { HEAD = 16 };

static const char magic[8] = { 'V', 'S', 'O', 'C', 'R', 'B', '0', '1' };

const char mrz_chars[MRZ_CHARS + 1] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<";

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

void mrz_net_run(const struct mrz_net *n, const float *strip, size_t stride,
		 size_t width, float *scratch, float *out)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx2")) {
		mrz_net_run_wide(n, strip, stride, width, scratch, out);
		return;
	}
#endif
	run(n, strip, stride, width, scratch, out);
}
