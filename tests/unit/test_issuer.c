// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of what a valid token of an outside issuer must say. */
#include "base/str.h"
#include "kyc/issuer_claims.h"
#include "unit.h"

static const int64_t NOW = INT64_C(1800000000000);
static struct arena *arena;
static struct conf conf = { .oidc_issuer = "https://id.example.org/",
			    .oidc_audience = "vouchsafe",
			    .oidc_permissions_claim = "scope" };

/* Whether claims are fine; out as they say. */
static bool fine(const char *json, struct kyc_issuer_token *out)
{
	const char *why = "not set";
	int rc;

	if (!arena)
		arena = arena_create();
	rc = kyc_issuer_claims(&conf, json, strlen(json), NOW, arena, out,
			       &why);
	ck_assert_msg((rc == 0) == (why == NULL), "%s", json);
	return rc == 0;
}

#define ISS "\"iss\":\"https://id.example.org/\""
#define AUD "\"aud\":\"vouchsafe\""
#define EXP "\"exp\":1800000001"
#define SUB "\"sub\":\"ada\""
#define ALL ISS "," AUD "," EXP "," SUB

static void check(const char *json, bool want)
{
	struct kyc_issuer_token t;

	ck_assert_msg(fine(json, &t) == want, "%s", json);
}

START_TEST(what_it_says_is_read)
{
	struct kyc_issuer_token t;

	ck_assert(fine("{" ALL "}", &t));
	ck_assert_str_eq(t.subject, "ada");
	ck_assert_ptr_null(t.client_id);
	ck_assert_uint_eq(t.permissions, 0);
	ck_assert_int_eq(t.issued_at, -1);
	ck_assert_int_eq(t.expires_at, NOW + 1000);
	ck_assert(fine("{" ALL ",\"iat\":1799999999.5,\"nbf\":1800000000,"
		       "\"client_id\":\"back\",\"azp\":\"other\","
		       "\"scope\":\"openid ekyc.session.get\"}",
		       &t));
	ck_assert_str_eq(t.client_id, "back");
	ck_assert_uint_eq(t.permissions, KYC_MAY_EKYC_GET);
	ck_assert_int_eq(t.issued_at, NOW - 500);
	ck_assert(fine("{" ALL ",\"azp\":\"web\"}", &t));
	ck_assert_str_eq(t.client_id, "web");
	ck_assert(
		fine("{" ALL ",\"client_id\":[\"x\"],\"azp\":\"a\\nb\"}", &t));
	ck_assert_ptr_null(t.client_id);
}
END_TEST

START_TEST(each_claim_is_required)
{
	check("{" ALL "}", true);
	check("{" AUD "," EXP "," SUB "}", false);
	check("{" ISS "," EXP "," SUB "}", false);
	check("{" ISS "," AUD "," SUB "}", false);
	check("{" ISS "," AUD "," EXP "}", false);
	check("{}", false);
	check("", false);
	check("[]", false);
	check("{" ALL ",}", false);
	check("{" ALL "}{}", false);
	check("{" ALL ",\"x\":\"\xff\"}", false);
	check("{" ALL ",\"x\":\"\xc3\xa4\"}", true);
}
END_TEST

START_TEST(the_issuer_is_compared_to_the_letter)
{
	static const char *const others[] = {
		"\"https://id.example.org\"",
		"\"https://id.example.org//\"",
		"\"https://ID.example.org/\"",
		"\"https://id.example.org/\\u0000\"",
		"\" https://id.example.org/\"",
		"\"\"",
		"null",
		"[\"https://id.example.org/\"]",
	};
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		buf_reset(&json);
		buf_printf(&json, "{\"iss\":%s," AUD "," EXP "," SUB "}",
			   others[i]);
		check(json.data, false);
	}
	/* of two the last one counts (RFC 7519 section 4) */
	check("{" ALL ",\"iss\":\"https://evil.example/\"}", false);
	buf_finish(&json);
}
END_TEST

START_TEST(the_audience_is_one_of_several)
{
	static const struct {
		const char *aud;
		bool fine;
	} cases[] = {
		{ "\"vouchsafe\"", true },
		{ "[\"vouchsafe\"]", true },
		{ "[\"other\",\"vouchsafe\"]", true },
		{ "[1,null,\"vouchsafe\"]", true },
		{ "[]", false },
		{ "[\"other\"]", false },
		{ "[[\"vouchsafe\"]]", false },
		{ "\"vouchsafe2\"", false },
		{ "\"Vouchsafe\"", false },
		{ "\"other vouchsafe\"", false },
		{ "{\"vouchsafe\":\"vouchsafe\"}", false },
		{ "\"vouchsafe\\u0000\"", false },
		{ "[\"vouchsafe\\u0000\"]", false },
		{ "\"\"", false },
		{ "null", false },
	};
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_reset(&json);
		buf_printf(&json, "{" ISS ",\"aud\":%s," EXP "," SUB "}",
			   cases[i].aud);
		check(json.data, cases[i].fine);
	}
	buf_finish(&json);
}
END_TEST

START_TEST(times_are_times)
{
	static const struct {
		const char *times;
		bool fine;
	} cases[] = {
		{ "\"exp\":1800000000", false },
		{ "\"exp\":1800000000.001", true },
		{ "\"exp\":1799999999", false },
		{ "\"exp\":0", false },
		{ "\"exp\":-1", false },
		{ "\"exp\":1e300", false },
		{ "\"exp\":18446744073709551616", false },
		{ "\"exp\":9223372036854775807", false },
		{ "\"exp\":1800000001000", false }, /* ms */
		{ "\"exp\":253402300799", true },
		{ "\"exp\":NaN", false },
		{ "\"exp\":Infinity", false },
		{ "\"exp\":\"1800000001\"", false },
		{ "\"exp\":true", false },
		{ "\"exp\":null", false },
		{ "\"exp\":[1800000001]", false },
		{ EXP ",\"nbf\":1800000000", true },
		{ EXP ",\"nbf\":0", true },
		{ EXP ",\"nbf\":1800000000.5", false },
		{ EXP ",\"nbf\":1800000001", false },
		{ EXP ",\"nbf\":\"0\"", false },
		{ EXP ",\"nbf\":-1", false },
		{ EXP ",\"nbf\":null", false },
		{ EXP ",\"iat\":\"0\"", false },
		{ EXP ",\"iat\":1", true },
	};
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_reset(&json);
		buf_printf(&json, "{" ISS "," AUD "," SUB ",%s}",
			   cases[i].times);
		check(json.data, cases[i].fine);
	}
	buf_finish(&json);
}
END_TEST

/* As many characters, of two bytes each. */
static void check_subject(size_t characters, bool want)
{
	struct buf json = BUF_INIT;

	buf_str(&json, "{" ISS "," AUD "," EXP ",\"sub\":\"");
	while (characters--)
		buf_str(&json, "\xc3\xa4");
	buf_str(&json, "\"}");
	check(json.data, want);
	buf_finish(&json);
}

START_TEST(the_subject_is_clean_text)
{
	static const char *const bad[] = { "\"\"",	   "1",
					   "null",	   "[\"ada\"]",
					   "\"a\\nb\"",	   "\"a\\u0000b\"",
					   "\"\\u0000\"",  "\"a\\u007f\"",
					   "\"a\\u0085\"", "\"a\\u2028\"",
					   "\"a\tb\"" };
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		buf_reset(&json);
		buf_printf(&json, "{" ISS "," AUD "," EXP ",\"sub\":%s}",
			   bad[i]);
		check(json.data, false);
	}
	buf_finish(&json);
	check_subject(1, true);
	check_subject(255, true);
	check_subject(256, false);
}
END_TEST

START_TEST(only_scopes_of_ours_are_permissions)
{
	static const struct {
		const char *scope;
		unsigned int bits;
	} cases[] = {
		{ "\"ekyc.session.list\"", KYC_MAY_EKYC_LIST },
		{ "\"ekyc.session.list ekyc.session.get ekyc.session.create\"",
		  KYC_MAY_EKYC },
		{ "\"  ekyc.session.get   x \"", KYC_MAY_EKYC_GET },
		{ "[\"ekyc.session.get\",\"ekyc.session.list\",7,null]",
		  KYC_MAY_EKYC_LIST | KYC_MAY_EKYC_GET },
		{ "[]", 0 },
		{ "\"\"", 0 },
		{ "\"ekyc.session\"", 0 },
		{ "\"ekyc.session.get2 xekyc.session.get\"", 0 },
		{ "\"EKYC.SESSION.GET\"", 0 },
		{ "\"ekyc.session.get,ekyc.session.list\"", 0 },
		{ "\"ekyc.session.get\\tekyc.session.list\"", 0 },
		{ "\"ekyc.session.get\\u0000\"", 0 },
		/* what API keys may is nothing that an issuer grants */
		{ "\"kyc:read kyc:create tenant:manage all\"", 0 },
		{ "{\"ekyc.session.get\":true}", 0 },
		{ "true", 0 },
		{ "null", 0 },
		{ "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ekyc.session.get\"",
		  KYC_MAY_EKYC_GET },
	};
	struct kyc_issuer_token t;
	struct buf json = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		buf_reset(&json);
		buf_printf(&json, "{" ALL ",\"scope\":%s}", cases[i].scope);
		ck_assert_msg(fine(json.data, &t), "%s", json.data);
		ck_assert_msg(t.permissions == cases[i].bits, "%s: %x",
			      json.data, t.permissions);
	}
	conf.oidc_permissions_claim = "https://example.org/may";
	ck_assert(fine("{" ALL ",\"scope\":\"ekyc.session.get\","
		       "\"https://example.org/may\":[\"ekyc.session.list\"]}",
		       &t));
	ck_assert_uint_eq(t.permissions, KYC_MAY_EKYC_LIST);
	conf.oidc_permissions_claim = "scope";
	buf_finish(&json);
}
END_TEST

/* The answer is one and the same, and no database is asked. */
START_TEST(without_an_issuer_there_is_no_token)
{
	const struct conf none = { .oidc_issuer = "" };
	struct kyc k = { .conf = &none };
	struct kyc_issuer_token t;
	struct fault f = { 0 };

	ck_assert_int_eq(kyc_issuer_verify(&k, "a.b.c", &t, &f), -1);
	ck_assert_int_eq(f.code, FAULT_UNAUTHENTICATED);
	ck_assert_str_eq(f.message, "A valid access token is required.");
	ck_assert_ptr_null(k.issuer);
}
END_TEST

UNIT_MAIN("issuer", what_it_says_is_read, each_claim_is_required,
	  the_issuer_is_compared_to_the_letter, the_audience_is_one_of_several,
	  times_are_times, the_subject_is_clean_text,
	  only_scopes_of_ours_are_permissions,
	  without_an_issuer_there_is_no_token)
