// SPDX-License-Identifier: GPL-3.0-or-later
/* The configuration: one INI file, described by one table. */
#include <ctype.h>
#include <errno.h>

#include "base/conf.h"
#include "base/str.h"
#include "base/uuid.h"

struct place {
	const char *file;
	int line;
};

static int complain(struct buf *error, const struct place *at, const char *key,
		    const char *what)
{
	buf_printf(error, "%s:%d: %s: %s", at->file, at->line, key, what);
	return -1;
}

static const struct conf_row *find_row(const char *section, const char *name)
{
	size_t i;

	for (i = 0; i < conf_row_count; i++) {
		if (!strcmp(conf_rows[i].section, section) &&
		    !strcmp(conf_rows[i].name, name))
			return &conf_rows[i];
	}
	return NULL;
}

/* The secret is the file's first line, without its end. */
static const char *read_secret(struct arena *a, const char *path)
{
	char line[1024] = "";
	FILE *f = fopen(path, "re");

	if (!f)
		return NULL;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	line[strcspn(line, "\r\n")] = '\0';
	return arena_strdup(a, line);
}

static int store_number(struct conf *c, const struct conf_row *row,
			const char *value, const char **why)
{
	int64_t *out = (int64_t *)(void *)((char *)c + row->offset);
	int64_t i;

	if (row->type == CONF_INT) {
		*why = "is not a whole number within its bounds";
		return str_int(value, row->min, row->max, out);
	}
	*why = "is none of its words";
	for (i = 0; row->words[i]; i++) {
		if (!strcmp(row->words[i], value)) {
			*out = i;
			return 0;
		}
	}
	return -1;
}

static bool is_web_url(const char *s)
{
	size_t len = strlen(s);

	return (!strncmp(s, "http://", 7) || !strncmp(s, "https://", 8)) &&
	       s[len - 1] != '/' && !strpbrk(s, " \"<>?#");
}

static int store_text(struct conf *c, const struct conf_row *row,
		      const char *value, const char **why)
{
	const char **out = (const char **)(void *)((char *)c + row->offset);
	int64_t len = (int64_t)strlen(value);

	*why = "has a wrong length";
	if (len < row->min || len > row->max)
		return -1;
	*why = "is not a mail address";
	if (row->type == CONF_EMAIL && !str_is_email(value, (size_t)len))
		return -1;
	*why = "is not an http or https URL without a slash at its end";
	if (row->type == CONF_URL && !is_web_url(value))
		return -1;
	*why = "names a file that can't be read";
	*out = row->type == CONF_SECRET && len ? read_secret(c->arena, value)
					       : arena_strdup(c->arena, value);
	return *out ? 0 : -1;
}

static int store(struct conf *c, const struct conf_row *row, const char *value,
		 const char **why)
{
	if (row->type == CONF_INT || row->type == CONF_WORD)
		return store_number(c, row, value, why);
	return store_text(c, row, value, why);
}

static char *trim(char *s)
{
	char *end = s + strlen(s);

	while (isspace((unsigned char)*s))
		s++;
	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return s;
}

/* One line; section holds the one that is open. */
static int read_line(struct conf *c, char *line, char section[64],
		     const struct place *at, struct buf *error)
{
	const struct conf_row *row;
	const char *why;
	char *s = trim(line), *equals = strchr(s, '=');
	size_t len = strlen(s);

	if (!*s || *s == '#' || *s == ';')
		return 0;
	if (*s == '[') {
		if (s[len - 1] != ']')
			return complain(error, at, s, "is not a section");
		s[len - 1] = '\0';
		str_copy(section, 64, s + 1);
		return 0;
	}
	if (!equals)
		return complain(error, at, s, "is no key = value");
	*equals = '\0';
	s = trim(s);
	row = find_row(section, s);
	if (!row)
		return complain(error, at, s, "is an unknown key");
	if (store(c, row, trim(equals + 1), &why))
		return complain(error, at, s, why);
	return 0;
}

static int read_file(struct conf *c, const char *path, struct buf *error)
{
	struct place at = { path, 0 };
	char section[64] = "", line[2048];
	FILE *f = fopen(path, "re");
	int rc = 0;

	if (!f) {
		buf_printf(error, "%s: %s", path, strerror(errno));
		return -1;
	}
	while (!rc && fgets(line, sizeof(line), f)) {
		at.line++;
		if (!strchr(line, '\n') && !feof(f))
			rc = complain(error, &at, section, "line is too long");
		else
			rc = read_line(c, line, section, &at, error);
	}
	fclose(f);
	return rc;
}

static bool is_key_source(const struct conf *c, const char *s)
{
	return *s == '/' || !strncmp(s, "https://", 8) ||
	       (c->net_plain_http && !strncmp(s, "http://", 7));
}

static const char *check_oidc(const struct conf *c)
{
	struct uuid id;

	if (!*c->oidc_issuer)
		return NULL;
	if (!*c->oidc_audience)
		return "[oidc] audience is required with issuer";
	if (!is_key_source(c, c->oidc_jwks))
		return "[oidc] jwks must be an https URL or the absolute path "
		       "of a file";
	if (uuid_parse(c->oidc_organisation, &id))
		return "[oidc] organisation must be the id of one";
	return NULL;
}

/* What is right only beside another key. */
static int check_together(const struct conf *c, const char *path,
			  struct buf *error)
{
	const char *wrong = check_oidc(c);

	/* a job must be able to renew its lease between two answers of the
	 * relay */
	if (c->mail_timeout_s * 2 > c->job_lease_s)
		wrong = "[mail] timeout_s must be at most half of [jobs] "
			"lease_s";
	if (!wrong)
		return 0;
	buf_printf(error, "%s: %s", path, wrong);
	return -1;
}

struct conf *conf_load(const char *path, struct buf *error)
{
	struct conf *c = mem_alloc(sizeof(*c));
	const char *why = NULL;
	size_t i;

	c->arena = arena_create();
	for (i = 0; i < conf_row_count; i++) {
		if (store(c, &conf_rows[i], conf_rows[i].def, &why)) {
			buf_printf(error, "default of %s: %s",
				   conf_rows[i].name, why);
			goto fail;
		}
	}
	if (!read_file(c, path, error) && !check_together(c, path, error))
		return c;
fail:
	conf_destroy(c);
	return NULL;
}

void conf_destroy(struct conf *c)
{
	if (!c)
		return;
	arena_destroy(c->arena);
	free(c);
}

const char *conf_path(const char *argument)
{
	const char *env = getenv("VOUCHSAFE_CONF");

	if (argument)
		return argument;
	return env && *env ? env : SYSCONFDIR "/vouchsafe.conf";
}

void conf_sample(struct buf *out)
{
	const char *section = "";
	size_t i;

	buf_str(out, "# Vouchsafe's configuration. Every key is shown with its "
		     "default.\n");
	for (i = 0; i < conf_row_count; i++) {
		const struct conf_row *row = &conf_rows[i];

		if (strcmp(section, row->section)) {
			section = row->section;
			buf_printf(out, "\n[%s]\n", section);
		}
		buf_printf(out, "# %s\n", row->doc);
		if (row->type == CONF_INT)
			buf_printf(out, "# (%lld to %lld)\n",
				   (long long)row->min, (long long)row->max);
		buf_printf(out, "#%s = %s\n", row->name, row->def);
	}
}
