// SPDX-License-Identifier: GPL-3.0-or-later
/* One identity document: what was read off its sides, and what is wrong. */
#include "kyc/outcome.h"
#include "kyc/paper.h"

enum { AGE_MAX = 120 };

enum code {
	NO_PICTURE,
	ZONE_UNREADABLE,
	NOTHING_READ,
	ZONE_INVALID,
	BARCODE_INVALID,
	NUMBER_UNKNOWN,
	EXPIRED,
	EXPIRY_UNKNOWN,
	BIRTH_UNKNOWN,
	BIRTH_IMPOSSIBLE,
	TOO_YOUNG,
	KIND_NOT_ASKED_FOR,
	COUNTRY_NOT_ASKED_FOR,
	SPECIMEN,
	QUALITY_POOR,
	QUALITY_HINDERS,
	PICTURE_OF_SCREEN,
	PICTURE_EDITED,
	SEEN_ELSEWHERE,
	PRINT_DIFFERS,
};

#define ROW(name, part, outcome, reason)                                       \
	{                                                                      \
		name, KYC_BREAK_##part, KYC_OUTCOME_##outcome,                 \
			KYC_REASON_DOCUMENT_##reason                           \
	}

static const struct kyc_note rows[] = {
	[NO_PICTURE] = ROW("no_picture", VALIDATION, CONSIDER, UNREADABLE),
	[ZONE_UNREADABLE] =
		ROW("zone_unreadable", VALIDATION, CONSIDER, UNREADABLE),
	[NOTHING_READ] = ROW("nothing_read", VALIDATION, CONSIDER, UNREADABLE),
	[ZONE_INVALID] = ROW("zone_invalid", VALIDATION, CONSIDER, FAKE),
	[BARCODE_INVALID] =
		ROW("barcode_invalid", VALIDATION, CONSIDER, UNREADABLE),
	[NUMBER_UNKNOWN] =
		ROW("number_unknown", VALIDATION, CONSIDER, UNREADABLE),
	[EXPIRED] = ROW("expired", VALIDATION, ATTENTION, EXPIRED),
	[EXPIRY_UNKNOWN] =
		ROW("expiry_unknown", VALIDATION, CONSIDER, UNREADABLE),
	[BIRTH_UNKNOWN] =
		ROW("birth_unknown", VALIDATION, CONSIDER, UNREADABLE),
	[BIRTH_IMPOSSIBLE] =
		ROW("birth_impossible", VALIDATION, CONSIDER, FAKE),
	[TOO_YOUNG] = ROW("too_young", VALIDATION, CONSIDER, MISMATCH),
	[KIND_NOT_ASKED_FOR] =
		ROW("kind_not_asked_for", VALIDATION, CONSIDER, MISMATCH),
	[COUNTRY_NOT_ASKED_FOR] =
		ROW("country_not_asked_for", VALIDATION, CONSIDER, MISMATCH),
	[SPECIMEN] = ROW("specimen", VALIDATION, ISSUE, FAKE),
	[QUALITY_POOR] = ROW("quality_poor", QUALITY, CONSIDER, UNREADABLE),
	[QUALITY_HINDERS] =
		ROW("quality_hinders", QUALITY, CONSIDER, UNREADABLE),
	[PICTURE_OF_SCREEN] = ROW("picture_of_screen", VISUAL, CONSIDER, FAKE),
	[PICTURE_EDITED] = ROW("picture_edited", VISUAL, CONSIDER, FAKE),
	[SEEN_ELSEWHERE] =
		ROW("number_seen_elsewhere", VALIDATION, CONSIDER, MISMATCH),
	[PRINT_DIFFERS] = ROW("print_differs", VALIDATION, CONSIDER, MISMATCH),
};

void kyc_paper_note(struct kyc_paper *p, const struct kyc_note *note)
{
	if (p->note_count < KYC_NOTES_MAX)
		p->notes[p->note_count++] = *note;
}

static void note(struct kyc_paper *p, enum code code)
{
	kyc_paper_note(p, &rows[code]);
}

void kyc_paper_look(struct kyc_paper *p, struct arena *a, enum kyc_side side,
		    struct json_object *picture)
{
	struct kyc_sight *s;

	if (p->sight_count == KYC_SIGHTS_MAX)
		return;
	p->sides[p->sight_count] = side;
	s = &p->sights[p->sight_count++];
	kyc_sight_read(a, picture, s);
	if (s->mrz.there && !p->mrz)
		p->mrz = &s->mrz;
	if (s->barcode.there && !p->barcode)
		p->barcode = &s->barcode;
}

const char *kyc_paper_field(const struct kyc_paper *p,
			    enum kyc_extracted_field field)
{
	if (p->mrz && p->mrz->field[field])
		return p->mrz->field[field];
	return p->barcode ? p->barcode->field[field] : NULL;
}

const char *kyc_paper_name(const struct kyc_paper *p)
{
	if (p->mrz && p->mrz->full_name)
		return p->mrz->full_name;
	return p->barcode ? p->barcode->full_name : NULL;
}

/* Why there is nothing to judge. */
static void judge_unread(struct kyc_paper *p)
{
	bool decoded = false, seen = false;
	size_t i;

	for (i = 0; i < p->sight_count; i++) {
		decoded |= p->sights[i].decoded;
		seen |= p->sights[i].zone_seen;
	}
	note(p, !decoded ? NO_PICTURE : seen ? ZONE_UNREADABLE : NOTHING_READ);
	note(p, QUALITY_HINDERS);
}

static const char *text_of(const struct date *d, char out[40])
{
	snprintf(out, 40, "%04d-%02d-%02d", d->year, d->month, d->day);
	return out;
}

/* On its last day it is valid. */
static void judge_expiry(struct kyc_paper *p, const struct date *today)
{
	const char *expiry = kyc_paper_field(p, KYC_READ_EXPIRY_DATE);
	char now[40];
	int order;

	if (!expiry) {
		note(p, EXPIRY_UNKNOWN);
		return;
	}
	order = strncmp(expiry, text_of(today, now), strlen(expiry));
	if (order < 0)
		note(p, EXPIRED);
	else if (!order && strlen(expiry) < 10)
		note(p, EXPIRY_UNKNOWN);
}

/* Of a birth of which only the year is known the age is at least this. */
static void judge_birth(struct kyc_paper *p, const struct date *today)
{
	const char *birth = kyc_paper_field(p, KYC_READ_DATE_OF_BIRTH);
	char now[40];
	int year;

	p->age = -1;
	if (!birth) {
		note(p, BIRTH_UNKNOWN);
		return;
	}
	year = (int)strtol(birth, NULL, 10);
	text_of(today, now);
	p->age = today->year - year;
	if (strlen(birth) < 10 || strcmp(birth + 5, now + 5) > 0)
		p->age--;
	if (p->age < -1 || p->age > AGE_MAX)
		note(p, BIRTH_IMPOSSIBLE);
	if (p->age < p->step->min_age)
		note(p, TOO_YOUNG);
	if (p->age < 0)
		p->age = 0;
}

/* A card that is a residence permit may say so by nothing that a machine
 * reads. */
static bool kind_fits(const struct kyc_paper *p, const char *type)
{
	unsigned int asked = p->step->document_kinds, kind;

	kind = kyc_document_kind(type);
	if (kind == KYC_ID_CARD && asked & 1u << KYC_RESIDENCE_PERMIT)
		return true;
	return !asked || (kind && asked & 1u << kind);
}

static bool country_fits(const struct kyc_step_def *def, const char *country)
{
	size_t i;

	for (i = 0; country && i < def->country_count; i++) {
		if (!strcmp(def->countries[i], country))
			return true;
	}
	return !def->countries;
}

static void judge_read(struct kyc_paper *p, const struct date *today, bool live)
{
	const char *type = kyc_paper_field(p, KYC_READ_DOCUMENT_TYPE);

	if (p->mrz && !p->mrz->valid)
		note(p, ZONE_INVALID);
	if (p->barcode && !p->barcode->valid)
		note(p, BARCODE_INVALID);
	if (p->mrz && p->mrz->specimen && live)
		note(p, SPECIMEN);
	judge_expiry(p, today);
	judge_birth(p, today);
	if (!kyc_paper_field(p, KYC_READ_DOCUMENT_NUMBER))
		note(p, NUMBER_UNKNOWN);
	if (type && !kind_fits(p, type))
		note(p, KIND_NOT_ASKED_FOR);
	if (!country_fits(p->step,
			  kyc_paper_field(p, KYC_READ_DOCUMENT_COUNTRY)))
		note(p, COUNTRY_NOT_ASKED_FOR);
}

/* What was read well enough to be proved by its digits is no less right in a
 * dull photo; a face in it may be. */
static void judge_pictures(struct kyc_paper *p)
{
	bool poor = false, screen = false, edited = false;
	size_t i;

	for (i = 0; i < p->sight_count; i++) {
		poor |= p->sights[i].quality == KYC_OUTCOME_ISSUE ||
			!p->sights[i].decoded;
		screen |= p->sights[i].recapture == KYC_OUTCOME_CONSIDER;
		edited |= p->sights[i].editing == KYC_OUTCOME_CONSIDER;
	}
	if (poor)
		note(p, QUALITY_POOR);
	if (screen)
		note(p, PICTURE_OF_SCREEN);
	if (edited)
		note(p, PICTURE_EDITED);
}

/* What is not printed may not be readable; what is printed otherwise was
 * perhaps altered, in print or in the zone. */
static void judge_words(struct kyc_paper *p)
{
	bool differs = false;
	size_t i;

	for (i = 0; i < p->print_count; i++)
		differs |= p->print_matches[i].verdict == VIZONE_DIFFERENT;
	if (differs)
		note(p, PRINT_DIFFERS);
}

void kyc_paper_judge(struct kyc_paper *p, const struct date *today, bool live)
{
	p->note_count = 0;
	p->age = -1;
	if (p->mrz || p->barcode)
		judge_read(p, today, live);
	else
		judge_unread(p);
	judge_pictures(p);
	judge_words(p);
	if (p->elsewhere == KYC_SEEN)
		note(p, SEEN_ELSEWHERE);
}

static bool is_known(const struct kyc_sight *s, enum kyc_breakdown part)
{
	if (part == KYC_BREAK_QUALITY)
		return s->quality != KYC_OUTCOME_PENDING;
	if (part == KYC_BREAK_VISUAL)
		return s->recapture != KYC_OUTCOME_PENDING ||
		       s->editing != KYC_OUTCOME_PENDING;
	return true;
}

/* A part is clear, to be looked at, or an issue. */
enum kyc_outcome kyc_paper_part(const struct kyc_paper *p,
				enum kyc_breakdown part)
{
	enum kyc_outcome worst = KYC_OUTCOME_CLEAR;
	bool known = p->sight_count > 0;
	size_t i;

	for (i = 0; i < p->sight_count; i++)
		known &= is_known(&p->sights[i], part);
	for (i = 0; i < p->note_count; i++) {
		if (p->notes[i].part != part)
			continue;
		known = true;
		worst = kyc_outcome_worst(worst, p->notes[i].outcome);
	}
	if (worst == KYC_OUTCOME_ATTENTION)
		worst = KYC_OUTCOME_CONSIDER;
	return known ? worst : KYC_OUTCOME_PENDING;
}
