// SPDX-License-Identifier: GPL-3.0-or-later
/* Who is asking: the API key, its permission, its tenant's session. */
#include <strings.h>

#include "api/api.h"
#include "kyc/link.h"
#include "kyc/token.h"

/* Both headers are accepted everywhere. NULL where there is none. */
static const char *key_text(const struct http_request *req)
{
	const char *a = req->authorization;

	if (!strncasecmp(a, "Bearer ", 7)) {
		a += 7;
		return a + strspn(a, " ");
	}
	return *req->api_key ? req->api_key : NULL;
}

static int check_permission(struct api_call *call, const char *what)
{
	unsigned int needed = call->route->permission;
	unsigned int has = call->kyc->who.permissions & needed;

	if (has == needed || (has && call->route->any_permission))
		return 0;
	return fault_set(&call->fault, FAULT_FORBIDDEN,
			 "The %s lacks the permission %s.", what,
			 kyc_permission_name(needed & -needed));
}

/* An id that is no UUID is one that nobody has. A protocol may put a word
 * before it. */
static int read_id(const struct api_call *call, struct uuid *id)
{
	const char *word = call->protocol->id_prefix,
		   *s = call->req->segment[0];
	size_t len = word ? strlen(word) : 0;

	if (len && strncmp(s, word, len) != 0)
		return -1;
	return uuid_parse(s + len, id);
}

int api_lock_session(struct api_call *call, struct kyc_session *out)
{
	struct uuid id;

	if (read_id(call, &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	call->subject = id;
	return kyc_session_load(call->kyc, &id, true, out, &call->fault);
}

static int admit_session(struct api_call *call, const char *key)
{
	struct kyc_look *look = arena_new(call->req->arena, struct kyc_look);
	struct uuid id = { { 0 } };
	int bad = read_id(call, &id);

	look->kind = call->route->look;
	look->parts = call->route->parts;
	look->id = &id;
	if (kyc_key_admit(call->kyc, key, look, &call->fault) ||
	    check_permission(call, "API key"))
		return -1;
	if (bad || !look->found)
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Session not found.");
	call->session = look->session;
	call->checks = look->checks;
	call->whole = look->whole;
	return 0;
}

/* The person that a route is about. */
static struct kyc_look look_of(const struct api_call *call, const char *subject)
{
	return (struct kyc_look){
		.kind = call->route->look,
		.client = subject ? subject : call->req->segment[0],
	};
}

static int admit_key(struct api_call *call, const char *key)
{
	struct kyc_look look = look_of(call, NULL);

	if (call->route->auth == API_KEY_SESSION)
		return admit_session(call, key);
	if (call->route->auth == API_PERSON)
		return fault_set(&call->fault, FAULT_FORBIDDEN,
				 "An API key stands for no person.");
	if (kyc_key_admit(call->kyc, key, &look, &call->fault))
		return -1;
	call->person = look.person;
	return check_permission(call, "API key");
}

/* What a token may not do is known before anything is looked up. */
static int admit_token(struct api_call *call, const char *text)
{
	bool person = call->route->auth == API_PERSON;
	struct kyc_token token;
	struct kyc_look look;

	if (kyc_token_read(call->kyc, text, &token, &call->fault))
		return -1;
	call->kyc->who.permissions = token.permissions;
	if (check_permission(call, "access token"))
		return -1;
	if (person && !token.is_person)
		return fault_set(&call->fault, FAULT_FORBIDDEN,
				 "The access token stands for no person.");
	look = look_of(call, person ? token.subject : NULL);
	if (kyc_token_admit(call->kyc, &token, &look, &call->fault))
		return -1;
	call->person = look.person;
	return check_permission(call, "access token");
}

/* The handler follows the link itself, with a lock where it changes anything.
 * An Idempotency-Key needs the tenant before that. */
static int admit_link(struct api_call *call)
{
	struct kyc_visit visit;

	if (call->route->method == HTTP_GET || !*call->req->idempotency_key)
		return 0;
	return kyc_link_follow(call->kyc, call->req->segment[0], false, &visit,
			       &call->fault);
}

int api_admit(struct api_call *call)
{
	const char *key;

	if (call->route->auth == API_OPEN)
		return 0;
	if (call->route->auth == API_LINK)
		return admit_link(call);
	key = key_text(call->req);
	if (!key)
		return fault_set(&call->fault, FAULT_UNAUTHENTICATED, NULL);
	return kyc_token_is(key) ? admit_token(call, key)
				 : admit_key(call, key);
}
