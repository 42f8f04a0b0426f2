// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files that parse a licence's barcode. */
#ifndef CHECK_AAMVA_PART_H
#define CHECK_AAMVA_PART_H

#include "check/aamva.h"

/* A piece of the barcode's bytes; none where s is NULL. */
struct aamva_span {
	const char *s;
	size_t len;
};

void aamva_wrong(struct aamva *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
void aamva_warn(struct aamva *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Takes the fields out of the elements of a subfile. */
void aamva_read_elements(struct aamva *a, struct aamva_span subfile);

#endif
