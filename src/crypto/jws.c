// SPDX-License-Identifier: GPL-3.0-or-later
/* Tokens that others sign: JWS in compact form (RFC 7515) with RS256, ES256
 * (RFC 7518) or EdDSA (RFC 8037). */
#include <json-c/json.h>

#include "base/str.h"
#include "crypto/jose.h"
#include "crypto/jws.h"

/* Where the header names no key of ours: would another look at the issuer's
 * keys help? */
static enum jws_result judge_unknown(const struct jwk_set *keys,
				     const char *kid)
{
	if (kid ? jwk_set_knows(keys, kid) : jwk_set_count(keys) > 0)
		return JWS_BAD;
	return JWS_UNKNOWN_KEY;
}

static enum jws_result find_key(const struct jwk_set *keys,
				struct json_object *header,
				const struct jwk **key)
{
	const char *alg = jose_text(header, "alg");
	const char *kid = jose_text(header, "kid");

	if (!alg || !jwk_is_algorithm(alg))
		return JWS_BAD;
	if (!kid && json_object_object_get_ex(header, "kid", NULL))
		return JWS_BAD;
	*key = jwk_find(keys, kid, alg);
	return *key ? JWS_VALID : judge_unknown(keys, kid);
}

static bool is_signed(const struct jwk *key, const struct jose_parts *parts)
{
	struct buf signature = BUF_INIT;
	bool valid;

	valid = !str_unbase64url(&signature, parts->signature,
				 parts->signature_len) &&
		jwk_verify(key, parts->header, parts->signed_len,
			   signature.data, signature.len);
	buf_finish(&signature);
	return valid;
}

static enum jws_result judge(const struct jwk_set *keys,
			     const struct jose_parts *parts)
{
	struct json_object *header = jose_header(parts);
	const struct jwk *key;
	enum jws_result rc;

	if (!header)
		return JWS_BAD;
	rc = find_key(keys, header, &key);
	json_object_put(header);
	if (rc != JWS_VALID)
		return rc;
	return is_signed(key, parts) ? JWS_VALID : JWS_BAD;
}

enum jws_result jws_verify(struct jwk_set *keys, const char *token,
			   struct buf *payload)
{
	uint8_t digest[DIGEST_SIZE];
	struct jose_parts parts;
	enum jws_result rc;

	if (jose_split(token, JWS_MAX, &parts))
		return JWS_BAD;
	digest_sha256(token, strlen(token), digest);
	if (!jwk_set_remembers(keys, digest)) {
		rc = judge(keys, &parts);
		if (rc != JWS_VALID)
			return rc;
		jwk_set_remember(keys, digest);
	}
	return str_unbase64url(payload, parts.payload, parts.payload_len)
		       ? JWS_BAD
		       : JWS_VALID;
}
