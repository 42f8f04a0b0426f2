// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe document: what the engines find in files. */
#include <errno.h>
#include <json-c/json.h>

#include "cmd/tool/document.h"
#include "job/jail.h"

enum { DOCUMENT_MAX = 32 * 1024 * 1024 };

/* The members of a finding behind the file's name. */
static struct json_object *named(const char *name, struct json_object *finding)
{
	struct json_object *out = json_object_new_object();

	json_object_object_add(out, "file", json_object_new_string(name));
	json_object_object_foreach(finding, key, value)
	{
		json_object_object_add(out, key, json_object_get(value));
	}
	return out;
}

static void print_answer(const struct tool *t, const char *answer)
{
	struct json_object *all = json_tokener_parse(answer);
	struct json_object *files = json_object_object_get(all, "files");
	size_t i;

	for (i = 0; i < t->argument_count && document_wants_text(t); i++)
		document_look_for(t, json_object_array_get_idx(files, i));
	for (i = 0; i < t->argument_count; i++)
		json_object_array_put_idx(
			files, i,
			named(t->arguments[i],
			      json_object_array_get_idx(files, i)));
	puts(json_object_to_json_string_ext(
		all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			     JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(all);
}

static int look(const struct tool *t, const struct buf *contents)
{
	struct jail_file files[TOOL_ARGUMENTS];
	enum jail_outcome outcome;
	struct jail_answer answer;
	size_t i;

	for (i = 0; i < t->argument_count; i++)
		files[i] =
			(struct jail_file){ contents[i].data, contents[i].len };
	outcome =
		document_wants_text(t)
			? jail_documents_text(files, t->argument_count, &answer)
			: jail_documents(files, t->argument_count, &answer);
	if (outcome == JAIL_FAILED)
		fprintf(stderr, "vouchsafe: the check could not run: %s\n",
			answer.why);
	else
		print_answer(t, answer.json.data);
	jail_finish(&answer);
	return outcome != JAIL_READ;
}

int tool_document(struct tool *t)
{
	struct buf contents[TOOL_ARGUMENTS] = { BUF_INIT };
	int rc = 0;
	size_t i;

	for (i = 0; i < t->argument_count && !rc; i++) {
		buf_init(&contents[i], NULL);
		rc = buf_file(&contents[i], t->arguments[i], DOCUMENT_MAX);
		if (rc)
			fprintf(stderr, "vouchsafe: %s: %s\n", t->arguments[i],
				strerror(errno));
	}
	rc = rc ? 1 : look(t, contents);
	for (i = 0; i < t->argument_count; i++)
		buf_finish(&contents[i]);
	return rc;
}
