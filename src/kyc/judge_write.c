// SPDX-License-Identifier: GPL-3.0-or-later
/* The findings of a document check, and what they come to. */
#include <json-c/json.h>

#include "base/json.h"
#include "kyc/judge_part.h"
#include "kyc/outcome.h"

/* A value comes from the customer or from a zone of 90 characters; a member of
 * a picture is a few hundred bytes. */
enum { VALUES_MAX = KYC_CLAIMS_MAX + 16 * KYC_STEPS_MAX, MEMBER_MAX = 16384 };

static const char *const break_names[KYC_BREAKS] = {
	[KYC_BREAK_VALIDATION] = "document_validation",
	[KYC_BREAK_QUALITY] = "image_quality",
	[KYC_BREAK_VISUAL] = "visual_authenticity",
};

/* -- what the sources say of one another ----------------------------------- */
struct values {
	struct cross_value list[VALUES_MAX];
	size_t count;
};

static void add_value(struct values *v, const char *source, const char *field,
		      const char *value, int group)
{
	if (value && v->count < VALUES_MAX)
		v->list[v->count++] = (struct cross_value){
			.source = source,
			.field = field,
			.value = value,
			.group = group,
		};
}

/* Of a person documents agree; of a document only its own sources. */
static void add_source(struct values *v, const char *name,
		       const struct kyc_source *s, int group)
{
	static const struct {
		enum kyc_extracted_field field;
		bool of_document;
	} fields[] = {
		{ KYC_READ_DATE_OF_BIRTH, false },
		{ KYC_READ_GENDER, false },
		{ KYC_READ_DOCUMENT_NUMBER, true },
		{ KYC_READ_EXPIRY_DATE, true },
	};
	size_t i;

	add_value(v, name, "full_name", s->full_name, 0);
	if (s->full_name)
		v->list[v->count - 1].cut = s->names_cut;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		add_value(v, name, kyc_extracted_names[fields[i].field],
			  s->field[fields[i].field],
			  fields[i].of_document ? group : 0);
	add_value(v, name, "nationality", s->nationality, 0);
	add_value(v, name, "document_country", s->country, group);
}

static const char *numbered(struct arena *a, const char *source, size_t i)
{
	return i ? arena_printf(a, "%s %zu", source, i + 1) : source;
}

static void add_paper(struct values *v, struct arena *a,
		      const struct kyc_paper *p, size_t i)
{
	int group = (int)i + 1;

	if (p->mrz)
		add_source(v, numbered(a, "mrz", i), p->mrz, group);
	if (p->barcode)
		add_source(v, numbered(a, "barcode", i), p->barcode, group);
	add_value(v, "form", "document_country", p->chosen_country, group);
}

/* What is said of a document is said of the first. */
static void add_claims(struct values *v, const struct kyc_claims *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		const char *field = c->values[i].field;
		bool of_document = !strcmp(field, "document_number") ||
				   !strcmp(field, "expiry_date");

		add_value(v, c->values[i].source, field, c->values[i].value,
			  of_document ? 1 : 0);
	}
}

static enum cross_status write_cross(struct buf *b, const struct kyc_judge *j,
				     struct arena *a,
				     const struct kyc_paper *papers, size_t n)
{
	struct values *v = arena_new(a, struct values);
	size_t i;

	for (i = 0; i < n; i++)
		add_paper(v, a, &papers[i], i);
	add_claims(v, &j->claims);
	return cross_validate(b, "cross_validation", j->names, v->list,
			      v->count);
}

/* -- what was read ---------------------------------------------------------- */
static void write_zone(struct buf *b, const struct kyc_paper *p)
{
	struct json_object *mrz, *v;
	size_t i;

	for (i = 0; i < p->sight_count && &p->sights[i].mrz != p->mrz; i++)
		;
	if (i == p->sight_count)
		return;
	mrz = kyc_sight_member(p->sights[i].json, "mrz");
	json_open(b, "mrz", '{');
	if (json_object_object_get_ex(mrz, "format", &v) &&
	    json_object_is_type(v, json_type_string))
		json_str(b, "format", json_object_get_string(v));
	if (json_object_object_get_ex(mrz, "lines", &v) &&
	    json_object_is_type(v, json_type_array))
		json_raw(b, "lines",
			 json_object_to_json_string_ext(
				 v, JSON_C_TO_STRING_PLAIN));
	json_flag(b, "valid", p->mrz->valid);
	json_close(b, '}');
}

static void write_address(struct buf *b, const struct kyc_source *s)
{
	int i;

	if (!s || !s->has_address)
		return;
	json_open(b, "address", '{');
	for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
		json_str(b, kyc_extracted_address_names[i], s->address[i]);
	json_close(b, '}');
}

static void write_document(struct buf *b, const struct kyc_paper *p)
{
	char id[JUDGE_ID];
	int i;

	json_open(b, judge_id(p->shown, id), '{');
	if (p->back && p->back != p->shown)
		json_str(b, KYC_READ_BACK, judge_id(p->back, id));
	json_str(b, "full_name", kyc_paper_name(p));
	for (i = 0; i < KYC_READ_FIELDS; i++)
		json_str(b, kyc_extracted_names[i],
			 kyc_paper_field(p, (enum kyc_extracted_field)i));
	write_address(b, p->barcode);
	write_zone(b, p);
	json_close(b, '}');
}

/* -- what it comes to ------------------------------------------------------- */
void judge_take_note(struct kyc_result *out, const struct kyc_note *n)
{
	enum kyc_outcome worst = kyc_outcome_worst(out->outcome, n->outcome);

	if (worst != out->outcome)
		out->reason = n->reason;
	out->outcome = worst;
}

/* What is not known of one document is not known of all; what is wrong with
 * one is wrong. */
static enum kyc_outcome worse_part(enum kyc_outcome a, enum kyc_outcome b)
{
	if (a == KYC_OUTCOME_PENDING)
		return b == KYC_OUTCOME_CLEAR ? a : b;
	if (b == KYC_OUTCOME_PENDING)
		return a == KYC_OUTCOME_CLEAR ? b : a;
	return kyc_outcome_worst(a, b);
}

static void write_breakdown(struct buf *b, const struct kyc_paper *papers,
			    size_t n, enum cross_status cross)
{
	enum kyc_outcome worst;
	size_t i;
	int part;

	json_open(b, "breakdown", '{');
	for (part = 0; part < KYC_BREAKS; part++) {
		worst = KYC_OUTCOME_CLEAR;
		for (i = 0; i < n; i++)
			worst = worse_part(
				worst,
				kyc_paper_part(&papers[i],
					       (enum kyc_breakdown)part));
		if (part == KYC_BREAK_VALIDATION && cross >= CROSS_WARNING)
			worst = worse_part(worst, KYC_OUTCOME_CONSIDER);
		json_str(b, break_names[part],
			 worst == KYC_OUTCOME_PENDING
				 ? NULL
				 : kyc_outcome_name(worst));
	}
	json_close(b, '}');
}

/* -- what a reviewer may want to see ---------------------------------------- */
static void write_member(struct buf *b, struct json_object *picture,
			 const char *name)
{
	struct json_object *o = kyc_sight_member(picture, name);
	const char *text;

	if (!o)
		return;
	text = json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
	if (strlen(text) <= MEMBER_MAX)
		json_raw(b, name, text);
}

static void write_picture(struct buf *b, const struct kyc_paper *p, size_t i)
{
	static const char *const members[] = {
		"error", "quality", "mrz", "barcode", "recapture", "editing"
	};
	size_t m;

	json_open(b, NULL, '{');
	json_str(b, "side", kyc_side_names[p->sides[i]]);
	for (m = 0; m < ARRAY_SIZE(members); m++)
		write_member(b, p->sights[i].json, members[m]);
	json_close(b, '}');
}

void judge_write_note(struct buf *b, const struct kyc_note *n)
{
	json_open(b, NULL, '{');
	json_str(b, "code", n->code);
	json_str(b, "part", break_names[n->part]);
	json_str(b, "outcome", kyc_outcome_name(n->outcome));
	json_str(b, "reason", kyc_reason_name(n->reason));
	json_close(b, '}');
}

static void write_evidence(struct buf *b, const struct kyc_paper *p)
{
	char id[JUDGE_ID];
	size_t i;

	json_open(b, judge_id(p->shown, id), '{');
	json_int_or_null(b, "age", p->age);
	if (p->elsewhere == KYC_NOT_ASKED)
		json_null(b, "number_seen_elsewhere");
	else
		json_flag(b, "number_seen_elsewhere", p->elsewhere == KYC_SEEN);
	json_open(b, "notes", '[');
	for (i = 0; i < p->note_count; i++)
		judge_write_note(b, &p->notes[i]);
	json_close(b, ']');
	vizone_json(b, "visual_zone", p->print_values, p->print_matches,
		    p->print_count);
	json_open(b, "pictures", '[');
	for (i = 0; i < p->sight_count; i++)
		write_picture(b, p, i);
	json_close(b, ']');
	json_close(b, '}');
}

static void conclude(struct kyc_result *out, const struct kyc_paper *papers,
		     size_t n, enum cross_status cross)
{
	static const struct kyc_note differs = { "sources_differ",
						 KYC_BREAK_VALIDATION,
						 KYC_OUTCOME_CONSIDER,
						 KYC_REASON_DOCUMENT_MISMATCH };
	size_t i, at;

	*out = (struct kyc_result){ .outcome = KYC_OUTCOME_CLEAR };
	for (i = 0; i < n; i++) {
		for (at = 0; at < papers[i].note_count; at++)
			judge_take_note(out, &papers[i].notes[at]);
	}
	if (cross >= CROSS_WARNING)
		judge_take_note(out, &differs);
}

void judge_write(const struct kyc_judge *j, struct arena *a,
		 const struct kyc_paper *papers, size_t n,
		 struct kyc_result *out)
{
	enum cross_status cross;
	struct buf b;
	size_t i;

	buf_init(&b, a);
	json_open(&b, NULL, '{');
	json_open(&b, "documents", '{');
	for (i = 0; i < n; i++)
		write_document(&b, &papers[i]);
	json_close(&b, '}');
	cross = write_cross(&b, j, a, papers, n);
	write_breakdown(&b, papers, n, cross);
	json_open(&b, "evidence", '{');
	for (i = 0; i < n; i++)
		write_evidence(&b, &papers[i]);
	json_close(&b, '}');
	json_close(&b, '}');
	conclude(out, papers, n, cross);
	out->findings = buf_cstr(&b);
}
