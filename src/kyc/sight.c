// SPDX-License-Identifier: GPL-3.0-or-later
/* What the jailed child saw in one picture. */
#include <json-c/json.h>

#include "base/date.h"
#include "base/str.h"
#include "kyc/sight.h"

enum { TEXT_MAX = 512 };

struct json_object *kyc_sight_member(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (json_object_object_get_ex(o, name, &v) &&
	    json_object_is_type(v, json_type_object))
		return v;
	return NULL;
}

const char *kyc_sight_text(struct arena *a, struct json_object *o,
			   const char *name)
{
	struct json_object *v;
	const char *s;
	size_t len;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return NULL;
	s = json_object_get_string(v);
	len = (size_t)json_object_get_string_len(v);
	if (!len || len > TEXT_MAX || strlen(s) != len ||
	    !str_is_utf8(s, len) || str_has_control(s, len, false))
		return NULL;
	return arena_strndup(a, s, len);
}

static bool is_set(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) &&
	       json_object_get_boolean(v);
}

/* A day, or as much of one as is known. */
static const char *date(struct arena *a, struct json_object *o,
			const char *name)
{
	const char *s = kyc_sight_text(a, o, name);
	static const char first[] = "0000-01-01";
	char whole[sizeof(first)];
	struct date d;

	if (!s || (strlen(s) != 4 && strlen(s) != 7 && strlen(s) != 10))
		return NULL;
	snprintf(whole, sizeof(whole), "%s%s", s, first + strlen(s));
	return date_parse(whole, &d) ? NULL : s;
}

static const char *country(struct arena *a, struct json_object *o,
			   const char *name)
{
	const char *s = kyc_sight_text(a, o, name);

	return s && strlen(s) == 2 ? s : NULL;
}

static const char *join(struct arena *a, const char *first, const char *last)
{
	if (first && last)
		return arena_printf(a, "%s %s", first, last);
	return first ? first : last;
}

static void read_mrz(struct arena *a, struct json_object *o,
		     struct kyc_source *out)
{
	const char **f = out->field;

	out->there = true;
	out->valid = is_set(o, "valid");
	f[KYC_READ_FIRST_NAME] = kyc_sight_text(a, o, "given_names");
	f[KYC_READ_LAST_NAME] = kyc_sight_text(a, o, "surname");
	f[KYC_READ_DATE_OF_BIRTH] = date(a, o, "date_of_birth");
	f[KYC_READ_DOCUMENT_TYPE] = kyc_sight_text(a, o, "document_type");
	f[KYC_READ_DOCUMENT_NUMBER] = kyc_sight_text(a, o, "document_number");
	f[KYC_READ_DOCUMENT_COUNTRY] = country(a, o, "issuer_country");
	f[KYC_READ_NATIONALITY] = country(a, o, "nationality_country");
	f[KYC_READ_EXPIRY_DATE] = date(a, o, "expiry_date");
	f[KYC_READ_GENDER] = kyc_sight_text(a, o, "gender");
	out->full_name = join(a, f[KYC_READ_FIRST_NAME], f[KYC_READ_LAST_NAME]);
	out->names_cut = is_set(o, "names_cut");
	out->issuer = kyc_sight_text(a, o, "issuer");
	out->country = f[KYC_READ_DOCUMENT_COUNTRY]
			       ? f[KYC_READ_DOCUMENT_COUNTRY]
			       : out->issuer;
	out->nationality = f[KYC_READ_NATIONALITY]
				   ? f[KYC_READ_NATIONALITY]
				   : kyc_sight_text(a, o, "nationality");
	out->specimen = is_set(o, "specimen");
}

/* A second line of an address says little without the first. */
static void read_address(struct arena *a, struct json_object *o,
			 struct kyc_source *out)
{
	const char *second = kyc_sight_text(a, o, "line2");
	int i;

	for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
		out->address[i] =
			kyc_sight_text(a, o, kyc_extracted_address_names[i]);
	out->has_address = out->address[KYC_READ_LINE1] != NULL;
	if (out->has_address && second)
		out->address[KYC_READ_LINE1] = arena_printf(
			a, "%s, %s", out->address[KYC_READ_LINE1], second);
}

static void read_licence(struct arena *a, struct json_object *o,
			 struct kyc_source *out)
{
	const char **f = out->field;
	int i;

	out->there = true;
	out->valid = is_set(o, "valid");
	for (i = 0; i < KYC_READ_FIELDS; i++)
		f[i] = kyc_sight_text(a, o, kyc_extracted_names[i]);
	f[KYC_READ_DATE_OF_BIRTH] = date(a, o, "date_of_birth");
	f[KYC_READ_EXPIRY_DATE] = date(a, o, "expiry_date");
	f[KYC_READ_DOCUMENT_COUNTRY] = country(a, o, "document_country");
	f[KYC_READ_NATIONALITY] = NULL; /* a licence does not say */
	f[KYC_READ_FIRST_NAME] = join(a, f[KYC_READ_FIRST_NAME],
				      kyc_sight_text(a, o, "middle_name"));
	out->full_name = kyc_sight_text(a, o, "full_name");
	if (!out->full_name)
		out->full_name =
			join(a, f[KYC_READ_FIRST_NAME], f[KYC_READ_LAST_NAME]);
	out->names_cut = is_set(o, "names_cut");
	out->issuer = kyc_sight_text(a, o, "issuer");
	out->country = f[KYC_READ_DOCUMENT_COUNTRY];
	read_address(a, kyc_sight_member(o, "address"), out);
}

static enum kyc_outcome verdict(struct json_object *o, bool may_be_issue)
{
	struct json_object *v;
	const char *s = "";

	if (json_object_object_get_ex(o, "verdict", &v) &&
	    json_object_is_type(v, json_type_string))
		s = json_object_get_string(v);
	if (!strcmp(s, "clear"))
		return KYC_OUTCOME_CLEAR;
	if (!strcmp(s, "issue") && may_be_issue)
		return KYC_OUTCOME_ISSUE;
	if (!strcmp(s, "consider") || !strcmp(s, "issue"))
		return KYC_OUTCOME_CONSIDER;
	return KYC_OUTCOME_PENDING;
}

void kyc_sight_read(struct arena *a, struct json_object *picture,
		    struct kyc_sight *out)
{
	struct json_object *mrz = kyc_sight_member(picture, "mrz");
	struct json_object *code = kyc_sight_member(picture, "barcode"), *o;

	*out = (struct kyc_sight){
		.json = picture,
		.decoded = picture && !kyc_sight_member(picture, "error"),
		.zone_seen = mrz != NULL,
		.quality = verdict(kyc_sight_member(picture, "quality"), true),
		.recapture =
			verdict(kyc_sight_member(picture, "recapture"), false),
		.editing = verdict(kyc_sight_member(picture, "editing"), false),
	};
	o = kyc_sight_member(mrz, "fields");
	if (o && is_set(mrz, "accepted"))
		read_mrz(a, o, &out->mrz);
	o = kyc_sight_member(code, "aamva");
	if (o)
		read_licence(a, o, &out->barcode);
}
