// SPDX-License-Identifier: GPL-3.0-or-later
/* Access tokens: of our own service accounts, and of the outside issuer. */
#include <json-c/json.h>

#include "base/json.h"
#include "crypto/apikey.h"
#include "crypto/jwt.h"
#include "kyc/issuer.h"
#include "kyc/key.h"
#include "kyc/token.h"

int kyc_token_client(struct kyc *k, const char *client_id, const char *secret,
		     struct fault *f)
{
	struct kyc_look nothing = { .kind = KYC_LOOK_NOTHING };
	struct uuid id;

	if (uuid_parse(client_id, &id))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	if (kyc_key_admit(k, secret, &nothing, f))
		return -1;
	if (!uuid_equal(&id, &k->who.key_id))
		return fault_set(f, FAULT_UNAUTHENTICATED, NULL);
	return 0;
}

const char *kyc_token_scope(struct kyc *k, unsigned int permissions)
{
	struct buf scope;
	unsigned int bit;

	buf_init(&scope, k->arena);
	for (bit = 1; bit <= KYC_MAY_LAST; bit <<= 1) {
		if (!(permissions & bit))
			continue;
		if (scope.len)
			buf_chr(&scope, ' ');
		buf_str(&scope, kyc_permission_name(bit));
	}
	return buf_cstr(&scope);
}

/* RFC 9068 section 2.2; tenant says where the key is. */
static void render_claims(struct kyc *k, unsigned int permissions,
			  struct buf *b)
{
	int64_t now = clock_now_ms() / CLOCK_SECOND;
	char client[UUID_TEXT_SIZE], text[UUID_TEXT_SIZE];
	struct uuid jti = uuid_v4();

	uuid_text(&k->who.key_id, client);
	json_open(b, NULL, '{');
	json_str(b, "iss", k->conf->public_url);
	json_str(b, "aud", k->conf->public_url);
	json_str(b, "sub", client);
	json_str(b, "client_id", client);
	uuid_text(&k->who.tenant, text);
	json_str(b, "tenant", text);
	json_str(b, "scope", kyc_token_scope(k, permissions));
	json_int(b, "iat", now);
	json_int(b, "exp", now + KYC_TOKEN_LIFE_S);
	uuid_text(&jti, text);
	json_str(b, "jti", text);
	json_close(b, '}');
}

int kyc_token_issue(struct kyc *k, unsigned int *permissions, const char **text,
		    struct fault *f)
{
	unsigned int has = k->who.permissions & KYC_MAY_EKYC;
	unsigned int beyond = *permissions & ~has;
	struct buf claims, token;

	if (beyond || !has)
		return fault_set(
			f, FAULT_FORBIDDEN,
			"The client lacks the permission %s.",
			kyc_permission_name(beyond ? beyond & -beyond
						   : KYC_MAY_EKYC_LIST));
	if (!*permissions)
		*permissions = has;
	buf_init(&claims, k->arena);
	buf_init(&token, k->arena);
	render_claims(k, *permissions, &claims);
	jwt_sign(k->keyring, KEYRING_ACCESS, claims.data, &token);
	*text = token.data;
	return 0;
}

bool kyc_token_is(const char *text)
{
	const char *dot = strchr(text, '.');

	return dot && strchr(dot + 1, '.');
}

static const char *text_of(struct kyc *k, struct json_object *claims,
			   const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(claims, name, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return arena_strdup(k->arena, json_object_get_string(v));
}

/* What we have signed ourselves is as we wrote it; only the time, and a name of
 * this server that has changed, can make it invalid. */
static int read_claims(struct kyc *k, struct json_object *claims,
		       struct kyc_token *out)
{
	const char *base = k->conf->public_url;
	struct json_object *exp = NULL, *iat = NULL;

	json_object_object_get_ex(claims, "exp", &exp);
	json_object_object_get_ex(claims, "iat", &iat);
	*out = (struct kyc_token){
		.who = { .kind = KYC_BY_KEY },
		.issuer = text_of(k, claims, "iss"),
		.subject = text_of(k, claims, "sub"),
		.client_id = text_of(k, claims, "client_id"),
		.permissions = kyc_permissions_of(text_of(k, claims, "scope")) &
			       KYC_MAY_EKYC,
		.issued_at = json_object_get_int64(iat) * CLOCK_SECOND,
		.expires_at = json_object_get_int64(exp) * CLOCK_SECOND,
	};
	if (strcmp(out->issuer, base) != 0 ||
	    strcmp(text_of(k, claims, "aud"), base) != 0 ||
	    out->expires_at <= clock_now_ms() ||
	    uuid_parse(out->client_id, &out->who.key) ||
	    uuid_parse(text_of(k, claims, "tenant"), &out->who.tenant))
		return -1;
	return 0;
}

static int read_own(struct kyc *k, const char *text, struct kyc_token *out)
{
	struct json_object *claims;
	struct buf json;
	int rc;

	buf_init(&json, k->arena);
	if (jwt_verify(k->keyring, KEYRING_ACCESS, text, &json))
		return -1;
	claims = json_tokener_parse(json.data);
	rc = read_claims(k, claims, out);
	json_object_put(claims);
	return rc;
}

/* A client's token for itself names the client as its subject (RFC 9068 section
 * 2.2); any other subject is a person. */
static int read_foreign(struct kyc *k, const char *text, struct kyc_token *out,
			struct fault *f)
{
	struct kyc_issuer_token t;

	if (kyc_issuer_verify(k, text, &t, f))
		return -1;
	*out = (struct kyc_token){
		.who = { .kind = KYC_BY_OPERATOR,
			 .live = k->conf->oidc_live != 0 },
		.issuer = k->conf->oidc_issuer,
		.subject = t.subject,
		.client_id = t.client_id,
		.is_person =
			!t.client_id || strcmp(t.subject, t.client_id) != 0,
		.permissions = t.permissions,
		.issued_at = t.issued_at,
		.expires_at = t.expires_at,
	};
	if (uuid_parse(k->conf->oidc_organisation, &out->who.organisation))
		return fault_internal(f, "[oidc] organisation is no id");
	return 0;
}

int kyc_token_read(struct kyc *k, const char *text, struct kyc_token *out,
		   struct fault *f)
{
	return read_own(k, text, out) ? read_foreign(k, text, out, f) : 0;
}

int kyc_token_admit(struct kyc *k, const struct kyc_token *token,
		    struct kyc_look *look, struct fault *f)
{
	if (kyc_key_admit_id(k, &token->who, look, f))
		return -1;
	if (token->who.kind == KYC_BY_OPERATOR) {
		k->who.actor = KYC_ACTOR_ISSUER;
		k->who.permissions = token->permissions;
	} else {
		k->who.permissions &= token->permissions;
	}
	if (token->is_person)
		k->who.subject = token->subject;
	return 0;
}
