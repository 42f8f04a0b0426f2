// SPDX-License-Identifier: GPL-3.0-or-later
/* OAuth2 for service accounts: tokens for client credentials (RFC 6749 section
 * 4.4), and what a token is (RFC 7662). */
#include <strings.h>

#include "api/klustr/klustr.h"
#include "base/json.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "kyc/token.h"

enum { FORM_MAX = 32 * 1024, TOKEN_MAX = 16 * 1024 };

struct token_args {
	const char *grant_type;
	const char *scope;
	const char *token;
	const char *client_id;
	const char *client_secret;
};

#define AT(field) offsetof(struct token_args, field)
#define CLIENT                                                                 \
	{ .name = "client_id",                                                 \
	  .type = PARAM_STRING,                                                \
	  .offset = AT(client_id) },                                           \
	{                                                                      \
		.name = "client_secret", .type = PARAM_STRING,                 \
		.offset = AT(client_secret)                                    \
	}

static const struct param token_params[] = {
	{ .name = "grant_type",
	  .type = PARAM_STRING,
	  .offset = AT(grant_type),
	  .required = true },
	{ .name = "scope", .type = PARAM_STRING, .offset = AT(scope) },
	CLIENT,
};
static const struct param introspect_params[] = {
	{ .name = "token",
	  .type = PARAM_STRING,
	  .offset = AT(token),
	  .required = true,
	  .max = TOKEN_MAX },
	CLIENT,
};

struct credentials {
	const char *id;
	const char *secret;
};

static int refuse(struct api_call *call, const char *word, const char *message)
{
	api_refuse(call, FAULT_BAD_REQUEST, message);
	call->word = word;
	return -1;
}

/* Both parts are form-encoded before they are joined (RFC 6749 section
 * 2.3.1). */
static int read_basic(struct api_call *call, const char *text,
		      struct credentials *out)
{
	char *colon, *end;
	int64_t id, secret;
	struct buf plain;

	buf_init(&plain, call->req->arena);
	text += strspn(text, " ");
	if (str_unbase64(&plain, text, strlen(text)) || !plain.len ||
	    memchr(plain.data, '\0', plain.len))
		return -1;
	colon = strchr(plain.data, ':');
	if (!colon)
		return -1;
	*colon = '\0';
	end = colon + 1;
	id = str_percent_decode(plain.data, true);
	secret = str_percent_decode(end, true);
	if (id < 0 || secret < 0)
		return -1;
	out->id = plain.data;
	out->secret = end;
	return 0;
}

/* By one way only. */
static int find_credentials(struct api_call *call, struct credentials *out)
{
	const struct token_args *args = call->args;
	const char *header = call->req->authorization;
	bool basic = !strncasecmp(header, "Basic ", 6);

	if (basic && args->client_secret)
		return refuse(call, "invalid_request",
			      "The client is named twice.");
	*out = (struct credentials){ args->client_id, args->client_secret };
	if (basic && read_basic(call, header + 6, out))
		return fault_set(&call->fault, FAULT_UNAUTHENTICATED,
				 "The client cannot be read.");
	if (basic && args->client_id && strcasecmp(args->client_id, out->id))
		return refuse(call, "invalid_request",
			      "The body names another client.");
	if (!out->id || !out->secret)
		return fault_set(&call->fault, FAULT_UNAUTHENTICATED,
				 "A client with its secret is required.");
	return 0;
}

static int admit_client(struct api_call *call)
{
	struct credentials c;

	if (find_credentials(call, &c))
		return -1;
	if (!kyc_token_client(call->kyc, c.id, c.secret, &call->fault))
		return 0;
	if (call->fault.code == FAULT_UNAUTHENTICATED)
		api_refuse(call, FAULT_UNAUTHENTICATED,
			   "The client is unknown, or its secret is wrong.");
	return -1;
}

/* Every word must be one that we know; 0 where nothing is asked for. */
static int read_scope(struct api_call *call, const char *scope,
		      unsigned int *permissions)
{
	char *rest = arena_strdup(call->req->arena, scope ? scope : ""), *word;
	unsigned int bit;

	*permissions = 0;
	while ((word = strsep(&rest, " "))) {
		bit = kyc_permission_bit(word) & KYC_MAY_EKYC;
		if (*word && !bit)
			return refuse(call, "invalid_scope",
				      "The scope has a word that is unknown.");
		*permissions |= bit;
	}
	return 0;
}

static int token(struct api_call *call)
{
	const struct token_args *args = call->args;
	struct buf *b = &call->res->body;
	unsigned int permissions;
	const char *text;

	if (admit_client(call))
		return -1;
	if (strcmp(args->grant_type, "client_credentials") != 0)
		return refuse(call, "unsupported_grant_type",
			      "Only client_credentials is granted here.");
	if (read_scope(call, args->scope, &permissions))
		return -1;
	if (kyc_token_issue(call->kyc, &permissions, &text, &call->fault))
		return call->fault.code == FAULT_FORBIDDEN
			       ? refuse(call, "invalid_scope",
					"The client may not have that scope.")
			       : -1;
	json_open(b, NULL, '{');
	json_str(b, "access_token", text);
	json_str(b, "token_type", "Bearer");
	json_int(b, "expires_in", KYC_TOKEN_LIFE_S);
	json_str(b, "scope", kyc_token_scope(call->kyc, permissions));
	json_close(b, '}');
	http_header(call->res, "Pragma", "no-cache");
	api_reply(call, 200);
	return 0;
}

/* Who asks: a client, or any API key as a bearer. */
static int admit_asker(struct api_call *call)
{
	const char *header = call->req->authorization;
	struct kyc_look nothing = { .kind = KYC_LOOK_NOTHING };

	if (strncasecmp(header, "Bearer ", 7) != 0)
		return admit_client(call);
	header += 7;
	return kyc_key_admit(call->kyc, header + strspn(header, " "), &nothing,
			     &call->fault);
}

/* Whether the token is valid, for this tenant, now: 1, 0 or -1. What is said of
 * another one is that it is not. */
static int is_active(struct api_call *call, struct kyc_token *t)
{
	const struct token_args *args = call->args;
	struct kyc_look nothing = { .kind = KYC_LOOK_NOTHING };
	struct kyc_who asker = call->kyc->who;
	struct fault f = { 0 };
	int active = 0;

	if (!kyc_token_read(call->kyc, args->token, t, &f) &&
	    !kyc_token_admit(call->kyc, t, &nothing, &f)) {
		active = uuid_equal(&call->kyc->who.tenant, &asker.tenant);
		t->permissions &= call->kyc->who.permissions;
	}
	call->kyc->who = asker;
	if (f.code == FAULT_UNAVAILABLE || f.code == FAULT_INTERNAL) {
		call->fault = f;
		return -1;
	}
	return active;
}

static int introspect(struct api_call *call)
{
	struct buf *b = &call->res->body;
	struct kyc_token t;
	int active;

	if (admit_asker(call))
		return -1;
	active = is_active(call, &t);
	if (active < 0)
		return -1;
	json_open(b, NULL, '{');
	json_flag(b, "active", active);
	if (active) {
		json_str(b, "scope", kyc_token_scope(call->kyc, t.permissions));
		if (t.client_id)
			json_str(b, "client_id", t.client_id);
		json_str(b, "token_type", "Bearer");
		json_int(b, "exp", t.expires_at / CLOCK_SECOND);
		if (t.issued_at >= 0)
			json_int(b, "iat", t.issued_at / CLOCK_SECOND);
		json_str(b, "sub", t.subject);
		json_str(b, "iss", t.issuer);
	}
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

#define ENDPOINT(where, function, table)                                       \
	{                                                                      \
		.method = HTTP_POST, .path = "/oauth2/" where,                 \
		.auth = API_OPEN, .body = API_FORM, .max_body = FORM_MAX,      \
		.alone = true, .handler = function, .params = table,           \
		.param_count = ARRAY_SIZE(table),                              \
		.args_size = sizeof(struct token_args)                         \
	}

static const struct api_route rows[] = {
	ENDPOINT("token", token, token_params),
	ENDPOINT("introspect", introspect, introspect_params),
};

/* {error, error_description} (RFC 6749 section 5.2) */
static int fault_body(struct api_call *call, const struct fault *f)
{
	static const char *const words[FAULT_CODES] = {
		[FAULT_UNAUTHENTICATED] = "invalid_client",
		[FAULT_FORBIDDEN] = "unauthorized_client",
		[FAULT_RATE_LIMITED] = "temporarily_unavailable",
		[FAULT_INTERNAL] = "server_error",
		[FAULT_UNAVAILABLE] = "temporarily_unavailable",
	};
	struct buf *b = &call->res->body;
	const char *word = call->word ? call->word : words[f->code];

	json_open(b, NULL, '{');
	json_str(b, "error", word ? word : "invalid_request");
	json_str(b, "error_description", api_fault_text(call, f));
	json_close(b, '}');
	return fault_row(f->code)->status;
}

static const char *const prefixes[] = { "/oauth2", NULL };

static const struct api_routes table = { rows, ARRAY_SIZE(rows) };
static const struct api_routes *const tables[] = { &table, NULL };

const struct api_protocol oauth2_protocol = {
	.name = "oauth2",
	.prefixes = prefixes,
	.routes = tables,
	.challenge = "Basic realm=\"vouchsafe\"",
	.fault = fault_body,
};
