// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of workflows: wallets, forms, branches, and what reading a
 * definition costs. */
#include <json-c/json.h>
#include <stdio.h>

#include "base/json.h"
#include "base/str.h"
#include "crypto/keccak.h"
#include "kyc/form.h"
#include "kyc/wallet.h"
#include "kyc/when.h"
#include "kyc/workflow_part.h"
#include "unit.h"

static struct kyc k;

/* The Keccak team's test vectors for r = 1088, c = 512, and the empty code of
 * Ethereum's yellow paper. */
START_TEST(keccak_is_the_original)
{
	static const struct {
		const char *in;
		const char *out;
	} cases[] = {
		{ "", "c5d2460186f7233c927e7db2dcc703c0"
		      "e500b653ca82273b7bfad8045d85a470" },
		{ "abc", "4e03657aea45a94fc7d47ba826c8d667"
			 "c0d1e6e33a64a036ec44f58fa12d6c45" },
	};
	uint8_t digest[KECCAK_SIZE];
	char hex[2 * KECCAK_SIZE + 1];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		keccak_256(cases[i].in, strlen(cases[i].in), digest);
		str_hex(digest, sizeof(digest), hex);
		ck_assert_str_eq(hex, cases[i].out);
	}
}
END_TEST

START_TEST(wallets_are_checked)
{
	/* BIP 173, BIP 350, EIP-55 and the first block's own address */
	static const struct {
		enum kyc_network network;
		bool good;
		const char *address;
	} cases[] = {
		{ KYC_BITCOIN, true, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
		{ KYC_BITCOIN, true, "1111111111111111111114oLvT2" },
		{ KYC_BITCOIN, true, "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy" },
		{ KYC_BITCOIN, false, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb" },
		{ KYC_BITCOIN, false, "11A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa" },
		{ KYC_BITCOIN, false, "" },
		{ KYC_BITCOIN, true,
		  "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4" },
		{ KYC_BITCOIN, true,
		  "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvar"
		  "y0c5xw7kt5nd6y" },
		{ KYC_BITCOIN, false, /* mixed case */
		  "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4" },
		{ KYC_BITCOIN, false, /* version 1 with the sum of BIP 173 */
		  "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvar"
		  "y0c5xw7k7grplx" },
		{ KYC_BITCOIN, false, "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du" },
		{ KYC_ETHEREUM, true,
		  "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359" },
		{ KYC_ETHEREUM, true,
		  "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB" },
		{ KYC_ETHEREUM, false,
		  "0xDbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB" },
		{ KYC_ETHEREUM, true,
		  "0xdbf03b407c01e7cd3cbea99509d93f8dddc8c6fb" },
		{ KYC_ETHEREUM, false,
		  "0xgbf03b407c01e7cd3cbea99509d93f8dddc8c6fb" },
		{ KYC_NETWORK_OTHER, true,
		  "rEb8TK3gBgk5auZkwc6sHnwrGVJH8DuaLh" },
		{ KYC_NETWORK_OTHER, false, "a wallet of mine" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		ck_assert_msg(kyc_wallet_is(cases[i].network,
					    cases[i].address) == cases[i].good,
			      "%s", cases[i].address);
}
END_TEST

START_TEST(countries_are_assigned_ones)
{
	ck_assert(kyc_country_is("DE") && kyc_country_is("ZW") &&
		  kyc_country_is("AD") && kyc_country_is("XK"));
	ck_assert(!kyc_country_is("DD") && !kyc_country_is("ED") &&
		  !kyc_country_is("de") && !kyc_country_is("D") &&
		  !kyc_country_is("") && !kyc_country_is("DEU"));
}
END_TEST

static void read_text(const char *text, struct kyc_workflow *w)
{
	struct json_object *o = json_tokener_parse(text);
	struct fault f = { 0 };

	ck_assert_ptr_nonnull(o);
	ck_assert_msg(!kyc_workflow_read(&k, o, w, &f), "%s %s",
		      f.fields[0].path, f.fields[0].message);
	json_object_put(o);
}

/* A form, a step that hangs on it, one on that one, one on a check, and a
 * validation. */
static const char BRANCHES[] =
	"{\"name\":\"x\",\"validations\":[\"aml_check\"],\"steps\":["
	"{\"step_id\":\"v\",\"kind\":\"validation\",\"options\":"
	"{\"validations\":[\"pep_check\"]}},"
	"{\"step_id\":\"form\",\"kind\":\"form\",\"options\":{\"fields\":["
	"{\"key\":\"n\",\"name\":\"N\",\"type\":\"number\"}]}},"
	"{\"step_id\":\"a\",\"kind\":\"selfie\",\"when\":{\"step\":\"form\","
	"\"field\":\"n\",\"in\":[1,2.5]}},"
	"{\"step_id\":\"b\",\"kind\":\"selfie\",\"when\":"
	"{\"check\":\"aml_check\",\"outcome\":[\"issue\"]}}]}";

enum { FORM, A, B };

static struct kyc_progress *branches(void)
{
	struct kyc_progress *p = arena_new(k.arena, struct kyc_progress);
	size_t i;

	read_text(BRANCHES, &p->workflow);
	for (i = 0; i < p->workflow.all_count; i++) {
		p->steps[i].def = &p->workflow.steps[i];
		p->steps[i].started_at = -1;
	}
	return p;
}

static void answer(struct kyc_progress *p, const char *form)
{
	p->steps[FORM].stored = KYC_STEP_COMPLETED;
	p->steps[FORM].form = form;
	kyc_when_apply(&k, p);
}

START_TEST(conditions_follow_the_answers)
{
	struct kyc_progress *p = branches();

	ck_assert_uint_eq(p->workflow.step_count, 3);
	ck_assert_uint_eq(p->workflow.all_count, 4);
	kyc_when_apply(&k, p);
	ck_assert(p->steps[A].due && p->steps[A].undecided);
	ck_assert_int_eq(p->steps[A].status, KYC_STEP_PENDING);
	ck_assert_int_eq(p->steps[B].status, KYC_STEP_SKIPPED);
	ck_assert_uint_eq(p->done, 1);
	ck_assert_uint_eq(p->current, FORM);
	ck_assert_uint_eq(p->checks, 1u << KYC_AML_CHECK | 1u << KYC_PEP_CHECK);
	answer(p, "{\"n\":2.50}");
	ck_assert(p->steps[A].due && !p->steps[A].undecided);
	ck_assert_uint_eq(p->current, A);
	answer(p, "{\"n\":3}");
	ck_assert_int_eq(p->steps[A].status, KYC_STEP_SKIPPED);
	ck_assert_uint_eq(p->current, 3);
	ck_assert_uint_eq(p->done, 3);
	answer(p, "{}");
	ck_assert_int_eq(p->steps[A].status, KYC_STEP_SKIPPED);
}
END_TEST

START_TEST(a_check_makes_its_step_due_for_good)
{
	struct kyc_progress *p = branches();
	struct kyc_checks checks = { 0 };
	struct kyc_check *aml = &checks.by_kind[KYC_AML_CHECK];

	p->ended = &checks;
	*aml = (struct kyc_check){ .status = KYC_CHECK_RUNNING,
				   .outcome = KYC_OUTCOME_ISSUE };
	kyc_when_apply(&k, p);
	ck_assert(!p->steps[B].due);
	aml->status = KYC_CHECK_ENDED;
	aml->outcome = KYC_OUTCOME_CONSIDER;
	kyc_when_apply(&k, p);
	ck_assert(!p->steps[B].due);
	aml->outcome = KYC_OUTCOME_ISSUE;
	kyc_when_apply(&k, p);
	ck_assert(p->steps[B].due && !p->steps[B].undecided);
	/* the next round of checks does not take it away */
	p->steps[B].started_at = 1;
	aml->status = KYC_CHECK_PENDING;
	kyc_when_apply(&k, p);
	ck_assert(p->steps[B].due);
}
END_TEST

/* A fault never loses the path, however deep and long it is. */
START_TEST(a_path_is_cut_and_not_overrun)
{
	struct reading r = { k.arena, NULL, false };
	struct fault f = { 0 };
	struct place top = { .r = &r }, a, b;
	char name[200];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	r.fault = &f;
	a = place_of(&top, name);
	b = place_of(&a, name);
	ck_assert_int_eq(place_wrong(&b, "is %s", name), -1);
	ck_assert_uint_eq(f.field_count, 1);
	ck_assert_uint_lt(strlen(f.fields[0].path), sizeof(f.fields[0].path));
}
END_TEST

static double cost_us(const char *text)
{
	enum { ROUNDS = 2000 };
	int64_t start = clock_monotonic_us();
	struct kyc_workflow *w;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		w = arena_new(k.arena, struct kyc_workflow);
		read_text(text, w);
		arena_reset(k.arena);
	}
	return (double)(clock_monotonic_us() - start) / ROUNDS;
}

/* Every look at a session reads its workflow. */
START_TEST(reading_costs_little)
{
	static const char plain[] =
		"{\"name\":\"x\",\"description\":null,\"entity_types\":[],"
		"\"ttl_days\":7,\"custom_tags\":{},\"steps\":["
		"{\"step_id\":\"c\",\"kind\":\"consent\",\"optional\":false,"
		"\"options\":{\"text_version\":\"1\"}},"
		"{\"step_id\":\"d\",\"kind\":\"document\",\"optional\":false,"
		"\"options\":{\"document_kinds\":[\"passport\",\"id_card\","
		"\"driving_license\",\"residence_permit\"],\"sides\":"
		"{\"passport\":[\"front\"],\"id_card\":[\"front\",\"back\"],"
		"\"driving_license\":[\"front\",\"back\"],"
		"\"residence_permit\":[\"front\",\"back\"]}}},"
		"{\"step_id\":\"s\",\"kind\":\"selfie\",\"optional\":false,"
		"\"options\":{}}],\"validations\":[\"document_check\","
		"\"identity_check\"],\"automation\":{\"process\":"
		"\"completion\",\"apply_decision\":true,\"outcomes\":"
		"{\"clear\":\"approved\",\"consider\":\"manual_review\","
		"\"attention\":\"manual_review\",\"issue\":\"manual_review\"},"
		"\"attempts\":20}}";
	double us = cost_us(plain);

	printf("a definition of %zu bytes is read in %.1f us\n",
	       sizeof(plain) - 1, us);
	ck_assert_double_lt(us, 1000); /* sanitizers and busy machines */
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		keccak_is_the_original,
		wallets_are_checked,
		countries_are_assigned_ones,
		conditions_follow_the_answers,
		a_check_makes_its_step_due_for_good,
		a_path_is_cut_and_not_overrun,
		reading_costs_little,
	};

	int rc;

	k.arena = arena_create();
	rc = unit_run("flow", tests, ARRAY_SIZE(tests));
	arena_destroy(k.arena);
	return rc;
}
