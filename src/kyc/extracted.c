// SPDX-License-Identifier: GPL-3.0-or-later
/* What the checks read of a person, off all documents together. */
#include <json-c/json.h>

#include "kyc/extracted.h"

const char *const kyc_extracted_names[KYC_READ_FIELDS] = {
	[KYC_READ_FIRST_NAME] = "first_name",
	[KYC_READ_LAST_NAME] = "last_name",
	[KYC_READ_DATE_OF_BIRTH] = "date_of_birth",
	[KYC_READ_DOCUMENT_TYPE] = "document_type",
	[KYC_READ_DOCUMENT_NUMBER] = "document_number",
	[KYC_READ_DOCUMENT_COUNTRY] = "document_country",
	[KYC_READ_NATIONALITY] = "nationality",
	[KYC_READ_EXPIRY_DATE] = "expiry_date",
	[KYC_READ_GENDER] = "gender",
};

const char *const kyc_extracted_address_names[KYC_READ_ADDRESS_PARTS] = {
	[KYC_READ_LINE1] = "line1",
	[KYC_READ_CITY] = "city",
	[KYC_READ_POSTCODE] = "postcode",
	[KYC_READ_COUNTRY] = "country",
};

static void take(struct arena *a, struct json_object *from, const char *name,
		 const char **to)
{
	struct json_object *v;

	if (!*to && json_object_object_get_ex(from, name, &v) &&
	    json_object_is_type(v, json_type_string))
		*to = arena_strdup(a, json_object_get_string(v));
}

static void take_address(struct arena *a, struct json_object *document,
			 struct kyc_extracted *out)
{
	struct json_object *address;
	int i;

	if (out->has_address ||
	    !json_object_object_get_ex(document, "address", &address) ||
	    !json_object_is_type(address, json_type_object))
		return;
	out->has_address = true;
	for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
		take(a, address, kyc_extracted_address_names[i],
		     &out->address[i]);
}

static void take_document(struct arena *a, struct json_object *document,
			  struct kyc_extracted *out)
{
	const char *name = NULL;
	int i;

	for (i = 0; i < KYC_READ_FIELDS; i++)
		take(a, document, kyc_extracted_names[i], &out->field[i]);
	take_address(a, document, out);
	if (out->field[KYC_READ_LAST_NAME] || out->field[KYC_READ_FIRST_NAME])
		return;
	take(a, document, "full_name", &name);
	if (name)
		kyc_name_split(a, name, &out->field[KYC_READ_FIRST_NAME],
			       &out->field[KYC_READ_LAST_NAME]);
}

void kyc_extracted_of(struct arena *a, const struct kyc_checks *checks,
		      struct kyc_extracted *out)
{
	static const enum kyc_check_kind kinds[] = {
		KYC_DOCUMENT_CHECK, KYC_PROOF_OF_ADDRESS_CHECK
	};
	struct json_object *all, *documents;
	size_t i;

	*out = (struct kyc_extracted){ .has_address = false };
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *findings = checks->by_kind[kinds[i]].findings;

		all = findings ? json_tokener_parse(findings) : NULL;
		if (json_object_object_get_ex(all, "documents", &documents)) {
			json_object_object_foreach(documents, id, document)
			{
				(void)id;
				take_document(a, document, out);
			}
		}
		json_object_put(all);
	}
}

void kyc_name_split(struct arena *a, const char *name, const char **first,
		    const char **last)
{
	const char *blank = strrchr(name, ' ');

	*last = arena_strdup(a, blank ? blank + 1 : name);
	*first = blank ? arena_strndup(a, name, (size_t)(blank - name)) : "";
}
