// SPDX-License-Identifier: GPL-3.0-or-later
/* public: a session as the page shows it. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"

static void render_media(struct buf *b, unsigned int types)
{
	int type;

	json_open(b, "media_types", '[');
	for (type = 1; type < CHECK_MEDIA_TYPES; type++) {
		if (types & 1u << type)
			json_str(b, NULL,
				 check_media_name((enum check_media)type));
	}
	json_close(b, ']');
	json_int(b, "max_bytes", KYC_UPLOAD_MAX);
}

void public_render_options(struct buf *b, const struct kyc_step_def *def)
{
	json_open(b, "options", '{');
	kyc_workflow_write_options(b, def);
	if (kyc_document_media(def))
		render_media(b, kyc_document_media(def));
	json_close(b, '}');
}

static void render_step(struct buf *b, const struct kyc_progress *p,
			const struct kyc_step *step)
{
	size_t i;

	json_open(b, NULL, '{');
	json_str(b, "step_id", step->def->id);
	json_str(b, "kind", kyc_step_kind_name(step->def->kind));
	json_str(b, "title", step->def->title);
	json_str(b, "description", step->def->description);
	json_flag(b, "optional", step->def->optional);
	json_str(b, "status", kyc_step_status_name(step->status));
	public_render_options(b, step->def);
	if (step->form)
		json_raw(b, "form_data", step->form);
	else
		json_null(b, "form_data");
	json_open(b, "documents", '[');
	for (i = 0; i < p->document_count; i++) {
		if (strcmp(p->documents[i].step_id, step->def->id) != 0)
			continue;
		json_open(b, NULL, '{');
		native_document(b, &p->documents[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_open(b, "correction_requests", '[');
	json_close(b, ']');
	json_close(b, '}');
}

static void render(struct buf *b, const struct kyc_visit *visit,
		   const struct kyc_progress *p)
{
	const struct kyc_session *s = &visit->session;
	char id[UUID_TEXT_SIZE];
	size_t i;

	uuid_text(&s->id, id);
	json_str(b, "session_id", id);
	json_str(b, "workflow_name", p->workflow.name);
	json_str(b, "status", native_state_word(s->state));
	json_int(b, "current_step_index", (int64_t)p->current);
	json_int(b, "total_steps", (int64_t)p->workflow.step_count);
	json_int(b, "expires_at", s->expires_at / 1000);
	json_str(b, "locale", s->locale);
	json_open(b, "branding", '{');
	json_str(b, "name", visit->organisation);
	json_close(b, '}');
	json_open(b, "steps_data", '[');
	for (i = 0; i < p->workflow.step_count; i++)
		render_step(b, p, &p->steps[i]);
	json_close(b, ']');
}

int public_reply_session(struct api_call *call, const struct kyc_visit *visit,
			 int status)
{
	struct kyc_progress *p =
		arena_new(call->req->arena, struct kyc_progress);

	call->subject = visit->session.id;
	if (kyc_step_progress(call->kyc, &visit->session, p, &call->fault))
		return -1;
	native_open(call);
	render(&call->res->body, visit, p);
	native_close(call, status);
	return 0;
}
