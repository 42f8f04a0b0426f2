// SPDX-License-Identifier: GPL-3.0-or-later
/* One identity document: what was read off its sides, and what is wrong with
 * it. No database. */
#ifndef KYC_PAPER_H
#define KYC_PAPER_H

#include "base/date.h"
#include "check/vizone.h"
#include "kyc/document.h"
#include "kyc/sight.h"

/* The parts of a document check's breakdown. */
enum kyc_breakdown {
	KYC_BREAK_VALIDATION,
	KYC_BREAK_QUALITY,
	KYC_BREAK_VISUAL,
	KYC_BREAKS
};

/* Something that a person should know. */
struct kyc_note {
	const char *code; /* "expired" */
	enum kyc_breakdown part;
	enum kyc_outcome outcome;
	enum kyc_reason reason;
};

/* Two sides, and each may be a PDF of four pages. */
enum { KYC_NOTES_MAX = 24, KYC_SIGHTS_MAX = 8, KYC_PRINT_MAX = 4 };

struct kyc_paper {
	const struct kyc_document *shown; /* the front, else the back */
	const struct kyc_document *back;  /* NULL where there is none */
	const struct kyc_step_def *step;
	const char *chosen_country; /* by the customer; NULL for none */
	struct kyc_sight sights[KYC_SIGHTS_MAX];
	enum kyc_side sides[KYC_SIGHTS_MAX];
	size_t sight_count;
	const struct kyc_source *mrz;	  /* NULL where none was read */
	const struct kyc_source *barcode; /* likewise */
	int age;			  /* in years; -1 for unknown */
	/* Somebody else has shown its number; set by whoever asked. */
	enum { KYC_NOT_ASKED, KYC_NOT_SEEN, KYC_SEEN } elsewhere;
	/* What was looked for in print, and what is there. */
	struct vizone_value print_values[KYC_PRINT_MAX];
	struct vizone_match print_matches[KYC_PRINT_MAX];
	size_t print_count;
	struct kyc_note notes[KYC_NOTES_MAX];
	size_t note_count;
};

/* Adds what was seen in a side's picture. */
void kyc_paper_look(struct kyc_paper *p, struct arena *a, enum kyc_side side,
		    struct json_object *picture);

/* Finds out what is wrong, from anew; live: of a tenant with live data, where a specimen is
 * no document. */
void kyc_paper_judge(struct kyc_paper *p, const struct date *today, bool live);

void kyc_paper_note(struct kyc_paper *p, const struct kyc_note *note);

/* By the machine readable zone, else the barcode; NULL for unknown. */
const char *kyc_paper_field(const struct kyc_paper *p,
			    enum kyc_extracted_field field);
const char *kyc_paper_name(const struct kyc_paper *p);

/* Of a part: clear, consider or issue; PENDING where nothing was learned. */
enum kyc_outcome kyc_paper_part(const struct kyc_paper *p,
				enum kyc_breakdown part);

#endif
