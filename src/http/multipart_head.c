// SPDX-License-Identifier: GPL-3.0-or-later
/* Inside multipart: header lines and their parameters. */
#include <strings.h>

#include "base/str.h"
#include "http/http.h"
#include "http/multipart_head.h"

#define ALNUM "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static const char token_chars[] = "!#$%&'*+-.^_`|~" ALNUM;  /* RFC 9110 */
static const char boundary_chars[] = "'()+_,-./:=? " ALNUM; /* RFC 2046 */

void multipart_head_reset(struct multipart_head *h)
{
	buf_reset(&h->name);
	buf_reset(&h->file_name);
	buf_reset(&h->content_type);
	h->has_disposition = h->has_file_name = h->has_extended_name = false;
}

void multipart_head_finish(struct multipart_head *h)
{
	buf_finish(&h->name);
	buf_finish(&h->file_name);
	buf_finish(&h->content_type);
}

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

/* quoted-string (RFC 9110 section 5.6.4), or a word: clients leave out the
 * quotes that a boundary such as =_x needs. NULL where it is neither. */
static const char *read_value(const char *p, struct buf *value)
{
	size_t n;

	if (*p != '"') {
		n = strcspn(p, "; \t\"");
		buf_add(value, p, n);
		return n ? p + n : NULL;
	}
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (!*p)
			return NULL;
		buf_chr(value, *p);
	}
	return p + 1;
}

/* Reads one "; name=value" at *p. 1, 0 at the end, -1 where it is broken. */
static int next_param(const char **p, struct buf *name, struct buf *value)
{
	const char *s = skip_blanks(*p);
	size_t n;

	buf_reset(name);
	buf_reset(value);
	while (*s == ';')
		s = skip_blanks(s + 1);
	if (!*s)
		return 0;
	n = strspn(s, token_chars);
	if (!n || s == skip_blanks(*p))
		return -1;
	buf_add(name, s, n);
	s = skip_blanks(s + n);
	if (*s != '=')
		return -1;
	s = read_value(skip_blanks(s + 1), value);
	if (!s)
		return -1;
	s = skip_blanks(s);
	*p = s;
	return *s == ';' || !*s ? 1 : -1;
}

static int bad_part(struct fault *f, int number, const char *what)
{
	return fault_set(f, FAULT_BAD_REQUEST,
			 "Part %d of the multipart body %s.", number, what);
}

static int check_text(const struct buf *b, int number, struct fault *f)
{
	if (!str_is_utf8(buf_cstr(b), b->len))
		return bad_part(f, number, "has a name that is not UTF-8");
	if (str_has_control(buf_cstr(b), b->len, false))
		return bad_part(f, number,
				"has a name with a control character");
	return 0;
}

/* RFC 8187: UTF-8'language'percent-encoded. */
static int extended_name(struct multipart_head *h, struct buf *value,
			 int number, struct fault *f)
{
	char *text = value->len ? strchr(value->data, '\'') : NULL;
	int64_t len;

	text = text ? strchr(text + 1, '\'') : NULL;
	if (!text || strncasecmp(value->data, "UTF-8'", 6) != 0)
		return bad_part(f, number, "has a filename* that is not UTF-8");
	len = str_percent_decode(text + 1, false);
	if (len < 0)
		return bad_part(f, number, "has a broken filename*");
	buf_reset(&h->file_name);
	buf_add(&h->file_name, text + 1, (size_t)len);
	h->has_file_name = h->has_extended_name = true;
	return check_text(&h->file_name, number, f);
}

static int take_param(struct multipart_head *h, const struct buf *name,
		      struct buf *value, int number, struct fault *f)
{
	struct buf *to = NULL;

	if (strcasecmp(name->data, "filename*") == 0)
		return extended_name(h, value, number, f);
	if (strcasecmp(name->data, "name") == 0) {
		to = &h->name;
	} else if (strcasecmp(name->data, "filename") == 0) {
		to = h->has_extended_name ? NULL : &h->file_name;
		h->has_file_name = true;
	}
	if (!to)
		return 0;
	buf_reset(to);
	buf_add(to, buf_cstr(value), value->len);
	return check_text(to, number, f);
}

static int disposition(struct multipart_head *h, const char *p, int number,
		       struct fault *f)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	size_t n = strcspn(p, "; \t");
	int rc;

	if (h->has_disposition)
		return bad_part(f, number, "has two Content-Disposition lines");
	h->has_disposition = true;
	if (n != 9 || strncasecmp(p, "form-data", n) != 0)
		return bad_part(f, number, "is not form-data");
	p += n;
	while ((rc = next_param(&p, &name, &value)) == 1) {
		rc = take_param(h, &name, &value, number, f);
		if (rc)
			break;
	}
	buf_finish(&name);
	buf_finish(&value);
	return rc < 0 ? bad_part(f, number, "has a broken Content-Disposition")
		      : 0;
}

/* RFC 7578 section 4.7: nobody sends encoded parts; bytes must be bytes. */
static int transfer_encoding(const char *value, int number, struct fault *f)
{
	static const char *const plain[] = { "binary", "7bit", "8bit" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(plain); i++) {
		if (strcasecmp(value, plain[i]) == 0)
			return 0;
	}
	return bad_part(f, number, "has a Content-Transfer-Encoding");
}

static void trim_end(char *line, size_t *len)
{
	while (*len && strchr(" \t", line[*len - 1]))
		line[--*len] = '\0';
}

int multipart_head_line(struct multipart_head *h, char *line, size_t len,
			int number, struct fault *f)
{
	size_t n = strspn(line, token_chars);
	const char *value;

	if (strlen(line) != len)
		return bad_part(f, number, "has a NUL byte in its headers");
	if (!n || line[n] != ':')
		return bad_part(f, number, "has a broken header line");
	trim_end(line, &len);
	line[n] = '\0';
	value = skip_blanks(line + n + 1);
	if (strcasecmp(line, "Content-Disposition") == 0)
		return disposition(h, value, number, f);
	if (strcasecmp(line, "Content-Transfer-Encoding") == 0)
		return transfer_encoding(value, number, f);
	if (strcasecmp(line, "Content-Type") == 0) {
		buf_reset(&h->content_type);
		buf_str(&h->content_type, value);
		return check_text(&h->content_type, number, f);
	}
	return 0;
}

static bool is_boundary(const char *s, size_t len)
{
	return len && len <= MULTIPART_BOUNDARY_MAX &&
	       strspn(s, boundary_chars) == len && s[len - 1] != ' ';
}

int multipart_boundary(const char *content_type,
		       char out[MULTIPART_BOUNDARY_MAX + 1], struct fault *f)
{
	struct buf name = BUF_INIT, value = BUF_INIT;
	const char *p = content_type + strcspn(content_type, ";");
	int rc;

	if (!http_media_type_is(content_type, "multipart/form-data"))
		return fault_set(f, FAULT_MEDIA_TYPE,
				 "The body must be multipart/form-data.");
	while ((rc = next_param(&p, &name, &value)) == 1) {
		if (strcasecmp(name.data, "boundary") == 0)
			break;
	}
	if (rc == 1 && is_boundary(buf_cstr(&value), value.len))
		str_copy(out, MULTIPART_BOUNDARY_MAX + 1, value.data);
	else
		rc = fault_set(f, FAULT_BAD_REQUEST,
			       "The content type has no usable boundary.");
	buf_finish(&name);
	buf_finish(&value);
	return rc == 1 ? 0 : -1;
}
