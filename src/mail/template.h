// SPDX-License-Identifier: GPL-3.0-or-later
/* Mail templates: Mustache without lambdas, partials and other delimiters. */
#ifndef MAIL_TEMPLATE_H
#define MAIL_TEMPLATE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"

/* How {{x}} is written: escaped for HTML text and quoted attributes, or as it
 * is. {{{x}}} and {{&x}} are never escaped. */
enum template_escape { TEMPLATE_HTML, TEMPLATE_TEXT };

/* A NULL or "" value is false for {{#x}} and true for {{^x}}; any other is the
 * reverse. A value is never read as a template. */
struct template_var {
	const char *name;
	const char *value;
};

/* Appends the rendered text (the spec's rules for lines that hold nothing but
 * a section tag or a comment included). An unknown variable is empty. 0, or -1
 * with FAULT_INTERNAL and a detail that names line and column. */
int template_render(const char *text, enum template_escape escape,
		    const struct template_var *vars, size_t n, struct buf *out,
		    struct fault *f);

enum { MAIL_LOCALE_SIZE = 17 };

/* The three texts of one mail in one language. */
struct mail_templates {
	char locale[MAIL_LOCALE_SIZE]; /* the one that was found */
	char *subject;
	char *text;
	char *html;
};

/* 2 to 16 letters, digits and hyphens: safe as a directory's name. */
bool mail_locale_is_valid(const char *locale);

/* Reads dir/mail/LOCALE/name.{subject,txt,html}. LOCALE is locale ("pt-BR"),
 * else its language ("pt"), else default_locale: the first one that has
 * name.subject. A locale that is not valid counts as not there. 0 and the
 * caller finishes, or -1 with FAULT_INTERNAL. */
int mail_templates_load(struct mail_templates *t, const char *dir,
			const char *locale, const char *default_locale,
			const char *name, struct fault *f);
/* One file of a locale, such as date.txt; the caller frees. NULL with
 * FAULT_INTERNAL. */
char *mail_template_read(const char *dir, const char *locale, const char *file,
			 struct fault *f);
void mail_templates_finish(struct mail_templates *t);

/* Renders all three into empty buffers; the subject becomes one line. */
int mail_templates_render(const struct mail_templates *t,
			  const struct template_var *vars, size_t n,
			  struct buf *subject, struct buf *text,
			  struct buf *html, struct fault *f);

#endif
