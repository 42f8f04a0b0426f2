// SPDX-License-Identifier: GPL-3.0-or-later
/* public: look at a session, open it, complete a step, hand over by QR. */
#include <errno.h>

#include "api/native.h"
#include "api/public/public.h"
#include "mail/qr.h"

enum { PAGE_MAX = 1024 * 1024 };

/* The page's rules, the same as nginx sends with the static file. */
static const char PAGE_POLICY[] =
	"default-src 'none'; script-src 'self'; style-src 'self';"
	" img-src 'self' blob: data:; connect-src 'self';"
	" media-src 'self' blob:; font-src 'self'; base-uri 'none';"
	" form-action 'none'; frame-ancestors 'none'";

int public_follow(struct api_call *call, bool lock, struct kyc_visit *out)
{
	return kyc_link_follow(call->kyc, call->req->segment[0], lock, out,
			       &call->fault);
}

/* No link is followed for the page: it asks by itself, and shows in words
 * what is wrong with a link. */
static int reply_page(struct api_call *call)
{
	struct buf *b = &call->res->body;
	const char *path = arena_printf(call->req->arena, "%s/verify.html",
					call->kyc->conf->www_dir);

	if (buf_file(b, path, PAGE_MAX))
		return fault_internal(&call->fault, "%s: %s", path,
				      strerror(errno));
	call->res->status = 200;
	call->res->content_type = "text/html; charset=utf-8";
	http_header(call->res, "Content-Security-Policy", PAGE_POLICY);
	http_header(call->res, "Referrer-Policy", "no-referrer");
	return 0;
}

int public_get(struct api_call *call)
{
	struct kyc_visit visit;

	http_header(call->res, "Vary", "Accept");
	if (strstr(call->req->accept, "text/html"))
		return reply_page(call);
	if (public_follow(call, false, &visit))
		return -1;
	return public_reply_session(call, &visit, 200);
}

int public_open(struct api_call *call)
{
	struct kyc_visit visit;

	if (public_follow(call, true, &visit) ||
	    kyc_step_open(call->kyc, &visit.session, &call->fault))
		return -1;
	return public_reply_session(call, &visit, 200);
}

int public_complete(struct api_call *call)
{
	const struct public_complete_args *args = call->args;
	struct kyc_step_input in = {
		.step_id = call->req->segment[1],
		.consent_accepted = args->consent_accepted == 1,
		.consent_version = args->consent_version,
		.consent_locale = args->consent_locale,
		.document_kind = args->document_kind + 1,
		.document_country = args->document_country,
		.form = args->form,
	};
	struct kyc_visit visit;

	if (public_follow(call, true, &visit) ||
	    kyc_step_complete(call->kyc, &visit.session, &in, &call->fault))
		return -1;
	return public_reply_session(call, &visit, 200);
}

int public_qr(struct api_call *call)
{
	struct kyc_visit visit;
	const char *url;

	if (public_follow(call, false, &visit))
		return -1;
	if (kyc_link_show(call->kyc, &visit.session, &url, &call->fault))
		return -1;
	if (qr_svg(url, &call->res->body))
		return fault_internal(&call->fault, "no QR code of a link");
	call->res->status = 200;
	call->res->content_type = "image/svg+xml";
	return 0;
}
