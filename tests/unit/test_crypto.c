// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of crypto/: random bytes, digests, API keys. */
#include "base/str.h"
#include "crypto/apikey.h"
#include "crypto/digest.h"
#include "crypto/random.h"
#include "unit.h"

static void unhex(const char *hex, struct buf *out)
{
	size_t n = strlen(hex) / 2;

	buf_reset(out);
	ck_assert_int_eq(str_unhex(hex, 2 * n, buf_reserve(out, n), n), 0);
	out->len = n;
	out->data[n] = '\0';
}

static void check_hex(const void *bytes, size_t len, const char *hex)
{
	char text[256];

	ck_assert_uint_lt(2 * len, sizeof(text));
	str_hex(bytes, len, text);
	ck_assert_str_eq(text, hex);
}

START_TEST(random_differs)
{
	uint8_t a[1000] = { 0 }, b[1000] = { 0 };
	size_t i, zeros = 0;

	crypto_random(a, sizeof(a));
	crypto_random(b, sizeof(b));
	ck_assert(memcmp(a, b, sizeof(a)) != 0);
	for (i = 0; i < sizeof(a); i++)
		zeros += !a[i];
	ck_assert_uint_lt(zeros, 40); /* about 4 are expected */
	crypto_random(a, 0);
}
END_TEST

START_TEST(sha256_fips_180_4)
{
	struct digest d;
	uint8_t out[DIGEST_SIZE];
	int i;

	for (i = 0; i < 2; i++) { /* the kept context starts afresh */
		digest_sha256("abc", 3, out);
		check_hex(out, 32,
			  "ba7816bf8f01cfea414140de5dae2223"
			  "b00361a396177a9cb410ff61f20015ad");
		digest_sha256(NULL, 0, out);
		check_hex(out, 32,
			  "e3b0c44298fc1c149afbf4c8996fb924"
			  "27ae41e4649b934ca495991b7852b855");
	}
	digest_init(&d);
	for (i = 0; i < 1000000; i += 1000) {
		static char a[1000];

		memset(a, 'a', sizeof(a));
		digest_update(&d, a, sizeof(a));
	}
	digest_finish(&d, out);
	check_hex(out, 32,
		  "cdc76e5c9914fb9281a1c7e284d73e67"
		  "f1809a48a497200e046d39ccc7112cd0");
	digest_finish(&d, NULL);
}
END_TEST

static void check_hmac(const char *key_hex, const char *data_hex,
		       const char *want)
{
	struct buf key = BUF_INIT, data = BUF_INIT;
	uint8_t out[DIGEST_SIZE];

	unhex(key_hex, &key);
	unhex(data_hex, &data);
	digest_hmac(key.data, key.len, data.data, data.len, out);
	check_hex(out, strlen(want) / 2, want);
	buf_finish(&key);
	buf_finish(&data);
}

START_TEST(hmac_rfc_4231)
{
	uint8_t key[131], data[50], out[DIGEST_SIZE];
	const char *text = "Test Using Larger Than Block-Size Key - "
			   "Hash Key First";

	/* Cases 1, 2, 3, 4, 5 (truncated), 6. */
	check_hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
		   "4869205468657265",
		   "b0344c61d8db38535ca8afceaf0bf12b"
		   "881dc200c9833da726e9376c2e32cff7");
	check_hmac("4a656665",
		   "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
		   "5bdcc146bf60754e6a042426089575c7"
		   "5a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	memset(data, 0xdd, sizeof(data));
	digest_hmac(key, 20, data, 50, out);
	check_hex(out, 32,
		  "773ea91e36800e46854db8ebd09181a7"
		  "2959098b3ef8c122d9635514ced565fe");
	memset(data, 0xcd, sizeof(data));
	check_hmac("0102030405060708090a0b0c0d0e0f10111213141516171819",
		   "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"
		   "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
		   "82558a389a443c0ea4cc819899f2083a"
		   "85f0faa3e578f8077a2e3ff46729665b");
	check_hmac("0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c",
		   "546573742057697468205472756e636174696f6e",
		   "a3b6167473100ee06e0c796c2955552b");
	digest_hmac(key, sizeof(key), text, strlen(text), out);
	check_hex(out, 32,
		  "60e431591ee0b67f0d8a26aacbf5b77f"
		  "8e0bc6213728c5140546040f0ee37f54");
}
END_TEST

START_TEST(hkdf_rfc_5869)
{
	struct buf key = BUF_INIT, salt = BUF_INIT, info = BUF_INIT;
	uint8_t out[82], bytes[80];
	int i;

	/* A.1 */
	unhex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", &key);
	unhex("000102030405060708090a0b0c", &salt);
	unhex("f0f1f2f3f4f5f6f7f8f9", &info);
	digest_hkdf(key.data, key.len, salt.data, salt.len, info.data, info.len,
		    out, 42);
	check_hex(out, 42,
		  "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db0"
		  "2d56ecc4c5bf34007208d5b887185865");
	/* A.3: no salt, no info */
	digest_hkdf(key.data, key.len, NULL, 0, NULL, 0, out, 42);
	check_hex(out, 42,
		  "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec345"
		  "4e5f3c738d2d9d201395faa4b61a96c8");
	/* A.2: longer than a block */
	for (i = 0; i < 80; i++)
		bytes[i] = (uint8_t)i;
	buf_reset(&salt);
	buf_reset(&info);
	for (i = 0; i < 80; i++) {
		buf_chr(&salt, (char)(0x60 + i));
		buf_chr(&info, (char)(0xb0 + i));
	}
	digest_hkdf(bytes, 80, salt.data, 80, info.data, 80, out, 82);
	check_hex(out, 82,
		  "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050"
		  "cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600"
		  "c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f343"
		  "4f1d87");
	buf_finish(&key);
	buf_finish(&salt);
	buf_finish(&info);
}
END_TEST

START_TEST(equal_and_wipe)
{
	char a[] = "secret", b[] = "secreT";

	ck_assert(crypto_equal(a, "secret", 6));
	ck_assert(!crypto_equal(a, b, 6));
	ck_assert(crypto_equal(a, b, 5));
	ck_assert(crypto_equal(NULL, NULL, 0));
	crypto_wipe(a, 6);
	ck_assert(!memcmp(a, "\0\0\0\0\0\0", 6));
	crypto_wipe(NULL, 0);
}
END_TEST

START_TEST(jws_rfc_7515_a1)
{
	static const char input[] =
		"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
		"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
		"Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
	static const char jwk[] = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"
				  "-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
	struct buf key = BUF_INIT, text = BUF_INIT;
	uint8_t mac[DIGEST_SIZE];

	ck_assert_int_eq(str_unbase64(&key, jwk, strlen(jwk)), 0);
	digest_hmac(key.data, key.len, input, strlen(input), mac);
	str_base64url(&text, mac, sizeof(mac));
	ck_assert_str_eq(text.data,
			 "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
	buf_finish(&key);
	buf_finish(&text);
}
END_TEST

START_TEST(apikey_form)
{
	static const char known[] =
		"vs_live_0123456789abcdefghijABCDEFGHIJ3PXvju";
	char key[APIKEY_SIZE], other[APIKEY_SIZE];
	bool live = false;
	int i;

	ck_assert_int_eq(apikey_parse(known, &live), 0);
	ck_assert(live);
	for (i = 0; i < 500; i++) {
		apikey_create(i % 2, key);
		ck_assert_uint_eq(strlen(key), APIKEY_LENGTH);
		ck_assert_int_eq(apikey_parse(key, &live), 0);
		ck_assert_int_eq(live, i % 2);
		ck_assert(!strncmp(key, live ? "vs_live_" : "vs_test_", 8));
	}
	for (i = 0; i < APIKEY_LENGTH; i++) {
		memcpy(other, key, sizeof(key));
		other[i] = other[i] == 'x' ? 'y' : 'x';
		ck_assert_int_eq(apikey_parse(other, &live), -1);
		other[i] = '-';
		ck_assert_int_eq(apikey_parse(other, &live), -1);
		other[i] = '\0';
		ck_assert_int_eq(apikey_parse(other, &live), -1);
	}
	ck_assert_int_eq(
		apikey_parse("vs_live_0123456789abcdefghijABCDEFGHIJ3PXvju0",
			     &live),
		-1);
	ck_assert_int_eq(apikey_parse("", &live), -1);
}
END_TEST

START_TEST(apikey_digits_are_even)
{
	int count[128] = { 0 };
	char key[APIKEY_SIZE];
	int i, j;

	for (i = 0; i < 2000; i++) {
		apikey_create(true, key);
		for (j = 8; j < 38; j++)
			count[(unsigned char)key[j]]++;
	}
	/* 968 each, deviation 31; a plain modulo gives eight of them 1,172. */
	for (i = 0; i < 128; i++)
		if (count[i])
			ck_assert_msg(count[i] > 780 && count[i] < 1150,
				      "%c: %d", i, count[i]);
}
END_TEST

UNIT_MAIN("crypto", random_differs, sha256_fips_180_4, hmac_rfc_4231,
	  hkdf_rfc_5869, equal_and_wipe, jws_rfc_7515_a1, apikey_form,
	  apikey_digits_are_even)
