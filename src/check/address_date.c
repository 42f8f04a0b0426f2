// SPDX-License-Identifier: GPL-3.0-or-later
/* The day of a document: of all dates in it the one that is its own. */
#include "base/str.h"
#include "check/address_part.h"
#include "check/print_date.h"
#include "check/vizone_part.h"

enum { DATES_MAX = 256, WORDS_BEFORE = 6 };

/* What the words at a date say of it, the last one of them wins. */
enum rank {
	RANK_NONE,   /* nothing */
	RANK_PERIOD, /* the document is of that time */
	RANK_OWN,    /* it is the document's date */
	RANK_OTHER,  /* of a payment, a contract, …: may be later or older */
	RANK_BIRTH
};

static const struct {
	enum rank rank;
	const char *words; /* in small letters without marks */
} meanings[] = {
	{ RANK_PERIOD,
	  "period periode periodo zeitraum abrechnungszeitraum "
	  "leistungszeitraum from to vom bis until through ending du au "
	  "statement bill billing invoice rechnung facture factura fattura "
	  "releve kontoauszug month monat mois" },
	{ RANK_OWN,
	  "date dated datum rechnungsdatum ausstellungsdatum belegdatum "
	  "ausgestellt fecha data issued issue emis emise emision emissione "
	  "le den on printed gedruckt" },
	{ RANK_OTHER,
	  "due payable pay paid payment before by fallig faellig "
	  "falligkeitsdatum zahlbar echeance prelevement vencimiento scadenza "
	  "previous last next since seit depuis desde opened start contract "
	  "vertragsbeginn "
	  "valid expiry expires expiration gultig gueltig renewal debit "
	  "collection lastschrift abbuchung einzug" },
	{ RANK_BIRTH,
	  "birth born dob naissance ne nee geburt geburtsdatum geboren "
	  "nacimiento nascita nascimento" },
};

struct candidate {
	size_t page;
	enum rank rank;
	struct print_date date;
	bool above; /* what is known of it stands above */
};

struct candidates {
	struct candidate list[DATES_MAX];
	size_t count;
	bool month_first, day_first; /* some date in it is so */
};

static void plain(char out[WORD_TEXT_MAX], const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		unsigned char next = (unsigned char)s[1];

		if (*s >= 'A' && *s <= 'Z')
			out[n++] = (char)(*s - 'A' + 'a');
		else if (*s >= 'a' && *s <= 'z')
			out[n++] = *s;
		else if ((unsigned char)*s == 0xc3 && (next & 0x9f) >= 0x88 &&
			 (next & 0x9f) <= 0x8b)
			out[n++] = 'e';
		else if ((unsigned char)*s == 0xc3 && (next & 0x9f) == 0x84)
			out[n++] = 'a';
		else if ((unsigned char)*s == 0xc3 && (next & 0x9f) == 0x9c)
			out[n++] = 'u';
	}
	out[n] = '\0';
}

/* Of one line, without a gap between them. */
static bool are_close(const struct word *a, const struct word *b)
{
	return a->line == b->line && b->at[0] - a->at[0] - a->at[2] < a->at[3];
}

static enum rank meaning(const char *word)
{
	char text[WORD_TEXT_MAX];
	size_t i;

	plain(text, word);
	for (i = 0; *text && i < ARRAY_SIZE(meanings); i++) {
		if (str_listed(meanings[i].words, text))
			return meanings[i].rank;
	}
	return RANK_NONE;
}

static enum rank stronger(enum rank a, enum rank b)
{
	return a > b ? a : b;
}

/* The words before it in its line, as far as another date or a few of them. */
static enum rank before(const struct words *w, const struct print_date *d,
			size_t least)
{
	size_t from = d->first > least + WORDS_BEFORE ? d->first - WORDS_BEFORE
						      : least;
	enum rank rank = RANK_NONE;
	size_t i;

	for (i = from; i < d->first; i++)
		rank = stronger(rank, meaning(w->list[i].text));
	/* "Date:12.08.1974" is one word */
	return stronger(rank, meaning(w->list[d->first].text));
}

/* All of the label that the word is of: "Payment date". */
static enum rank label_at(const struct words *w, size_t i)
{
	enum rank rank = meaning(w->list[i].text);
	size_t first = i, last = i + 1;

	while (first && are_close(&w->list[first - 1], &w->list[first]))
		first--;
	while (last < w->count && are_close(&w->list[last - 1], &w->list[last]))
		last++;
	for (i = first; i < last; i++)
		rank = stronger(rank, meaning(w->list[i].text));
	return rank;
}

/* What the label says that stands nearest on the left or above. */
static enum rank around(const struct words *w, const struct print_date *d,
			bool *above)
{
	const struct word *date = &w->list[d->first];
	enum rank rank = RANK_NONE;
	int least = 0;
	size_t i;

	for (i = 0; i < w->count; i++) {
		const struct word *label = &w->list[i];
		int far = vizone_distance(label, date);

		if (far < 0 || label->line == date->line ||
		    !meaning(label->text) || (rank && far >= least))
			continue;
		least = far;
		rank = label_at(w, i);
		*above = label->at[1] + label->at[3] <= date->at[1];
	}
	return rank;
}

static void add_line(const struct words *w, size_t page, size_t first,
		     struct candidates *c)
{
	size_t end = words_line_end(w, first), least = first, i, n;
	struct print_date dates[16];
	enum rank rank = RANK_NONE;
	bool above = false;

	n = print_date_find(w, first, end, dates, ARRAY_SIZE(dates));
	for (i = 0; i < n && c->count < DATES_MAX; i++) {
		enum rank own = before(w, &dates[i], least);

		/* "from … to …" is all of one kind */
		rank = own || i ? stronger(own, rank)
				: around(w, &dates[i], &above);
		c->list[c->count++] =
			(struct candidate){ page, rank, dates[i], above };
		c->month_first |= dates[i].month_first;
		c->day_first |= dates[i].day_first;
		least = dates[i].last;
	}
}

/* Days since 1 March of year 0 (Howard Hinnant, "chrono-Compatible Low-Level
 * Date Algorithms"). */
static int day_number(const struct date *d)
{
	int y = d->month > 2 ? d->year : d->year - 1;
	int m = d->month > 2 ? d->month - 3 : d->month + 9;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d->day;
}

static bool is_american(const char *country)
{
	return country && (!strcmp(country, "US") || !strcmp(country, "USA"));
}

static bool is_canadian(const char *country)
{
	return country && (!strcmp(country, "CA") || !strcmp(country, "CAN"));
}

/* One right below the other. */
static bool is_below(const struct word *a, const struct word *b)
{
	return b->at[1] > a->at[1] && b->at[1] < a->at[1] + 4 * a->at[3] &&
	       b->at[0] < a->at[0] + a->at[2] && a->at[0] < b->at[0] + b->at[2];
}

/* A label above several dates heads a table: they are those of its rows. */
static void leave_tables(const struct address_pages *p, struct candidates *c)
{
	size_t i, k;

	for (i = 0; i < c->count; i++) {
		struct candidate *a = &c->list[i];
		const struct word *w = p->list[a->page].list;

		for (k = 0; a->above && k < c->count; k++) {
			if (c->list[k].page == a->page &&
			    is_below(&w[a->date.first],
				     &w[c->list[k].date.first]))
				a->rank = RANK_NONE;
		}
	}
}

/* 08/11/2026 as this document means it; where nothing tells, by the older
 * reading. Never a day to come, if it can be read otherwise. */
static struct date settle(const struct candidates *c,
			  const struct print_date *d,
			  const struct address_claim *claim)
{
	struct date by_day = d->day[0], by_month = d->day[1];
	bool month_first = c->month_first, day_first = c->day_first;

	if (d->short_year) {
		by_day.year += 2000;
		by_month.year += 2000;
	}
	if (d->order == PRINT_DATE_ONE ||
	    date_compare(&by_month, &claim->today) > 0)
		return by_day;
	if (date_compare(&by_day, &claim->today) > 0)
		return by_month;
	if (month_first == day_first) {
		bool known = claim->country && *claim->country &&
			     !is_canadian(claim->country);

		month_first = known && is_american(claim->country);
		day_first = known && !month_first;
	}
	if (month_first != day_first)
		return month_first ? by_month : by_day;
	return date_compare(&by_day, &by_month) < 0 ? by_day : by_month;
}

/* Of the best kind the latest that is not to come. */
static const struct candidate *choose(const struct candidates *c,
				      const struct address_claim *claim,
				      struct date *day)
{
	const struct candidate *best = NULL;
	size_t i;

	for (i = 0; i < c->count; i++) {
		const struct candidate *one = &c->list[i];
		struct date d = settle(c, &one->date, claim);

		if (one->rank >= RANK_OTHER ||
		    date_compare(&d, &claim->today) > 0)
			continue;
		if (best &&
		    (one->rank < best->rank ||
		     (one->rank == best->rank && date_compare(&d, day) <= 0)))
			continue;
		best = one;
		*day = d;
	}
	return best;
}

static void tell(const struct address_pages *p, const struct candidates *c,
		 const struct address_claim *claim, struct address_proof *out)
{
	const struct candidate *best = choose(c, claim, &out->day);

	if (!best) {
		address_set(&out->date, ADDRESS_NOT_FOUND,
			    c->count ? "no date in it is its own"
				     : "there is no date in it");
		return;
	}
	out->age_days = day_number(&claim->today) - day_number(&out->day);
	out->fresh = out->age_days <= out->max_age_days;
	address_add_line(p, best->page, best->date.first, &out->date);
	if (best->date.doubtful)
		address_set(&out->date, ADDRESS_PARTIAL,
			    "a letter of it was taken for a digit");
	else
		address_set(&out->date, ADDRESS_FOUND,
			    out->fresh ? "its date is not long ago"
				       : "its date is too long ago");
}

void address_find_date(const struct address_pages *p,
		       const struct address_claim *claim,
		       struct address_proof *out)
{
	struct candidates *c = mem_alloc(sizeof(*c));
	size_t page, first;

	for (page = 0; page < p->count; page++) {
		const struct words *w = &p->list[page];

		for (first = 0; first < w->count;
		     first = words_line_end(w, first))
			add_line(w, page, first, c);
	}
	leave_tables(p, c);
	tell(p, c, claim, out);
	free(c);
}
