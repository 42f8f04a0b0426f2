// SPDX-License-Identifier: GPL-3.0-or-later
/* Readings: what a check has read off a document so far. */
#include <json-c/json.h>

#include "base/str.h"
#include "kyc/check.h"
#include "kyc/extracted.h"
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

/* What was read and has a value; NULL where nothing has. */
static const char *text_of(struct kyc *k, struct json_object *fields)
{
	struct json_object *known = json_object_new_object();
	const char *text = NULL;

	json_object_object_foreach(fields, name, v)
	{
		if (v && strcmp(name, KYC_READ_BACK))
			json_object_object_add(known, name, json_object_get(v));
	}
	if (json_object_object_length(known))
		text = arena_strdup(k->arena,
				    json_object_to_json_string_ext(
					    known, JSON_C_TO_STRING_PLAIN));
	json_object_put(known);
	return text;
}

/* The paper of that name, or whose back has it. */
static struct json_object *find_paper(struct json_object *list,
				      const char *name)
{
	struct json_object *paper, *back;

	if (json_object_object_get_ex(list, name, &paper))
		return paper;
	json_object_object_foreach(list, front, other)
	{
		(void)front;
		if (json_object_object_get_ex(other, KYC_READ_BACK, &back) &&
		    !strcmp(json_object_get_string(back), name))
			return other;
	}
	return NULL;
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
	if (json_object_object_get_ex(all, "documents", &list)) {
		fields = find_paper(list, name);
		if (json_object_is_type(fields, json_type_object))
			text = text_of(k, fields);
	}
	json_object_put(all);
	return text;
}

int kyc_reading_load(struct kyc *k, const struct uuid *session,
		     const struct kyc_document *d, struct kyc_reading *out,
		     struct fault *f)
{
	enum kyc_check_kind kind = reader_of(d);
	const struct kyc_check *check;
	struct kyc_checks checks;
	const char *fields;

	*out = (struct kyc_reading){ KYC_READING_UNAVAILABLE, "{}" };
	if (!kind)
		return 0;
	if (kyc_checks_load(k, session, &checks, f))
		return -1;
	check = &checks.by_kind[kind];
	if (check->status == KYC_CHECK_PENDING ||
	    check->status == KYC_CHECK_RUNNING)
		out->status = KYC_READING_PROCESSING;
	if (check->status != KYC_CHECK_ENDED)
		return 0;
	if (kyc_checks_findings(k, session, &checks, f))
		return -1;
	fields = check->findings ? find_fields(k, check->findings, &d->id)
				 : NULL;
	if (fields)
		*out = (struct kyc_reading){ KYC_READING_COMPLETED, fields };
	return 0;
}
