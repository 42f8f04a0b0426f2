// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: a session in the protocol's words. */
#include "api/native.h"
#include "api/states.h"
#include "api/verilock/verilock.h"
#include "base/json.h"
#include "kyc/extracted.h"
#include "kyc/state.h"

const char *const verilock_states[] = { "created",  "processing", "approved",
					"declined", "expired",	  NULL };

const char *verilock_state(enum kyc_state state)
{
	return api_state_word(KYC_VERILOCK, state);
}

void verilock_render_id(struct buf *b, const char *key, const struct uuid *id)
{
	char text[4 + UUID_TEXT_SIZE] = "ses_";

	uuid_text(id, text + 4);
	json_str(b, key, text);
}

static void render_steps(struct buf *b, unsigned int steps)
{
	int i;

	json_open(b, "steps", '[');
	for (i = 0; i < VERILOCK_STEPS; i++) {
		if (steps & 1u << i)
			json_str(b, NULL, verilock_step_names[i]);
	}
	json_close(b, ']');
}

/* Both NULL where nobody is known. */
static void find_names(struct arena *a, const struct verilock_session *v,
		       const char **first, const char **last)
{
	const struct kyc_entity *e = v->entity;
	const char *name = v->session->customer_name;

	*first = *last = NULL;
	if (e && e->type == KYC_COMPANY) {
		*last = e->name;
	} else if (e && (e->field[KYC_FIRST_NAME] || e->field[KYC_LAST_NAME])) {
		*first = e->field[KYC_FIRST_NAME];
		*last = e->field[KYC_LAST_NAME];
	} else if (name) {
		kyc_name_split(a, name, first, last);
		if (!**first)
			*first = NULL;
	}
}

static void render_applicant(struct api_call *call,
			     const struct verilock_session *v)
{
	const struct kyc_entity *e = v->entity;
	struct buf *b = &call->res->body;
	const char *first, *last;

	find_names(call->req->arena, v, &first, &last);
	json_open(b, "applicant", '{');
	json_str(b, "first_name", first);
	json_str(b, "last_name", last);
	json_str(b, "email", v->session->customer_email);
	json_str(b, "date_of_birth", e ? e->field[KYC_DATE_OF_BIRTH] : NULL);
	json_str(b, "nationality", e ? e->field[KYC_NATIONALITY] : NULL);
	json_close(b, '}');
}

void verilock_render(struct api_call *call, const struct verilock_session *v)
{
	const struct kyc_session *s = v->session;
	struct buf *b = &call->res->body;

	verilock_render_id(b, "id", &s->id);
	json_str(b, "type", "kyc");
	json_str(b, "status", verilock_state(kyc_state_now(s, clock_now_ms())));
	json_str(b, "reference_id", s->external_id);
	render_steps(b, verilock_steps_of(v->workflow));
	render_applicant(call, v);
	native_time(b, "created_at", s->created_at);
	native_time(b, "completed_at", s->processed_at);
}

void verilock_render_link(struct api_call *call, const struct kyc_session *s,
			  const char *token, const char *redirect_url)
{
	struct buf *b = &call->res->body;

	json_str(b, "hosted_url",
		 token ? kyc_link_from(call->kyc, s, token) : NULL);
	json_str(b, "redirect_url", redirect_url);
	native_time(b, "expires_at", s->expires_at);
}
