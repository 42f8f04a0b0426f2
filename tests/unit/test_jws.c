// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of tokens that others sign: vectors of the RFCs, and what an
 * attacker would send. */
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include "jose_fixture.h"
#include "jose_vectors.h"

static void check_vector(const char *jwks, const char *token,
			 const char *payload)
{
	struct jwk_set *set = set_of(jwks);
	struct buf out = BUF_INIT;

	ck_assert_int_eq(jws_verify(set, token, &out), JWS_VALID);
	ck_assert_uint_eq(out.len, strlen(payload));
	ck_assert_str_eq(out.data, payload);
	buf_finish(&out);
	jwk_set_destroy(set);
}

START_TEST(vectors_of_the_rfcs_verify)
{
	int i;

	for (i = 0; i < 2; i++) { /* what is kept starts afresh */
		check_vector(RSA_JOE, RSA_TOKEN, JOE_JSON);
		check_vector(EC_JOE, EC_TOKEN, JOE_JSON);
		check_vector(ED_KEY, ED_TOKEN, "Example of Ed25519 signing");
		check_vector(BILBO_RSA, BILBO_TOKEN,
			     "It\xe2\x80\x99s a dangerous business, Frodo, "
			     "going out your door. You step onto the road, and "
			     "if you don't keep your feet, there\xe2\x80\x99s "
			     "no knowing where you might be swept off to.");
	}
	check(EC_JOE, RSA_TOKEN, JWS_BAD);
	check(RSA_JOE, EC_TOKEN, JWS_BAD);
	check(ED_KEY, EC_TOKEN, JWS_BAD);
	check(RSA_JOE, BILBO_TOKEN, JWS_UNKNOWN_KEY);
}
END_TEST

/* RFC 7520 4.2 (PS384, the same key) and 4.3 (ES512 with P-521). */
START_TEST(other_algorithms_of_the_rfcs_do_not)
{
	static const char ps384[] =
		"eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZX"
		"hhbXBsZSJ9." FRODO
		".cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2"
		"IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbX"
		"UvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYR"
		"Xe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDz"
		"T0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510"
		"a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";
	static const char es512[] =
		"eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZX"
		"hhbXBsZSJ9." FRODO
		".AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qv"
		"bu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-k"
		"vAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";
	static const char p521[] =
		"{\"keys\":[{\"kty\":\"EC\",\"kid\":\"bilbo.baggins@hobbiton."
		"example\",\"use\":\"sig\",\"crv\":\"P-521\",\"x\":\"AHKZLLOsCO"
		"zz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7"
		"ytDyRXYgCF5cj0Kt\",\"y\":\"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN"
		"34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1\"}]}";

	check(BILBO_RSA, ps384, JWS_BAD);
	ck_assert_uint_eq(count_of(p521), 0);
	check(p521, es512, JWS_BAD);
	check(BILBO_RSA, es512, JWS_BAD);
}
END_TEST

START_TEST(each_algorithm_verifies)
{
	struct jwk_set *set = all_three();
	struct buf jwks = BUF_INIT;
	size_t i, round;

	for (round = 0; round < 20; round++) {
		for (i = 0; i < 3; i++) {
			char *token = token_sign(signers[i], NULL, CLAIMS);

			check_set(set, token, JWS_VALID);
			jwks_of(&jwks, i, i + 1);
			check(jwks.data, token, JWS_VALID);
			free(token);
		}
	}
	buf_finish(&jwks);
	jwk_set_destroy(set);
}
END_TEST

/* Each key under each other's name, algorithm or both. */
START_TEST(a_key_serves_its_algorithm_alone)
{
	struct jwk_set *set = all_three();
	size_t by, alg, kid;

	for (by = 0; by < 3; by++) {
		for (alg = 0; alg < 3; alg++) {
			for (kid = 0; kid < 3; kid++) {
				char header[128], *token;

				snprintf(header, sizeof(header),
					 "{\"alg\":\"%s\",\"kid\":\"%s\"}",
					 signers[alg]->alg, signers[kid]->kid);
				token = token_sign(signers[by], header, CLAIMS);
				check_set(set, token,
					  by == alg && by == kid ? JWS_VALID
								 : JWS_BAD);
				free(token);
			}
		}
	}
	jwk_set_destroy(set);
}
END_TEST

/* A token with HS256 whose secret is what everybody knows. */
static char *token_hmac(const char *header, const void *secret, size_t len)
{
	struct buf text = BUF_INIT;
	uint8_t mac[32];

	str_base64url(&text, header, strlen(header));
	buf_chr(&text, '.');
	str_base64url(&text, CLAIMS, strlen(CLAIMS));
	HMAC(EVP_sha256(), secret, (int)len, (uint8_t *)text.data, text.len,
	     mac, NULL);
	buf_chr(&text, '.');
	str_base64url(&text, mac, sizeof(mac));
	return text.data;
}

static void check_hmac(struct jwk_set *set, const void *secret, size_t len)
{
	static const char *const headers[] = {
		"{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}",
		"{\"alg\":\"HS256\",\"kid\":\"unknown\"}",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(headers); i++) {
		char *token = token_hmac(headers[i], secret, len);

		check_set(set, token, JWS_BAD);
		free(token);
	}
}

START_TEST(a_public_key_is_no_secret)
{
	struct jwk_set *set = all_three();
	struct buf jwks = BUF_INIT, jwk = BUF_INIT;
	BIO *pem = BIO_new(BIO_s_mem());
	uint8_t *der = NULL;
	int der_len = i2d_PUBKEY(rsa.key, &der);
	char *text;
	long len;

	PEM_write_bio_PUBKEY(pem, rsa.key);
	len = BIO_get_mem_data(pem, &text);
	check_hmac(set, text, (size_t)len);
	check_hmac(set, text, (size_t)len - 1);
	check_hmac(set, der, (size_t)der_len);
	signer_jwk(&rsa, "", &jwk);
	check_hmac(set, jwk.data, jwk.len);
	jwks_of(&jwks, 0, 3);
	check_hmac(set, jwks.data, jwks.len);
	check_hmac(set, "", 0);
	BIO_free(pem);
	OPENSSL_free(der);
	buf_finish(&jwk);
	buf_finish(&jwks);
	jwk_set_destroy(set);
}
END_TEST

START_TEST(none_is_no_algorithm)
{
	static const char *const algs[] = { "none",   "None",	"NONE",
					    "nOnE",   "",	"HS512",
					    "RS512",  "ES384",	"PS256",
					    "rs256",  "RS256 ", "ES256K",
					    "Ed25519" };
	struct jwk_set *set = all_three();
	size_t i;

	for (i = 0; i < ARRAY_SIZE(algs); i++) {
		char header[64], *token, *end;

		snprintf(header, sizeof(header),
			 "{\"alg\":\"%s\",\"kid\":\"rsa-1\"}", algs[i]);
		token = token_sign(&rsa, header, CLAIMS);
		check_set(set, token, JWS_BAD);
		end = strrchr(token, '.') + 1;
		*end = '\0'; /* without a signature */
		check_set(set, token, JWS_BAD);
		end[-1] = '\0'; /* without its part */
		check_set(set, token, JWS_BAD);
		free(token);
	}
	jwk_set_destroy(set);
}
END_TEST

static void check_not_valid(struct jwk_set *set, const char *token, size_t at)
{
	struct buf payload = BUF_INIT;

	ck_assert_msg(jws_verify(set, token, &payload) != JWS_VALID,
		      "at %zu: %s", at, token);
	buf_finish(&payload);
}

/* What was verified is known again, by the set that did it alone. */
START_TEST(a_token_is_remembered_by_its_set)
{
	struct jwk_set *set = all_three(), *other = all_three();
	uint8_t digest[DIGEST_SIZE], same_place[DIGEST_SIZE];
	char *token = token_sign(&ed, NULL, CLAIMS);

	digest_sha256(token, strlen(token), digest);
	ck_assert(!jwk_set_remembers(set, digest));
	ck_assert(!jwk_set_remembers(NULL, digest));
	check_set(set, token, JWS_VALID);
	ck_assert(jwk_set_remembers(set, digest));
	ck_assert(!jwk_set_remembers(other, digest));
	check_set(set, token, JWS_VALID);
	check(RSA_JOE, token, JWS_UNKNOWN_KEY);

	memcpy(same_place, digest, DIGEST_SIZE);
	same_place[DIGEST_SIZE - 1] ^= 1;
	ck_assert(!jwk_set_remembers(set, same_place));
	jwk_set_remember(set, same_place);
	ck_assert(!jwk_set_remembers(set, digest));
	check_set(set, token, JWS_VALID);
	ck_assert(jwk_set_remembers(set, digest));
	free(token);
	jwk_set_destroy(set);
	jwk_set_destroy(other);
}
END_TEST

START_TEST(a_bad_token_is_not_remembered)
{
	struct jwk_set *set = all_three();
	char *token = token_sign(&ec, NULL, CLAIMS);
	uint8_t digest[DIGEST_SIZE];

	token[strlen(token) - 8] ^= 3;
	digest_sha256(token, strlen(token), digest);
	check_set(set, token, JWS_BAD);
	ck_assert(!jwk_set_remembers(set, digest));
	check_set(set, token, JWS_BAD);
	free(token);
	jwk_set_destroy(set);
}
END_TEST

/* Whatever character of it is another one, and wherever it ends. */
START_TEST(a_changed_token_is_bad)
{
	static const char others[] = "Aa0-_.=+/ \n\"\x80";
	struct jwk_set *set = all_three();
	size_t i, at, o;

	for (i = 0; i < 3; i++) {
		char *token = token_sign(signers[i], NULL, CLAIMS);
		size_t len = strlen(token);

		check_set(set, token, JWS_VALID); /* which is remembered */
		for (at = 0; at < len; at++) {
			char was = token[at];

			o = at % (sizeof(others) - 1);
			token[at] = others[o] == was ? 'Q' : others[o];
			check_not_valid(set, token, at);
			token[at] = was;
		}
		check_set(set, token, JWS_VALID);
		for (at = 0; at < len; at++) {
			char *cut = mem_strdup(token);

			cut[at] = '\0';
			check_not_valid(set, cut, at);
			free(cut);
		}
		free(token);
	}
	jwk_set_destroy(set);
}
END_TEST

/* The same bytes, spelt otherwise, and signed so. */
START_TEST(parts_have_one_spelling)
{
	/* {"alg":"EdDSA"} with blanks, so that bits are over */
	static const char header[] = "{\"alg\":\"EdDSA\" }";
	static const char good[] = "eyJhbGciOiJFZERTQSIgfQ";
	static const char *const others[] = {
		"eyJhbGciOiJFZERTQSIgfR",
		"eyJhbGciOiJFZERTQSIgfQ==",
		"eyJhbGciOiJFZERTQSIgfQ=",
		"eyJhbGciOiJFZERTQSIgfQ\n",
		" eyJhbGciOiJFZERTQSIgfQ",
		"eyJhbGciOiJF\nZERTQSIgfQ",
		"eyJhbGciOiJFZERTQSIgfQA",
		"eyJhbGciOiJFZERTQSIgfQAA",
		"",
	};
	struct buf jwks = BUF_INIT, spelt = BUF_INIT;
	char *token;
	size_t i;

	make_signers();
	jwks_of(&jwks, 2, 3);
	str_base64url(&spelt, header, strlen(header));
	ck_assert_str_eq(spelt.data, good);
	token = token_sign_parts(&ed, good, "e30");
	check(jwks.data, token, JWS_VALID);
	free(token);
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		token = token_sign_parts(&ed, others[i], "e30");
		check(jwks.data, token, JWS_BAD);
		free(token);
		token = token_sign_parts(&ed, good, others[i]);
		/* an empty payload is one, and so is one more byte */
		check(jwks.data, token,
		      !*others[i] || strstr(others[i], "fQA") ? JWS_VALID
							      : JWS_BAD);
		free(token);
	}
	token = token_sign_parts(&ed, good, "e30/");
	check(jwks.data, token, JWS_BAD);
	free(token);
	buf_finish(&spelt);
	buf_finish(&jwks);
}
END_TEST

START_TEST(signatures_have_one_spelling)
{
	struct jwk_set *set = all_three();
	size_t i;

	for (i = 0; i < 3; i++) {
		struct buf more = BUF_INIT;
		char *token = token_sign(signers[i], NULL, CLAIMS);
		size_t len = strlen(token);
		/* 64 and 256 bytes both leave four bits over */
		const char *last = strchr(B64URL, token[len - 1]);

		check_set(set, token, JWS_VALID);
		ck_assert_ptr_nonnull(last);
		token[len - 1] = B64URL[(last - B64URL) | 1];
		check_set(set, token, JWS_BAD);
		token[len - 1] = *last;
		buf_printf(&more, "%s==", token);
		check_set(set, more.data, JWS_BAD);
		buf_reset(&more);
		buf_printf(&more, "%sAA", token);
		check_set(set, more.data, JWS_BAD);
		buf_reset(&more);
		buf_printf(&more, "%s.", token);
		check_set(set, more.data, JWS_BAD);
		buf_reset(&more);
		buf_printf(&more, " %s", token);
		check_set(set, more.data, JWS_BAD);
		buf_finish(&more);
		free(token);
	}
	jwk_set_destroy(set);
}
END_TEST

/* With these 64 bytes, or with the DER that OpenSSL makes. */
static void check_ecdsa(struct jwk_set *set, const void *sig, size_t len)
{
	char *token = token_sign(&ec, NULL, CLAIMS);
	struct buf other = BUF_INIT;

	buf_add(&other, token, (size_t)(strrchr(token, '.') + 1 - token));
	str_base64url(&other, sig, len);
	check_set(set, other.data, JWS_BAD);
	buf_finish(&other);
	free(token);
}

START_TEST(ecdsa_is_two_numbers_in_range)
{
	/* n of P-256 */
	static const char order[] = "ffffffff00000000ffffffffffffffff"
				    "bce6faada7179e84f3b9cac2fc632551";
	struct jwk_set *set = all_three();
	uint8_t sig[66] = { 0 }, der[1024];
	char *token;
	size_t len;

	check_ecdsa(set, sig, 64);
	sig[31] = 1;
	check_ecdsa(set, sig, 64);
	sig[31] = 0;
	sig[63] = 1;
	check_ecdsa(set, sig, 64);
	sig[31] = 1;
	check_ecdsa(set, sig, 64);
	ck_assert_int_eq(str_unhex(order, 64, sig, 32), 0);
	ck_assert_int_eq(str_unhex(order, 64, sig + 32, 32), 0);
	check_ecdsa(set, sig, 64);
	memset(sig, 255, sizeof(sig));
	check_ecdsa(set, sig, 64);
	check_ecdsa(set, sig, 63);
	check_ecdsa(set, sig, 65);
	check_ecdsa(set, sig, 0);
	token = token_sign(&ec, NULL, CLAIMS);
	len = signer_sign(&ec, "SHA256", token,
			  (size_t)(strrchr(token, '.') - token), der);
	check_ecdsa(set, der, len);
	free(token);
	jwk_set_destroy(set);
}
END_TEST

START_TEST(headers_are_read_strictly)
{
	static const char *const bad[] = {
		"{\"alg\":\"EdDSA\",\"crit\":[]}",
		"{\"alg\":\"EdDSA\",\"crit\":[\"exp\"],\"exp\":1}",
		"{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"b64\":false}",
		"{\"alg\":\"EdDSA\",\"crit\":null}",
		"{\"alg\":\"EdDSA\",}",
		"{'alg':'EdDSA'}",
		"{\"alg\":\"EdDSA\"} x",
		"{\"alg\":\"EdDSA\",\"x\":NaN}",
		"{\"alg\":\"EdDSA\",\"x\":1e999}",
		"{\"alg\":\"EdDSA\",\"x\":\"\\ud800\"}",
		"{\"alg\\u0000\":\"EdDSA\"}",
		"{\"alg\":\"EdDSA\"}{}",
		"{\"alg\":[\"EdDSA\"]}",
		"{\"alg\":{}}",
		"{\"alg\":null}",
		"{\"ALG\":\"EdDSA\"}",
		"{\"alg\":\"EdDSA\\u0000\"}",
		"{\"alg\":\"EdDSA\",\"alg\":\"none\"}",
		"{\"alg\":\"EdDSA\",\"x\":\"\xc0\x80\"}",
		"[\"EdDSA\"]",
		"\"EdDSA\"",
		"null",
		"{}",
	};
	static const char *const good[] = {
		"{\"alg\":\"EdDSA\"}",
		"{\"typ\":\"at+jwt\",\r\n \"alg\":\"EdDSA\"}",
		" {\"alg\":\"EdDSA\"} ",
		"{\"alg\":\"EdDSA\",\"x\":\"\xc3\xa4\"}",
		"{\"alg\":\"\\u0045dDSA\",\"x5c\":[\"AA\"],\"jwk\":{}}",
		/* keys and places that a token brings along mean nothing */
		"{\"alg\":\"EdDSA\",\"jku\":\"https://evil.example/\","
		"\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"}}",
	};
	struct buf jwks = BUF_INIT;
	size_t i;

	make_signers();
	jwks_of(&jwks, 2, 3);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		check_header(jwks.data, &ed, bad[i], JWS_BAD);
	for (i = 0; i < ARRAY_SIZE(good); i++)
		check_header(jwks.data, &ed, good[i], JWS_VALID);
	buf_finish(&jwks);
}
END_TEST

START_TEST(a_token_has_a_limit)
{
	struct jwk_set *set = all_three();
	struct buf payload = BUF_INIT;
	char *token;
	size_t i;

	token = token_sign(&ed, NULL, "");
	for (i = 0; i < (JWS_MAX - strlen(token)) / 4 * 3 - 3; i++)
		buf_chr(&payload, 'x');
	free(token);
	token = token_sign(&ed, NULL, payload.data);
	ck_assert_uint_gt(strlen(token), JWS_MAX - 8);
	ck_assert_uint_le(strlen(token), JWS_MAX);
	check_set(set, token, JWS_VALID);
	free(token);
	buf_str(&payload, "123456");
	token = token_sign(&ed, NULL, payload.data);
	ck_assert_uint_gt(strlen(token), JWS_MAX);
	check_set(set, token, JWS_BAD);
	free(token);
	for (i = 0; i < 1000000; i++)
		buf_chr(&payload, '.');
	check_set(set, payload.data, JWS_BAD);
	buf_finish(&payload);
	jwk_set_destroy(set);
}
END_TEST

UNIT_MAIN("jws", vectors_of_the_rfcs_verify,
	  other_algorithms_of_the_rfcs_do_not, each_algorithm_verifies,
	  a_key_serves_its_algorithm_alone, a_public_key_is_no_secret,
	  none_is_no_algorithm, a_changed_token_is_bad,
	  a_token_is_remembered_by_its_set, a_bad_token_is_not_remembered,
	  parts_have_one_spelling, signatures_have_one_spelling,
	  ecdsa_is_two_numbers_in_range, headers_are_read_strictly,
	  a_token_has_a_limit)
