// SPDX-License-Identifier: GPL-3.0-or-later
/* Running a handler: its transaction, and the Idempotency-Key around it. */
#include "api/api.h"
#include "kyc/idem.h"

struct run {
	struct api_call *call;
	struct kyc_idem *idem; /* NULL without an Idempotency-Key */
	size_t headers;	       /* length before the handler */
};

/* One try of the transaction: effect and stored answer commit together. A
 * killed process leaves neither or both; the retry then replays. */
static int once(struct kyc *k, void *ctx, struct fault *f)
{
	struct run *run = ctx;
	struct api_call *call = run->call;
	struct buf *body = &call->res->body;

	buf_reset(body);
	call->res->headers.len = run->headers;
	call->subject = (struct uuid){ { 0 } };
	fault_clear(&call->fault);
	buf_reset(&call->details);
	call->word = NULL;
	if (call->route->handler(call)) {
		*f = call->fault;
		return -1;
	}
	if (!run->idem)
		return 0;
	run->idem->session = call->subject;
	return kyc_idem_store(k, run->idem, call->res->status, body->data,
			      body->len, f);
}

/* An answer alone: of 4xx, which is final as well, or of a mere look. */
static int store_reply(struct kyc *k, void *ctx, struct fault *f)
{
	const struct run *run = ctx;
	const struct http_response *res = run->call->res;

	run->idem->session = run->call->subject; /* erasure finds it */
	return kyc_idem_store(k, run->idem, res->status, res->body.data,
			      res->body.len, f);
}

static bool is_lasting(enum fault_code code)
{
	return code == FAULT_BAD_REQUEST || code == FAULT_INVALID ||
	       code == FAULT_NOT_FOUND || code == FAULT_CONFLICT ||
	       code == FAULT_GONE;
}

/* A look runs outside: it may write what is due, in transactions of its
 * own. */
static int act(struct run *run, struct fault *f)
{
	struct api_call *call = run->call;

	if (!call->route->alone)
		return kyc_transact(call->kyc, once, run, f);
	if (call->route->handler(call))
		return -1;
	return kyc_transact(call->kyc, store_reply, run, f);
}

static int run_claimed(struct run *run)
{
	struct api_call *call = run->call;
	struct fault f = { 0 };

	if (!call->fault.code && !act(run, &f))
		return 0;
	if (f.code)
		call->fault = f;
	if (is_lasting(call->fault.code)) {
		api_reply_fault(call);
		if (!kyc_transact(call->kyc, store_reply, run, &f))
			return 0;
	}
	if (!db_commit_unknown(call->kyc->db))
		kyc_idem_release(call->kyc, run->idem);
	return -1;
}

/* The keys of a link are its own: a customer must not meet, nor take, those of
 * the operator or of another customer. */
static void key_digest(const struct api_call *call, const char *key, size_t len,
		       uint8_t out[DIGEST_SIZE])
{
	const char *token = call->req->segment[0];
	struct digest d;

	digest_init(&d);
	if (call->route->auth == API_LINK) {
		digest_update(&d, "link", sizeof("link"));
		digest_update(&d, token, strlen(token) + 1);
	}
	digest_update(&d, key, len);
	digest_finish(&d, out);
}

/* 1 to 255 printable characters, quoted (as the draft of the HTTPAPI group
 * has it) or bare. */
static int read_key(struct api_call *call, struct kyc_idem *idem)
{
	const char *s = call->req->idempotency_key, *p;
	size_t len = strlen(s);

	for (p = s; *p; p++) {
		if (*p < ' ' || *p > '~')
			len = 0;
	}
	if (len >= 2 && s[0] == '"' && s[len - 1] == '"') {
		s++;
		len -= 2;
	}
	if (len < 1 || len > 255)
		return fault_field(&call->fault, "Idempotency-Key",
				   "must be 1 to 255 printable characters");
	key_digest(call, s, len, idem->key);
	return 0;
}

static int replay(struct api_call *call, const struct kyc_idem *idem)
{
	buf_reset(&call->res->body);
	buf_add(&call->res->body, idem->answer.data, idem->answer.len);
	http_header(call->res, "Idempotency-Replayed", "true");
	api_reply(call, idem->status);
	return 0;
}

static int run_once_by_key(struct api_call *call)
{
	struct kyc_idem *idem = arena_new(call->req->arena, struct kyc_idem);
	struct run run = { call, idem, call->res->headers.len };
	struct fault wrong_input;

	if (read_key(call, idem))
		return -1;
	api_input(call);
	if (!call->has_digest) /* too large, cut off, of another type */
		return -1;
	memcpy(idem->request, call->body_digest, DIGEST_SIZE);
	wrong_input = call->fault;
	fault_clear(&call->fault);
	if (kyc_idem_claim(call->kyc, idem, &call->fault))
		return -1;
	if (idem->status)
		return replay(call, idem);
	call->fault = wrong_input;
	return run_claimed(&run);
}

int api_run(struct api_call *call)
{
	struct run run = { call, NULL, call->res->headers.len };
	bool changes = call->route->method != HTTP_GET;
	struct fault f = { 0 };

	if (changes && *call->req->idempotency_key &&
	    call->route->auth != API_OPEN && call->route->body != API_STREAM)
		return run_once_by_key(call);
	if (api_input(call))
		return -1;
	if (!changes || call->route->body == API_STREAM || call->route->alone)
		return call->route->handler(call);
	if (!kyc_transact(call->kyc, once, &run, &f))
		return 0;
	call->fault = f;
	return -1;
}
