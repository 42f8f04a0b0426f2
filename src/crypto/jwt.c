// SPDX-License-Identifier: GPL-3.0-or-later
/* JWS in compact form (RFC 7515) with HMAC-SHA-256 (RFC 7518 section 3.2). */
#include <json-c/json.h>

#include "base/str.h"
#include "crypto/digest.h"
#include "crypto/jose.h"
#include "crypto/jwt.h"

static void add_header(struct buf *out, uint32_t key_id)
{
	struct buf header = BUF_INIT;

	/* Nothing here needs escaping. */
	buf_printf(&header,
		   "{\"alg\":\"HS256\",\"kid\":\"%u\",\"typ\":\"JWT\"}",
		   (unsigned)key_id);
	str_base64url(out, header.data, header.len);
	buf_finish(&header);
}

void jwt_sign(const struct keyring *kr, enum keyring_purpose purpose,
	      const char *claims_json, struct buf *out)
{
	uint32_t id = keyring_newest(kr);
	size_t start = out->len;
	uint8_t mac[DIGEST_SIZE];

	add_header(out, id);
	buf_chr(out, '.');
	str_base64url(out, claims_json, strlen(claims_json));
	keyring_hmac(kr, id, purpose, out->data + start, out->len - start, mac);
	buf_chr(out, '.');
	str_base64url(out, mac, sizeof(mac));
}

static int read_header(const struct jose_parts *parts, uint32_t *key_id)
{
	struct json_object *header = jose_header(parts);
	const char *alg, *typ, *kid;
	int64_t id;
	int failed = -1;

	if (!header)
		return -1;
	alg = jose_text(header, "alg");
	typ = jose_text(header, "typ");
	kid = jose_text(header, "kid");
	if (alg && !strcmp(alg, "HS256") && typ && !strcmp(typ, "JWT") && kid &&
	    !str_int(kid, 1, UINT32_MAX, &id)) {
		*key_id = (uint32_t)id;
		failed = 0;
	}
	json_object_put(header);
	return failed;
}

/* Compares the text, so that a signature has one spelling. */
static bool signature_is(const uint8_t mac[DIGEST_SIZE], const char *s)
{
	struct buf want = BUF_INIT;
	bool same;

	str_base64url(&want, mac, DIGEST_SIZE);
	same = strlen(s) == want.len && crypto_equal(s, want.data, want.len);
	buf_finish(&want);
	return same;
}

int jwt_verify(const struct keyring *kr, enum keyring_purpose purpose,
	       const char *token, struct buf *claims_json)
{
	struct jose_parts parts;
	uint8_t mac[DIGEST_SIZE];
	uint32_t id;

	if (jose_split(token, JWT_MAX, &parts) || read_header(&parts, &id))
		return -1;
	if (keyring_hmac(kr, id, purpose, token, parts.signed_len, mac) ||
	    !signature_is(mac, parts.signature))
		return -1;
	return str_unbase64(claims_json, parts.payload, parts.payload_len);
}
