// SPDX-License-Identifier: GPL-3.0-or-later
/* Is what a document's zone says printed on it as well? */
#include <json-c/json.h>

#include "kyc/judge_part.h"

static const enum kyc_extracted_field fields[] = {
	KYC_READ_DOCUMENT_NUMBER,
	KYC_READ_DATE_OF_BIRTH,
	KYC_READ_EXPIRY_DATE,
};

static void add(struct kyc_paper *p, const char *field, const char *value,
		bool cut)
{
	if (value && p->print_count < KYC_PRINT_MAX)
		p->print_values[p->print_count++] =
			(struct vizone_value){ field, value, cut };
}

/* Where nothing was read, what others say of the customer. */
static void collect(const struct kyc_judge *j, struct kyc_paper *p)
{
	const struct kyc_source *s = p->mrz ? p->mrz : p->barcode;
	size_t i;

	p->print_count = 0;
	add(p, "full_name",
	    s ? s->full_name : kyc_claims_value(&j->claims, "full_name"),
	    s && s->names_cut);
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		const char *field = kyc_extracted_names[fields[i]];

		add(p, field,
		    s ? s->field[fields[i]]
		      : kyc_claims_value(&j->claims, field),
		    false);
	}
	for (i = 0; i < p->print_count; i++)
		p->print_matches[i] = (struct vizone_match){
			.reason = "the print was not read", .line = -1
		};
}

/* It is there if it is on one side; else the side that says most counts. */
static int rank(enum vizone_verdict verdict)
{
	static const int ranks[VIZONE_VERDICTS] = {
		[VIZONE_UNKNOWN] = 0,
		[VIZONE_PARTIAL] = 1,
		[VIZONE_DIFFERENT] = 2,
		[VIZONE_FOUND] = 3,
	};

	return ranks[verdict];
}

static void look_at(const struct kyc_judge *j, struct kyc_paper *p,
		    const struct words *w)
{
	struct vizone_match matches[KYC_PRINT_MAX];
	size_t i;

	vizone_find(j->names, w, p->print_values, p->print_count, matches);
	for (i = 0; i < p->print_count; i++) {
		if (!*p->print_matches[i].text ||
		    rank(matches[i].verdict) >
			    rank(p->print_matches[i].verdict))
			p->print_matches[i] = matches[i];
	}
}

void judge_print(const struct kyc_judge *j, struct kyc_paper *p)
{
	struct json_object *list;
	struct words words;
	size_t i;

	collect(j, p);
	for (i = 0; i < p->sight_count; i++) {
		list = NULL;
		json_object_object_get_ex(p->sights[i].json, "words", &list);
		if (!words_read(list, &words))
			look_at(j, p, &words);
		words_finish(&words);
	}
}
