// SPDX-License-Identifier: GPL-3.0-or-later
/* Unit tests of crypto/: the keyring and the tokens that it signs. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "crypto/jwt.h"
#include "crypto/keyring.h"
#include "unit.h"

/* A fresh directory that goes away with its test. */
static char dir[64];

static void make_dir(void)
{
	str_copy(dir, sizeof(dir), "/tmp/test-crypto-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static const char *in_dir(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void remove_dir(void)
{
	unlink(in_dir("keyring"));
	rmdir(in_dir("keyring.new"));
	ck_assert_int_eq(rmdir(dir), 0); /* so nothing else was left */
}

static void write_keyring(const char *text, mode_t mode)
{
	FILE *f = fopen(in_dir("keyring"), "w");

	ck_assert_ptr_nonnull(f);
	ck_assert_int_ge(fputs(text, f), 0);
	ck_assert_int_eq(fclose(f), 0);
	ck_assert_int_eq(chmod(in_dir("keyring"), mode), 0);
}

/* Key 7 is the bytes 0 to 31. */
static const char known_keyring[] = "# a comment\n\n"
				    "7 1000 000102030405060708090a0b0c0d0e0f"
				    "101112131415161718191a1b1c1d1e1f\n";

static struct keyring *load_known(void)
{
	struct buf error = BUF_INIT;
	struct keyring *kr;

	make_dir();
	write_keyring(known_keyring, 0600);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	remove_dir();
	buf_finish(&error);
	return kr;
}

static void check_hex(const void *bytes, size_t len, const char *hex)
{
	char text[256];

	ck_assert_uint_lt(2 * len, sizeof(text));
	str_hex(bytes, len, text);
	ck_assert_str_eq(text, hex);
}

/* The answers come from a second implementation, in another language. */
START_TEST(subkeys_stay_as_they_are)
{
	static const char *const want[KEYRING_PURPOSES] = {
		[KEYRING_API_KEY] = "e8d4fff2e5bf8a34a19feec7641dba8e"
				    "a7204707176b3e89484ffa4119823b64",
		[KEYRING_WRAP] = "8b396a5bf5ee66bd52fc8334c445f333"
				 "436e18d8f4f0dc8c5471d437aebd6549",
		[KEYRING_JWT] = "0dc3462d841240195727cea577caa164"
				"8584603b81d1179045cfb92d1b440edd",
		[KEYRING_URL] = "b33c3df650e4e6000eeae69e9464b66e"
				"d9d807af8e84b1b2f91e7ad6a64dfece",
		[KEYRING_CURSOR] = "46a5fb993956b2e1d4c2ae3e7299d81a"
				   "0198d1bb4354f20794bc0fd3fe32f12e",
		[KEYRING_DIGEST] = "f8e93893475b00bef4910c4703ab830f"
				   "07e26cd837b89249305a9aa81de1b31e",
		[KEYRING_ACCESS] = "571e6313daef7ab3fa9a33623da869d1"
				   "5703eb6e4f5a0eef6f0759176c2daa16",
	};
	struct keyring *kr = load_known();
	uint8_t out[32];
	int i, again;

	for (again = 0; again < 3; again++)
		for (i = 0; i < KEYRING_PURPOSES; i++) {
			ck_assert_int_eq(keyring_hmac(kr, 7,
						      (enum keyring_purpose)i,
						      "abc", 3, out),
					 0);
			check_hex(out, 32, want[i]);
		}
	ck_assert_int_eq(keyring_hmac(kr, 8, KEYRING_JWT, "abc", 3, out), -1);
	ck_assert(keyring_has(kr, 7));
	ck_assert(!keyring_has(kr, 8));
	keyring_destroy(kr);
}
END_TEST

START_TEST(keyring_lives)
{
	struct buf error = BUF_INIT;
	struct keyring *kr;
	struct stat st;
	uint32_t first, second;
	uint8_t before[32], after[32];

	make_dir();
	ck_assert_int_eq(keyring_create(in_dir("keyring"), &error), 0);
	ck_assert_int_eq(stat(in_dir("keyring"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	first = keyring_newest(kr);
	keyring_hmac(kr, first, KEYRING_URL, "x", 1, before);
	keyring_destroy(kr);
	ck_assert_int_eq(keyring_create(in_dir("keyring"), &error), -1);
	ck_assert_ptr_nonnull(strstr(error.data, "File exists"));
	buf_reset(&error);

	ck_assert_int_eq(symlink("keyring", in_dir("link")), 0);
	clock_set_offset_ms(-CLOCK_DAY); /* still the newest */
	ck_assert_int_eq(keyring_rotate(in_dir("link"), 0, &error), 0);
	ck_assert_int_eq(unlink(in_dir("link")), 0);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	second = keyring_newest(kr);
	ck_assert_uint_ne(second, first);
	ck_assert_uint_eq(keyring_count(kr), 2);
	ck_assert_uint_eq(keyring_id_at(kr, 0), second);
	ck_assert_uint_eq(keyring_id_at(kr, 1), first);
	keyring_hmac(kr, first, KEYRING_URL, "x", 1, after);
	ck_assert(!memcmp(before, after, 32));
	keyring_hmac(kr, second, KEYRING_URL, "x", 1, after);
	ck_assert(memcmp(before, after, 32));
	keyring_destroy(kr);
	ck_assert_int_eq(stat(in_dir("keyring"), &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0600);
	remove_dir();
	buf_finish(&error);
}
END_TEST

START_TEST(keyring_rotation_fails_whole)
{
	struct buf error = BUF_INIT;
	struct keyring *kr;
	int i;

	make_dir();
	ck_assert_int_eq(keyring_create(in_dir("keyring"), &error), 0);
	ck_assert_int_eq(mkdir(in_dir("keyring.new"), 0700), 0);
	ck_assert_int_eq(keyring_rotate(in_dir("keyring"), 0, &error), -1);
	ck_assert_uint_gt(error.len, 0);
	buf_reset(&error);
	ck_assert_int_eq(rmdir(in_dir("keyring.new")), 0);
	for (i = 1; i < KEYRING_MAX; i++)
		ck_assert_int_eq(keyring_rotate(in_dir("keyring"), 0, &error),
				 0);
	ck_assert_int_eq(keyring_rotate(in_dir("keyring"), 0, &error), -1);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_ptr_nonnull(kr);
	ck_assert_uint_eq(keyring_count(kr), KEYRING_MAX);
	keyring_destroy(kr);
	remove_dir();
	buf_finish(&error);
}
END_TEST

/* A key that begins later verifies at once and signs then; a former one can
 * be taken out, and no other. */
START_TEST(keyring_begins_and_ends)
{
	struct buf error = BUF_INIT;
	struct keyring *kr;
	uint32_t first, second;

	make_dir();
	ck_assert_int_eq(keyring_create(in_dir("keyring"), &error), 0);
	kr = keyring_load(in_dir("keyring"), &error);
	first = keyring_newest(kr);
	ck_assert(keyring_is_current(kr, in_dir("keyring")));
	ck_assert_int_eq(keyring_rotate(in_dir("keyring"),
					clock_now_ms() + CLOCK_HOUR, &error),
			 0);
	ck_assert(!keyring_is_current(kr, in_dir("keyring")));
	keyring_destroy(kr);
	kr = keyring_load(in_dir("keyring"), &error);
	second = keyring_id_at(kr, 0);
	ck_assert_uint_ne(second, first);
	ck_assert_uint_eq(keyring_newest(kr), first);
	ck_assert(keyring_has(kr, second));
	ck_assert_int_eq(keyring_retire(in_dir("keyring"), first, &error), -1);
	ck_assert_int_eq(keyring_retire(in_dir("keyring"), second, &error), -1);
	ck_assert_int_eq(keyring_retire(in_dir("keyring"), 0, &error), -1);
	clock_set_offset_ms(CLOCK_HOUR + CLOCK_MINUTE);
	ck_assert_uint_eq(keyring_newest(kr), second);
	keyring_destroy(kr);
	ck_assert_int_eq(keyring_retire(in_dir("keyring"), second, &error), -1);
	buf_reset(&error);
	ck_assert_int_eq(keyring_retire(in_dir("keyring"), first, &error), 0);
	ck_assert_uint_eq(error.len, 0);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_uint_eq(keyring_count(kr), 1);
	ck_assert_uint_eq(keyring_newest(kr), second);
	keyring_destroy(kr);
	clock_set_offset_ms(0);
	remove_dir();
	buf_finish(&error);
}
END_TEST

#define HEX64 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

START_TEST(keyring_refuses)
{
	static const struct {
		const char *text;
		mode_t mode;
		const char *says;
	} rows[] = {
		{ "7 1000 " HEX64 "\n", 0640, "chmod 600" },
		{ "7 1000 " HEX64 "\n", 0604, "chmod 600" },
		{ "7 1000 " HEX64 "\n", 0620, "chmod 600" },
		{ "", 0600, "holds no key" },
		{ "# only\n", 0600, "holds no key" },
		{ "7 1000\n", 0600, "is not \"ID" },
		{ "0 1000 " HEX64 "\n", 0600, "valid id" },
		{ "2147483648 1000 " HEX64 "\n", 0600, "valid id" },
		{ "x 1000 " HEX64 "\n", 0600, "valid id" },
		{ "7 -1 " HEX64 "\n", 0600, "valid time" },
		{ "7 1000 00" HEX64 "\n", 0600, "valid key" },
		{ "7 1000 zz" HEX64 "\n", 0600, "valid key" },
		{ "7 1000 " HEX64 " \n", 0600, "valid key" },
		{ "7 1 " HEX64 "\n7 2 " HEX64 "\n", 0600,
		  ":2: the line "
		  "repeats" },
	};
	struct buf error = BUF_INIT;
	size_t i;

	make_dir();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		write_keyring(rows[i].text, rows[i].mode);
		buf_reset(&error);
		ck_assert_ptr_null(keyring_load(in_dir("keyring"), &error));
		ck_assert_msg(strstr(buf_cstr(&error), rows[i].says) != NULL,
			      "row %zu: %s", i, buf_cstr(&error));
		ck_assert_ptr_null(strstr(error.data, "0001020304"));
	}
	unlink(in_dir("keyring"));
	buf_reset(&error);
	ck_assert_ptr_null(keyring_load(in_dir("keyring"), &error));
	ck_assert_ptr_nonnull(strstr(error.data, "No such file"));
	buf_reset(&error);
	ck_assert_ptr_null(keyring_load(dir, &error));
	remove_dir();
	buf_finish(&error);
}
END_TEST

START_TEST(keyring_orders_by_age)
{
	struct buf error = BUF_INIT;
	struct keyring *kr;

	make_dir();
	write_keyring("5 200 " HEX64 "\n9 100 " HEX64 "\n6 300 " HEX64, 0400);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	ck_assert_uint_eq(keyring_newest(kr), 6);
	ck_assert_uint_eq(keyring_id_at(kr, 1), 5);
	ck_assert_uint_eq(keyring_id_at(kr, 2), 9);
	keyring_destroy(kr);
	/* The last line had no end; a rotation must not glue to it. */
	ck_assert_int_eq(keyring_rotate(in_dir("keyring"), 0, &error), 0);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_msg(kr != NULL, "%s", buf_cstr(&error));
	ck_assert_uint_eq(keyring_count(kr), 4);
	ck_assert_uint_eq(keyring_id_at(kr, 1), 6);
	keyring_destroy(kr);
	remove_dir();
	buf_finish(&error);
}
END_TEST

/* Key 7 signed all of these, by the second implementation. */
#define CLAIMS "eyJzdWIiOiJ4In0"
static const char good_jwt[] =
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjciLCJ0eXAiOiJKV1Q"
	"ifQ." CLAIMS ".8izLTUW4y4UF4-OREh585zlT5a8fCgVKdtdCrGpDBVQ";
static const char *const bad_jwts[] = {
	/* alg none, HS512 */
	"eyJhbGciOiJub25lIiwia2lkIjoiNyIsInR5cCI6IkpXVCJ9." CLAIMS
	".5vqnIIJTcayUEWc0hmCuTYeg-uHeA-xSjsYTy1XjxMA",
	"eyJhbGciOiJIUzUxMiIsImtpZCI6IjciLCJ0eXAiOiJKV1QifQ." CLAIMS
	".kpAiptg7ltjlFd-SaC9t75nOB3OLF7D5OUyQuQHxY-w",
	/* no typ, kid a number, crit */
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjcifQ." CLAIMS
	".XlebSPqLHRYVxIF6VbA7YpunKVelIcAjopSsS7DYQGU",
	"eyJhbGciOiJIUzI1NiIsImtpZCI6NywidHlwIjoiSldUIn0." CLAIMS
	".vCHHJ8ZhNiUMJiokXrMLZSuZ9vyF9gDD3veB24BYu8o",
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjciLCJ0eXAiOiJKV1QiLCJjcml0IjpbImI2NCJd"
	"fQ." CLAIMS ".877iJWJOJJEt5Il9YJ2GI75TiXD7aHgcpdzklfJtTHg",
	/* bytes behind the header, an array around it, NUL in alg */
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjciLCJ0eXAiOiJKV1QifXg." CLAIMS
	".AUEswikbBZSvoj6BgavWxnUqS68Z1-Wl099HVFSTlKU",
	"W3siYWxnIjoiSFMyNTYiLCJraWQiOiI3IiwidHlwIjoiSldUIn1d." CLAIMS
	".QjM472rBjKNgiZDMTpHNupvD_2J-fLLYfFMXM0k2wuA",
	"eyJhbGciOiJIUzI1Nlx1MDAwMCIsImtpZCI6IjciLCJ0eXAiOiJKV1QifQ." CLAIMS
	".dKefpGzuJd6qP5u5j6uK1ghP9PFYk7JUY6DEkPfeUCo",
	/* another typ; NUL and more behind the header */
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjciLCJ0eXAiOiJhdCtqd3QifQ." CLAIMS
	".bIurUaguuw8M-ms2ep77CXDpr0gdaEQDdrGVwhK053I",
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IjciLCJ0eXAiOiJKV1QifQB7ImFsZyI6"
	"Im5vbmUifQ." CLAIMS ".JY14sS9L_uoVsOtcm4wGNJE6xmfz_Y_6yN39cJfgXyA",
	/* forms */
	"",
	".",
	"..",
	"a.b.c",
	CLAIMS "." CLAIMS,
};

START_TEST(jwt_takes_only_its_own)
{
	struct keyring *kr = load_known();
	struct buf out = BUF_INIT, token = BUF_INIT;
	size_t i;

	jwt_sign(kr, KEYRING_JWT, "{\"sub\":\"x\"}", &token);
	ck_assert_str_eq(token.data, good_jwt);
	buf_str(&out, "kept");
	ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, good_jwt, &out), 0);
	ck_assert_int_eq(jwt_verify(kr, KEYRING_ACCESS, good_jwt, &out), -1);
	ck_assert_str_eq(out.data, "kept{\"sub\":\"x\"}");
	buf_reset(&out);
	for (i = 0; i < ARRAY_SIZE(bad_jwts); i++)
		ck_assert_msg(jwt_verify(kr, KEYRING_JWT, bad_jwts[i], &out) ==
				      -1,
			      "row %zu", i);
	/* Any other character, anywhere, and one more at the end. */
	for (i = 0; i < token.len; i++) {
		char was = token.data[i];

		token.data[i] = was == 'A' ? 'B' : 'A';
		ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, token.data, &out),
				 -1);
		token.data[i] = was;
	}
	buf_chr(&token, '=');
	ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, token.data, &out), -1);
	ck_assert_uint_eq(out.len, 0);
	buf_finish(&out);
	buf_finish(&token);
	keyring_destroy(kr);
}
END_TEST

START_TEST(jwt_survives_rotation)
{
	struct buf error = BUF_INIT, token = BUF_INIT, out = BUF_INIT;
	struct keyring *kr;

	make_dir();
	write_keyring("6 300 " HEX64 "\n", 0600);
	kr = keyring_load(in_dir("keyring"), &error);
	jwt_sign(kr, KEYRING_JWT, "{}", &token);
	keyring_destroy(kr);
	ck_assert_int_eq(keyring_rotate(in_dir("keyring"), 0, &error), 0);
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, token.data, &out), 0);
	ck_assert_str_eq(out.data, "{}");
	keyring_destroy(kr);
	write_keyring("8 300 " HEX64 "\n", 0600); /* an unknown kid */
	kr = keyring_load(in_dir("keyring"), &error);
	ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, token.data, &out), -1);
	keyring_destroy(kr);
	remove_dir();
	buf_finish(&error);
	buf_finish(&token);
	buf_finish(&out);
}
END_TEST

START_TEST(jwt_has_a_limit)
{
	struct keyring *kr = load_known();
	struct buf claims = BUF_INIT, token = BUF_INIT, out = BUF_INIT;
	int i;

	/* 3,000 bytes give 4,095 or so; 30 more are over. */
	for (i = 0; i < 2; i++) {
		buf_reset(&claims);
		buf_reset(&token);
		buf_printf(&claims, "{\"a\":\"%0*d\"}", i ? 3030 : 2990, 1);
		jwt_sign(kr, KEYRING_JWT, claims.data, &token);
		ck_assert_int_eq(token.len > JWT_MAX, i);
		ck_assert_int_eq(jwt_verify(kr, KEYRING_JWT, token.data, &out),
				 -i);
	}
	buf_finish(&claims);
	buf_finish(&token);
	buf_finish(&out);
	keyring_destroy(kr);
}
END_TEST

UNIT_MAIN("keyring", subkeys_stay_as_they_are, keyring_lives,
	  keyring_begins_and_ends, keyring_rotation_fails_whole,
	  keyring_refuses, keyring_orders_by_age, jwt_takes_only_its_own,
	  jwt_survives_rotation, jwt_has_a_limit)
