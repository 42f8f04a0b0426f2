// SPDX-License-Identifier: GPL-3.0-or-later
/* Finding a mail's templates in the recipient's language. */
#include <errno.h>
#include <unistd.h>

#include "base/str.h"
#include "mail/template.h"

enum { TEMPLATE_BYTES_MAX = 256 * 1024 };

static bool only_of(const char *s, const char *allowed, size_t min, size_t max)
{
	size_t len = strlen(s);

	return len >= min && len <= max && strspn(s, allowed) == len;
}

bool mail_locale_is_valid(const char *locale)
{
	return only_of(locale,
		       "abcdefghijklmnopqrstuvwxyz"
		       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-",
		       2, MAIL_LOCALE_SIZE - 1);
}

static void make_path(struct buf *path, const char *dir, const char *locale,
		      const char *name, const char *part)
{
	buf_reset(path);
	buf_printf(path, "%s/mail/%s/%s.%s", dir, locale, name, part);
}

static int read_text(const char *path, char **out, struct fault *f)
{
	struct buf b = BUF_INIT;
	int rc = -1;

	if (buf_file(&b, path, TEMPLATE_BYTES_MAX))
		fault_internal(f, "%s: %s", path, strerror(errno));
	else if (!str_is_utf8(buf_cstr(&b), b.len) ||
		 memchr(buf_cstr(&b), '\0', b.len))
		fault_internal(f, "%s: not UTF-8 text", path);
	else
		rc = 0;
	if (!rc)
		*out = mem_strdup(buf_cstr(&b));
	buf_finish(&b);
	return rc;
}

/* Does this locale have the mail? Then out gets the locale's name. */
static bool try_locale(const char *dir, const char *locale, const char *name,
		       char out[MAIL_LOCALE_SIZE])
{
	struct buf path = BUF_INIT;
	bool found;

	if (!mail_locale_is_valid(locale))
		return false;
	make_path(&path, dir, locale, name, "subject");
	found = !access(path.data, R_OK);
	if (found)
		str_copy(out, MAIL_LOCALE_SIZE, locale);
	buf_finish(&path);
	return found;
}

static bool find_locale(const char *dir, const char *locale,
			const char *default_locale, const char *name,
			char out[MAIL_LOCALE_SIZE])
{
	char language[MAIL_LOCALE_SIZE];

	str_copy(language, sizeof(language), locale);
	language[strcspn(language, "-")] = '\0';
	return try_locale(dir, locale, name, out) ||
	       try_locale(dir, language, name, out) ||
	       try_locale(dir, default_locale, name, out);
}

int mail_templates_load(struct mail_templates *t, const char *dir,
			const char *locale, const char *default_locale,
			const char *name, struct fault *f)
{
	static const char *const parts[] = { "subject", "txt", "html" };
	char **texts[] = { &t->subject, &t->text, &t->html };
	struct buf path = BUF_INIT;
	size_t i;
	int rc = 0;

	memset(t, 0, sizeof(*t));
	if (!only_of(name, "abcdefghijklmnopqrstuvwxyz0123456789_-", 1, 64))
		return fault_internal(f, "no name of a mail template");
	if (!find_locale(dir, locale ? locale : "", default_locale, name,
			 t->locale))
		return fault_internal(f, "%s/mail: no %s.subject in %s", dir,
				      name, default_locale);
	for (i = 0; !rc && i < ARRAY_SIZE(parts); i++) {
		make_path(&path, dir, t->locale, name, parts[i]);
		rc = read_text(path.data, texts[i], f);
	}
	buf_finish(&path);
	if (rc)
		mail_templates_finish(t);
	return rc;
}

void mail_templates_finish(struct mail_templates *t)
{
	free(t->subject);
	free(t->text);
	free(t->html);
	memset(t, 0, sizeof(*t));
}

/* A template file ends with a line end; a header must not. */
static void chomp(struct buf *b)
{
	while (b->len && strchr(" \t\r\n", b->data[b->len - 1]))
		b->data[--b->len] = '\0';
}

int mail_templates_render(const struct mail_templates *t,
			  const struct template_var *vars, size_t n,
			  struct buf *subject, struct buf *text,
			  struct buf *html, struct fault *f)
{
	if (template_render(t->subject, TEMPLATE_TEXT, vars, n, subject, f) ||
	    template_render(t->text, TEMPLATE_TEXT, vars, n, text, f) ||
	    template_render(t->html, TEMPLATE_HTML, vars, n, html, f))
		return -1;
	chomp(subject);
	return 0;
}

char *mail_template_read(const char *dir, const char *locale, const char *file,
			 struct fault *f)
{
	struct buf path = BUF_INIT;
	char *text = NULL;

	buf_printf(&path, "%s/mail/%s/%s", dir, locale, file);
	if (!mail_locale_is_valid(locale))
		fault_internal(f, "a locale is not valid");
	else
		read_text(path.data, &text, f);
	buf_finish(&path);
	return text;
}
