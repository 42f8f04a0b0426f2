// SPDX-License-Identifier: GPL-3.0-or-later
/* JWS in compact form (RFC 7515) with HMAC-SHA-256 (RFC 7518 section 3.2). */
#include <json-c/json.h>

#include "base/str.h"
#include "crypto/digest.h"
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

/* The member as text, or NULL where it is missing, no string or holds NUL. */
static const char *text_of(struct json_object *header, const char *name)
{
	struct json_object *v;
	const char *s;

	if (!json_object_object_get_ex(header, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return NULL;
	s = json_object_get_string(v);
	return strlen(s) == (size_t)json_object_get_string_len(v) ? s : NULL;
}

static int check_header(struct json_object *header, uint32_t *key_id)
{
	const char *alg = text_of(header, "alg");
	const char *typ = text_of(header, "typ");
	const char *kid = text_of(header, "kid");
	int64_t id;

	if (!alg || strcmp(alg, "HS256") || !typ || strcmp(typ, "JWT") || !kid)
		return -1;
	/* We understand no extension (RFC 7515 section 4.1.11). */
	if (json_object_object_get_ex(header, "crit", NULL))
		return -1;
	if (str_int(kid, 1, UINT32_MAX, &id))
		return -1;
	*key_id = (uint32_t)id;
	return 0;
}

static int read_header(const char *base64, size_t len, uint32_t *key_id)
{
	struct json_tokener *tok = json_tokener_new_ex(3);
	struct json_object *header = NULL;
	struct buf text = BUF_INIT;
	int failed = -1;

	if (!tok || str_unbase64(&text, base64, len) || !text.len)
		goto out;
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	header = json_tokener_parse_ex(tok, text.data, (int)text.len);
	if (!header || json_tokener_get_parse_end(tok) != text.len ||
	    !json_object_is_type(header, json_type_object))
		goto out;
	failed = check_header(header, key_id);
out:
	json_object_put(header);
	if (tok)
		json_tokener_free(tok);
	buf_finish(&text);
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
	size_t start = claims_json->len;
	const char *claims, *signature;
	uint8_t mac[DIGEST_SIZE];
	uint32_t id;

	if (strnlen(token, JWT_MAX + 1) > JWT_MAX)
		return -1;
	claims = strchr(token, '.');
	signature = claims ? strchr(claims + 1, '.') : NULL;
	if (!signature)
		return -1;
	if (read_header(token, (size_t)(claims - token), &id))
		return -1;
	if (keyring_hmac(kr, id, purpose, token, (size_t)(signature - token),
			 mac) ||
	    !signature_is(mac, signature + 1))
		return -1;
	claims++;
	if (!str_unbase64(claims_json, claims, (size_t)(signature - claims)))
		return 0;
	claims_json->len = start;
	claims_json->data[start] = '\0';
	return -1;
}
