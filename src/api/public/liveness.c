// SPDX-License-Identifier: GPL-3.0-or-later
/* public: a challenge before the camera, and the frames that answer it. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"
#include "http/multipart.h"
#include "kyc/liveness.h"

enum { FIELD_MAX = 64 };

int public_liveness_start(struct api_call *call)
{
	const struct public_id_args *args = call->args;
	struct buf *b = &call->res->body;
	struct kyc_challenge c;
	struct kyc_visit visit;
	size_t i;

	if (public_follow(call, false, &visit))
		return -1;
	call->subject = visit.session.id;
	if (kyc_liveness_start(call->kyc, call->req->segment[0], args->id, &c,
			       &call->fault))
		return -1;
	native_open(call);
	native_ref(b, "challenge_id", "chl_", &c.id);
	json_str(b, "step_id", c.step_id);
	json_open(b, "actions", '[');
	for (i = 0; i < c.action_count; i++)
		json_str(b, NULL, kyc_action_names[c.actions[i]]);
	json_close(b, ']');
	json_int(b, "expires_at", c.expires_at / CLOCK_SECOND);
	native_close(call, 201);
	return 0;
}

/* What comes in: the challenge's id is kept, frames go to the store. */
struct intake {
	struct api_call *call;
	struct kyc_liveness *frames;
	struct buf challenge;
	enum { OTHER, CHALLENGE, FRAME } part;
};

static int on_part(void *ctx, const char *name, const char *file_name,
		   const char *content_type, struct fault *f)
{
	struct intake *in = ctx;

	(void)content_type; /* the bytes tell */
	if (!strcmp(name, "challenge_id")) {
		in->part = CHALLENGE;
		buf_reset(&in->challenge);
		return 0;
	}
	in->part = OTHER;
	if (strcmp(name, "frames") != 0)
		return 0;
	in->part = FRAME;
	file_name = public_file_name(in->call, file_name ? file_name : "");
	if (!file_name)
		return -1;
	return kyc_liveness_begin(in->frames, file_name, f);
}

static int on_data(void *ctx, const char *bytes, size_t len, struct fault *f)
{
	struct intake *in = ctx;

	if (in->part == FRAME)
		return kyc_liveness_add(in->frames, bytes, len, f);
	if (in->part == OTHER)
		return 0;
	if (in->challenge.len + len > FIELD_MAX)
		return fault_field(f, "challenge_id", "is too long");
	buf_add(&in->challenge, bytes, len);
	return 0;
}

static int on_part_end(void *ctx, struct fault *f)
{
	struct intake *in = ctx;

	return in->part == FRAME ? kyc_liveness_end(in->frames, f) : 0;
}

static int read_body(struct intake *in, struct uuid *challenge)
{
	struct multipart_handler h = { on_part, on_data, on_part_end, in };
	struct api_call *call = in->call;
	struct fault *f = &call->fault;

	buf_init(&in->challenge, call->req->arena);
	if (multipart_read(call->req, call->route->max_body, &h, f))
		return -1;
	if (!in->challenge.len)
		return fault_field(f, "challenge_id", "is required");
	if (native_id_parse("chl_", buf_cstr(&in->challenge), challenge))
		return fault_set(f, FAULT_NOT_FOUND, "Challenge not found.");
	return 0;
}

static int take_in(struct intake *in)
{
	struct kyc_document docs[KYC_FRAMES_MAX] = { 0 };
	struct api_call *call = in->call;
	struct buf *b = &call->res->body;
	struct uuid challenge;
	int n, i;

	if (read_body(in, &challenge))
		return -1;
	n = kyc_liveness_complete(in->frames, call->req->segment[0], &challenge,
				  docs, &call->fault);
	if (n < 0)
		return -1;
	native_open(call);
	json_str(b, "challenge_id", buf_cstr(&in->challenge));
	json_str(b, "step_id", docs[0].step_id);
	json_open(b, "documents", '[');
	for (i = 0; i < n; i++) {
		json_open(b, NULL, '{');
		native_document(b, &docs[i]);
		json_close(b, '}');
	}
	json_close(b, ']');
	native_close(call, 201);
	return 0;
}

int public_liveness_complete(struct api_call *call)
{
	struct intake in = { .call = call };
	struct kyc_visit visit;
	int rc;

	if (public_follow(call, false, &visit) ||
	    kyc_step_may_act(&visit.session, &call->fault))
		return -1;
	in.frames = kyc_liveness_create(call->kyc, &visit.session);
	rc = take_in(&in);
	kyc_liveness_destroy(in.frames);
	return rc;
}
