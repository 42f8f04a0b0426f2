// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside multipart: header lines and their parameters. */
#ifndef HTTP_MULTIPART_HEAD_H
#define HTTP_MULTIPART_HEAD_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

enum { MULTIPART_BOUNDARY_MAX = 70 };

/* What the headers of a part say. */
struct multipart_head {
	struct buf name;
	struct buf file_name;
	struct buf content_type;
	bool has_disposition;
	bool has_file_name;
	bool has_extended_name; /* filename*, which outranks filename */
};

void multipart_head_reset(struct multipart_head *h);
void multipart_head_finish(struct multipart_head *h);

/* Takes one line without its line end. number counts the parts from 1. */
int multipart_head_line(struct multipart_head *h, char *line, size_t len,
			int number, struct fault *f);

/* The boundary of a multipart/form-data content type (RFC 2046 section
 * 5.1.1); 0, or -1 with the fault. */
int multipart_boundary(const char *content_type,
		       char out[MULTIPART_BOUNDARY_MAX + 1], struct fault *f);

#endif
