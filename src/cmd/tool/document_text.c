// SPDX-License-Identifier: GPL-3.0-or-later
/* vouchsafe document --name … : what is looked for in printed words. */
#include <json-c/json.h>

#include "base/clock.h"
#include "check/address_proof.h"
#include "check/vizone.h"
#include "cmd/tool/document.h"

enum { VALUES_MAX = 4, PAGES_MAX = 4 };

static const struct {
	const char *option, *field;
} options[VALUES_MAX] = {
	{ "--name", "full_name" },
	{ "--number", "document_number" },
	{ "--birth", "date_of_birth" },
	{ "--expiry", "expiry_date" },
};

bool document_wants_text(const struct tool *t)
{
	bool any = *tool_value(t, "--address") != '\0';
	size_t i;

	for (i = 0; i < VALUES_MAX; i++)
		any |= *tool_value(t, options[i].option) != '\0';
	return any;
}

static void add(struct json_object *to, const char *key, struct buf *json)
{
	json_object_object_add(to, key, json_tokener_parse(buf_cstr(json)));
	buf_finish(json);
}

static void add_visual(const struct tool *t, const struct names *n,
		       const struct words *w, struct json_object *page)
{
	struct vizone_value values[VALUES_MAX];
	struct vizone_match matches[VALUES_MAX];
	struct buf json = BUF_INIT;
	size_t count = 0, i;

	for (i = 0; i < VALUES_MAX; i++) {
		const char *value = tool_value(t, options[i].option);

		if (*value)
			values[count++] =
				(struct vizone_value){ options[i].field, value,
						       false };
	}
	if (!count)
		return;
	vizone_find(n, w, values, count, matches);
	vizone_json(&json, NULL, values, matches, count);
	add(page, "visual_zone", &json);
}

/* "STREET; POSTCODE; CITY; COUNTRY", as much of it as is known. */
static void add_proof(const struct tool *t, const struct names *n,
		      const struct words *pages, size_t count,
		      struct json_object *file)
{
	struct address_claim claim = {
		.full_name = tool_value(t, "--name"),
		.today = date_of(clock_now_ms()),
	};
	const char **const parts[] = { &claim.street, &claim.postcode,
				       &claim.city, &claim.country };
	char *text = mem_strdup(tool_value(t, "--address")), *rest = text;
	struct buf json = BUF_INIT;
	struct address_proof proof;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		char *part = strsep(&rest, ";");

		*parts[i] = part ? part + strspn(part, " ") : NULL;
	}
	if (*text) {
		address_proof_find(n, pages, count, &claim, &proof);
		address_proof_json(&json, NULL, &proof);
		add(file, "address_proof", &json);
	}
	free(text);
}

void document_look_for(const struct tool *t, struct json_object *file)
{
	struct json_object *list, *page;
	struct words pages[PAGES_MAX];
	struct names *n = names_create();
	size_t count = 1, i;

	if (json_object_object_get_ex(file, "pages", &list) &&
	    json_object_is_type(list, json_type_array))
		count = json_object_array_length(list);
	else
		list = NULL;
	count = count < PAGES_MAX ? count : PAGES_MAX;
	for (i = 0; i < count; i++) {
		page = list ? json_object_array_get_idx(list, i) : file;
		if (!words_read(json_object_object_get(page, "words"),
				&pages[i]))
			add_visual(t, n, &pages[i], page);
	}
	add_proof(t, n, pages, count, file);
	for (i = 0; i < count; i++)
		words_finish(&pages[i]);
	names_destroy(n);
}
