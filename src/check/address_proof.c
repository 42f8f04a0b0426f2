// SPDX-License-Identifier: GPL-3.0-or-later
/* Proof of address: the name in it, and what was found as a whole. */
#include "base/json.h"
#include "check/address_part.h"
#include "check/names_part.h"

enum { WORDS_ENOUGH = 5 };

const char *const address_verdict_names[ADDRESS_VERDICTS] = {
	[ADDRESS_UNKNOWN] = "unknown",
	[ADDRESS_NOT_FOUND] = "not_found",
	[ADDRESS_PARTIAL] = "partial",
	[ADDRESS_FOUND] = "found",
};

static size_t line_start(const struct words *w, size_t i)
{
	while (i && w->list[i - 1].line == w->list[i].line)
		i--;
	return i;
}

void address_add_line(const struct address_pages *p, size_t page, size_t word,
		      struct address_part *part)
{
	const struct words *w = &p->list[page];
	struct address_line *l;
	size_t i;

	for (i = 0; i < part->line_count; i++) {
		if (part->lines[i].page == (int)page + 1 &&
		    part->lines[i].line == w->list[word].line)
			return;
	}
	if (part->line_count == ADDRESS_PROOF_LINES)
		return;
	l = &part->lines[part->line_count++];
	l->page = (int)page + 1;
	l->line = w->list[word].line;
	l->confidence =
		words_text(w, line_start(w, word), words_line_end(w, word),
			   l->text, ADDRESS_TEXT);
}

void address_set(struct address_part *part, enum address_verdict verdict,
		 const char *reason)
{
	part->verdict = verdict;
	part->reason = reason;
}

static bool is_same(const struct name_part *have, const struct name_part *want)
{
	return names_distance(have, want) <=
	       names_tolerance(strlen(want->form[0]));
}

static int split(const struct address_pages *p, const char *word,
		 struct name_parts *out)
{
	char text[WORD_TEXT_MAX];

	words_mend(word, text);
	return names_split(p->n, text, out);
}

/* Whether the word can be one of the name's, if only by an initial. */
static bool belongs(const struct address_pages *p, const char *word,
		    const struct name_parts *name)
{
	struct name_parts parts;
	size_t i, k;

	if (split(p, word, &parts))
		return false;
	for (i = 0; i < parts.count; i++) {
		const char *have = parts.part[i].form[0];

		for (k = 0; k < name->count; k++) {
			const char *want = name->part[k].form[0];

			if (((!have[1] || !want[1]) && *have == *want) ||
			    is_same(&parts.part[i], &name->part[k]))
				return true;
		}
	}
	return false;
}

/* One of the words is that part. */
static bool has_part(const struct address_pages *p, size_t page, size_t first,
		     size_t last, const struct name_part *want)
{
	struct name_parts parts;
	size_t i, k;

	for (i = first; i < last; i++) {
		if (split(p, p->list[page].list[i].text, &parts))
			continue;
		for (k = 0; k < parts.count; k++) {
			if (is_same(&parts.part[k], want))
				return true;
		}
	}
	return false;
}

/* The word beside a name belongs to it, as it looks: it begins with a capital,
 * has no digit and no colon, and is no title. */
static bool is_more_of_it(const struct address_pages *p, const struct word *a,
			  const struct word *b, const struct word *more)
{
	const char *s = more->text;
	struct name_parts parts;

	if (a->line != b->line || b->at[0] - a->at[0] - a->at[2] > a->at[3] ||
	    !((*s >= 'A' && *s <= 'Z') || *s & 0x80) ||
	    s[strcspn(s, "0123456789:,")] || split(p, s, &parts))
		return false;
	return !parts.part[0].small;
}

/* Of a name that is there in part: it is somebody else's where the last part
 * is not in it ("Anna Maria" of "Anna Maria Lind" in "Anna Maria Berg"), or
 * the first is not and another one stands beside it ("Lind" in "Bob Lind"). */
static bool is_other(const struct address_pages *p,
		     const struct name_parts *name, size_t page, size_t first,
		     size_t last)
{
	const struct words *w = &p->list[page];
	const struct word *a = &w->list[first], *b = &w->list[last - 1];

	if (!has_part(p, page, first, last, &name->part[name->count - 1]))
		return true;
	if (has_part(p, page, first, last, &name->part[0]))
		return false;
	return (first && is_more_of_it(p, a - 1, a, a - 1)) ||
	       (last < w->count && is_more_of_it(p, b, b + 1, b + 1));
}

/* What the best words so far prove. */
struct best {
	enum verdict verdict;
	const char *reason;
	size_t page, word, count;
};

static void compare(const struct address_pages *p, const char *name,
		    const struct name_parts *parts, size_t page, size_t first,
		    size_t last, struct best *best)
{
	const struct name want = { name, false };
	char text[WORD_TEXT_MAX], mended[WORD_TEXT_MAX];
	struct comparison c;

	words_text(&p->list[page], first, last, text, sizeof(text));
	words_mend(text, mended);
	names_compare(p->n, &want, &(struct name){ mended, false }, &c);
	if (c.verdict != VERDICT_MATCH && c.verdict != VERDICT_PARTIAL)
		return;
	if (c.verdict == VERDICT_PARTIAL && last - first < parts->count &&
	    is_other(p, parts, page, first, last))
		return;
	if (best->verdict == VERDICT_MATCH ||
	    (best->verdict == c.verdict && best->count >= last - first))
		return;
	*best = (struct best){ c.verdict, c.reason, page, first, last - first };
}

/* Every run of words that begins and ends with one of the name's. */
static void look_in_page(const struct address_pages *p, const char *name,
			 const struct name_parts *parts, size_t page,
			 struct best *best)
{
	const struct words *w = &p->list[page];
	bool *fits = mem_alloc(w->count + 1);
	size_t i, k;

	for (i = 0; i < w->count; i++)
		fits[i] = belongs(p, w->list[i].text, parts);
	for (i = 0; i < w->count; i++) {
		for (k = i;
		     fits[i] && k < w->count && k <= i + parts->count + 2;
		     k++) {
			if (w->list[k].line != w->list[i].line)
				break;
			if (fits[k])
				compare(p, name, parts, page, i, k + 1, best);
		}
	}
	free(fits);
}

void address_find_name(const struct address_pages *p,
		       const struct address_claim *claim,
		       struct address_part *out)
{
	struct best best = { .verdict = VERDICT_UNKNOWN };
	struct name_parts parts;
	size_t page;

	if (!claim->full_name || !*claim->full_name || !p->n ||
	    names_split(p->n, claim->full_name, &parts)) {
		address_set(out, ADDRESS_UNKNOWN,
			    "there is no name to look for");
		return;
	}
	for (page = 0; page < p->count; page++)
		look_in_page(p, claim->full_name, &parts, page, &best);
	if (!best.count) {
		address_set(out, ADDRESS_NOT_FOUND, "the name is not in it");
		return;
	}
	address_set(out,
		    best.verdict == VERDICT_MATCH ? ADDRESS_FOUND
						  : ADDRESS_PARTIAL,
		    best.reason);
	address_add_line(p, best.page, best.word, out);
}

void address_proof_find(const struct names *n, const struct words *pages,
			size_t page_count, const struct address_claim *claim,
			struct address_proof *out)
{
	static const char nothing[] = "too little could be read";
	const struct address_pages p = { n, pages, page_count };
	size_t words = 0, i;

	memset(out, 0, sizeof(*out));
	out->age_days = -1;
	out->max_age_days = claim->max_age_days > 0 ? claim->max_age_days
						    : ADDRESS_PROOF_DAYS;
	for (i = 0; i < page_count; i++)
		words += pages[i].count;
	if (words < WORDS_ENOUGH) {
		address_set(&out->name, ADDRESS_UNKNOWN, nothing);
		address_set(&out->address, ADDRESS_UNKNOWN, nothing);
		address_set(&out->date, ADDRESS_UNKNOWN, nothing);
		return;
	}
	address_find_name(&p, claim, &out->name);
	address_find_place(&p, claim, out);
	address_find_date(&p, claim, out);
}

static void open_part(struct buf *b, const char *key,
		      const struct address_part *part)
{
	size_t i;

	json_open(b, key, '{');
	json_str(b, "verdict", address_verdict_names[part->verdict]);
	json_str(b, "reason", part->reason);
	json_open(b, "lines", '[');
	for (i = 0; i < part->line_count; i++) {
		json_open(b, NULL, '{');
		json_int(b, "page", part->lines[i].page);
		json_int(b, "line", part->lines[i].line);
		json_str(b, "text", part->lines[i].text);
		json_int(b, "confidence", part->lines[i].confidence);
		json_close(b, '}');
	}
	json_close(b, ']');
}

void address_proof_json(struct buf *b, const char *key,
			const struct address_proof *p)
{
	char day[40];

	json_open(b, key, '{');
	open_part(b, "name", &p->name);
	json_close(b, '}');
	open_part(b, "address", &p->address);
	json_flag(b, "street", p->street);
	json_flag(b, "city", p->city);
	json_flag(b, "postcode", p->postcode);
	json_close(b, '}');
	open_part(b, "date", &p->date);
	snprintf(day, sizeof(day), "%04d-%02d-%02d", p->day.year, p->day.month,
		 p->day.day);
	json_str(b, "date", p->day.year ? day : NULL);
	json_int_or_null(b, "age_days", p->age_days);
	json_int(b, "max_age_days", p->max_age_days);
	json_flag(b, "fresh", p->fresh);
	json_close(b, '}');
	json_close(b, '}');
}
