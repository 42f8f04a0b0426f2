// SPDX-License-Identifier: GPL-3.0-or-later
/* Serving a file: the part that was asked for, and its name. */
#ifndef HTTP_FILE_H
#define HTTP_FILE_H

#include "http/http.h"

enum http_range { HTTP_RANGE_WHOLE, HTTP_RANGE_PART, HTTP_RANGE_NONE };

/* What a Range header (RFC 9110 section 14.2) asks of size bytes. One range
 * is understood; several, other units and nonsense ask for the whole. NONE:
 * nothing of it lies within (416). from and len are set in any case. */
enum http_range http_range_parse(const char *header, int64_t size,
				 int64_t *from, int64_t *len);

/* A Content-Disposition (RFC 6266, RFC 8187): the name in ASCII, and in UTF-8
 * as well where that differs. Slashes and quotes become underscores. */
const char *http_disposition(struct arena *a, bool is_inline,
			     const char *file_name);

#endif
