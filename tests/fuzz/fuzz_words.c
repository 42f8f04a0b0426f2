// SPDX-License-Identifier: GPL-3.0-or-later
/* Words of any kind, as a child that was taken over could send them: what is
 * taken of them is bounded, and whatever is looked for in them has an answer. */
#include <json-c/json.h>
#include <stdint.h>

#include "check/address_proof.h"
#include "check/vizone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool right)
{
	if (!right)
		abort();
}

static void look_for_values(const struct names *n, const struct words *w)
{
	static const struct vizone_value values[] = {
		{ "full_name", "Anna Maria Eriksson", true },
		{ "last_name", "Eriksson", false },
		{ "document_number", "L898902C3", false },
		{ "date_of_birth", "1974-08-12", false },
		{ "place_of_birth", "Zenith City", false },
	};
	struct vizone_match m[ARRAY_SIZE(values)];
	struct buf b = BUF_INIT;
	size_t i;

	vizone_find(n, w, values, ARRAY_SIZE(values), m);
	for (i = 0; i < ARRAY_SIZE(values); i++) {
		expect(m[i].verdict < VIZONE_VERDICTS && m[i].reason);
		expect((m[i].verdict == VIZONE_UNKNOWN) == (m[i].line < 0));
		expect(m[i].confidence >= 0 && m[i].confidence <= 100);
	}
	vizone_json(&b, NULL, values, m, ARRAY_SIZE(values));
	buf_finish(&b);
}

static void look_for_proof(const struct names *n, const struct words *w)
{
	static const struct address_claim claim = {
		.full_name = "Anna Maria Eriksson",
		.street = "Hauptstr. 12a",
		.city = "Bern",
		.postcode = "80331",
		.today = { 2026, 11, 27 },
	};
	struct address_proof p;
	struct buf b = BUF_INIT;

	address_proof_find(n, w, 1, &claim, &p);
	expect(p.name.reason && p.address.reason && p.date.reason);
	expect(p.date.line_count <= ADDRESS_PROOF_LINES);
	expect((p.day.year > 0) == (p.age_days >= 0));
	address_proof_json(&b, NULL, &p);
	buf_finish(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct names *n;
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *array;
	struct words w;

	if (!n)
		n = names_create();
	array = size < 65536 ? json_tokener_parse_ex(
				       tokener, (const char *)data, (int)size)
			     : NULL;
	if (!words_read(array, &w)) {
		expect(w.count <= WORDS_MAX);
		look_for_values(n, &w);
		look_for_proof(n, &w);
	}
	words_finish(&w);
	json_object_put(array);
	json_tokener_free(tokener);
	return 0;
}
