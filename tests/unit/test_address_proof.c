// SPDX-License-Identifier: GPL-3.0-or-later
/* Tests of src/check/address_*.c. */
#include "base/json.h"
#include "check/address_proof.h"
#include "print_page.h"
#include "unit.h"

static struct names *names;

static const char bill[] =
	"Nordlicht Energie GmbH\n"
	"Kaiserdamm 88, 14057 Berlin\n"
	"\n"
	"Frau Anna Maria Eriksson      Rechnungsdatum: 02.11.2026\n"
	"HauptstraBe 12a               Kundennummer 889123-44\n"
	"80331 Miinchen                Kunde seit 01.05.2019\n"
	"Geburtsdatum 12.08.1974\n"
	"Abrechnungszeitraum 01.10.2026 bis 31.10.2026\n"
	"Zahlbar bis 20.11.2026 per Lastschrift\n"
	"Ihr Vertragsbeginn 25.11.2026\n";

static const char statement[] =
	"First Harbour Bank plc        1 Churchill Place, London E14 5HP\n"
	"MR J O SMITHSON               Statement date\n"
	"FLAT 3                        8 November 2026\n"
	"221B BAKER ST\n"
	"LONDON\n"
	"NW1 6XE\n"
	"Date           Description    Paid out\n"
	"12 Nov 2026    GROCER         23.10\n"
	"13 Nov 2026    RAIL           8.00\n";

static struct address_claim claim_of(const char *name, const char *street,
				     const char *postcode, const char *city)
{
	return (struct address_claim){ .full_name = name,
				       .street = street,
				       .postcode = postcode,
				       .city = city,
				       .today = { 2026, 11, 27 } };
}

static void find(const char *text, const struct address_claim *claim,
		 struct address_proof *out)
{
	struct print_page p;

	address_proof_find(names, page_of(&p, text), 1, claim, out);
}

START_TEST(a_bill_proves)
{
	struct address_claim claim =
		claim_of("Anna Maria Eriksson", "Hauptstr. 12 a", "80331",
			 "M\xc3\xbcnchen");
	struct address_proof p;

	claim.street = "Hauptstra\xc3\x9f"
		       "e 12a";
	find(bill, &claim, &p);
	ck_assert_int_eq(p.name.verdict, ADDRESS_FOUND);
	ck_assert_uint_eq(p.name.line_count, 1);
	ck_assert_ptr_nonnull(strstr(p.name.lines[0].text, "Anna Maria"));
	ck_assert_int_eq(p.name.lines[0].page, 1);
	ck_assert_int_eq(p.address.verdict, ADDRESS_FOUND);
	ck_assert(p.street && p.city && p.postcode);
	ck_assert_uint_eq(p.address.line_count, 2);
	ck_assert_int_eq(p.address.lines[0].line, 4);
	ck_assert_int_eq(p.address.lines[1].line, 5);
	ck_assert_int_eq(p.date.verdict, ADDRESS_FOUND);
	ck_assert_int_eq(p.day.month * 100 + p.day.day, 1102);
	ck_assert_int_eq(p.age_days, 25);
	ck_assert_int_eq(p.max_age_days, 90);
	ck_assert(p.fresh);
	claim.max_age_days = 24;
	find(bill, &claim, &p);
	ck_assert_int_eq(p.date.verdict, ADDRESS_FOUND);
	ck_assert(!p.fresh);
}
END_TEST

START_TEST(a_statement_proves)
{
	struct address_claim claim =
		claim_of("Jonathan Smithson", "Flat 3, 221b Baker Street",
			 "nw16xe", "London");
	struct address_proof p;

	find(statement, &claim, &p);
	ck_assert_int_eq(p.name.verdict, ADDRESS_PARTIAL);
	ck_assert_ptr_nonnull(strstr(p.name.reason, "initial"));
	ck_assert_int_eq(p.address.verdict, ADDRESS_FOUND);
	ck_assert(p.street && p.city && p.postcode);
	ck_assert_uint_eq(p.address.line_count, 4);
	/* rows of a table are later, and not the statement's date */
	ck_assert_int_eq(p.day.month * 100 + p.day.day, 1108);
	ck_assert_int_eq(p.age_days, 19);
}
END_TEST

static const struct {
	const char *street, *postcode, *city;
	enum address_verdict verdict;
	bool has_street, has_city, has_postcode;
} places[] = {
	{ "Baker Street 221B", NULL, "London", ADDRESS_FOUND, true, true,
	  false },
	{ "221B Baker St.", "NW1 6XE", NULL, ADDRESS_FOUND, true, false, true },
	{ "221B Bakker Street", "NW1 6XE", NULL, ADDRESS_FOUND, true, false,
	  true },
	/* letters for digits and back */
	{ "22lB Baker Street", "NWI 6XE", NULL, ADDRESS_FOUND, true, false,
	  true },
	{ "222 Baker Street", "NW1 6XE", "London", ADDRESS_PARTIAL, false, true,
	  true },
	{ "221B Baker Street", "SW1A 1AA", "Leeds", ADDRESS_PARTIAL, true,
	  false, false },
	{ "221B Baker Street", NULL, NULL, ADDRESS_PARTIAL, true, false,
	  false },
	{ "7 High Road", "NW1 6XE", "London", ADDRESS_PARTIAL, false, true,
	  true },
	{ "7 High Road", "LS1 1AA", "Leeds", ADDRESS_NOT_FOUND, false, false,
	  false },
	/* the bank's own street: the customer's place is far off */
	{ "1 Churchill Place", "NW1 6XE", NULL, ADDRESS_PARTIAL, true, false,
	  false },
	{ "12 Nov", "NW1 6XF", NULL, ADDRESS_PARTIAL, true, false, false },
	{ "", "", "", ADDRESS_UNKNOWN, false, false, false },
	{ NULL, NULL, NULL, ADDRESS_UNKNOWN, false, false, false },
	{ "221", "", "", ADDRESS_NOT_FOUND, false, false, false },
	{ "de la", "", "", ADDRESS_NOT_FOUND, false, false, false },
};

START_TEST(places_are_judged)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(places); i++) {
		const struct address_claim claim =
			claim_of("X", places[i].street, places[i].postcode,
				 places[i].city);
		struct address_proof p;

		find(statement, &claim, &p);
		ck_assert_msg(p.address.verdict == places[i].verdict,
			      "%zu: %s, %s", i,
			      address_verdict_names[p.address.verdict],
			      p.address.reason);
		ck_assert_msg(p.street == places[i].has_street &&
				      p.city == places[i].has_city &&
				      p.postcode == places[i].has_postcode,
			      "%zu: %d %d %d", i, p.street, p.city, p.postcode);
		ck_assert_int_eq(p.address.line_count > 0,
				 p.address.verdict == ADDRESS_FOUND ||
					 p.address.verdict == ADDRESS_PARTIAL);
	}
}
END_TEST

static const struct {
	const char *name;
	enum address_verdict verdict;
} holders[] = {
	{ "Anna Maria Eriksson", ADDRESS_FOUND },
	{ "Eriksson, Anna Maria", ADDRESS_FOUND },
	{ "ANNA MAR\xc3\x8d"
	  "A ERIKSSON",
	  ADDRESS_FOUND },
	{ "Anna Eriksson", ADDRESS_PARTIAL },
	{ "Ana Maria Erikson", ADDRESS_PARTIAL },
	{ "Eriksson", ADDRESS_FOUND },
	{ "A. M. Eriksson", ADDRESS_PARTIAL },
	{ "Anna Maria Lindqvist", ADDRESS_NOT_FOUND },
	{ "Robert Eriksson", ADDRESS_NOT_FOUND },
	{ "Bob Jones", ADDRESS_NOT_FOUND },
	{ "", ADDRESS_UNKNOWN },
	{ NULL, ADDRESS_UNKNOWN },
};

START_TEST(names_are_judged)
{
	struct address_proof p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(holders); i++) {
		const struct address_claim claim =
			claim_of(holders[i].name, NULL, NULL, NULL);

		find(bill, &claim, &p);
		ck_assert_msg(p.name.verdict == holders[i].verdict, "%s: %s",
			      holders[i].name, p.name.reason);
	}
}
END_TEST

/* On 27 November 2026. */
static const struct {
	const char *text;
	const char *country;
	int month, day, age; /* month 0: none */
} days[] = {
	{ "a b c d Invoice date 5 November 2026", NULL, 11, 5, 22 },
	{ "a b c d\nInvoice date:\n5 November 2026", NULL, 11, 5, 22 },
	{ "a b c d Berlin, den 3. September 2026", NULL, 9, 3, 85 },
	{ "a b c d Paris, le 12 mars 2026", NULL, 3, 12, 260 },
	/* its own before a payment's, a contract's, a birth's */
	{ "a b c Bill date 01.11.2026 Payment due 15.11.2026", NULL, 11, 1,
	  26 },
	{ "a b c Date of birth 12.08.1974\nStatement date 01.10.2026", NULL, 10,
	  1, 57 },
	{ "a b c Date of birth 12.08.1974 d e", NULL, 0, 0, 0 },
	{ "a b c d Payment due by 15.11.2026", NULL, 0, 0, 0 },
	{ "a b c d e f no date at all", NULL, 0, 0, 0 },
	/* never one to come */
	{ "a b c d Date 28.11.2026", NULL, 0, 0, 0 },
	{ "a b c Date 28.11.2026\ne 01.11.2026", NULL, 11, 1, 26 },
	{ "a b c d Date 27.11.2026", NULL, 11, 27, 0 },
	/* of a period the end, if it is over */
	{ "a b Billing period 01.09.2026 - 30.09.2026", NULL, 9, 30, 58 },
	{ "a b Period from 1 Nov 2026 to 30 Nov 2026", NULL, 11, 1, 26 },
	/* nothing says what they are: the latest */
	{ "a b c 01.09.2026\nd 20.10.2026\ne 02.10.2026", NULL, 10, 20, 38 },
	/* day and month: by the country, by another date, by the older */
	{ "a b c d Date 08/11/2026", "DE", 11, 8, 19 },
	{ "a b c d Date 08/11/2026", "US", 8, 11, 108 },
	{ "a b c d Date 08/11/2026", NULL, 8, 11, 108 },
	{ "a b c d Date 08/11/2026", "CA", 8, 11, 108 },
	{ "a b c d Date 08/11/2026\nfrom 10/25/2026", NULL, 8, 11, 108 },
	{ "a b c d Date 08/11/2026\nfrom 25/10/2026", NULL, 11, 8, 19 },
	{ "a b c d Date 11/12/2026", "DE", 11, 12, 15 },
	{ "a b c d Date 01/11/26", "DE", 11, 1, 26 },
};

START_TEST(days_are_chosen)
{
	struct address_proof p;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(days); i++) {
		struct address_claim claim = claim_of("X", NULL, NULL, NULL);

		claim.country = days[i].country;
		find(days[i].text, &claim, &p);
		ck_assert_msg(p.day.month == days[i].month &&
				      p.day.day == days[i].day,
			      "%s: %d-%d-%d", days[i].text, p.day.year,
			      p.day.month, p.day.day);
		ck_assert_int_eq(p.age_days, p.day.year ? days[i].age : -1);
		ck_assert_int_eq(p.fresh, p.day.year && p.age_days <= 90);
		ck_assert_int_eq(p.date.verdict, p.day.year
							 ? ADDRESS_FOUND
							 : ADDRESS_NOT_FOUND);
	}
}
END_TEST

START_TEST(pages_and_nothing)
{
	const struct address_claim claim =
		claim_of("Anna Maria Eriksson", "Hauptstr. 12a", "80331", NULL);
	struct print_page page[2];
	struct words pages[2];
	struct address_proof p;

	pages[0] = *page_of(&page[0], "one two");
	pages[1] = (struct words){ NULL, 0 };
	address_proof_find(names, pages, 2, &claim, &p);
	ck_assert_int_eq(p.name.verdict, ADDRESS_UNKNOWN);
	ck_assert_int_eq(p.address.verdict, ADDRESS_UNKNOWN);
	ck_assert_int_eq(p.date.verdict, ADDRESS_UNKNOWN);
	address_proof_find(names, NULL, 0, &claim, &p);
	ck_assert_int_eq(p.date.verdict, ADDRESS_UNKNOWN);
	pages[1] = *page_of(&page[1], bill);
	address_proof_find(names, pages, 2, &claim, &p);
	ck_assert_int_eq(p.address.verdict, ADDRESS_FOUND);
	ck_assert_int_eq(p.address.lines[0].page, 2);
	ck_assert_int_eq(p.date.lines[0].page, 2);
	/* without ICU a date is found all the same */
	address_proof_find(NULL, pages, 2, &claim, &p);
	ck_assert_int_eq(p.name.verdict, ADDRESS_UNKNOWN);
	ck_assert_int_eq(p.address.verdict, ADDRESS_UNKNOWN);
	ck_assert_int_eq(p.date.verdict, ADDRESS_FOUND);
}
END_TEST

START_TEST(proof_is_written)
{
	const struct address_claim claim = claim_of("Li Wu", "", NULL, "Bern");
	struct buf b = BUF_INIT;
	struct address_proof p;

	find("Li Wu of Basel on 01.11.2026", &claim, &p);
	address_proof_json(&b, NULL, &p);
	ck_assert_str_eq(
		b.data,
		"{\"name\":{\"verdict\":\"found\",\"reason\":\"the same name\","
		"\"lines\":[{\"page\":1,\"line\":0,\"text\":\"Li Wu of Basel "
		"on 01.11.2026\",\"confidence\":95}]},\"address\":{\"verdict\":"
		"\"not_found\",\"reason\":\"the address is not in it\","
		"\"lines\":[],\"street\":false,\"city\":false,\"postcode\":"
		"false},\"date\":{\"verdict\":\"found\",\"reason\":\"its date "
		"is not long ago\",\"lines\":[{\"page\":1,\"line\":0,\"text\":"
		"\"Li Wu of Basel on 01.11.2026\",\"confidence\":95}],\"date\":"
		"\"2026-11-01\",\"age_days\":26,\"max_age_days\":90,\"fresh\":"
		"true}}");
	buf_finish(&b);
}
END_TEST

/* ICU's tables are loaded in the parent of all tests. */
int main(void)
{
	const TTest *const tests[] = { a_bill_proves,	  a_statement_proves,
				       places_are_judged, names_are_judged,
				       days_are_chosen,	  pages_and_nothing,
				       proof_is_written };
	int rc;

	names = names_create();
	if (!names) {
		fputs("ICU has no tables\n", stderr);
		return 1;
	}
	rc = unit_run("address proof", tests, ARRAY_SIZE(tests));
	names_destroy(names);
	return rc;
}
