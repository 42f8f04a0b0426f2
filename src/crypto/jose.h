// SPDX-License-Identifier: GPL-3.0-or-later
/* What tokens and keys in JSON share: the parts of a compact form, and JSON
 * that is read strictly. */
#ifndef CRYPTO_JOSE_H
#define CRYPTO_JOSE_H

#include <stddef.h>

struct json_object;

/* The three parts of a token (RFC 7515 section 3.1); none ends with NUL. */
struct jose_parts {
	const char *header;
	size_t header_len;
	const char *payload;
	size_t payload_len;
	const char *signature;
	size_t signature_len;
	size_t signed_len; /* from header on: what the signature is of */
};

/* Exactly three parts, at most max bytes in all; 0 or -1. */
int jose_split(const char *token, size_t max, struct jose_parts *out);

/* An object to the letter of RFC 8259, at most 16 levels deep; NULL for
 * anything else. json[len] is NUL. The caller puts it. */
struct json_object *jose_object(const char *json, size_t len);

/* The object whose base64url this is. A header with crit is none: we
 * understand no extension (RFC 7515 section 4.1.11). */
struct json_object *jose_header(const struct jose_parts *parts);

/* The member as text, or NULL where it is missing, no string or holds NUL. */
const char *jose_text(struct json_object *o, const char *name);
/* The value itself likewise. */
const char *jose_string(struct json_object *v);

#endif
