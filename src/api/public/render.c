// SPDX-License-Identifier: GPL-3.0-or-later
/* public: a session as the page shows it. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"
#include "kyc/correction.h"
#include "kyc/detail.h"
#include "kyc/subsession.h"

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

/* All that the page shows of a session. */
struct page {
	const struct kyc_visit *visit;
	struct kyc_progress progress;
	struct kyc_detail detail;
	struct kyc_correction *corrections; /* the open ones */
	size_t correction_count;
	struct kyc_subsession_count counts[KYC_STEPS_MAX];
	size_t count_count;
	struct public_quality_at quality;
};

/* Asked only where somebody may wait for an answer. */
static int load_quality(struct kyc *k, struct page *page, struct fault *f)
{
	const struct kyc_progress *p = &page->progress;
	size_t i;

	for (i = 0; i < p->document_count; i++) {
		if (kyc_quality_is_near(&p->documents[i], true))
			return kyc_quality_is_served(k, &page->quality.served,
						     f);
	}
	return 0;
}

static int load(struct kyc *k, const struct kyc_session *s, struct page *page,
		struct fault *f)
{
	int n;

	if (kyc_step_progress(k, s, &page->progress, f) ||
	    load_quality(k, page, f) ||
	    kyc_detail_load(k, &s->id, &page->detail, f))
		return -1;
	n = kyc_subsession_counts(k, s, &page->progress.workflow, page->counts,
				  f);
	if (n < 0)
		return -1;
	page->count_count = (size_t)n;
	if (s->state != KYC_CORRECTING)
		return 0;
	n = kyc_correction_list(k, &s->id, true, &page->corrections, f);
	page->correction_count = n < 0 ? 0 : (size_t)n;
	return n < 0 ? -1 : 0;
}

void public_render_step(struct buf *b, const struct kyc_step_def *def)
{
	json_str(b, "step_id", def->id);
	json_str(b, "kind", kyc_step_kind_name(def->kind));
	json_str(b, "title", def->title);
	json_str(b, "description", def->description);
	json_flag(b, "optional", def->optional);
	json_open(b, "options", '{');
	kyc_workflow_write_options(b, def);
	if (kyc_document_media(def))
		render_media(b, kyc_document_media(def));
	json_close(b, '}');
}

static void render_documents(struct buf *b, const struct page *page,
			     const char *step_id)
{
	const struct kyc_progress *p = &page->progress;
	size_t i;

	json_open(b, "documents", '[');
	for (i = 0; i < p->document_count; i++) {
		if (strcmp(p->documents[i].step_id, step_id) != 0)
			continue;
		json_open(b, NULL, '{');
		public_document(b, &p->documents[i], &page->quality);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static void render_corrections(struct buf *b, const struct page *page,
			       const char *step_id)
{
	size_t i;

	json_open(b, "correction_requests", '[');
	for (i = 0; i < page->correction_count; i++) {
		if (!strcmp(page->corrections[i].step_id, step_id))
			native_correction(b, &page->corrections[i]);
	}
	json_close(b, ']');
}

static void render_counts(struct buf *b, const struct page *page,
			  const char *step_id)
{
	size_t i;

	for (i = 0; i < page->count_count; i++) {
		const struct kyc_subsession_count *c = &page->counts[i];

		if (strcmp(c->step_id, step_id) != 0)
			continue;
		json_open(b, "subsessions", '{');
		json_int(b, "total", c->total);
		json_int(b, "completed", c->completed);
		json_int(b, "pending", c->pending);
		json_close(b, '}');
	}
}

static void render_step(struct buf *b, const struct page *page,
			const struct kyc_step *step)
{
	json_open(b, NULL, '{');
	public_render_step(b, step->def);
	json_str(b, "status", kyc_step_status_name(step->status));
	if (step->form)
		json_raw(b, "form_data", step->form);
	else
		json_null(b, "form_data");
	json_str(b, "document_country", step->document_country);
	render_documents(b, page, step->def->id);
	render_corrections(b, page, step->def->id);
	render_counts(b, page, step->def->id);
	json_close(b, '}');
}

/* Where the page may send a browser: never to a script. */
static const char *redirect_url(const struct kyc_detail *d)
{
	const char *url = d->callback_url;

	if (url &&
	    (!strncmp(url, "https://", 8) || !strncmp(url, "http://", 7)))
		return url;
	return NULL;
}

static void render_session(struct buf *b, const struct page *page)
{
	const struct kyc_session *s = &page->visit->session;
	const struct kyc_progress *p = &page->progress;

	native_uuid(b, "session_id", &s->id);
	json_str(b, "workflow_name", p->workflow.name);
	json_str(b, "status", native_state_word(s->state));
	json_int(b, "current_step_index", (int64_t)p->current);
	json_int(b, "total_steps", (int64_t)p->workflow.step_count);
	json_int(b, "expires_at", s->expires_at / CLOCK_SECOND);
	json_str(b, "locale", s->locale);
	json_open(b, "branding", '{');
	json_str(b, "name", page->visit->organisation);
	json_close(b, '}');
	json_str(b, "redirect_url", redirect_url(&page->detail));
	json_flag(b, "is_subsession", !uuid_is_nil(&s->parent));
	if (!uuid_is_nil(&s->parent))
		json_str(b, "label", page->detail.label);
}

int public_reply_session(struct api_call *call, const struct kyc_visit *visit,
			 int status)
{
	struct page *page = arena_new(call->req->arena, struct page);
	struct buf *b = &call->res->body;
	size_t i;

	call->subject = visit->session.id;
	page->visit = visit;
	page->quality.call = call;
	page->quality.locale = visit->session.locale;
	if (load(call->kyc, &visit->session, page, &call->fault))
		return -1;
	native_open(call);
	render_session(b, page);
	json_open(b, "steps_data", '[');
	for (i = 0; i < page->progress.workflow.step_count; i++)
		render_step(b, page, &page->progress.steps[i]);
	json_close(b, ']');
	native_close(call, status);
	return 0;
}
