// SPDX-License-Identifier: GPL-3.0-or-later
/* What the protocols share: routes as data, the call, the dispatcher. */
#ifndef API_API_H
#define API_API_H

#include "crypto/digest.h"
#include "http/http.h"
#include "http/param.h"
#include "kyc/key.h"

struct api_call;

enum api_auth {
	API_OPEN,	 /* nothing is needed */
	API_LINK,	 /* a customer's link {token}: the handler follows it */
	API_KEY,	 /* an API key, or an access token */
	API_PERSON,	 /* an access token of a person: who.subject */
	API_KEY_SESSION, /* a key and its tenant's session {id}: one statement */
};

enum api_body {
	API_NO_BODY,
	API_JSON,   /* an object, parsed by params */
	API_FORM,   /* application/x-www-form-urlencoded, parsed by params */
	API_QUERY,  /* no body; params come from the query */
	API_STREAM, /* the handler reads, and makes its own transactions */
};

/* One row an endpoint. Handlers that change something (any method but GET)
 * run inside a transaction, perhaps more than once, unless the row says alone;
 * they render into the response and leave nothing else behind. 0, or -1 with
 * call->fault set. */
struct api_route {
	enum http_method method;
	const char *path;
	enum api_auth auth;
	unsigned int permission; /* of the key */
	/* One bit of permission is enough; the verb asks for the one that what
	 * is wanted needs. */
	bool any_permission;
	/* What else the statement that finds out who asks brings: of
	 * API_KEY_SESSION that session; of API_KEY the person of the path,
	 * of API_PERSON the token's (KYC_LOOK_CLIENT). */
	enum kyc_look_kind look;
	unsigned int parts; /* of KYC_LOOK_WHOLE */
	enum api_body body;
	size_t max_body; /* 0: 1 MiB */
	bool slow;	 /* served by the pool that waits and moves bytes */
	bool alone;	 /* makes its own transactions, or none */
	int (*handler)(struct api_call *call);
	const struct param *params;
	size_t param_count;
	size_t args_size;
};

/* The routes of one kind of thing. */
struct api_routes {
	const struct api_route *row;
	size_t count;
};

/* A protocol: which paths are its own, and its way to say what is wrong. */
struct api_protocol {
	const char *name;
	const char *const *prefixes;		/* NULL at the end */
	const struct api_routes *const *routes; /* NULL at the end */
	const char *id_prefix; /* of a session's id in a path, or NULL */
	const char *challenge; /* of a 401; NULL: that of bearer tokens */
	/* Renders the fault as the body; returns the status. */
	int (*fault)(struct api_call *call, const struct fault *f);
};

struct api_call {
	struct http_request *req;
	struct http_response *res;
	struct kyc *kyc;
	const struct api_protocol *protocol;
	const struct api_route *route; /* NULL where none matched */
	void *args;		       /* filled by the route's params */
	struct json_object *json;      /* the body; args may point into it */
	bool has_digest;
	uint8_t body_digest[DIGEST_SIZE];
	struct kyc_session *session; /* of API_KEY_SESSION */
	struct kyc_checks *checks;
	struct kyc_whole *whole;   /* where the route looks at all of it */
	struct kyc_client *person; /* of KYC_LOOK_CLIENT */
	struct uuid subject; /* the session that a stored answer tells of */
	struct fault fault;
	/* What a handler knows besides about its fault: an open JSON object's
	 * members, and a word that says more than the code does. */
	struct buf details;
	const char *word; /* NULL for none */
};

/* In the order in which prefixes are tried. */
extern const struct api_protocol *const api_protocols[];
extern const size_t api_protocol_count;

/* Answers one request: finds the route, admits, parses, runs, renders. */
void api_dispatch(struct kyc *k, struct http_request *req,
		  struct http_response *res);

/* The route of a path and method; sets *allow to the methods of the path,
 * where there are any (for 405 and OPTIONS). */
const struct api_route *api_route_find(const struct api_protocol *p,
				       struct http_request *req,
				       struct buf *allow);

/* admit.c: the key, its permission and, for API_KEY_SESSION, the session. */
int api_admit(struct api_call *call);

/* Loads and locks the session of the path, within the key's tenant and the
 * handler's transaction; a stored answer tells of it. FAULT_NOT_FOUND. */
int api_lock_session(struct api_call *call, struct kyc_session *out);

/* input.c: the body and the parameters into call->args. Where the body came
 * whole, body_digest is that of method, path, query and body. */
int api_input(struct api_call *call);
/* Lets go of what input made; the parsed body lives until then. */
void api_input_finish(struct api_call *call);

/* run.c: the handler, in a transaction and under the Idempotency-Key where
 * the route wants that. */
int api_run(struct api_call *call);

/* Puts a fault that the domain has set, or none, into a protocol's own words:
 * with this code and message from here on, and whatever the caller adds to
 * call->details. Returns -1. */
int api_refuse(struct api_call *call, enum fault_code code,
	       const char *message);

/* Empties call->details and opens its object, for the members to come. */
struct buf *api_details(struct api_call *call);
/* The details, where there are any, as a member of the open object. */
void api_render_details(struct api_call *call, struct buf *b, const char *key);
/* The fields of a fault as the members of an object: name to list of
 * messages; {} where there are none. */
void api_render_fields(struct buf *b, const char *key, const struct fault *f);

/* A JSON response; the body is rendered into call->res->body. */
void api_reply(struct api_call *call, int status);

/* Renders the fault of the call in its protocol's words. */
void api_reply_fault(struct api_call *call);

/* "name message" of every field of a fault, joined; or the fault's own
 * message. In the arena. */
const char *api_fault_text(struct api_call *call, const struct fault *f);

/* Prints every route: protocol, method, path, what admits (open, link, key,
 * person), the key's permission ("a|b" where one of them is enough) or "-",
 * body, pool; tabs between. */
void api_describe(void);

/* The worker: serves listen_fd (-1: the one CGI request) until stopped; the
 * exit status, API_NOT_OPEN where it could not start. ctx is the struct
 * conf. */
enum { API_NOT_OPEN = 3 };

int api_serve(void *ctx, int listen_fd, const char *pool, int slot);

#endif
