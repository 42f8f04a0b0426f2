// SPDX-License-Identifier: GPL-3.0-or-later
/* public: an upload in three requests: announced, put, confirmed. */
#include "api/native.h"
#include "api/public/public.h"
#include "base/json.h"
#include "http/door.h"
#include "kyc/ticket.h"

enum { READ_SIZE = 65536 };

static void reply_ticket(struct api_call *call, const struct kyc_ticket *t)
{
	struct buf *b = &call->res->body;
	char id[NATIVE_ID_SIZE];

	native_id("upl_", &t->id, id);
	native_open(call);
	json_str(b, "upload_id", id);
	json_str(b, "upload_url",
		 arena_printf(call->req->arena,
			      "%s/public/sessions/%s/upload/%s",
			      call->kyc->conf->public_url,
			      call->req->segment[0], id));
	json_int(b, "expires_at", t->expires_at / CLOCK_SECOND);
	native_close(call, 201);
}

int public_upload_init(struct api_call *call)
{
	const struct public_init_args *args = call->args;
	struct kyc *k = call->kyc;
	struct fault *f = &call->fault;
	struct kyc_workflow w = { 0 };
	struct kyc_document d = { 0 };
	struct kyc_visit visit;
	struct kyc_ticket t;

	if (public_follow(call, true, &visit))
		return -1;
	call->subject = visit.session.id;
	if (kyc_step_open(k, &visit.session, f) ||
	    kyc_workflow_load(k, &visit.session, &w, f) ||
	    public_file(call, &args->file, &w, &d))
		return -1;
	d.media = check_media_find(args->mime_type);
	d.size = args->size;
	if (kyc_ticket_create(k, &visit.session,
			      kyc_workflow_step(&w, d.step_id), &d, &t, f))
		return -1;
	reply_ticket(call, &t);
	return 0;
}

/* An id of another form is one that nobody has. */
static int parse_id(struct api_call *call, const char *text, struct uuid *id)
{
	if (!native_id_parse("upl_", text, id))
		return 0;
	return fault_set(&call->fault, FAULT_NOT_FOUND, "Upload not found.");
}

static int read_bytes(struct api_call *call, struct kyc_upload *u)
{
	char *chunk = arena_alloc(call->req->arena, READ_SIZE);
	int64_t left = call->req->content_length;

	while (left) {
		ssize_t n = http_door_read(call->req->door, chunk, READ_SIZE);

		if (n <= 0)
			return fault_set(&call->fault, FAULT_BAD_REQUEST,
					 "The body ended too early.");
		if (kyc_upload_add(u, chunk, (size_t)n, &call->fault))
			return -1;
		left -= n;
	}
	return 0;
}

int public_upload_put(struct api_call *call)
{
	struct kyc *k = call->kyc;
	struct fault *f = &call->fault;
	struct kyc_upload *u;
	struct kyc_visit visit;
	struct kyc_ticket t;
	struct uuid id;
	int rc;

	if (public_follow(call, false, &visit) ||
	    kyc_step_may_act(&visit.session, f) ||
	    parse_id(call, call->req->segment[1], &id) ||
	    kyc_ticket_load(k, &visit.session, &id, &t, f) ||
	    kyc_ticket_may_put(&t, call->req->content_length, f))
		return -1;
	u = kyc_upload_create(k, &visit.session, f);
	if (!u)
		return -1;
	rc = read_bytes(call, u);
	if (!rc)
		rc = kyc_ticket_put(k, u, call->req->segment[0], &id, f);
	kyc_upload_destroy(u);
	if (!rc)
		call->res->status = 204;
	return rc;
}

int public_upload_confirm(struct api_call *call)
{
	const struct public_id_args *args = call->args;
	struct kyc_document d = { 0 };
	struct kyc_visit visit;
	struct uuid id;

	if (public_follow(call, false, &visit))
		return -1;
	call->subject = visit.session.id;
	if (kyc_step_may_act(&visit.session, &call->fault) ||
	    parse_id(call, args->id, &id) ||
	    kyc_ticket_confirm(call->kyc, call->req->segment[0], &id, &d,
			       &call->fault))
		return -1;
	native_open(call);
	native_document(&call->res->body, &d);
	native_close(call, 201);
	return 0;
}
