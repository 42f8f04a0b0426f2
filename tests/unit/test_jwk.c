// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of keys of others: which are taken, and which a token means. */
#include "jose_fixture.h"

/* A set of this key alone, with a good one behind it: how many are taken
 * besides the good one. */
static size_t taken(const char *jwk)
{
	struct buf jwks = BUF_INIT;
	size_t count;

	make_signers();
	buf_printf(&jwks, "{\"keys\":[%s,", jwk);
	signer_jwk(&ed, "", &jwks);
	buf_str(&jwks, "]}");
	count = count_of(jwks.data);
	buf_finish(&jwks);
	ck_assert_uint_ge(count, 1);
	return count - 1;
}

#define P256_X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define P256_Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define ED_X "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
#define EC_HEAD "{\"kty\":\"EC\",\"crv\":\"P-256\","
#define ED_HEAD "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","

START_TEST(keys_that_can_not_be_used_are_left_out)
{
	static const char *const bad[] = {
		"null",
		"1",
		"[]",
		"{}",
		"{\"kty\":\"oct\",\"k\":\"AyM1SysPpbyDfgZld3umj1qzKObwVMko\"}",
		"{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"AyM1SysPpbyDfg\"}",
		/* x and y changed places: off the curve */
		EC_HEAD "\"x\":\"" P256_Y "\",\"y\":\"" P256_X "\"}",
		EC_HEAD "\"x\":\"" P256_X "\",\"y\":\"" P256_X "\"}",
		EC_HEAD "\"x\":\"" P256_X "\",\"y\":\"" ED_X "\"}",
		EC_HEAD
		"\"x\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
		"\"y\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}",
		EC_HEAD "\"x\":\"" P256_X "\"}",
		EC_HEAD "\"x\":\"" P256_X "\",\"y\":1}",
		EC_HEAD "\"x\":\"AA" P256_X "\",\"y\":\"" P256_Y "\"}",
		EC_HEAD "\"x\":\"" P256_X "=\",\"y\":\"" P256_Y "\"}",
		EC_HEAD "\"x\":\"f83OJ3D2\",\"y\":\"" P256_Y "\"}",
		/* the last bits of x mean nothing */
		EC_HEAD "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV\","
			"\"y\":\"" P256_Y "\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" P256_X
		"\",\"y\":\"" P256_Y "\"}",
		"{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" P256_X
		"\",\"y\":\"" P256_Y "\"}",
		"{\"kty\":\"EC\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}",
		"{\"kty\":\"RSA\",\"crv\":\"P-256\",\"x\":\"" P256_X
		"\",\"y\":\"" P256_Y "\"}",
		EC_HEAD "\"alg\":\"ES384\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y
			"\"}",
		EC_HEAD "\"alg\":\"RS256\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y
			"\"}",
		EC_HEAD "\"alg\":null,\"x\":\"" P256_X "\",\"y\":\"" P256_Y
			"\"}",
		EC_HEAD "\"use\":\"enc\",\"x\":\"" P256_X "\",\"y\":\"" P256_Y
			"\"}",
		EC_HEAD "\"use\":[\"sig\"],\"x\":\"" P256_X "\",\"y\":\"" P256_Y
			"\"}",
		EC_HEAD "\"kid\":7,\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}",
		EC_HEAD "\"kid\":\"a\\u0000b\",\"x\":\"" P256_X
			"\",\"y\":\"" P256_Y "\"}",
		ED_HEAD "\"key_ops\":[\"sign\"],\"x\":\"" ED_X "\"}",
		ED_HEAD "\"key_ops\":\"verify\",\"x\":\"" ED_X "\"}",
		ED_HEAD "\"key_ops\":[],\"x\":\"" ED_X "\"}",
		ED_HEAD "\"alg\":\"ES256\",\"x\":\"" ED_X "\"}",
		ED_HEAD "\"x\":\"" ED_X "AA\"}",
		ED_HEAD "\"x\":\"\"}",
		ED_HEAD "\"y\":\"" ED_X "\"}",
		"{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"" ED_X "\"}",
		"{\"kty\":\"OKP\",\"crv\":\"Ed448\",\"x\":\"" ED_X "\"}",
	};
	static const char *const good[] = {
		EC_HEAD "\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}",
		EC_HEAD "\"alg\":\"ES256\",\"use\":\"sig\",\"kid\":\"\","
			"\"key_ops\":[\"sign\",\"verify\"],\"x5t\":\"zz\","
			"\"x\":\"" P256_X "\",\"y\":\"" P256_Y "\"}",
		ED_HEAD "\"alg\":\"EdDSA\",\"x\":\"" ED_X "\"}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		ck_assert_msg(!taken(bad[i]), "%s", bad[i]);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		ck_assert_msg(taken(good[i]), "%s", good[i]);
}
END_TEST

/* Whether a key of this modulus (from the top of a good one) is taken. */
static size_t rsa_taken(size_t n_len, int last_bits, const void *e,
			size_t e_len)
{
	struct buf jwk = BUF_INIT;
	uint8_t n[1200];
	BIGNUM *bn = NULL;
	size_t taken_now;

	make_signers();
	memset(n, 0xb7, sizeof(n));
	EVP_PKEY_get_bn_param(rsa.key, "n", &bn);
	BN_bn2bin(bn, n);
	BN_free(bn);
	n[n_len - 1] = (uint8_t)((n[n_len - 1] & ~1) | last_bits);
	buf_str(&jwk, "{\"kty\":\"RSA\",\"n\":\"");
	str_base64url(&jwk, n, n_len);
	buf_str(&jwk, "\",\"e\":\"");
	str_base64url(&jwk, e, e_len);
	buf_str(&jwk, "\"}");
	taken_now = taken(jwk.data);
	buf_finish(&jwk);
	return taken_now;
}

START_TEST(weak_rsa_keys_are_left_out)
{
	static const uint8_t f4[] = { 1, 0, 1 }, one[] = { 1 }, even[] = { 4 },
			     zero[] = { 0 },
			     big[] = { 1, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct signer small;
	struct buf jwk = BUF_INIT;

	ck_assert_uint_eq(rsa_taken(256, 1, f4, 3), 1);
	ck_assert_uint_eq(rsa_taken(255, 1, f4, 3), 0);
	ck_assert_uint_eq(rsa_taken(128, 1, f4, 3), 0);
	ck_assert_uint_eq(rsa_taken(1025, 1, f4, 3), 0);
	ck_assert_uint_eq(rsa_taken(256, 0, f4, 3), 0);
	ck_assert_uint_eq(rsa_taken(256, 1, one, 1), 0);
	ck_assert_uint_eq(rsa_taken(256, 1, even, 1), 0);
	ck_assert_uint_eq(rsa_taken(256, 1, zero, 1), 0);
	ck_assert_uint_eq(rsa_taken(256, 1, zero, 0), 0);
	ck_assert_uint_eq(rsa_taken(256, 1, big, sizeof(big)), 0);
	small = (struct signer){ "RS256", "small", EVP_RSA_gen(1024), 0 };
	signer_jwk(&small, "", &jwk);
	ck_assert_uint_eq(taken(jwk.data), 0);
	buf_finish(&jwk);
	EVP_PKEY_free(small.key);
}
END_TEST

START_TEST(larger_rsa_keys_verify)
{
	struct signer large = { "RS256", "large", EVP_RSA_gen(3072), 0 };
	struct buf jwks = BUF_INIT;
	char *token = token_sign(&large, NULL, CLAIMS);

	buf_str(&jwks, "{\"keys\":[");
	signer_jwk(&large, ",\"alg\":\"RS256\",\"use\":\"sig\"", &jwks);
	buf_str(&jwks, "]}");
	check(jwks.data, token, JWS_VALID);
	free(token);
	/* RS512 under the name of RS256 */
	token = token_sign_with(&large, "SHA512",
				"{\"alg\":\"RS256\",\"kid\":\"large\"}",
				CLAIMS);
	check(jwks.data, token, JWS_BAD);
	free(token);
	buf_finish(&jwks);
	EVP_PKEY_free(large.key);
}
END_TEST

/* One of 128 EC keys begins with a zero. */
START_TEST(a_zero_in_front_may_be_missing)
{
	struct signer s;
	struct buf whole = BUF_INIT, cut = BUF_INIT;
	char *token;
	size_t i;

	for (i = 0; i < 10000; i++) {
		buf_reset(&whole);
		buf_reset(&cut);
		signer_make(&s, "ES256", "short");
		buf_str(&whole, "{\"keys\":[");
		signer_jwk(&s, "", &whole);
		s.width = 0;
		buf_str(&cut, "{\"keys\":[");
		signer_jwk(&s, "", &cut);
		if (cut.len < whole.len)
			break;
		EVP_PKEY_free(s.key);
	}
	ck_assert_uint_lt(cut.len, whole.len);
	buf_str(&whole, "]}");
	buf_str(&cut, "]}");
	token = token_sign(&s, NULL, CLAIMS);
	check(whole.data, token, JWS_VALID);
	check(cut.data, token, JWS_VALID);
	free(token);
	buf_finish(&whole);
	buf_finish(&cut);
	EVP_PKEY_free(s.key);
}
END_TEST

START_TEST(what_is_no_set_is_refused)
{
	static const char *const bad[] = {
		"",
		" ",
		"null",
		"[]",
		"{}",
		"{\"keys\":{}}",
		"{\"keys\":null}",
		"{\"keys\":[]",
		"{\"keys\":[],}",
		"{'keys':[]}",
		"{\"keys\":[]} x",
		"{\"keys\":[]}{}",
		"{\"keys\":[/* */]}",
		"{\"keys\":[\"\xff\"]}",
		"{\"keys\":[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]}",
		"<html>",
	};
	struct buf big = BUF_INIT;
	struct jwk_set *set;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		set = jwk_set_read(bad[i], strlen(bad[i]));
		ck_assert_msg(!set, "%s", bad[i]);
	}
	ck_assert_ptr_null(jwk_set_read("{\"keys\":[]}\0", 12));
	buf_str(&big, "{\"keys\":[]");
	while (big.len < JWK_SET_MAX - 1)
		buf_chr(&big, ' ');
	buf_chr(&big, '}');
	set = jwk_set_read(big.data, big.len);
	ck_assert_ptr_nonnull(set);
	ck_assert_uint_eq(jwk_set_count(set), 0);
	jwk_set_destroy(set);
	big.data[big.len - 1] = ' ';
	buf_chr(&big, '}');
	ck_assert_ptr_null(jwk_set_read(big.data, big.len));
	buf_finish(&big);
	jwk_set_destroy(NULL);
	ck_assert_uint_eq(jwk_set_count(NULL), 0);
}
END_TEST

START_TEST(a_set_has_a_limit)
{
	struct buf jwks = BUF_INIT;
	int i;

	make_signers();
	buf_str(&jwks, "{\"keys\":[");
	for (i = 0; i < JWK_KEYS_MAX + 10; i++) {
		signer_jwk(&ed, "", &jwks);
		buf_chr(&jwks, ',');
	}
	buf_str(&jwks, "{}]}");
	ck_assert_uint_eq(count_of(jwks.data), JWK_KEYS_MAX);
	buf_finish(&jwks);
}
END_TEST

START_TEST(the_kid_says_which)
{
	struct buf one = BUF_INIT, two = BUF_INIT, same = BUF_INIT;

	make_signers();
	jwks_of(&one, 2, 3);
	jwks_of(&two, 1, 3);
	check_header(one.data, &ed, "{\"alg\":\"EdDSA\"}", JWS_VALID);
	check_header(two.data, &ed, "{\"alg\":\"EdDSA\"}", JWS_BAD);
	check_header("{\"keys\":[]}", &ed, "{\"alg\":\"EdDSA\"}",
		     JWS_UNKNOWN_KEY);
	check_header(one.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"new\"}",
		     JWS_UNKNOWN_KEY);
	check_header(two.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"new\"}",
		     JWS_UNKNOWN_KEY);
	check_header(two.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\"}",
		     JWS_VALID);
	check_header(two.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"ec-1\"}",
		     JWS_BAD);
	check_header(one.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":1}", JWS_BAD);
	check_header(one.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":null}",
		     JWS_BAD);
	check_header(one.data, &ed,
		     "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\\u0000\"}", JWS_BAD);
	check_header(one.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"\"}",
		     JWS_UNKNOWN_KEY);
	/* two keys of one name and two types (RFC 7517 section 4.5) */
	ec.kid = "ed-1";
	jwks_of(&same, 1, 3);
	check_header(same.data, &ed, "{\"alg\":\"EdDSA\",\"kid\":\"ed-1\"}",
		     JWS_VALID);
	check_header(same.data, &ec, "{\"alg\":\"ES256\",\"kid\":\"ed-1\"}",
		     JWS_VALID);
	check_header(same.data, &ec, "{\"alg\":\"RS256\",\"kid\":\"ed-1\"}",
		     JWS_BAD);
	ec.kid = "ec-1";
	buf_finish(&one);
	buf_finish(&two);
	buf_finish(&same);
}
END_TEST

START_TEST(no_keys_know_no_key)
{
	char *token;

	make_signers();
	token = token_sign(&ed, NULL, CLAIMS);
	check_set(NULL, token, JWS_UNKNOWN_KEY);
	check_set(NULL, "", JWS_BAD);
	check_set(NULL, "a.b.c", JWS_BAD);
	free(token);
}
END_TEST

START_TEST(base64url_has_one_spelling)
{
	static const struct {
		const char *text;
		int rc;
		size_t len;
	} cases[] = {
		{ "", 0, 0 },	   { "AA", 0, 1 },	 { "AQ", 0, 1 },
		{ "AB", -1, 0 },   { "AP", -1, 0 },	 { "AAA", 0, 2 },
		{ "AAE", 0, 2 },   { "AAB", -1, 0 },	 { "AAD", -1, 0 },
		{ "AAAA", 0, 3 },  { "____", 0, 3 },	 { "-_-_", 0, 3 },
		{ "A", -1, 0 },	   { "AAAAA", -1, 0 },	 { "AA==", -1, 0 },
		{ "AAA=", -1, 0 }, { "AA=", -1, 0 },	 { "++++", -1, 0 },
		{ "////", -1, 0 }, { "AA A", -1, 0 },	 { "AAA ", -1, 0 },
		{ "====", -1, 0 }, { "AAA\x80", -1, 0 }, { "A*AA", -1, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct buf out = BUF_INIT;

		buf_str(&out, "x");
		ck_assert_msg(str_unbase64url(&out, cases[i].text,
					      strlen(cases[i].text)) ==
				      cases[i].rc,
			      "%s", cases[i].text);
		ck_assert_uint_eq(out.len, 1 + cases[i].len);
		ck_assert_int_eq(out.data[0], 'x');
		ck_assert_int_eq(out.data[out.len], 0);
		buf_finish(&out);
	}
}
END_TEST

UNIT_MAIN("jwk", keys_that_can_not_be_used_are_left_out,
	  weak_rsa_keys_are_left_out, larger_rsa_keys_verify,
	  a_zero_in_front_may_be_missing, what_is_no_set_is_refused,
	  a_set_has_a_limit, the_kid_says_which, no_keys_know_no_key,
	  base64url_has_one_spelling)
