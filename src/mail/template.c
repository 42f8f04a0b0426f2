// SPDX-License-Identifier: GPL-3.0-or-later
/* Rendering Mustache (mustache(5), the specification's version 1.4). */
#include "mail/template.h"

enum { SECTIONS_MAX = 16 };

struct section {
	const char *name;
	size_t len;
	const char *at; /* for the fault, where it is never closed */
	bool hidden;	/* what encloses it is hidden */
};

struct tag {
	char kind; /* # ^ / ! & or 0 for an escaped variable */
	const char *start;
	const char *end; /* behind the closing braces */
	const char *name;
	size_t len;
};

struct renderer {
	const char *text;
	enum template_escape escape;
	const struct template_var *vars;
	size_t var_count;
	struct section sections[SECTIONS_MAX];
	size_t depth;
	bool hidden;
	struct buf *out;
	struct fault *fault;
};

static int syntax(struct renderer *r, const char *at, const char *what)
{
	size_t line = 1, column = 1;
	const char *p;

	for (p = r->text; p < at; p++) {
		if (*p == '\n') {
			line++;
			column = 1;
		} else {
			column += ((unsigned char)*p & 0xc0) != 0x80;
		}
	}
	return fault_internal(r->fault, "template line %zu, column %zu: %s",
			      line, column, what);
}

static void add_html(struct buf *out, const char *s)
{
	size_t n;

	for (; *s; s++) {
		n = strcspn(s, "&<>\"'");
		buf_add(out, s, n);
		s += n;
		if (!*s)
			return;
		buf_str(out, *s == '&'	 ? "&amp;"
			     : *s == '<' ? "&lt;"
			     : *s == '>' ? "&gt;"
			     : *s == '"' ? "&quot;"
					 : "&#39;");
	}
}

static const char *lookup(const struct renderer *r, const struct tag *t)
{
	size_t i;

	for (i = 0; i < r->var_count; i++) {
		const struct template_var *v = &r->vars[i];

		if (strlen(v->name) == t->len &&
		    !memcmp(v->name, t->name, t->len))
			return v->value ? v->value : "";
	}
	return "";
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.",
			    s[i]))
			return false;
	return len > 0;
}

/* Cuts white space off both ends of the tag's inside. */
static void trim_name(struct tag *t, const char *from, const char *to)
{
	while (from < to && (is_blank(*from) || *from == '\n' || *from == '\r'))
		from++;
	while (to > from &&
	       (is_blank(to[-1]) || to[-1] == '\n' || to[-1] == '\r'))
		to--;
	t->name = from;
	t->len = to - from;
}

static int parse_tag(struct renderer *r, const char *start, struct tag *t)
{
	const char *p = start + 2, *closing = "}}", *end;

	t->start = start;
	t->kind = 0;
	if (*p == '{') {
		closing = "}}}";
		t->kind = '&';
		p++;
	} else if (*p && strchr("#^/!&", *p)) {
		t->kind = *p++;
	} else if (*p == '>' || *p == '=') {
		return syntax(r, start,
			      "partials and other delimiters are not known");
	}
	end = strstr(p, closing);
	if (!end)
		return syntax(r, start, "this tag is not closed");
	t->end = end + strlen(closing);
	trim_name(t, p, end);
	if (t->kind != '!' && !is_name(t->name, t->len))
		return syntax(r, start, "this is no name of a variable");
	return 0;
}

/* Where a tag stands alone on its line, the line vanishes with it: *before is
 * moved to the line's start and *after to the next line. */
static void widen(const struct renderer *r, const struct tag *t,
		  const char **before, const char **after)
{
	const char *from = t->start, *to = t->end;

	*before = from;
	*after = to;
	if (t->kind == 0 || t->kind == '&')
		return;
	while (from > r->text && is_blank(from[-1]))
		from--;
	if (from > r->text && from[-1] != '\n')
		return;
	while (is_blank(*to))
		to++;
	if (to[0] == '\r' && to[1] == '\n')
		to++;
	if (*to && *to != '\n')
		return;
	*before = from;
	*after = *to ? to + 1 : to;
}

static int open_section(struct renderer *r, const struct tag *t)
{
	struct section *s;
	bool is_set = lookup(r, t)[0] != '\0';

	if (r->depth == SECTIONS_MAX)
		return syntax(r, t->start, "sections are nested too deeply");
	s = &r->sections[r->depth++];
	s->name = t->name;
	s->len = t->len;
	s->at = t->start;
	s->hidden = r->hidden;
	r->hidden = r->hidden || is_set == (t->kind == '^');
	return 0;
}

static int close_section(struct renderer *r, const struct tag *t)
{
	const struct section *s;

	if (!r->depth)
		return syntax(r, t->start, "this closes no section");
	s = &r->sections[--r->depth];
	if (s->len != t->len || memcmp(s->name, t->name, t->len) != 0)
		return syntax(r, t->start, "this closes another section");
	r->hidden = s->hidden;
	return 0;
}

static int apply(struct renderer *r, const struct tag *t)
{
	switch (t->kind) {
	case '!':
		return 0;
	case '#':
	case '^':
		return open_section(r, t);
	case '/':
		return close_section(r, t);
	default:
		break;
	}
	if (r->hidden)
		return 0;
	if (t->kind == 0 && r->escape == TEMPLATE_HTML)
		add_html(r->out, lookup(r, t));
	else
		buf_str(r->out, lookup(r, t));
	return 0;
}

int template_render(const char *text, enum template_escape escape,
		    const struct template_var *vars, size_t n, struct buf *out,
		    struct fault *f)
{
	struct renderer r = { .text = text,
			      .escape = escape,
			      .vars = vars,
			      .var_count = n,
			      .out = out,
			      .fault = f };
	const char *p = text, *start, *before = text, *after = text;
	struct tag t = { .start = text, .end = text, .name = text };

	while ((start = strstr(p, "{{"))) {
		if (parse_tag(&r, start, &t))
			return -1;
		widen(&r, &t, &before, &after);
		if (!r.hidden)
			buf_add(out, p, before - p);
		if (apply(&r, &t))
			return -1;
		p = after;
	}
	if (r.depth)
		return syntax(&r, r.sections[r.depth - 1].at,
			      "this section is not closed");
	buf_str(out, p);
	return 0;
}
