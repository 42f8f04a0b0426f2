// SPDX-License-Identifier: GPL-3.0-or-later
/* Between the files that parse a machine readable zone. */
#ifndef CHECK_MRZ_PART_H
#define CHECK_MRZ_PART_H

#include "check/mrz.h"

/* line and column from 0; what is past MRZ_ERRORS_MAX is not kept. */
void mrz_wrong(struct mrz *m, enum mrz_error_code code, size_t line,
	       size_t column, const char *fmt, ...) PRINTF_LIKE(5, 6);

/* The field's text, its length in *len; NULL where the format has no such
 * field or one of its characters is wrong. */
const char *mrz_field(const struct mrz *m, enum mrz_field field, size_t *len);

void mrz_read_dates(struct mrz *m, const struct date *today);
void mrz_read_names(struct mrz *m);

#endif
