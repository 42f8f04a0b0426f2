// SPDX-License-Identifier: GPL-3.0-or-later
/* klustr: a person's sessions, in the protocol's words. */
#include "api/klustr/klustr.h"
#include "api/states.h"
#include "base/json.h"
#include "kyc/link.h"
#include "kyc/outcome.h"
#include "kyc/state.h"

const struct param klustr_create_params[] = {
	{ .name = "callback",
	  .type = PARAM_URL,
	  .offset = offsetof(struct klustr_create_args, callback) },
};

static const char *word_of(const struct kyc_session *s)
{
	return api_state_word(KYC_KLUSTR, kyc_state_now(s, clock_now_ms()));
}

void klustr_render_session(struct api_call *call, const char *key,
			   const struct kyc_session *s, const char *token,
			   const struct kyc_detail *d)
{
	struct buf *b = &call->res->body;

	json_open(b, key, '{');
	if (token) {
		json_str(b, "sessionToken", token);
		json_str(b, "url", kyc_link_from(call->kyc, s, token));
	}
	native_uuid(b, "id", &s->id);
	json_str(b, "status", word_of(s));
	native_time(b, "creation_date", s->created_at);
	native_time(b, "modified_date", s->updated_at);
	json_open(b, "original_request", '{');
	if (d->callback_url)
		json_str(b, "callback", d->callback_url);
	json_close(b, '}');
	json_close(b, '}');
}

static void render_found(struct api_call *call, const char *key,
			 const struct kyc_client_session *s)
{
	klustr_render_session(call, key, &s->session, s->view.token,
			      &s->view.detail);
}

void klustr_render_client(struct api_call *call, const char *id,
			  const struct kyc_client *c)
{
	struct buf *b = &call->res->body;
	char text[UUID_TEXT_SIZE];
	size_t i;

	json_open(b, NULL, '{');
	json_str(b, "id", id);
	json_open(b, "sessions", '{');
	for (i = 0; i < c->count; i++) {
		uuid_text(&c->sessions[i].session.id, text);
		render_found(call, text, &c->sessions[i]);
	}
	json_close(b, '}');
	json_close(b, '}');
}

int klustr_create(struct api_call *call, const char *id)
{
	const struct klustr_create_args *args = call->args;
	const struct kyc_detail detail = { .callback_url = args->callback };
	struct kyc_session_new new = { .protocol = KYC_KLUSTR,
				       .detail = &detail };
	char token[UUID_TEXT_SIZE];
	struct kyc_session s;

	if (kyc_client_check(call->kyc, id, &new.entity, &call->fault) ||
	    kyc_session_create(call->kyc, &new, &s, token, &call->fault))
		return -1;
	call->subject = s.id;
	klustr_render_session(call, NULL, &s, token, &detail);
	api_reply(call, 200);
	return 0;
}

int klustr_sessions(struct api_call *call, const char *id)
{
	if (!call->person->count)
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "No sessions available for the user id.");
	klustr_render_client(call, id, call->person);
	api_reply(call, 200);
	return 0;
}

/* The newest of that status, or NULL. */
static const struct kyc_client_session *newest(const struct kyc_client *c,
					       const char *status)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!strcmp(word_of(&c->sessions[i].session), status))
			return &c->sessions[i];
	}
	return NULL;
}

/* Where the person stands: by the newest decision, else by the newest
 * session. */
static const struct kyc_session *telling(const struct kyc_client *c)
{
	size_t i;

	for (i = 0; i < c->count; i++) {
		const char *word = word_of(&c->sessions[i].session);

		if (!strcmp(word, "success") || !strcmp(word, "rejected"))
			return &c->sessions[i].session;
	}
	return c->count ? &c->sessions[0].session : NULL;
}

static void render_verification(struct buf *b, const struct kyc_client *c)
{
	const struct kyc_session *s = telling(c);

	json_open(b, "verification", '{');
	json_str(b, "status", s ? word_of(s) : "none");
	json_str(b, "reason", s ? kyc_reason_name(s->reason) : NULL);
	native_time(b, "timestamp",
		    !s			 ? -1
		    : s->decided_at >= 0 ? s->decided_at
					 : s->updated_at);
	json_close(b, '}');
}

int klustr_status(struct api_call *call)
{
	static const char *const words[] = {
		"started", "rejected",	"success",
		"expired", "submitted", "created"
	};
	const struct kyc_client_session *s;
	struct buf *b = &call->res->body;
	size_t i;

	json_open(b, NULL, '{');
	native_time(b, "timestamp", clock_now_ms());
	json_int(b, "total_sessions", (int64_t)call->person->count);
	render_verification(b, call->person);
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		s = newest(call->person, words[i]);
		if (s)
			render_found(call, words[i], s);
		else
			json_null(b, words[i]);
	}
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}
