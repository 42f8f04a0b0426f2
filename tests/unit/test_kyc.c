// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of kyc/: the state table, outcomes, search words; and the
 * words of the protocols over the states. */
#include <stdio.h>

#include "api/states.h"
#include "kyc/check.h"
#include "kyc/record.h"
#include "kyc/outcome.h"
#include "kyc/state.h"
#include "kyc/trial.h"
#include "kyc/word.h"
#include "unit.h"

/* PROTOCOLS.md's transitions, as far as a verb makes them. Nothing else is
 * legal, whatever the table in the code says. */
static const struct {
	enum kyc_verb verb;
	enum kyc_state from;
	enum kyc_state to;
} legal[] = {
	{ KYC_OPEN, KYC_INVITED, KYC_OPENED },
	{ KYC_ADVANCE, KYC_OPENED, KYC_STARTED },
	{ KYC_FINISH, KYC_OPENED, KYC_COMPLETED },
	{ KYC_FINISH, KYC_STARTED, KYC_COMPLETED },
	{ KYC_FINISH, KYC_CORRECTING, KYC_COMPLETED },
	{ KYC_PROCESS, KYC_COMPLETED, KYC_PROCESSING },
	{ KYC_CONCLUDE, KYC_COMPLETED, KYC_APPROVED },
	{ KYC_CONCLUDE, KYC_PROCESSING, KYC_APPROVED },
	{ KYC_CONCLUDE, KYC_COMPLETED, KYC_MANUAL_REVIEW },
	{ KYC_CONCLUDE, KYC_PROCESSING, KYC_MANUAL_REVIEW },
	{ KYC_CONCLUDE, KYC_COMPLETED, KYC_PROCESSED },
	{ KYC_CONCLUDE, KYC_PROCESSING, KYC_PROCESSED },
	{ KYC_CONCLUDE, KYC_COMPLETED, KYC_REJECTED },
	{ KYC_CONCLUDE, KYC_PROCESSING, KYC_REJECTED },
	{ KYC_ISSUE, KYC_DRAFT, KYC_INVITED },
	{ KYC_DECIDE, KYC_PROCESSED, KYC_MANUAL_REVIEW },
	{ KYC_DECIDE, KYC_PROCESSED, KYC_APPROVED },
	{ KYC_DECIDE, KYC_PROCESSED, KYC_REJECTED },
	{ KYC_DECIDE, KYC_MANUAL_REVIEW, KYC_PROCESSED },
	{ KYC_DECIDE, KYC_MANUAL_REVIEW, KYC_APPROVED },
	{ KYC_DECIDE, KYC_MANUAL_REVIEW, KYC_REJECTED },
	{ KYC_DECIDE, KYC_APPROVED, KYC_PROCESSED },
	{ KYC_DECIDE, KYC_APPROVED, KYC_MANUAL_REVIEW },
	{ KYC_DECIDE, KYC_APPROVED, KYC_REJECTED },
	{ KYC_DECIDE, KYC_REJECTED, KYC_PROCESSED },
	{ KYC_DECIDE, KYC_REJECTED, KYC_MANUAL_REVIEW },
	{ KYC_DECIDE, KYC_REJECTED, KYC_APPROVED },
	{ KYC_CORRECT, KYC_PROCESSED, KYC_CORRECTING },
	{ KYC_CORRECT, KYC_MANUAL_REVIEW, KYC_CORRECTING },
	{ KYC_CORRECT, KYC_APPROVED, KYC_CORRECTING },
	{ KYC_CORRECT, KYC_REJECTED, KYC_CORRECTING },
	{ KYC_REACTIVATE, KYC_EXPIRED, KYC_DRAFT },
	{ KYC_REACTIVATE, KYC_EXPIRED, KYC_INVITED },
	{ KYC_REACTIVATE, KYC_EXPIRED, KYC_OPENED },
	{ KYC_REACTIVATE, KYC_EXPIRED, KYC_STARTED },
	{ KYC_REACTIVATE, KYC_EXPIRED, KYC_CORRECTING },
	{ KYC_REACTIVATE, KYC_FAILED, KYC_OPENED },
	{ KYC_REACTIVATE, KYC_FAILED, KYC_STARTED },
	{ KYC_REACTIVATE, KYC_FAILED, KYC_CORRECTING },
	{ KYC_FAIL, KYC_OPENED, KYC_FAILED },
	{ KYC_FAIL, KYC_STARTED, KYC_FAILED },
	{ KYC_FAIL, KYC_CORRECTING, KYC_FAILED },
	{ KYC_REVOKE, KYC_DRAFT, KYC_REVOKED },
	{ KYC_REVOKE, KYC_INVITED, KYC_REVOKED },
	{ KYC_REVOKE, KYC_OPENED, KYC_REVOKED },
	{ KYC_REVOKE, KYC_STARTED, KYC_REVOKED },
	{ KYC_REVOKE, KYC_COMPLETED, KYC_REVOKED },
	{ KYC_REVOKE, KYC_PROCESSING, KYC_REVOKED },
	{ KYC_REVOKE, KYC_CORRECTING, KYC_REVOKED },
	{ KYC_EXPIRE, KYC_DRAFT, KYC_EXPIRED },
	{ KYC_EXPIRE, KYC_INVITED, KYC_EXPIRED },
	{ KYC_EXPIRE, KYC_OPENED, KYC_EXPIRED },
	{ KYC_EXPIRE, KYC_STARTED, KYC_EXPIRED },
	{ KYC_EXPIRE, KYC_CORRECTING, KYC_EXPIRED },
};

static bool is_legal(int from, int verb, int to)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(legal); i++) {
		if ((int)legal[i].verb == verb && (int)legal[i].from == from &&
		    (int)legal[i].to == to)
			return true;
	}
	return false;
}

START_TEST(only_legal_transitions_are_allowed)
{
	int from, verb, to;
	size_t allowed = 0;

	for (verb = 0; verb <= KYC_VERBS; verb++) {
		for (from = 0; from <= KYC_STATES; from++) {
			for (to = 0; to <= KYC_STATES; to++) {
				bool is = kyc_state_allows((enum kyc_state)from,
							   (enum kyc_verb)verb,
							   (enum kyc_state)to);

				ck_assert_msg(is == is_legal(from, verb, to),
					      "verb %d: %d to %d", verb, from,
					      to);
				allowed += is;
			}
		}
	}
	ck_assert_uint_eq(allowed, ARRAY_SIZE(legal));
}
END_TEST

START_TEST(a_session_expires_with_its_time)
{
	struct kyc_session s = { .state = KYC_STARTED, .due_at = 1000 };

	ck_assert_int_eq(kyc_state_now(&s, 999), KYC_STARTED);
	ck_assert_int_eq(kyc_state_now(&s, 1000), KYC_EXPIRED);
	ck_assert_int_eq(kyc_state_now(&s, 5000), KYC_EXPIRED);
	s = (struct kyc_session){ .state = KYC_APPROVED, .due_at = -1 };
	ck_assert_int_eq(kyc_state_now(&s, INT64_MAX), KYC_APPROVED);
}
END_TEST

START_TEST(states_have_names_of_their_own)
{
	int a, b;

	for (a = KYC_DRAFT; a < KYC_STATES; a++) {
		const char *name = kyc_state_name((enum kyc_state)a);

		ck_assert_str_ne(name, "?");
		for (b = KYC_DRAFT; b < a; b++)
			ck_assert_str_ne(name,
					 kyc_state_name((enum kyc_state)b));
	}
	ck_assert_str_eq(kyc_state_name(KYC_STATES), "?");
}
END_TEST

/* From the best to the worst: clear < consider < attention < issue; error if
 * one could not run; pending while any has not ended. */
START_TEST(the_worst_outcome_wins)
{
	static const enum kyc_outcome order[] = {
		KYC_OUTCOME_CLEAR, KYC_OUTCOME_CONSIDER, KYC_OUTCOME_ATTENTION,
		KYC_OUTCOME_ISSUE, KYC_OUTCOME_ERROR,	 KYC_OUTCOME_PENDING,
	};
	size_t a, b;

	for (a = 0; a < ARRAY_SIZE(order); a++) {
		for (b = 0; b < ARRAY_SIZE(order); b++)
			ck_assert_int_eq(kyc_outcome_worst(order[a], order[b]),
					 order[a > b ? a : b]);
	}
}
END_TEST

/* Checks that have ended so, by kind from the first on; PENDING ends the list.
 * The risk by hand: 1 - product of (1 - w). */
static const struct {
	enum kyc_outcome ended[4];
	enum kyc_outcome outcome;
	int64_t risk;
} ends[] = {
	{ { KYC_OUTCOME_CLEAR }, KYC_OUTCOME_CLEAR, 0 },
	{ { KYC_OUTCOME_CONSIDER }, KYC_OUTCOME_CONSIDER, 2500 },
	{ { KYC_OUTCOME_ERROR }, KYC_OUTCOME_ERROR, 2500 },
	{ { KYC_OUTCOME_ATTENTION }, KYC_OUTCOME_ATTENTION, 5000 },
	{ { KYC_OUTCOME_ISSUE }, KYC_OUTCOME_ISSUE, 9000 },
	{ { KYC_OUTCOME_CLEAR, KYC_OUTCOME_CONSIDER },
	  KYC_OUTCOME_CONSIDER,
	  2500 },
	{ { KYC_OUTCOME_CONSIDER, KYC_OUTCOME_CONSIDER },
	  KYC_OUTCOME_CONSIDER,
	  4375 },
	{ { KYC_OUTCOME_CONSIDER, KYC_OUTCOME_CONSIDER, KYC_OUTCOME_CONSIDER },
	  KYC_OUTCOME_CONSIDER,
	  5781 },
	{ { KYC_OUTCOME_ATTENTION, KYC_OUTCOME_ISSUE },
	  KYC_OUTCOME_ISSUE,
	  9500 },
	{ { KYC_OUTCOME_ISSUE, KYC_OUTCOME_ISSUE, KYC_OUTCOME_ISSUE,
	    KYC_OUTCOME_ISSUE },
	  KYC_OUTCOME_ISSUE,
	  9999 },
	{ { KYC_OUTCOME_ISSUE, KYC_OUTCOME_ERROR }, KYC_OUTCOME_ERROR, 9250 },
};

START_TEST(risk_and_outcome_follow_from_the_checks)
{
	size_t i;
	int n;

	for (i = 0; i < ARRAY_SIZE(ends); i++) {
		struct kyc_checks checks = { 0 };
		enum kyc_reason reason;

		for (n = 0; n < 4 && ends[i].ended[n]; n++)
			checks.by_kind[n + 1] = (struct kyc_check){
				.status = KYC_CHECK_ENDED,
				.outcome = ends[i].ended[n],
			};
		ck_assert_int_eq(kyc_outcome_of(&checks, &reason),
				 ends[i].outcome);
		ck_assert_msg(kyc_outcome_risk(&checks) == ends[i].risk,
			      "row %zu: %lld", i,
			      (long long)kyc_outcome_risk(&checks));
	}
}
END_TEST

START_TEST(nothing_checked_is_clear_and_not_scored)
{
	struct kyc_checks checks = { 0 };
	enum kyc_reason reason = KYC_REASON_PEP_MATCH;

	ck_assert_int_eq(kyc_outcome_of(&checks, &reason), KYC_OUTCOME_CLEAR);
	ck_assert_int_eq(reason, KYC_REASON_NONE);
	ck_assert_int_eq(kyc_outcome_risk(&checks), -1);
	ck_assert_uint_eq(kyc_outcome_validated(&checks), 0);
}
END_TEST

START_TEST(a_pending_check_leaves_the_outcome_open)
{
	struct kyc_checks checks = { 0 };
	enum kyc_reason reason;

	checks.by_kind[KYC_DOCUMENT_CHECK] =
		(struct kyc_check){ .status = KYC_CHECK_ENDED,
				    .outcome = KYC_OUTCOME_ERROR,
				    .reason = KYC_REASON_TECHNICAL_ERROR };
	checks.by_kind[KYC_AML_CHECK].status = KYC_CHECK_RUNNING;
	ck_assert_int_eq(kyc_outcome_of(&checks, &reason), KYC_OUTCOME_PENDING);
	ck_assert_int_eq(kyc_outcome_risk(&checks), 2500);
}
END_TEST

START_TEST(the_first_reason_counts)
{
	struct kyc_checks checks = { 0 };
	enum kyc_reason reason;

	checks.by_kind[KYC_DOCUMENT_CHECK] =
		(struct kyc_check){ .status = KYC_CHECK_ENDED,
				    .outcome = KYC_OUTCOME_CLEAR };
	checks.by_kind[KYC_IDENTITY_CHECK] =
		(struct kyc_check){ .status = KYC_CHECK_ENDED,
				    .outcome = KYC_OUTCOME_CONSIDER,
				    .reason = KYC_REASON_FACE_MISMATCH };
	checks.by_kind[KYC_AML_CHECK] =
		(struct kyc_check){ .status = KYC_CHECK_ENDED,
				    .outcome = KYC_OUTCOME_ISSUE,
				    .reason = KYC_REASON_SANCTIONS_MATCH };
	ck_assert_int_eq(kyc_outcome_of(&checks, &reason), KYC_OUTCOME_ISSUE);
	ck_assert_int_eq(reason, KYC_REASON_FACE_MISMATCH);
	ck_assert_uint_eq(kyc_outcome_validated(&checks),
			  KYC_VALIDATED_LISTS | KYC_VALIDATED_FACE_MATCH);
	/* what could not run was not executed */
	checks.by_kind[KYC_AML_CHECK].outcome = KYC_OUTCOME_ERROR;
	ck_assert_uint_eq(kyc_outcome_validated(&checks),
			  KYC_VALIDATED_FACE_MATCH);
}
END_TEST

START_TEST(names_of_trials_mean_nothing_in_live_mode)
{
	size_t i;

	ck_assert_uint_ge(kyc_trial_count, 10);
	for (i = 0; i < kyc_trial_count; i++) {
		ck_assert_ptr_eq(kyc_trial_find(kyc_trials[i].name, false),
				 &kyc_trials[i]);
		ck_assert_ptr_null(kyc_trial_find(kyc_trials[i].name, true));
	}
	ck_assert_ptr_eq(kyc_trial_find("TRIAL clear", false), &kyc_trials[0]);
	ck_assert_ptr_null(kyc_trial_find("Trial", false));
	ck_assert_ptr_null(kyc_trial_find("Trial Clear ", false));
	ck_assert_ptr_null(kyc_trial_find(NULL, false));
}
END_TEST

START_TEST(checks_have_names_that_lead_back)
{
	int kind;

	for (kind = 1; kind < KYC_CHECK_KINDS; kind++)
		ck_assert_int_eq(kyc_check_kind(kyc_check_name(
					 (enum kyc_check_kind)kind)),
				 kind);
	ck_assert_int_eq(kyc_check_kind("document"), 0);
	ck_assert_int_eq(kyc_check_kind(""), 0);
	ck_assert_str_eq(kyc_check_name(0), "?");
	ck_assert_str_eq(kyc_check_name(KYC_CHECK_KINDS), "?");
}
END_TEST

/* A query and its prefixes, joined by "|". */
static const struct {
	const char *query;
	const char *want;
} queries[] = {
	{ "", "" },
	{ "   ", "" },
	{ "anna", "anna%" },
	{ "Anna Lee", "Anna%|Lee%" },
	{ "  anna   lee ", "anna%|lee%" },
	{ "a b c d", "a%|b%|c%|d%" },
	{ "a b c d e f", "a%|b%|c%|d%" },
	{ "100%", "100\\%%" },
	{ "a_b", "a\\_b%" },
	{ "back\\slash", "back\\\\slash%" },
	{ "\\", "\\\\%" },
	{ "%_\\", "\\%\\_\\\\%" },
	{ "ann.lee@example.org", "ann.lee@example.org%" },
	{ "\xe7\x8e\x8b\xe5\xb0\x8f", "\xe7\x8e\x8b\xe5\xb0\x8f%" },
	{ "a\tb", "a\tb%" },
};

START_TEST(queries_become_prefixes)
{
	struct arena *a = arena_create();
	const char *out[4];
	size_t i, j, n;

	for (i = 0; i < ARRAY_SIZE(queries); i++) {
		struct buf joined;

		buf_init(&joined, a);
		n = kyc_word_prefixes(a, queries[i].query, 4, out);
		for (j = 0; j < n; j++)
			buf_printf(&joined, "%s%s", j ? "|" : "", out[j]);
		ck_assert_str_eq(buf_cstr(&joined), queries[i].want);
	}
	arena_destroy(a);
}
END_TEST

/* A long word is cut where the column ends, and never inside a character. */
START_TEST(long_words_are_cut_between_characters)
{
	struct arena *a = arena_create();
	const char *out[1];
	struct buf query;
	int i;

	buf_init(&query, a);
	buf_chr(&query, 'x');
	for (i = 0; i < 200; i++)
		buf_str(&query, "\xc3\xa9");
	ck_assert_uint_eq(kyc_word_prefixes(a, query.data, 1, out), 1);
	/* 1 + 126 * 2 bytes fit into 254, one more would not */
	ck_assert_uint_eq(strlen(out[0]), 253 + 1);
	ck_assert_int_eq(memcmp(out[0], query.data, 253), 0);
	ck_assert_int_eq(out[0][253], '%');
	arena_destroy(a);
}
END_TEST

START_TEST(words_cover_each_state)
{
	int protocol, state;

	for (protocol = KYC_NATIVE; protocol <= KYC_KLUSTR; protocol++) {
		for (state = KYC_DRAFT; state < KYC_STATES; state++) {
			const char *word =
				api_state_word((enum kyc_protocol)protocol,
					       (enum kyc_state)state);

			ck_assert_ptr_nonnull(word);
			ck_assert(api_state_bits((enum kyc_protocol)protocol,
						 word) &
				  KYC_BIT(state));
		}
		ck_assert_uint_eq(
			api_state_bits((enum kyc_protocol)protocol, "nonsense"),
			0);
	}
}
END_TEST

START_TEST(verbs_have_words_that_lead_back)
{
	int verb;

	for (verb = 1; verb < KYC_VERBS; verb++) {
		const char *name = kyc_verb_name((enum kyc_verb)verb);

		ck_assert_msg(strcmp(name, "?") != 0, "%d has no word", verb);
		ck_assert_int_eq(kyc_verb_by_name(name), verb);
	}
	ck_assert_int_eq(kyc_verb_by_name("x"), 0);
	ck_assert_str_eq(kyc_verb_name(KYC_VERBS), "?");
}
END_TEST

UNIT_MAIN("kyc", verbs_have_words_that_lead_back,
	  only_legal_transitions_are_allowed, a_session_expires_with_its_time,
	  states_have_names_of_their_own, the_worst_outcome_wins,
	  risk_and_outcome_follow_from_the_checks,
	  nothing_checked_is_clear_and_not_scored,
	  a_pending_check_leaves_the_outcome_open, the_first_reason_counts,
	  names_of_trials_mean_nothing_in_live_mode,
	  checks_have_names_that_lead_back, queries_become_prefixes,
	  long_words_are_cut_between_characters, words_cover_each_state)
