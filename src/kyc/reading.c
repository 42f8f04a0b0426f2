// SPDX-License-Identifier: GPL-3.0-or-later
/* Readings: what a check has read off a document so far. */
#include <json-c/json.h>

#include "base/str.h"
#include "kyc/check.h"
#include "kyc/reading.h"

/* Faces are compared, not read. */
static enum kyc_check_kind reader_of(const struct kyc_document *d)
{
	switch (d->type) {
	case KYC_TYPE_ID:
		return KYC_DOCUMENT_CHECK;
	case KYC_TYPE_PROOF_OF_ADDRESS:
		return KYC_PROOF_OF_ADDRESS_CHECK;
	default:
		return KYC_NO_CHECK_KIND;
	}
}

/* What has a value; NULL where nothing has. */
static const char *text_of(struct kyc *k, struct json_object *fields)
{
	struct json_object *known = json_object_new_object();
	const char *text = NULL;

	json_object_object_foreach(fields, name, v)
	{
		if (v)
			json_object_object_add(known, name, json_object_get(v));
	}
	if (json_object_object_length(known))
		text = arena_strdup(k->arena,
				    json_object_to_json_string_ext(
					    known, JSON_C_TO_STRING_PLAIN));
	json_object_put(known);
	return text;
}

/* Of the document's member of "documents" in the findings (see
 * kyc_checks_findings); NULL where it has none. */
static const char *find_fields(struct kyc *k, const char *findings,
			       const struct uuid *id)
{
	char name[4 + 2 * UUID_SIZE + 1] = "doc_";
	struct json_object *all = json_tokener_parse(findings), *list, *fields;
	const char *text = NULL;

	str_hex(id->b, UUID_SIZE, name + 4);
	if (json_object_object_get_ex(all, "documents", &list) &&
	    json_object_object_get_ex(list, name, &fields) &&
	    json_object_is_type(fields, json_type_object))
		text = text_of(k, fields);
	json_object_put(all);
	return text;
}

int kyc_reading_load(struct kyc *k, const struct kyc_session *session,
		     const struct kyc_document *d, struct kyc_reading *out,
		     struct fault *f)
{
	enum kyc_check_kind kind = reader_of(d);
	const struct kyc_document *front;
	const struct kyc_check *check;
	struct kyc_document *list;
	struct kyc_checks checks;
	const char *fields;
	int n;

	*out = (struct kyc_reading){ KYC_READING_UNAVAILABLE, "{}" };
	if (!kind)
		return 0;
	if (kyc_checks_load(k, &session->id, &checks, f))
		return -1;
	check = &checks.by_kind[kind];
	if (check->status == KYC_CHECK_PENDING ||
	    check->status == KYC_CHECK_RUNNING)
		out->status = KYC_READING_PROCESSING;
	if (check->status != KYC_CHECK_ENDED)
		return 0;
	n = kyc_document_list(k, session, &list, f);
	if (n < 0 || kyc_checks_findings(k, &session->id, &checks, f))
		return -1;
	front = kyc_document_front(list, (size_t)n, d);
	fields = check->findings ? find_fields(k, check->findings, &front->id)
				 : NULL;
	if (fields)
		*out = (struct kyc_reading){ KYC_READING_COMPLETED, fields };
	return 0;
}
