// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of what is believed of the jailed child's answer, and of what a
 * document comes to. */
#include <json-c/json.h>
#include <stdio.h>

#include "kyc/paper.h"
#include "unit.h"

#define QUALITY "\"quality\":{\"verdict\":\"clear\"}"
#define ZONE(birth, expiry)                                                    \
	"{" QUALITY ",\"mrz\":{\"format\":\"TD3\",\"accepted\":true,"          \
	"\"fields\":{\"document_type\":\"passport\",\"issuer\":\"SWE\","       \
	"\"issuer_country\":\"SE\",\"document_number\":\"L898902C3\","         \
	"\"nationality\":\"SWE\",\"nationality_country\":\"SE\","              \
	"\"date_of_birth\":\"" birth "\",\"expiry_date\":\"" expiry            \
	"\",\"gender\":\"female\",\"surname\":\"Eriksson\",\"given_names\":"   \
	"\"Anna Maria\",\"names_cut\":false,\"valid\":true,"                   \
	"\"specimen\":false}}}"

static const struct date today = { 2026, 11, 27 };
static const char *const countries[] = { "SE" };
static struct arena *arena;

static struct kyc_paper paper;
static struct json_object *pictures[8];
static size_t picture_count;

static const struct kyc_step_def step = {
	.id = "step_document",
	.kind = KYC_STEP_DOCUMENT,
	.document_kinds = 1u << KYC_PASSPORT,
	.countries = countries,
	.country_count = 1,
	.min_age = 18,
};

static void fresh(void)
{
	while (picture_count)
		json_object_put(pictures[--picture_count]);
	paper = (struct kyc_paper){ .step = &step };
}

static void look(const char *json)
{
	struct json_object *o = json_tokener_parse(json);

	ck_assert_ptr_nonnull(o);
	pictures[picture_count++] = o;
	kyc_paper_look(&paper, arena, KYC_FRONT, o);
}

/* The notes' codes with blanks between. */
static const char *codes(const char *json)
{
	static char out[512];
	size_t i, len = 0;

	if (json) {
		fresh();
		look(json);
	}
	kyc_paper_judge(&paper, &today, true);
	*out = '\0';
	for (i = 0; i < paper.note_count; i++)
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%s",
					i ? " " : "", paper.notes[i].code);
	return out;
}

START_TEST(days)
{
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2034-04-15")), "");
	ck_assert_int_eq(paper.age, 52);
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2026-11-27")), "");
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2026-11-26")), "expired");
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2025")), "expired");
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2026-11")),
			 "expiry_unknown");
	ck_assert_str_eq(codes(ZONE("1974-08-12", "")), "expiry_unknown");
	ck_assert_str_eq(codes(ZONE("1974-08-12", "2034-02-30")),
			 "expiry_unknown");
	ck_assert_str_eq(codes(ZONE("2008-11-27", "2034-04-15")), "");
	ck_assert_str_eq(codes(ZONE("2008-11-28", "2034-04-15")), "too_young");
	/* eighteen at some time of this year */
	ck_assert_str_eq(codes(ZONE("2008", "2034-04-15")), "too_young");
	ck_assert_str_eq(codes(ZONE("2007", "2034-04-15")), "");
	ck_assert_str_eq(codes(ZONE("1904-01-01", "2034-04-15")),
			 "birth_impossible");
	ck_assert_str_eq(codes(ZONE("x", "2034-04-15")), "birth_unknown");
	ck_assert_int_eq(paper.age, -1);
}
END_TEST

START_TEST(what_was_asked_for)
{
	fresh();
	look(ZONE("1974-08-12", "2034-04-15"));
	ck_assert(paper.mrz->valid);
	ck_assert_str_eq(kyc_paper_name(&paper), "Anna Maria Eriksson");
	ck_assert_str_eq(kyc_paper_field(&paper, KYC_READ_NATIONALITY), "SE");
	paper.sights[0].mrz.field[KYC_READ_DOCUMENT_TYPE] = "visa";
	paper.sights[0].mrz.field[KYC_READ_DOCUMENT_COUNTRY] = "DE";
	ck_assert_str_eq(codes(NULL),
			 "kind_not_asked_for country_not_asked_for");
	paper.sights[0].mrz.field[KYC_READ_DOCUMENT_COUNTRY] = NULL;
	paper.sights[0].mrz.field[KYC_READ_DOCUMENT_TYPE] = "passport";
	paper.sights[0].mrz.specimen = true;
	paper.elsewhere = KYC_SEEN;
	ck_assert_str_eq(codes(NULL), "specimen country_not_asked_for "
				      "number_seen_elsewhere");
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VALIDATION),
			 KYC_OUTCOME_ISSUE);
	kyc_paper_judge(&paper, &today, false);
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VALIDATION),
			 KYC_OUTCOME_CONSIDER);
}
END_TEST

START_TEST(what_cannot_be_read)
{
	ck_assert_str_eq(codes("{\"error\":{\"kind\":\"unreadable\"}}"),
			 "no_picture quality_hinders quality_poor");
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VISUAL),
			 KYC_OUTCOME_PENDING);
	ck_assert_str_eq(codes("{" QUALITY ",\"mrz\":null}"),
			 "nothing_read quality_hinders");
	ck_assert_str_eq(codes("{" QUALITY
			       ",\"mrz\":{\"accepted\":false,\"fields\":"
			       "null}}"),
			 "zone_unreadable quality_hinders");
	/* what does not say that it was accepted was not */
	ck_assert_str_eq(codes("{" QUALITY ",\"mrz\":{\"fields\":{\"valid\":"
			       "true}}}"),
			 "zone_unreadable quality_hinders");
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_QUALITY),
			 KYC_OUTCOME_CONSIDER);
}
END_TEST

/* Signs are reasons to look, whatever the child says. */
START_TEST(signs)
{
	ck_assert_str_eq(codes("{" QUALITY ",\"recapture\":{\"verdict\":"
			       "\"issue\"},\"editing\":{\"verdict\":"
			       "\"consider\"}}"),
			 "nothing_read quality_hinders picture_of_screen "
			 "picture_edited");
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VISUAL),
			 KYC_OUTCOME_CONSIDER);
	codes("{\"recapture\":{\"verdict\":\"clear\"},\"editing\":{"
	      "\"verdict\":\"unknown\"}}");
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VISUAL),
			 KYC_OUTCOME_CLEAR);
	/* of the other side nothing is known */
	look("{}");
	codes(NULL);
	ck_assert_int_eq(kyc_paper_part(&paper, KYC_BREAK_VISUAL),
			 KYC_OUTCOME_PENDING);
}
END_TEST

START_TEST(a_licence)
{
	fresh();
	look("{" QUALITY "}");
	look("{" QUALITY ",\"barcode\":{\"aamva\":{\"document_type\":"
	     "\"driving_license\",\"issuer\":\"636000\",\"document_number\":"
	     "\"T64235789\",\"first_name\":\"MICHAEL\",\"middle_name\":"
	     "\"JOHN\",\"last_name\":\"SAMPLE\",\"date_of_birth\":"
	     "\"1986-06-06\",\"expiry_date\":\"2027-12-10\",\"address\":{"
	     "\"line1\":\"2300 WEST BROAD STREET\",\"line2\":\"APT 7\","
	     "\"city\":\"RICHMOND\",\"postcode\":\"23269\",\"country\":"
	     "\"US\"},\"document_country\":\"US\",\"valid\":true}}}");
	ck_assert_ptr_null(paper.mrz);
	ck_assert_str_eq(kyc_paper_name(&paper), "MICHAEL JOHN SAMPLE");
	ck_assert_str_eq(paper.barcode->address[KYC_READ_LINE1],
			 "2300 WEST BROAD STREET, APT 7");
	ck_assert_str_eq(codes(NULL),
			 "kind_not_asked_for country_not_asked_for");
}
END_TEST

/* Each member of a wrong type, too long, or with bytes that are no text. */
START_TEST(nothing_is_believed)
{
	static const char *const texts[] = { "[]",
					     "null",
					     "7",
					     "\"x\"",
					     "{}",
					     "true",
					     "{\"a\":{\"b\":[1,2]}}" };
	static const char *const members[] = { "error",	    "quality",
					       "mrz",	    "barcode",
					       "recapture", "editing",
					       "photo" };
	char json[2048], name[900];
	size_t i, t;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		for (t = 0; t < ARRAY_SIZE(texts); t++) {
			snprintf(json, sizeof(json), "{\"%s\":%s}", members[i],
				 texts[t]);
			codes(json);
			ck_assert_ptr_null(paper.mrz);
			ck_assert_uint_gt(paper.note_count, 0);
		}
	}
	memset(name, 'A', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(json, sizeof(json),
		 "{\"mrz\":{\"accepted\":true,\"fields\":{\"valid\":true,"
		 "\"surname\":\"%s\",\"given_names\":\"\\u0007\","
		 "\"document_number\":[\"L1\"],\"issuer_country\":\"SWE\"}}}",
		 name);
	codes(json);
	ck_assert_ptr_nonnull(paper.mrz);
	ck_assert_ptr_null(kyc_paper_name(&paper));
	ck_assert_ptr_null(kyc_paper_field(&paper, KYC_READ_DOCUMENT_NUMBER));
	ck_assert_ptr_null(kyc_paper_field(&paper, KYC_READ_DOCUMENT_COUNTRY));
	fresh();
	for (i = 0; i < 12; i++)
		kyc_paper_look(&paper, arena, KYC_BACK, NULL);
	ck_assert_uint_eq(paper.sight_count, KYC_SIGHTS_MAX);
	ck_assert_str_eq(codes(NULL),
			 "no_picture quality_hinders quality_poor");
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		days,  what_was_asked_for, what_cannot_be_read,
		signs, a_licence,	   nothing_is_believed
	};
	int rc;

	arena = arena_create();
	rc = unit_run("paper", tests, ARRAY_SIZE(tests));
	fresh();
	arena_destroy(arena);
	return rc;
}
