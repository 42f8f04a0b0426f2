// SPDX-License-Identifier: GPL-3.0-or-later
/* multipart/form-data (RFC 7578), parsed as a stream in bounded memory. */
#include "http/door.h"
#include "http/multipart.h"
#include "http/multipart_head.h"

/* PREAMBLE and DATA look for the delimiter, AFTER reads what follows it. */
enum state { PREAMBLE, AFTER, CLOSING, LINE_END, HEAD, DATA, EPILOGUE };

enum { READ_SIZE = 16 * 1024 };

struct multipart {
	struct multipart_handler handler;
	enum state state;
	/* "\r\n--" and the boundary. CR occurs only at its start, so a failed
	 * match can begin anew only at a CR. */
	char delimiter[MULTIPART_BOUNDARY_MAX + 5];
	size_t delimiter_len;
	size_t matched; /* bytes of the delimiter seen so far */
	int parts;
	bool cr; /* in HEAD: the last byte was CR */
	struct buf line;
	size_t head_size;
	struct multipart_head head;
};

static int broken(struct fault *f, const char *what)
{
	return fault_set(f, FAULT_BAD_REQUEST, "The multipart body %s.", what);
}

struct multipart *multipart_create(const char *content_type,
				   const struct multipart_handler *h,
				   struct fault *f)
{
	char boundary[MULTIPART_BOUNDARY_MAX + 1];
	struct multipart *m;

	if (multipart_boundary(content_type, boundary, f))
		return NULL;
	m = mem_alloc(sizeof(*m));
	m->handler = *h;
	m->delimiter_len = (size_t)snprintf(m->delimiter, sizeof(m->delimiter),
					    "\r\n--%s", boundary);
	m->matched = 2; /* the first one needs no line end before it */
	return m;
}

void multipart_destroy(struct multipart *m)
{
	if (!m)
		return;
	buf_finish(&m->line);
	multipart_head_finish(&m->head);
	free(m);
}

static int emit(struct multipart *m, const char *bytes, size_t len,
		struct fault *f)
{
	if (m->state != DATA || len == 0)
		return 0;
	return m->handler.data(m->handler.ctx, bytes, len, f);
}

static int delimiter_found(struct multipart *m, struct fault *f)
{
	bool in_part = m->state == DATA;

	m->matched = 0;
	m->state = AFTER;
	return in_part ? m->handler.part_end(m->handler.ctx, f) : 0;
}

/* Takes bytes up to the end of a delimiter; data goes out as it comes. */
static int find_delimiter(struct multipart *m, const char **p, const char *end,
			  struct fault *f)
{
	while (*p < end) {
		const char *cr;

		if (m->matched == 0) {
			cr = memchr(*p, '\r', (size_t)(end - *p));
			if (emit(m, *p, (size_t)((cr ? cr : end) - *p), f))
				return -1;
			*p = cr ? cr + 1 : end;
			m->matched = cr ? 1 : 0;
			continue;
		}
		if (**p == m->delimiter[m->matched]) {
			++*p;
			if (++m->matched == m->delimiter_len)
				return delimiter_found(m, f);
			continue;
		}
		if (emit(m, m->delimiter, m->matched, f))
			return -1;
		m->matched = 0;
	}
	return 0;
}

/* Behind a delimiter: "--" ends the body, a line end begins a part. */
static int after_delimiter(struct multipart *m, char c, struct fault *f)
{
	if (m->state == CLOSING && c == '-') {
		m->state = EPILOGUE;
		return 0;
	}
	if (m->state == LINE_END && c == '\n') {
		m->state = HEAD;
		m->head_size = 0;
		m->cr = false;
		buf_reset(&m->line);
		multipart_head_reset(&m->head);
		if (++m->parts > MULTIPART_PARTS_MAX)
			return broken(f, "has too many parts");
		return 0;
	}
	if (m->state == AFTER && c == '\n')
		return broken(f, "has lines that do not end with CR LF");
	if (m->state == AFTER && c == '-')
		m->state = CLOSING;
	else if (m->state == AFTER && c == '\r')
		m->state = LINE_END;
	else if (m->state != AFTER || (c != ' ' && c != '\t'))
		return broken(f, "has a broken boundary line");
	return 0;
}

static int begin_data(struct multipart *m, struct fault *f)
{
	struct multipart_head *h = &m->head;

	if (!h->has_disposition || h->name.len == 0)
		return fault_set(f, FAULT_BAD_REQUEST,
				 "Part %d of the multipart body has no name.",
				 m->parts);
	m->state = DATA;
	m->matched = 0;
	return m->handler.part(m->handler.ctx, buf_cstr(&h->name),
			       h->has_file_name ? buf_cstr(&h->file_name)
						: NULL,
			       buf_cstr(&h->content_type), f);
}

static int head_byte(struct multipart *m, char c, struct fault *f)
{
	if (++m->head_size > MULTIPART_HEADER_MAX)
		return broken(f, "has too long headers");
	if (m->cr != (c == '\n'))
		return broken(f, "has lines that do not end with CR LF");
	m->cr = c == '\r';
	if (m->cr)
		return 0;
	if (c != '\n') {
		buf_chr(&m->line, c);
		return 0;
	}
	if (m->line.len == 0)
		return begin_data(m, f);
	if (multipart_head_line(&m->head, m->line.data, m->line.len, m->parts,
				f))
		return -1;
	buf_reset(&m->line);
	return 0;
}

int multipart_feed(struct multipart *m, const char *bytes, size_t len,
		   struct fault *f)
{
	const char *p = bytes, *end = bytes + len;
	int rc = 0;

	while (p < end && rc == 0) {
		switch (m->state) {
		case PREAMBLE:
		case DATA:
			rc = find_delimiter(m, &p, end, f);
			break;
		case HEAD:
			rc = head_byte(m, *p++, f);
			break;
		case EPILOGUE:
			return 0;
		default:
			rc = after_delimiter(m, *p++, f);
		}
	}
	return rc ? -1 : 0;
}

int multipart_finish(struct multipart *m, struct fault *f)
{
	if (m->state == EPILOGUE)
		return 0;
	return broken(f, m->parts ? "ends without its closing boundary"
				  : "does not hold its boundary");
}

static int read_all(struct http_request *req, struct multipart *m,
		    struct fault *f)
{
	char *chunk = arena_alloc(req->arena, READ_SIZE);
	int64_t left = req->content_length;

	while (left) {
		ssize_t n = http_door_read(req->door, chunk, READ_SIZE);

		if (n <= 0)
			return fault_set(f, FAULT_BAD_REQUEST,
					 "The body ended too early.");
		if (multipart_feed(m, chunk, (size_t)n, f))
			return -1;
		left -= n;
	}
	return multipart_finish(m, f);
}

int multipart_read(struct http_request *req, size_t max,
		   const struct multipart_handler *h, struct fault *f)
{
	struct multipart *m;
	int rc;

	if (req->content_length < 0)
		return fault_set(f, FAULT_BAD_REQUEST,
				 "The Content-Length is not a number.");
	if ((uint64_t)req->content_length > max)
		return fault_set(f, FAULT_TOO_LARGE,
				 "The body is larger than %zu bytes.", max);
	m = multipart_create(req->content_type, h, f);
	if (!m)
		return -1;
	rc = read_all(req, m, f);
	multipart_destroy(m);
	return rc;
}
