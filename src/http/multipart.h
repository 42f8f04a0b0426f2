// SPDX-License-Identifier: GPL-3.0-or-later
/* multipart/form-data (RFC 7578), parsed as a stream in bounded memory. */
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H

#include "http/http.h"

/* Callbacks return 0, or -1 with the fault set to end the parse. A part's data
 * comes in any number of pieces. name and file_name are UTF-8 as sent,
 * file_name NULL for a plain field, content_type "" where absent. */
struct multipart_handler {
	int (*part)(void *ctx, const char *name, const char *file_name,
		    const char *content_type, struct fault *f);
	int (*data)(void *ctx, const char *bytes, size_t len, struct fault *f);
	int (*part_end)(void *ctx, struct fault *f);
	void *ctx;
};

enum { MULTIPART_PARTS_MAX = 32, MULTIPART_HEADER_MAX = 4096 };

struct multipart;

/* NULL with FAULT_MEDIA_TYPE where it isn't multipart/form-data, and with
 * FAULT_BAD_REQUEST where the content type has no usable boundary. */
struct multipart *multipart_create(const char *content_type,
				   const struct multipart_handler *h,
				   struct fault *f);
int multipart_feed(struct multipart *m, const char *bytes, size_t len,
		   struct fault *f);
/* Fails where the closing boundary has not come. */
int multipart_finish(struct multipart *m, struct fault *f);
void multipart_destroy(struct multipart *m);

/* Reads the request's whole body through the parser; bytes over max:
 * FAULT_TOO_LARGE. */
int multipart_read(struct http_request *req, size_t max,
		   const struct multipart_handler *h, struct fault *f);

#endif
