// SPDX-License-Identifier: GPL-3.0-or-later
/* The networks of the MRZ reader where vectors of eight are at hand. */
#if defined(__x86_64__)
#pragma GCC target("avx2")
#endif
#define WIDE 8
#include "check/mrz_net_pass.h"

void mrz_net_run_wide(const struct mrz_net *n, const float *strip,
		      size_t stride, size_t width, float *scratch, float *out)
{
	run(n, strip, stride, width, scratch, out);
}
