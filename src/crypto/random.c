// SPDX-License-Identifier: GPL-3.0-or-later
/* Random bytes from the kernel. */
#include <errno.h>
#include <sys/random.h>

#include "base/mem.h"
#include "crypto/random.h"

void crypto_random(void *out, size_t len)
{
	char *p = out;
	ssize_t n;

	while (len) {
		n = getrandom(p, len, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			abort(); /* no kernel that we run on does this */
		p += n;
		len -= (size_t)n;
	}
}
