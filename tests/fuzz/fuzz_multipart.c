// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes through the multipart parser, whole and byte by byte. */
#include <sys/types.h>

#include "http/door.h"
#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The parser's only tie to the door; the fuzzer feeds it directly. */
ssize_t http_door_read(struct http_door *d, void *out, size_t len)
{
	(void)d;
	(void)out;
	(void)len;
	return -1;
}

static int part(void *ctx, const char *name, const char *file_name,
		const char *content_type, struct fault *f)
{
	(void)f;
	buf_printf(ctx, "[%s|%s|%s|", name, file_name ? file_name : "",
		   content_type);
	return 0;
}

static int data_piece(void *ctx, const char *bytes, size_t len, struct fault *f)
{
	(void)f;
	buf_add(ctx, bytes, len);
	return 0;
}

static int part_end(void *ctx, struct fault *f)
{
	(void)f;
	buf_chr(ctx, ']');
	return 0;
}

static void run(const char *bytes, size_t len, size_t step, struct buf *out)
{
	const struct multipart_handler h = { part, data_piece, part_end, out };
	struct fault f = { .code = FAULT_NONE };
	struct multipart *m =
		multipart_create("multipart/form-data; boundary=xx", &h, &f);
	size_t at, n;
	int rc = 0;

	for (at = 0; at < len && rc == 0; at += n) {
		n = len - at < step ? len - at : step;
		rc = multipart_feed(m, bytes + at, n, &f);
	}
	if (rc == 0)
		multipart_finish(m, &f);
	buf_str(out, f.message);
	multipart_destroy(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *bytes = (const char *)data;
	struct buf whole = BUF_INIT, single = BUF_INIT;

	run(bytes, size, size ? size : 1, &whole);
	run(bytes, size, 1, &single);
	if (whole.len != single.len ||
	    memcmp(buf_cstr(&whole), buf_cstr(&single), whole.len) != 0)
		abort();
	buf_finish(&whole);
	buf_finish(&single);
	return 0;
}
