// SPDX-License-Identifier: GPL-3.0-or-later
/* From what the engines saw in a session's documents to the end of a check. */
#include <json-c/json.h>

#include "base/str.h"
#include "kyc/judge_part.h"
#include "kyc/number.h"
#include "kyc/portrait.h"
#include "kyc/tenant.h"

bool kyc_judge_knows(enum kyc_check_kind kind)
{
	return kind == KYC_DOCUMENT_CHECK || kind == KYC_PROOF_OF_ADDRESS_CHECK;
}

const struct kyc_step *judge_step(const struct kyc_judge *j,
				  const struct kyc_document *d)
{
	const struct kyc_progress *p = j->progress;
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (!strcmp(p->steps[i].def->id, d->step_id))
			return &p->steps[i];
	}
	return NULL;
}

static enum kyc_document_type type_of(enum kyc_check_kind kind)
{
	return kind == KYC_DOCUMENT_CHECK ? KYC_TYPE_ID
					  : KYC_TYPE_PROOF_OF_ADDRESS;
}

/* Not of a step that is not due any more, and not the back of a card in whose
 * place a passport came. */
static bool is_asked_for(const struct kyc_judge *j,
			 const struct kyc_document *d)
{
	const struct kyc_step *step = judge_step(j, d);

	return step && step->due && d->type == type_of(j->kind) &&
	       (!d->kind || !step->document_kind ||
		(int)d->kind == step->document_kind);
}

static int load(struct kyc *k, struct kyc_judge *j, const struct uuid *session,
		struct fault *f)
{
	int live = kyc_tenant_is_live(k, f);
	size_t i;

	j->progress = arena_new(k->arena, struct kyc_progress);
	j->today = date_of(clock_now_ms());
	j->live = live > 0;
	if (live < 0 || kyc_session_load(k, session, false, &j->session, f) ||
	    kyc_step_progress(k, &j->session, j->progress, f) ||
	    kyc_claims_load(k, &j->session, j->progress, &j->claims, f))
		return -1;
	for (i = 0; i < j->progress->document_count; i++) {
		if (is_asked_for(j, &j->progress->documents[i]))
			j->documents[j->count++] = &j->progress->documents[i];
	}
	return 0;
}

struct kyc_judge *kyc_judge_create(struct kyc *k, const struct uuid *session,
				   enum kyc_check_kind kind,
				   const struct names *names, struct fault *f)
{
	struct kyc_judge *j = mem_alloc(sizeof(*j));

	j->kind = kind;
	j->names = names;
	if (!load(k, j, session, f))
		return j;
	kyc_judge_destroy(j);
	return NULL;
}

void kyc_judge_destroy(struct kyc_judge *j)
{
	size_t i;

	if (!j)
		return;
	for (i = 0; i < j->count; i++)
		json_object_put(j->answers[i]);
	free(j);
}

size_t kyc_judge_documents(const struct kyc_judge *j,
			   const struct kyc_document *const **out)
{
	*out = j->documents;
	return j->count;
}

/* Bytes that are no UTF-8 would come out again in an answer of ours. */
static struct json_object *parse(const char *text)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *o;

	json_tokener_set_flags(t, JSON_TOKENER_VALIDATE_UTF8);
	o = json_tokener_parse_ex(t, text, (int)strlen(text) + 1);
	json_tokener_free(t);
	return o;
}

int kyc_judge_look(struct kyc_judge *j, size_t i, const char *answer)
{
	struct json_object *o = parse(answer), *files;

	if (json_object_object_get_ex(o, "files", &files) &&
	    json_object_is_type(files, json_type_array) &&
	    json_object_array_length(files) == 1) {
		j->answers[i] = o;
		j->files[i] = json_object_array_get_idx(files, 0);
		return 0;
	}
	json_object_put(o);
	return -1;
}

const char *judge_id(const struct kyc_document *d, char out[JUDGE_ID])
{
	char id[2 * UUID_SIZE + 1];

	str_hex(d->id.b, UUID_SIZE, id);
	snprintf(out, JUDGE_ID, "doc_%s", id);
	return out;
}

size_t judge_pictures(struct json_object *file, struct json_object **out,
		      size_t max)
{
	struct json_object *pages;
	size_t i, n;

	if (!json_object_object_get_ex(file, "pages", &pages) ||
	    !json_object_is_type(pages, json_type_array)) {
		*out = file;
		return 1;
	}
	n = json_object_array_length(pages);
	for (i = 0; i < n && i < max; i++)
		out[i] = json_object_array_get_idx(pages, i);
	return i;
}

static void add_side(const struct kyc_judge *j, struct arena *a, size_t i,
		     struct kyc_paper *p)
{
	struct json_object *pictures[KYC_SIGHTS_MAX / 2];
	const struct kyc_document *d = j->documents[i];
	size_t n, at;

	if (!p->shown || d->side == KYC_FRONT)
		p->shown = d;
	if (d->side == KYC_BACK)
		p->back = d;
	n = judge_pictures(j->files[i], pictures, ARRAY_SIZE(pictures));
	for (at = 0; at < n; at++)
		kyc_paper_look(p, a, d->side, pictures[at]);
}

size_t judge_papers(const struct kyc_judge *j, struct arena *a,
		    struct kyc_paper **out)
{
	const struct kyc_progress *progress = j->progress;
	struct kyc_paper *list = arena_alloc(
		a, progress->workflow.step_count * sizeof(*list) + 1);
	size_t n = 0, i, step;

	for (step = 0; step < progress->workflow.step_count; step++) {
		struct kyc_paper *p = &list[n];

		*p = (struct kyc_paper){
			.step = progress->steps[step].def,
			.chosen_country =
				progress->steps[step].document_country,
		};
		for (i = 0; i < j->count; i++) {
			if (judge_step(j, j->documents[i]) ==
			    &progress->steps[step])
				add_side(j, a, i, p);
		}
		n += p->shown != NULL;
	}
	*out = list;
	return n;
}

/* A specimen is everybody's who tries this out. */
static int ask_for_number(struct kyc *k, const struct kyc_judge *j,
			  struct kyc_paper *p, struct fault *f)
{
	const char *number = kyc_paper_field(p, KYC_READ_DOCUMENT_NUMBER);
	const struct kyc_source *source = p->mrz ? p->mrz : p->barcode;
	bool other;

	if (!number || !source->issuer || source->specimen)
		return 0;
	if (kyc_number_note(k, &j->session, source->issuer, number, &other, f))
		return -1;
	p->elsewhere = other ? KYC_SEEN : KYC_NOT_SEEN;
	return 0;
}

/* The first picture that shows one. What is no JPEG is none of ours. */
static int keep_portrait(struct kyc *k, const struct kyc_judge *j,
			 const struct kyc_paper *p, struct fault *f)
{
	struct json_object *photo = NULL, *text;
	struct buf jpeg;
	size_t i;

	for (i = 0; i < p->sight_count && !photo; i++)
		photo = kyc_sight_member(p->sights[i].json, "photo");
	if (!json_object_object_get_ex(photo, "jpeg", &text) ||
	    !json_object_is_type(text, json_type_string))
		return 0;
	buf_init(&jpeg, k->arena);
	if (str_unbase64(&jpeg, json_object_get_string(text),
			 (size_t)json_object_get_string_len(text)) ||
	    jpeg.len > KYC_PORTRAIT_MAX ||
	    check_media_detect(jpeg.data, jpeg.len) != CHECK_MEDIA_JPEG)
		return 0;
	return kyc_portrait_keep(k, &j->session, &p->shown->id, jpeg.data,
				 jpeg.len, f);
}

void kyc_judge_read(struct kyc *k, struct kyc_judge *j)
{
	size_t i;

	if (j->kind == KYC_PROOF_OF_ADDRESS_CHECK) {
		judge_address(j, k->arena, &j->address);
		return;
	}
	j->paper_count = judge_papers(j, k->arena, &j->papers);
	for (i = 0; i < j->paper_count; i++)
		judge_print(j, &j->papers[i]);
}

/* As all who write several rows of a session do, its own comes first. */
static int keep(struct kyc *k, struct kyc_judge *j, struct fault *f)
{
	struct kyc_session locked;
	size_t i;

	if (kyc_session_load(k, &j->session.id, true, &locked, f) ||
	    kyc_number_forget(k, &j->session, f) ||
	    kyc_portrait_forget(k, &j->session.id, f))
		return -1;
	for (i = 0; i < j->paper_count; i++) {
		if (ask_for_number(k, j, &j->papers[i], f) ||
		    keep_portrait(k, j, &j->papers[i], f))
			return -1;
	}
	return 0;
}

int kyc_judge_result(struct kyc *k, struct kyc_judge *j, struct kyc_result *out,
		     struct fault *f)
{
	size_t i;

	*out = (struct kyc_result){ .outcome = KYC_OUTCOME_ERROR,
				    .reason = KYC_REASON_TECHNICAL_ERROR };
	if (j->address.outcome)
		*out = j->address;
	if (!j->paper_count)
		return 0;
	if (keep(k, j, f))
		return -1;
	for (i = 0; i < j->paper_count; i++)
		kyc_paper_judge(&j->papers[i], &j->today, j->live);
	judge_write(j, k->arena, j->papers, j->paper_count, out);
	return 0;
}
