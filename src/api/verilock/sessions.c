// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: create and get sessions. */
#include "api/native.h"
#include "api/verilock/verilock.h"
#include "base/json.h"

struct applicant_args {
	const char *first_name;
	const char *last_name;
	const char *email;
	const char *date_of_birth;
	const char *nationality;
};

struct create_args {
	int type;
	struct json_object *steps;
	struct applicant_args applicant;
	const char *reference_id;
	const char *redirect_url;
	const char *webhook_url;
	const char *locale; /* ours: the document has none */
};

#define AT(field) offsetof(struct create_args, field)
#define OF(field) offsetof(struct applicant_args, field)

static const char *const type_words[] = { "kyc", NULL };

static const struct param applicant[] = {
	{ .name = "first_name",
	  .type = PARAM_STRING,
	  .offset = OF(first_name),
	  .required = true,
	  .min = 1 },
	{ .name = "last_name",
	  .type = PARAM_STRING,
	  .offset = OF(last_name),
	  .required = true,
	  .min = 1 },
	{ .name = "email", .type = PARAM_EMAIL, .offset = OF(email) },
	{ .name = "date_of_birth",
	  .type = PARAM_STRING,
	  .offset = OF(date_of_birth),
	  .min = 1 },
	{ .name = "nationality",
	  .type = PARAM_STRING,
	  .offset = OF(nationality),
	  .min = 1 },
};

static const struct param create_params[] = {
	{ .name = "type",
	  .type = PARAM_WORD,
	  .offset = AT(type),
	  .words = type_words,
	  .has_def = true },
	{ .name = "steps",
	  .type = PARAM_ARRAY,
	  .offset = AT(steps),
	  .required = true,
	  .min = 1,
	  .max = VERILOCK_STEPS },
	{ .name = "applicant",
	  .type = PARAM_GROUP,
	  .offset = AT(applicant),
	  .required = true,
	  .fields = applicant,
	  .field_count = ARRAY_SIZE(applicant) },
	{ .name = "reference_id",
	  .type = PARAM_STRING,
	  .offset = AT(reference_id),
	  .min = 1 },
	{ .name = "redirect_url",
	  .type = PARAM_URL,
	  .offset = AT(redirect_url) },
	{ .name = "webhook_url", .type = PARAM_URL, .offset = AT(webhook_url) },
	{ .name = "locale",
	  .type = PARAM_STRING,
	  .offset = AT(locale),
	  .min = 2,
	  .max = 16 },
};

/* Fields of an entity stand inside the applicant here: those from first on. */
static void put_inside(struct fault *f, size_t first)
{
	char inside[sizeof(f->fields->path)];
	size_t i;

	for (i = first; i < f->field_count; i++) {
		snprintf(inside, sizeof(inside), "applicant.%.80s",
			 f->fields[i].path);
		memcpy(f->fields[i].path, inside, sizeof(inside));
	}
}

static int add_entity(struct api_call *call, struct kyc_entity *e)
{
	const struct create_args *args = call->args;
	const struct applicant_args *a = &args->applicant;
	size_t before = call->fault.field_count;

	*e = (struct kyc_entity){
		.type = KYC_INDIVIDUAL,
		.email = a->email,
		.field = { [KYC_FIRST_NAME] = a->first_name,
			   [KYC_LAST_NAME] = a->last_name,
			   [KYC_DATE_OF_BIRTH] = a->date_of_birth,
			   [KYC_NATIONALITY] = a->nationality },
	};
	if (!kyc_entity_add(call->kyc, e, &call->fault))
		return 0;
	put_inside(&call->fault, before);
	return -1;
}

static int add_session(struct api_call *call, unsigned int steps,
		       const struct kyc_entity *e, struct kyc_session *s,
		       char token[UUID_TEXT_SIZE])
{
	const struct create_args *args = call->args;
	const struct kyc_detail detail = { .callback_url = args->redirect_url,
					   .webhook_url = args->webhook_url };
	struct kyc_session_new new = {
		.protocol = KYC_VERILOCK,
		.entity = e->id,
		.external_id = args->reference_id,
		.locale = args->locale,
		.invite = args->applicant.email != NULL,
		.detail = &detail,
	};

	if (verilock_steps_workflow(call->kyc, steps, &new.workflow,
				    &call->fault))
		return -1;
	return kyc_session_create(call->kyc, &new, s, token, &call->fault);
}

static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	struct kyc *k = call->kyc;
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);
	struct buf *b = &call->res->body;
	char token[UUID_TEXT_SIZE];
	unsigned int steps;
	struct kyc_session s;
	struct kyc_entity e;
	int wrong;

	/* what is wrong with the applicant is told together with it */
	wrong = verilock_steps_read(args->steps, &steps, &call->fault);
	if (add_entity(call, &e) || wrong ||
	    add_session(call, steps, &e, &s, token) ||
	    kyc_workflow_load(k, &s, w, &call->fault))
		return -1;
	call->subject = s.id;
	json_open(b, NULL, '{');
	verilock_render(call, &(struct verilock_session){ &s, w, &e });
	verilock_render_link(call, &s, token, args->redirect_url);
	json_close(b, '}');
	api_reply(call, 201);
	return 0;
}

static int get(struct api_call *call)
{
	const struct kyc_whole *w = call->whole;
	const struct verilock_session shown = {
		.session = &w->session,
		.workflow = &w->progress.workflow,
		.entity = w->entity,
	};
	struct buf *b = &call->res->body;

	json_open(b, NULL, '{');
	verilock_render(call, &shown);
	verilock_render_link(call, &w->session, w->view.token,
			     w->view.detail.callback_url);
	native_hundredths(b, "risk_score", w->session.risk);
	verilock_render_results(call, w);
	json_close(b, '}');
	api_reply(call, 200);
	return 0;
}

static const struct api_route routes[] = {
	{ .method = HTTP_POST,
	  .path = "/api/v1/sessions/",
	  .auth = API_KEY,
	  .permission = KYC_MAY_CREATE,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct create_args) },
	{ .method = HTTP_GET,
	  .path = "/api/v1/sessions/{id}/",
	  .auth = API_KEY_SESSION,
	  .permission = KYC_MAY_READ,
	  .look = KYC_LOOK_WHOLE,
	  .parts = 1u << KYC_PART_CHECKS | 1u << KYC_PART_STEPS,
	  .handler = get },
};

const struct api_routes verilock_session_routes = { routes,
						    ARRAY_SIZE(routes) };
