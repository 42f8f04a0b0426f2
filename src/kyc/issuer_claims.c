// SPDX-License-Identifier: GPL-3.0-or-later
/* What a valid token of the outside issuer says, and whether it is for us. */
#include <json-c/json.h>

#include "base/str.h"
#include "crypto/jose.h"
#include "kyc/issuer_claims.h"

enum { NAME_CHARACTERS_MAX = 255 };

/* The end of the year 9999: what is later is no time in seconds. */
static const double LAST_SECOND = 253402300799.0;

/* Text that may be stored and shown, or NULL. */
static const char *clean_text(struct json_object *claims, const char *name)
{
	const char *s = jose_text(claims, name);
	size_t len = s ? strlen(s) : 0;

	if (!len || str_has_control(s, len, false) ||
	    str_utf8_length(s, len) > NAME_CHARACTERS_MAX)
		return NULL;
	return s;
}

/* A NumericDate (RFC 7519 section 2) in ms, -1 where it is absent; 0, or -1
 * for what is none, NaN too. */
static int read_time(struct json_object *claims, const char *name, int64_t *ms)
{
	struct json_object *v;
	double s;

	*ms = -1;
	if (!json_object_object_get_ex(claims, name, &v))
		return 0;
	if (!json_object_is_type(v, json_type_int) &&
	    !json_object_is_type(v, json_type_double))
		return -1;
	s = json_object_get_double(v);
	if (!(s >= 0 && s <= LAST_SECOND))
		return -1;
	*ms = (int64_t)(s * CLOCK_SECOND);
	return 0;
}

static const char *check_times(struct json_object *claims, int64_t now,
			       struct kyc_issuer_token *out)
{
	int64_t begins_at;

	if (read_time(claims, "exp", &out->expires_at) ||
	    read_time(claims, "nbf", &begins_at) ||
	    read_time(claims, "iat", &out->issued_at))
		return "exp, nbf or iat is no time";
	if (out->expires_at < 0)
		return "it has no exp";
	if (out->expires_at <= now)
		return "it has expired";
	return begins_at > now ? "it begins later" : NULL;
}

/* A text, or a list that holds it. */
static bool holds(struct json_object *claims, const char *name,
		  const char *want)
{
	struct json_object *v;
	const char *s;
	size_t i;

	if (!json_object_object_get_ex(claims, name, &v))
		return false;
	s = jose_string(v);
	if (s || !json_object_is_type(v, json_type_array))
		return s && !strcmp(s, want);
	for (i = 0; i < json_object_array_length(v); i++) {
		s = jose_string(json_object_array_get_idx(v, i));
		if (s && !strcmp(s, want))
			return true;
	}
	return false;
}

static unsigned int read_permissions(struct json_object *claims,
				     const char *name)
{
	unsigned int bits = 0;
	struct json_object *v;
	size_t i;

	if (!json_object_object_get_ex(claims, name, &v))
		return 0;
	if (!json_object_is_type(v, json_type_array))
		return kyc_permissions_of(jose_string(v)) & KYC_MAY_EKYC;
	for (i = 0; i < json_object_array_length(v); i++)
		bits |= kyc_permissions_of(
			jose_string(json_object_array_get_idx(v, i)));
	return bits & KYC_MAY_EKYC;
}

/* NULL where it is for us. */
static const char *check(const struct conf *conf, struct json_object *claims,
			 int64_t now, struct kyc_issuer_token *out)
{
	const char *issuer = jose_text(claims, "iss");

	if (!issuer || strcmp(issuer, conf->oidc_issuer) != 0)
		return "iss is another";
	if (!holds(claims, "aud", conf->oidc_audience))
		return "aud is another";
	out->subject = clean_text(claims, "sub");
	if (!out->subject)
		return "sub is missing, empty, too long or no clean text";
	return check_times(claims, now, out);
}

/* RFC 9068 has client_id, OpenID Connect azp. */
static const char *client_of(struct json_object *claims)
{
	const char *s = clean_text(claims, "client_id");

	return s ? s : clean_text(claims, "azp");
}

int kyc_issuer_claims(const struct conf *conf, const char *json, size_t len,
		      int64_t now, struct arena *a,
		      struct kyc_issuer_token *out, const char **why)
{
	struct json_object *claims = jose_object(json, len);
	const char *client;

	*out = (struct kyc_issuer_token){ .subject = NULL };
	*why = claims ? check(conf, claims, now, out)
		      : "the claims are no JSON object";
	if (!*why) {
		client = client_of(claims);
		out->subject = arena_strdup(a, out->subject);
		out->client_id = client ? arena_strdup(a, client) : NULL;
		out->permissions =
			read_permissions(claims, conf->oidc_permissions_claim);
	}
	json_object_put(claims);
	return *why ? -1 : 0;
}
