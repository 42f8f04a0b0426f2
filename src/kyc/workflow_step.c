// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading a workflow's definition: one step, its options by kind. */
#include "base/json.h"
#include "kyc/document.h"
#include "kyc/form.h"
#include "kyc/workflow_part.h"
#include "mail/template.h"

enum {
	TITLE_MAX = 255,
	DESCRIPTION_MAX = 4000,
	VERSION_MAX = 32,
	TEXT_MAX = 20000,
	LANGUAGES_MAX = 64,
	COUNTRIES_MAX = 300,
	ACTIONS_MAX = 4,
	ACTIONS_DEFAULT = 2,
	AGE_MAX = 365,
	MIN_AGE_MAX = 120,
	AGE_DEFAULT = 90,
	SUBSESSIONS_MAX = 50,
	SUBSESSIONS_DEFAULT = 20
};

static const char *const kinds[] = {
	[KYC_STEP_CONSENT] = "consent",
	[KYC_STEP_DOCUMENT] = "document",
	[KYC_STEP_SELFIE] = "selfie",
	[KYC_STEP_LIVENESS] = "liveness",
	[KYC_STEP_PROOF_OF_ADDRESS] = "proof_of_address",
	[KYC_STEP_FORM] = "form",
	[KYC_STEP_SUBSESSIONS] = "subsessions",
	[KYC_STEP_VALIDATION] = "validation",
	[KYC_STEP_KINDS] = NULL,
};

/* Both are parts of kyc_document_kind_names. */
static const char *const identity_words[] = {
	[KYC_PASSPORT] = "passport",
	[KYC_ID_CARD] = "id_card",
	[KYC_DRIVING_LICENSE] = "driving_license",
	[KYC_RESIDENCE_PERMIT] = "residence_permit",
	NULL,
};
static const char *const proof_words[] = { "utility_bill", "bank_statement",
					   "tax_bill", "government_letter",
					   NULL };

const char *kyc_step_kind_name(enum kyc_step_kind kind)
{
	return kind > 0 && kind < KYC_STEP_KINDS ? kinds[kind] : "?";
}

static void read_consent(const struct place *o, struct kyc_step_def *d)
{
	struct place list = place_of(o, "text");
	struct buf text;

	d->text_version =
		place_string(o, "text_version", VERSION_MAX, PLACE_REQUIRED);
	if (!list.value || !place_is_object(&list))
		return;
	if (json_object_object_length(list.value) > LANGUAGES_MAX) {
		place_wrong(&list, "must have %d members at most",
			    LANGUAGES_MAX);
		return;
	}
	buf_init(&text, o->r->arena);
	json_open(&text, NULL, '{');
	json_object_object_foreach(list.value, key, value)
	{
		struct place p = { list.r, &list, key, 0, value };
		const char *s =
			place_text(&p, TEXT_MAX, PLACE_REQUIRED | PLACE_LINES);

		if (!mail_locale_is_valid(key))
			place_wrong(&list, "must be named by language tags");
		json_str(&text, key, s);
	}
	json_close(&text, '}');
	d->text = text.data;
}

static void read_sides(const struct place *o, struct kyc_step_def *d)
{
	struct place list = place_of(o, "sides"), p;
	unsigned int kind, sides;

	if (!list.value || !place_is_object(&list))
		return;
	for (kind = 1; kind < KYC_DOCUMENT_KINDS; kind++) {
		p = place_of(&list, kyc_document_kind_names[kind]);
		if (!p.value)
			continue;
		sides = place_bits(&list, p.name, kyc_side_names, true);
		if (!(d->document_kinds & 1u << kind))
			place_wrong(&p, "is none of document_kinds");
		else if (sides &
			 ~kyc_document_sides((enum kyc_document_kind)kind))
			place_wrong(&p, "has a side that is none of a %s",
				    kyc_document_kind_names[kind]);
		d->sides[kind] = (unsigned char)sides;
	}
}

static void read_countries(const struct place *o, struct kyc_step_def *d)
{
	struct place list = place_of(o, "countries"), p;
	size_t n = place_items(&list, 0, COUNTRIES_MAX), i;
	const char **out;

	if (!n)
		return;
	out = arena_alloc(o->r->arena, n * sizeof(*out));
	for (i = 0; i < n; i++) {
		p = place_at(&list, i);
		out[i] = place_text(&p, 2, PLACE_REQUIRED);
		if (out[i] && !kyc_country_is(out[i]))
			place_wrong(&p, "must be a country's two capital "
					"letters (ISO 3166-1 alpha-2)");
	}
	d->countries = out;
	d->country_count = n;
}

static void read_document(const struct place *o, struct kyc_step_def *d)
{
	d->document_kinds =
		place_bits(o, "document_kinds", identity_words, true);
	read_sides(o, d);
	read_countries(o, d);
	d->min_age = place_int(o, "min_age", 1, MIN_AGE_MAX, 0);
}

/* place_bits counts the words from 0 here, and has no use for that bit. */
static unsigned int proof_kinds(const struct place *o)
{
	struct place list = place_of(o, "document_kinds"), p;
	size_t n = place_items(&list, 0, 32), i;
	unsigned int bits = 0, bit;

	for (i = 0; i < n; i++) {
		p = place_at(&list, i);
		bit = 1u << (KYC_UTILITY_BILL + place_word(&p, proof_words));
		if (bits & bit)
			place_wrong(&p, "is named twice");
		bits |= bit;
	}
	return bits ? bits : KYC_PROOF_KINDS;
}

static void read_proof(const struct place *o, struct kyc_step_def *d)
{
	d->document_kinds = proof_kinds(o);
	d->max_age_days = place_int(o, "max_age_days", 1, AGE_MAX, AGE_DEFAULT);
}

static void read_subsessions(const struct place *o, struct kyc_step_def *d)
{
	struct place id = place_of(o, "workflow_id"), max = place_of(o, "max");
	const char *text = place_text(&id, 255, PLACE_REQUIRED);

	if (text && uuid_parse(text, &d->workflow))
		place_wrong(&id, "must be a UUID");
	d->min = place_int(o, "min", 0, SUBSESSIONS_MAX, 1);
	d->max = place_int(o, "max", 1, SUBSESSIONS_MAX, SUBSESSIONS_DEFAULT);
	if (d->max < d->min)
		place_wrong(&max, "must not be below min");
	d->customer_may_create = place_bool(o, "customer_may_create", true);
}

static void read_options(const struct place *o, struct kyc_step_def *d)
{
	switch (d->kind) {
	case KYC_STEP_CONSENT:
		read_consent(o, d);
		break;
	case KYC_STEP_DOCUMENT:
		read_document(o, d);
		break;
	case KYC_STEP_LIVENESS:
		d->actions = (int)place_int(o, "actions", 1, ACTIONS_MAX,
					    ACTIONS_DEFAULT);
		break;
	case KYC_STEP_PROOF_OF_ADDRESS:
		read_proof(o, d);
		break;
	case KYC_STEP_FORM:
		workflow_read_fields(o, d);
		break;
	case KYC_STEP_SUBSESSIONS:
		read_subsessions(o, d);
		break;
	case KYC_STEP_VALIDATION:
		d->checks = place_bits(o, "validations", workflow_check_words(),
				       true);
		break;
	case KYC_STEP_SELFIE:
	case KYC_NO_STEP:
	case KYC_STEP_KINDS:
		break;
	}
}

static const char *read_id(const struct place *p)
{
	struct place id = place_of(p, "step_id");
	const char *s;

	if (!id.value && p->r->stored)
		id = place_of(p, "id");
	s = place_text(&id, 64, PLACE_REQUIRED);
	if (s && !place_is_slug(s))
		place_wrong(&id, "must be 1 to 64 characters of a-z, 0-9, _");
	return s ? s : "";
}

void workflow_read_step(const struct place *p, struct kyc_step_def *d)
{
	struct place kind = place_of(p, "kind"), o = place_of(p, "options");

	d->id = read_id(p);
	d->kind = (enum kyc_step_kind)place_word(&kind, kinds);
	d->title = place_string(p, "title", TITLE_MAX, 0);
	d->description =
		place_string(p, "description", DESCRIPTION_MAX, PLACE_LINES);
	d->optional = place_bool(p, "optional", false);
	if (o.value && !place_is_object(&o))
		return;
	/* once the options stood beside the kind */
	if (!o.value && p->r->stored)
		o = *p;
	read_options(&o, d);
}
