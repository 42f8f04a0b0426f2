// SPDX-License-Identifier: GPL-3.0-or-later
/* Keys of one run, their set, and whether a token is valid by it. */
#ifndef JOSE_FIXTURE_H
#define JOSE_FIXTURE_H

#include "crypto/jws.h"
#include "token.h"
#include "unit.h"

static const char CLAIMS[] = "{\"iss\":\"joe\",\"sub\":\"ada\"}";

static inline struct jwk_set *set_of(const char *json)
{
	struct jwk_set *set = jwk_set_read(json, strlen(json));

	ck_assert_msg(set != NULL, "no set: %s", json);
	return set;
}

static inline void check_set(struct jwk_set *set, const char *token,
			     enum jws_result want)
{
	struct buf payload = BUF_INIT;
	enum jws_result is;

	buf_str(&payload, "before");
	is = jws_verify(set, token, &payload);
	ck_assert_msg(is == want, "%d: %s", is, token);
	if (want != JWS_VALID)
		ck_assert_str_eq(payload.data, "before");
	buf_finish(&payload);
}

static inline void check(const char *jwks, const char *token,
			 enum jws_result want)
{
	struct jwk_set *set = set_of(jwks);

	check_set(set, token, want);
	jwk_set_destroy(set);
}

static inline size_t count_of(const char *jwks)
{
	struct jwk_set *set = set_of(jwks);
	size_t count = jwk_set_count(set);

	jwk_set_destroy(set);
	return count;
}

/* Keys of this run, one of each kind: made once, as RSA takes its time. */
static struct signer rsa, ec, ed;

static inline void make_signers(void)
{
	if (rsa.key)
		return;
	signer_make(&rsa, "RS256", "rsa-1");
	signer_make(&ec, "ES256", "ec-1");
	signer_make(&ed, "EdDSA", "ed-1");
}

static struct signer *const signers[] = { &rsa, &ec, &ed };

/* A set of some of the three. */
static inline void jwks_of(struct buf *out, size_t from, size_t to)
{
	buf_reset(out);
	buf_str(out, "{\"keys\":[");
	for (; from < to; from++) {
		signer_jwk(signers[from], "", out);
		if (from + 1 < to)
			buf_chr(out, ',');
	}
	buf_str(out, "]}");
}

static inline struct jwk_set *all_three(void)
{
	struct buf jwks = BUF_INIT;
	struct jwk_set *set;

	make_signers();
	jwks_of(&jwks, 0, 3);
	set = set_of(jwks.data);
	ck_assert_uint_eq(jwk_set_count(set), 3);
	buf_finish(&jwks);
	return set;
}

static inline void check_header(const char *jwks, const struct signer *by,
				const char *header, enum jws_result want)
{
	char *token = token_sign(by, header, CLAIMS);

	check(jwks, token, want);
	free(token);
}

#endif
