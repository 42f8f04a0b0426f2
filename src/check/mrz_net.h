// SPDX-License-Identifier: GPL-3.0-or-later
/* The two small networks of the MRZ reader, forwards. tools/ocrb/train.py
 * describes their shape and the file that holds them. */
#ifndef CHECK_MRZ_NET_H
#define CHECK_MRZ_NET_H

#include <stdbool.h>

#include "base/mem.h"

enum {
	MRZ_CHARS = 37,	      /* A to Z, 0 to 9 and < */
	MRZ_JUNK = MRZ_CHARS, /* what the finding network knows besides */
	MRZ_OUTPUTS = MRZ_CHARS + 1,
	MRZ_PATCH = 30, /* rows and columns that are seen at once */
	MRZ_STRIDE = 2	/* columns from one place to the next */
};

extern const char mrz_chars[MRZ_CHARS + 1];

struct mrz_net {
	size_t c1, c2, pool, hidden, classes;
	const float *w1, *b1, *w2, *b2, *w3, *b3, *w4, *b4;
};

struct mrz_nets {
	struct mrz_net finding, reading;
	float *weights; /* of both */
};

/* 0, or -1 where the bytes are no such file or a broken one. */
int mrz_nets_load(struct mrz_nets *out, const void *bytes, size_t len);
void mrz_nets_drop(struct mrz_nets *n);

/* The first columns of each place, and room for what lies between the layers
 * of so wide a strip. */
size_t mrz_net_places(size_t width);
size_t mrz_net_scratch(const struct mrz_net *n, size_t width);

/* Logarithms of the shares of each class, at each place of a strip of 30 rows:
 * out holds n->classes for each of mrz_net_places(width). */
void mrz_net_run(const struct mrz_net *n, const float *strip, size_t stride,
		 size_t width, float *scratch, float *out);
/* The same, for processors that have AVX2. */
void mrz_net_run_wide(const struct mrz_net *n, const float *strip,
		      size_t stride, size_t width, float *scratch, float *out);

#endif
