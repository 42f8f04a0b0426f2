// SPDX-License-Identifier: GPL-3.0-or-later
/* public: owners, directors and others, whom the customer adds. */
#include "api/native.h"
#include "api/public/public.h"
#include "kyc/subsession.h"

struct create_args {
	const char *step_id;
	const char *label;
	const char *email;
	const char *name;
};

#define NEW(field) offsetof(struct create_args, field)

static const struct param create_params[] = {
	{ .name = "step_id",
	  .type = PARAM_STRING,
	  .offset = NEW(step_id),
	  .required = true,
	  .min = 1,
	  .max = 64 },
	{ .name = "label",
	  .type = PARAM_STRING,
	  .offset = NEW(label),
	  .required = true,
	  .min = 1 },
	{ .name = "email", .type = PARAM_EMAIL, .offset = NEW(email) },
	{ .name = "name", .type = PARAM_STRING, .offset = NEW(name), .min = 1 },
};

struct list_args {
	const char *step_id;
};

static const struct param list_params[] = {
	{ .name = "step_id",
	  .type = PARAM_STRING,
	  .offset = offsetof(struct list_args, step_id),
	  .min = 1,
	  .max = 64 },
};

/* A label is what the customer calls somebody: name enough for the mail. */
static int create(struct api_call *call)
{
	const struct create_args *args = call->args;
	const struct kyc_subsession_new new = {
		.step_id = args->step_id,
		.label = args->label,
		.name = args->email && !args->name ? args->label : args->name,
		.email = args->email,
		.invite = KYC_INVITE_AS_USUAL,
	};
	struct kyc_visit visit;
	struct kyc_session s;
	char token[UUID_TEXT_SIZE];

	if (public_follow(call, true, &visit) ||
	    kyc_step_may_act(&visit.session, &call->fault) ||
	    kyc_subsession_create(call->kyc, &visit.session, &new, &s, token,
				  &call->fault))
		return -1;
	call->subject = visit.session.id;
	native_open(call);
	native_subsession(call, &s, token, new.label);
	native_close(call, 201);
	return 0;
}

static int list(struct api_call *call)
{
	const struct list_args *args = call->args;
	struct kyc_visit visit;

	if (public_follow(call, false, &visit))
		return -1;
	return native_subsessions(call, &visit.session, args->step_id);
}

#define PATH "/public/sessions/{token}/subsessions"

static const struct api_route rows[] = {
	{ .method = HTTP_POST,
	  .path = PATH,
	  .auth = API_LINK,
	  .body = API_JSON,
	  .handler = create,
	  .params = create_params,
	  .param_count = ARRAY_SIZE(create_params),
	  .args_size = sizeof(struct create_args) },
	{ .method = HTTP_GET,
	  .path = PATH,
	  .auth = API_LINK,
	  .body = API_QUERY,
	  .handler = list,
	  .params = list_params,
	  .param_count = ARRAY_SIZE(list_params),
	  .args_size = sizeof(struct list_args) },
};

const struct api_routes public_subsession_routes = { rows, ARRAY_SIZE(rows) };
