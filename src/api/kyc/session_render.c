// SPDX-License-Identifier: GPL-3.0-or-later
/* kyc: a session as GET /kyc/sessions/{id} shows it. */
#include <json-c/json.h>

#include "api/kyc/results.h"
#include "api/kyc/sessions.h"
#include "base/json.h"
#include "kyc/correction.h"
#include "kyc/review.h"
#include "kyc/step.h"
#include "kyc/subsession.h"

/* Where the step has none, the member is left out as in the document. */
static void render_corrections(struct buf *b, const struct kyc_whole *v,
			       const struct kyc_step *step)
{
	bool open = false;
	int i;

	for (i = 0; i < v->correction_count; i++) {
		if (strcmp(v->corrections[i].step_id, step->def->id) != 0)
			continue;
		if (!open)
			json_open(b, "correction_requests", '[');
		open = true;
		native_correction(b, &v->corrections[i]);
	}
	if (open)
		json_close(b, ']');
}

static void render_documents(struct buf *b, const struct kyc_progress *p,
			     const struct kyc_step *step)
{
	size_t i;

	json_open(b, "documents", '[');
	for (i = 0; i < p->document_count; i++) {
		if (strcmp(p->documents[i].step_id, step->def->id) != 0)
			continue;
		json_open(b, NULL, '{');
		native_document(b, &p->documents[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static void render_children(struct buf *b, const struct kyc_whole *v,
			    const struct kyc_step *step)
{
	int i;

	for (i = 0; i < v->child_steps; i++) {
		if (strcmp(v->children[i].step_id, step->def->id) != 0)
			continue;
		json_open(b, "subsessions", '{');
		json_int(b, "total", v->children[i].total);
		json_int(b, "completed", v->children[i].completed);
		json_int(b, "pending", v->children[i].pending);
		json_close(b, '}');
	}
}

static void render_step(struct buf *b, const struct kyc_whole *v,
			const struct kyc_step *step)
{
	json_open(b, NULL, '{');
	json_str(b, "step_id", step->def->id);
	json_str(b, "kind", kyc_step_kind_name(step->def->kind));
	json_str(b, "title", step->def->title);
	json_str(b, "status", kyc_step_status_name(step->status));
	native_time(b, "started_at", step->started_at);
	native_time(b, "completed_at", step->completed_at);
	if (step->document_kind)
		json_str(b, "document_kind",
			 kyc_document_kind_names[step->document_kind]);
	if (step->document_country)
		json_str(b, "document_country", step->document_country);
	render_documents(b, &v->progress, step);
	if (step->form)
		json_raw(b, "form_data", step->form);
	render_children(b, v, step);
	render_corrections(b, v, step);
	json_close(b, '}');
}

/* One field of a form with what the customer put there. */
static void render_field(struct buf *b, const struct kyc_field *field,
			 struct json_object *value)
{
	json_open(b, field->key, '{');
	json_str(b, "field_id", field->id);
	json_str(b, "name", field->name);
	json_str(b, "type", kyc_field_type_names[field->type]);
	native_json(b, "value", value);
	json_close(b, '}');
}

static void render_form(struct buf *b, const struct kyc_step *step)
{
	struct json_object *values, *value;
	size_t i;

	values = step->form ? json_tokener_parse(step->form) : NULL;
	for (i = 0; values && i < step->def->field_count; i++) {
		const struct kyc_field *field = &step->def->fields[i];

		if (json_object_object_get_ex(values, field->key, &value))
			render_field(b, field, value);
	}
	json_object_put(values);
}

static void render_progress(struct buf *b, const struct kyc_whole *v)
{
	const struct kyc_progress *p = &v->progress;
	size_t i, total = p->workflow.step_count;

	json_int(b, "current_step_index", (int64_t)p->current);
	json_int(b, "completed_steps", (int64_t)p->done);
	json_int(b, "total_steps", (int64_t)total);
	json_int(b, "progress_percent",
		 total ? (int64_t)(100 * p->done / total) : 100);
	json_open(b, "steps_data", '[');
	for (i = 0; i < total; i++)
		render_step(b, v, &p->steps[i]);
	json_close(b, ']');
	json_open(b, "form_data", '{');
	for (i = 0; i < total; i++)
		render_form(b, &p->steps[i]);
	json_close(b, '}');
}

static void render_family(struct buf *b, const struct kyc_whole *v)
{
	const struct kyc_session *s = &v->session;
	int64_t total = 0, completed = 0, pending = 0;
	int i;

	for (i = 0; i < v->child_steps; i++) {
		total += v->children[i].total;
		completed += v->children[i].completed;
		pending += v->children[i].pending;
	}
	json_flag(b, "is_subsession", !uuid_is_nil(&s->parent));
	native_uuid(b, "parent_session_id", &s->parent);
	json_str(b, "parent_step_id", s->parent_step);
	json_str(b, "label", v->view.detail.label);
	json_open(b, "subsessions", '{');
	json_int(b, "total", total);
	json_int(b, "completed", completed);
	json_int(b, "pending", pending);
	json_close(b, '}');
}

/* Notes are kept with times in ms. */
static void render_notes(struct buf *b, const char *notes)
{
	struct json_object *list = notes ? json_tokener_parse(notes) : NULL;
	size_t i, n = list ? json_object_array_length(list) : 0;

	json_open(b, "notes", '[');
	for (i = 0; i < n; i++) {
		struct json_object *note = json_object_array_get_idx(list, i);

		json_open(b, NULL, '{');
		native_time(b, "at",
			    json_object_get_int64(
				    json_object_object_get(note, "at")));
		json_str(b, "by",
			 json_object_get_string(
				 json_object_object_get(note, "by")));
		json_str(b, "action",
			 json_object_get_string(
				 json_object_object_get(note, "action")));
		json_str(b, "text",
			 json_object_get_string(
				 json_object_object_get(note, "text")));
		json_close(b, '}');
	}
	json_close(b, ']');
	json_object_put(list);
}

static void render_review(struct buf *b, const struct kyc_whole *v)
{
	const struct kyc_session *s = &v->session;

	json_str(b, "priority", kyc_priority_words[s->priority - 1]);
	json_str(b, "assigned_to", s->assigned_to);
	kyc_words_risk(b, s->risk);
	json_str(b, "final_decision", kyc_decision_name(s->decision));
	native_time(b, "decided_at", s->decided_at);
	json_flag(b, "legal_hold", v->view.legal_hold);
	render_notes(b, v->view.detail.notes);
}

static void render_who(struct buf *b, const struct kyc_whole *v)
{
	const struct kyc_session *s = &v->session;
	const struct kyc_detail *d = &v->view.detail;

	json_str(b, "external_id", s->external_id);
	native_uuid(b, "customer_id", &s->entity);
	json_str(b, "client_id", v->view.client_id);
	json_str(b, "customer_name", s->customer_name);
	json_str(b, "customer_email", s->customer_email);
	json_str(b, "locale", s->locale);
	json_raw(b, "metadata", d->metadata ? d->metadata : "{}");
	json_raw(b, "custom_tags", v->progress.workflow.custom_tags);
	json_str(b, "callback_url", d->callback_url);
	json_str(b, "webhook_url", d->webhook_url);
}

/* ttl_days is what is between creation and end, which extending moves. */
static void render(struct api_call *call, const struct kyc_whole *v)
{
	const struct kyc_session *s = &v->session;
	enum kyc_state state = kyc_state_now(s, clock_now_ms());
	const char *token = v->view.token;
	struct buf *b = &call->res->body;

	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "tenant_id", &call->kyc->who.organisation);
	native_uuid(b, "workflow_id", &s->workflow);
	json_int(b, "workflow_version", s->workflow_version);
	json_str(b, "workflow_name", v->progress.workflow.name);
	json_str(b, "status", native_state_word(state));
	json_str(b, "compliance_status",
		 kyc_compliance_words[kyc_compliance_of(state)]);
	json_str(b, "access_token", token);
	json_str(b, "access_link",
		 token ? kyc_link_native(call->kyc, token) : NULL);
	json_int(b, "expires_at", s->expires_at / CLOCK_SECOND);
	json_int(b, "ttl_days",
		 (s->expires_at - s->created_at + CLOCK_DAY - 1) / CLOCK_DAY);
	json_int(b, "version", s->version);
	render_progress(b, v);
	render_who(b, v);
	render_family(b, v);
	render_review(b, v);
	native_time(b, "created_at", s->created_at);
	native_time(b, "updated_at", s->updated_at);
	native_time(b, "opened_at", s->opened_at);
	native_time(b, "completed_at", s->completed_at);
	native_time(b, "processed_at", s->processed_at);
	kyc_results_render(b, v);
}

int sessions_reply_whole(struct api_call *call, const struct kyc_whole *w,
			 int status)
{
	call->subject = w->session.id;
	native_open(call);
	render(call, w);
	native_close(call, status);
	return 0;
}

int sessions_reply(struct api_call *call, const struct kyc_session *s,
		   int status)
{
	struct kyc_whole *w = arena_new(call->req->arena, struct kyc_whole);

	if (kyc_whole_load(call->kyc, &s->id, KYC_EVERY_PART, w, &call->fault))
		return -1;
	return sessions_reply_whole(call, w, status);
}
