// SPDX-License-Identifier: GPL-3.0-or-later
/* A mail composed by GMime; nothing that was not checked reaches a header. */
#include <stdbool.h>
#include <gmime/gmime.h>

#include "base/str.h"
#include "mail/message.h"
#include "mail/template.h"

enum { HEADER_BYTES_MAX = 2000, LINE_BYTES_MAX = 998 };

static bool is_empty(const char *s)
{
	return !s || !*s;
}

static void check_header(const char *field, const char *value, bool required,
			 struct fault *f)
{
	size_t len = value ? strlen(value) : 0;

	if (!len) {
		if (required)
			fault_field(f, field, "must not be empty");
	} else if (!str_is_utf8(value, len)) {
		fault_field(f, field, "must be UTF-8");
	} else if (str_has_control(value, len, false)) {
		fault_field(f, field, "must not hold control characters");
	} else if (len > HEADER_BYTES_MAX) {
		fault_field(f, field, "must not be longer than %d bytes",
			    HEADER_BYTES_MAX);
	}
}

static void check_address(const char *field, const char *value, struct fault *f)
{
	size_t len = value ? strlen(value) : 0;

	if (len && str_has_control(value, len, false))
		fault_field(f, field, "must not hold control characters");
	else if (!len || !str_is_email(value, len))
		fault_field(f, field, "must be a mail address");
}

/* Both sides dot-atoms (RFC 5322 section 3.6.4), as str_is_email has it. */
static void check_id(const char *field, const char *value, struct fault *f)
{
	if (is_empty(value) || !str_is_email(value, strlen(value)))
		fault_field(f, field, "must have the form LOCAL@DOMAIN");
}

static void check_body(const char *field, const char *value, struct fault *f)
{
	size_t len = value ? strlen(value) : 0;

	if (len && !str_is_utf8(value, len))
		fault_field(f, field, "must be UTF-8");
	else if (len && str_has_control(value, len, true))
		fault_field(f, field, "must not hold control characters");
}

static int check(const struct mail_message *m, struct fault *f)
{
	check_header("from_name", m->from_name, false, f);
	check_address("from_address", m->from_address, f);
	check_header("to_name", m->to_name, false, f);
	check_address("to_address", m->to_address, f);
	check_header("subject", m->subject, true, f);
	check_body("text", m->text, f);
	check_body("html", m->html, f);
	if (!is_empty(m->language) && !mail_locale_is_valid(m->language))
		fault_field(f, "language", "must be a language tag");
	check_id("message_id", m->message_id, f);
	if (m->image_len)
		check_id("image_cid", m->image_cid, f);
	return f->code == FAULT_NONE ? 0 : -1;
}

/* RFC 2045 section 6.7 asks for CRLF in canonical text, whatever came in. */
static void canonical_lines(struct buf *out, const char *s)
{
	size_t n;

	for (; *s; s++) {
		n = strcspn(s, "\r\n");
		buf_add(out, s, n);
		s += n;
		if (!*s)
			return;
		buf_str(out, "\r\n");
		if (s[0] == '\r' && s[1] == '\n')
			s++;
	}
}

/* Quoted-printable stays readable where most is ASCII; base64 is shorter for
 * other scripts. */
static GMimeContentEncoding pick_encoding(const struct buf *b)
{
	size_t i, high = 0;

	for (i = 0; i < b->len; i++)
		high += (unsigned char)b->data[i] >= 0x80;
	return high > b->len / 4 ? GMIME_CONTENT_ENCODING_BASE64
				 : GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
}

static GMimePart *make_part(const char *type, const char *subtype,
			    const void *bytes, size_t len,
			    GMimeContentEncoding encoding)
{
	GMimePart *part = g_mime_part_new_with_type(type, subtype);
	GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
	GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(
		stream, GMIME_CONTENT_ENCODING_DEFAULT);

	g_mime_part_set_content(part, content);
	g_mime_part_set_content_encoding(part, encoding);
	g_object_unref(content);
	g_object_unref(stream);
	return part;
}

static GMimeObject *text_part(const char *subtype, const char *text)
{
	struct buf lines = BUF_INIT;
	GMimePart *part;

	canonical_lines(&lines, text ? text : "");
	part = make_part("text", subtype, buf_cstr(&lines), lines.len,
			 pick_encoding(&lines));
	g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset",
						 "utf-8");
	buf_finish(&lines);
	return GMIME_OBJECT(part);
}

static GMimeObject *image_part(const struct mail_message *m)
{
	GMimePart *part = make_part("image", "png", m->image_png, m->image_len,
				    GMIME_CONTENT_ENCODING_BASE64);

	g_mime_part_set_content_id(part, m->image_cid);
	g_mime_object_set_disposition(GMIME_OBJECT(part), "inline");
	g_mime_part_set_filename(part, "qr.png");
	return GMIME_OBJECT(part);
}

/* Takes over the parts. */
static GMimeObject *multipart(const char *subtype, GMimeObject *first,
			      GMimeObject *second)
{
	GMimeMultipart *multi = g_mime_multipart_new_with_subtype(subtype);

	g_mime_multipart_add(multi, first);
	g_mime_multipart_add(multi, second);
	g_object_unref(first);
	g_object_unref(second);
	return GMIME_OBJECT(multi);
}

static GMimeObject *body(const struct mail_message *m)
{
	GMimeObject *text = text_part("plain", m->text), *html;

	if (is_empty(m->html))
		return text;
	html = text_part("html", m->html);
	if (m->image_len) {
		html = multipart("related", html, image_part(m));
		g_mime_object_set_content_type_parameter(html, "type",
							 "text/html");
	}
	return multipart("alternative", text, html);
}

/* Text as encoded words of at most 39 bytes each (RFC 2047 section 2), one a
 * line and never split within a character. */
static void add_words(struct buf *out, const char *s)
{
	size_t left = strlen(s), n;

	for (; left; s += n, left -= n) {
		n = str_utf8_prefix(s, left, 39);
		buf_str(out, "=?UTF-8?B?");
		str_base64(out, s, n);
		buf_str(out, left > n ? "?=\n " : "?=");
	}
}

/* May stand in a header as it is: printable ASCII that fits into a line and
 * that no reader takes for an encoded word. */
static bool is_plain(const char *s)
{
	const char *p;

	for (p = s; *p; p++)
		if ((unsigned char)*p < 0x20 || (unsigned char)*p > 0x7e)
			return false;
	return p - s <= 60 && !strstr(s, "=?") && *s != ' ' &&
	       (p == s || p[-1] != ' ');
}

static void add_quoted(struct buf *out, const char *s)
{
	buf_chr(out, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_chr(out, '\\');
		buf_chr(out, *s);
	}
	buf_chr(out, '"');
}

/* GMime folds long words by cutting them, and takes text that looks like an
 * encoded word for one, so that "=?utf-8?q?=0A?=" would bring back what check()
 * has refused: these headers are written here and GMime passes them on. */
static void set_header(GMimeMessage *msg, const char *name, struct buf *value)
{
	GMimeObject *object = GMIME_OBJECT(msg);
	GMimeHeaderList *list = g_mime_object_get_header_list(object);

	buf_chr(value, '\n');
	g_mime_object_append_header(object, name, "x", NULL);
	g_mime_header_set_raw_value(g_mime_header_list_get_header(list, name),
				    value->data);
	buf_finish(value);
}

static void set_address(GMimeMessage *msg, const char *header, const char *name,
			const char *address)
{
	struct buf b = BUF_INIT;

	buf_chr(&b, ' ');
	if (is_empty(name)) {
		buf_str(&b, address);
	} else {
		if (is_plain(name))
			add_quoted(&b, name);
		else
			add_words(&b, name);
		buf_printf(&b, "\n <%s>", address);
	}
	set_header(msg, header, &b);
}

static void set_subject(GMimeMessage *msg, const char *subject)
{
	struct buf b = BUF_INIT;

	buf_chr(&b, ' ');
	if (is_plain(subject))
		buf_str(&b, subject);
	else
		add_words(&b, subject);
	set_header(msg, "Subject", &b);
}

static GMimeMessage *compose(const struct mail_message *m)
{
	GMimeMessage *msg = g_mime_message_new(FALSE);
	GDateTime *date = g_date_time_new_from_unix_utc(m->date_ms / 1000);
	GMimeObject *part = body(m);

	g_mime_message_set_date(msg, date);
	g_mime_message_set_message_id(msg, m->message_id);
	set_address(msg, "From", m->from_name, m->from_address);
	set_address(msg, "To", m->to_name, m->to_address);
	set_subject(msg, m->subject);
	g_mime_object_set_header(GMIME_OBJECT(msg), "Auto-Submitted",
				 "auto-generated", NULL);
	if (!is_empty(m->language))
		g_mime_object_set_header(GMIME_OBJECT(msg), "Content-Language",
					 m->language, NULL);
	g_mime_message_set_mime_part(msg, part);
	g_object_unref(part);
	g_date_time_unref(date);
	return msg;
}

static void write_message(GMimeMessage *msg, struct buf *out)
{
	GMimeFormatOptions *options = g_mime_format_options_new();
	GByteArray *bytes = g_byte_array_new();
	GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);

	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), FALSE);
	g_mime_format_options_set_newline_format(options,
						 GMIME_NEWLINE_FORMAT_DOS);
	g_mime_object_write_to_stream(GMIME_OBJECT(msg), options, stream);
	buf_add(out, bytes->data, bytes->len);
	g_object_unref(stream);
	g_byte_array_free(bytes, TRUE);
	g_mime_format_options_free(options);
}

/* What a relay without 8BITMIME must get; a guard against the library. */
static bool is_clean(const char *s, size_t len)
{
	size_t i, line = 0;

	for (i = 0; i < len; i++) {
		if (s[i] == '\n') {
			if (!i || s[i - 1] != '\r')
				return false;
			line = 0;
		} else if ((unsigned char)s[i] >= 0x80 || !s[i] ||
			   (s[i] == '\r' &&
			    (i + 1 == len || s[i + 1] != '\n')) ||
			   (s[i] != '\r' && ++line > LINE_BYTES_MAX)) {
			return false;
		}
	}
	return true;
}

int message_build(const struct mail_message *m, struct buf *out,
		  struct fault *f)
{
	static gsize ready;
	size_t before = out->len;
	GMimeMessage *msg;

	if (check(m, f))
		return -1;
	if (g_once_init_enter(&ready)) {
		g_mime_init();
		g_once_init_leave(&ready, 1);
	}
	msg = compose(m);
	write_message(msg, out);
	g_object_unref(msg);
	if (is_clean(out->data + before, out->len - before))
		return 0;
	out->len = before;
	out->data[before] = '\0';
	return fault_internal(f, "the composed message is not 7-bit text");
}
