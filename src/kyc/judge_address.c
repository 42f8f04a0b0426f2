// SPDX-License-Identifier: GPL-3.0-or-later
/* From the words of bills and statements to the end of a check of address. */
#include <json-c/json.h>

#include "base/json.h"
#include "check/address_proof.h"
#include "kyc/judge_part.h"
#include "kyc/outcome.h"

enum { PAGES_MAX = 4 };

enum code {
	NO_PICTURE,
	NOTHING_READ,
	NAME_NOT_GIVEN,
	NAME_NOT_FOUND,
	ADDRESS_NOT_GIVEN,
	ADDRESS_NOT_THERE,
	DATE_NOT_FOUND,
	TOO_OLD
};

static const struct kyc_note rows[] = {
	[NO_PICTURE] = { "no_picture", KYC_BREAK_QUALITY, KYC_OUTCOME_CONSIDER,
			 KYC_REASON_DOCUMENT_UNREADABLE },
	[NOTHING_READ] = { "nothing_read", KYC_BREAK_QUALITY,
			   KYC_OUTCOME_CONSIDER,
			   KYC_REASON_DOCUMENT_UNREADABLE },
	[NAME_NOT_GIVEN] = { "name_not_given", KYC_BREAK_VALIDATION,
			     KYC_OUTCOME_CONSIDER,
			     KYC_REASON_ADDRESS_MISMATCH },
	[NAME_NOT_FOUND] = { "name_not_found", KYC_BREAK_VALIDATION,
			     KYC_OUTCOME_CONSIDER,
			     KYC_REASON_ADDRESS_MISMATCH },
	[ADDRESS_NOT_GIVEN] = { "address_not_given", KYC_BREAK_VALIDATION,
				KYC_OUTCOME_CONSIDER,
				KYC_REASON_ADDRESS_MISMATCH },
	[ADDRESS_NOT_THERE] = { "address_not_found", KYC_BREAK_VALIDATION,
				KYC_OUTCOME_CONSIDER,
				KYC_REASON_ADDRESS_MISMATCH },
	[DATE_NOT_FOUND] = { "date_not_found", KYC_BREAK_VALIDATION,
			     KYC_OUTCOME_CONSIDER,
			     KYC_REASON_DOCUMENT_UNREADABLE },
	[TOO_OLD] = { "too_old", KYC_BREAK_VALIDATION, KYC_OUTCOME_CONSIDER,
		      KYC_REASON_DOCUMENT_EXPIRED },
};

/* One document, page by page. */
struct bill {
	const struct kyc_document *document;
	const struct kyc_step_def *step;
	bool decoded;
	bool has_words; /* of one page at least the words were looked for */
	size_t word_count;
	struct words pages[PAGES_MAX];
	size_t page_count;
	bool looked;
	struct address_proof proof;
	const struct kyc_note *notes[ARRAY_SIZE(rows)];
	size_t note_count;
};

static void note(struct bill *b, enum code code)
{
	b->notes[b->note_count++] = &rows[code];
}

static void open_pages(struct bill *b, struct json_object *file)
{
	struct json_object *pictures[PAGES_MAX], *list;
	size_t n = judge_pictures(file, pictures, PAGES_MAX), i;

	for (i = 0; i < n; i++) {
		b->decoded |=
			pictures[i] && !kyc_sight_member(pictures[i], "error");
		list = NULL;
		json_object_object_get_ex(pictures[i], "words", &list);
		if (!words_read(list, &b->pages[b->page_count]))
			b->has_words = true;
		b->word_count += b->pages[b->page_count++].count;
	}
}

static void find(const struct kyc_judge *j, struct bill *b)
{
	const struct kyc_claims *c = &j->claims;
	const struct address_claim claim = {
		.full_name = c->company ? c->company
					: kyc_claims_value(c, "full_name"),
		.street = c->address[KYC_READ_LINE1],
		.city = c->address[KYC_READ_CITY],
		.postcode = c->address[KYC_READ_POSTCODE],
		.country = c->address[KYC_READ_COUNTRY],
		.today = j->today,
		.max_age_days = (int)b->step->max_age_days,
	};

	address_proof_find(j->names, b->pages, b->page_count, &claim,
			   &b->proof);
	b->looked = true;
	if (!claim.full_name)
		note(b, NAME_NOT_GIVEN);
	else if (b->proof.name.verdict != ADDRESS_FOUND)
		note(b, NAME_NOT_FOUND);
	if (!c->has_address)
		note(b, ADDRESS_NOT_GIVEN);
	else if (b->proof.address.verdict != ADDRESS_FOUND)
		note(b, ADDRESS_NOT_THERE);
	if (!b->proof.day.year)
		note(b, DATE_NOT_FOUND);
	else if (!b->proof.fresh)
		note(b, TOO_OLD);
}

static void judge(const struct kyc_judge *j, struct bill *b)
{
	if (!b->decoded)
		note(b, NO_PICTURE);
	else if (!b->word_count)
		note(b, NOTHING_READ);
	else
		find(j, b);
}

/* What is proved; what is printed besides is nobody's address. */
static void write_document(struct buf *out, const struct kyc_judge *j,
			   const struct bill *b)
{
	bool found = b->looked && b->proof.address.verdict == ADDRESS_FOUND;
	char id[JUDGE_ID];
	int i;

	json_open(out, judge_id(b->document, id), '{');
	if (found) {
		json_open(out, "address", '{');
		for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
			json_str(out, kyc_extracted_address_names[i],
				 j->claims.address[i]);
		json_close(out, '}');
	} else {
		json_null(out, "address");
	}
	json_close(out, '}');
}

static void write_evidence(struct buf *out, const struct bill *b)
{
	char id[JUDGE_ID];
	size_t i;

	json_open(out, judge_id(b->document, id), '{');
	json_open(out, "notes", '[');
	for (i = 0; i < b->note_count; i++)
		judge_write_note(out, b->notes[i]);
	json_close(out, ']');
	if (b->looked)
		address_proof_json(out, "proof", &b->proof);
	json_close(out, '}');
}

static void write(const struct kyc_judge *j, struct buf *out,
		  const struct bill *bills, size_t n)
{
	size_t i;

	json_open(out, NULL, '{');
	json_open(out, "documents", '{');
	for (i = 0; i < n; i++)
		write_document(out, j, &bills[i]);
	json_close(out, '}');
	json_open(out, "evidence", '{');
	for (i = 0; i < n; i++)
		write_evidence(out, &bills[i]);
	json_close(out, '}');
	json_close(out, '}');
}

static void conclude(struct kyc_result *out, const struct bill *bills, size_t n)
{
	size_t i, at;

	*out = (struct kyc_result){ .outcome = KYC_OUTCOME_CLEAR };
	for (i = 0; i < n; i++) {
		for (at = 0; at < bills[i].note_count; at++)
			judge_take_note(out, bills[i].notes[at]);
	}
}

/* Whether nothing here can read print: that is no fault of a bill's. */
static bool is_blind(const struct bill *bills, size_t n)
{
	bool decoded = false, read = false;
	size_t i;

	for (i = 0; i < n; i++) {
		decoded |= bills[i].decoded;
		read |= bills[i].has_words;
	}
	return decoded && !read;
}

void judge_address(const struct kyc_judge *j, struct arena *a,
		   struct kyc_result *out)
{
	struct bill *bills = arena_alloc(a, j->count * sizeof(*bills) + 1);
	struct buf json;
	size_t i, at;

	for (i = 0; i < j->count; i++) {
		bills[i] = (struct bill){
			.document = j->documents[i],
			.step = judge_step(j, j->documents[i])->def,
		};
		open_pages(&bills[i], j->files[i]);
		judge(j, &bills[i]);
	}
	if (j->count && !is_blind(bills, j->count)) {
		buf_init(&json, a);
		write(j, &json, bills, j->count);
		conclude(out, bills, j->count);
		out->findings = buf_cstr(&json);
	}
	for (i = 0; i < j->count; i++) {
		for (at = 0; at < bills[i].page_count; at++)
			words_finish(&bills[i].pages[at]);
	}
}
