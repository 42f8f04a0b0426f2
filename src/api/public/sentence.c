// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what the page's translations say of a photo's flaw. */
#include <ctype.h>
#include <json-c/json.h>

#include "api/public/sentence.h"
#include "base/log.h"
#include "base/str.h"

/* The page's own files, so that a translation is in one place: read once a
 * process and language, and little of them kept. */
enum { LANGUAGE_SIZE = 17, LANGUAGES_MAX = 64, FILE_MAX = 256 * 1024 };

static struct language {
	char tag[LANGUAGE_SIZE];
	bool found;
	char *sentences[KYC_FLAWS];
} languages[LANGUAGES_MAX];

static void keep_sentences(struct language *l, struct json_object *texts)
{
	struct json_object *text;
	struct buf key = BUF_INIT;
	int flaw;

	for (flaw = KYC_NO_FLAW + 1; flaw < KYC_FLAWS; flaw++) {
		buf_reset(&key);
		buf_printf(&key, "quality.%s", kyc_flaw_names[flaw]);
		if (json_object_object_get_ex(texts, key.data, &text) &&
		    json_object_is_type(text, json_type_string))
			l->sentences[flaw] =
				mem_strdup(json_object_get_string(text));
	}
	buf_finish(&key);
}

static void read_language(struct language *l, const char *www_dir)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct json_object *texts;

	buf_printf(&path, "%s/static/verify/i18n/%s.json", www_dir, l->tag);
	if (!buf_file(&text, path.data, FILE_MAX)) {
		texts = json_tokener_parse(buf_cstr(&text));
		l->found = texts != NULL;
		if (!texts)
			log_error("%s: not JSON", path.data);
		keep_sentences(l, texts);
		json_object_put(texts);
	}
	buf_finish(&text);
	buf_finish(&path);
}

/* NULL where there are no such files, or no room: locales come from outside. */
static const struct language *find(const char *www_dir, const char *tag)
{
	size_t i;

	for (i = 0; i < LANGUAGES_MAX && *languages[i].tag; i++) {
		if (!strcmp(languages[i].tag, tag))
			return languages[i].found ? &languages[i] : NULL;
	}
	if (i == LANGUAGES_MAX)
		return NULL;
	str_copy(languages[i].tag, sizeof(languages[i].tag), tag);
	read_language(&languages[i], www_dir);
	return languages[i].found ? &languages[i] : NULL;
}

/* As the files are named; false for what can be no file's name. */
static bool make_tag(const char *locale, size_t len, char out[LANGUAGE_SIZE])
{
	size_t i;

	if (!len || len >= LANGUAGE_SIZE)
		return false;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)locale[i];

		if (!isalnum(c) && c != '-')
			return false;
		out[i] = (char)tolower(c);
	}
	out[len] = '\0';
	return true;
}

const char *public_sentence(const char *www_dir, const char *locale,
			    enum kyc_flaw flaw)
{
	const size_t lengths[] = { strlen(locale), strcspn(locale, "-_") };
	/* first: there is always room for it */
	const struct language *english = find(www_dir, "en"), *l = NULL;
	char tag[LANGUAGE_SIZE];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths) && !l; i++) {
		if (make_tag(locale, lengths[i], tag))
			l = find(www_dir, tag);
	}
	if (!l || !l->sentences[flaw])
		l = english;
	return l ? l->sentences[flaw] : NULL;
}
