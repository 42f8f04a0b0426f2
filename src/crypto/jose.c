// SPDX-License-Identifier: GPL-3.0-or-later
/* What tokens and keys in JSON share: the parts of a compact form, and JSON
 * that is read strictly. */
#include <json-c/json.h>

#include "base/json_scan.h"
#include "base/str.h"
#include "crypto/jose.h"

enum { DEPTH = 16 };

int jose_split(const char *token, size_t max, struct jose_parts *out)
{
	size_t len = strnlen(token, max + 1);
	const char *first, *second;

	if (len > max)
		return -1;
	first = strchr(token, '.');
	second = first ? strchr(first + 1, '.') : NULL;
	if (!second || strchr(second + 1, '.'))
		return -1;
	*out = (struct jose_parts){
		.header = token,
		.header_len = (size_t)(first - token),
		.payload = first + 1,
		.payload_len = (size_t)(second - first - 1),
		.signature = second + 1,
		.signature_len = (size_t)(token + len - second - 1),
		.signed_len = (size_t)(second - token),
	};
	return 0;
}

/* The scanner is stricter than json-c at its strictest, which differs from
 * version to version and takes {'alg':NaN}. */
struct json_object *jose_object(const char *json, size_t len)
{
	struct json_object *o = NULL;
	struct json_tokener *tok;
	struct fault ignored = { 0 };

	if (json_scan(json, len, DEPTH, &ignored))
		return NULL;
	tok = json_tokener_new_ex(DEPTH + 2);
	if (!tok)
		return NULL;
	o = json_tokener_parse_ex(tok, json, (int)len + 1);
	json_tokener_free(tok);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	return NULL;
}

struct json_object *jose_header(const struct jose_parts *parts)
{
	struct json_object *header = NULL;
	struct buf text = BUF_INIT;

	if (!str_unbase64url(&text, parts->header, parts->header_len))
		header = jose_object(text.data, text.len);
	buf_finish(&text);
	if (header && json_object_object_get_ex(header, "crit", NULL)) {
		json_object_put(header);
		return NULL;
	}
	return header;
}

const char *jose_string(struct json_object *v)
{
	const char *s;

	if (!json_object_is_type(v, json_type_string))
		return NULL;
	s = json_object_get_string(v);
	return strlen(s) == (size_t)json_object_get_string_len(v) ? s : NULL;
}

const char *jose_text(struct json_object *o, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(o, name, &v) ? jose_string(v) : NULL;
}
