// SPDX-License-Identifier: GPL-3.0-or-later
/* public: what is said of a photo's quality, for the page to ask again. */
#include "api/native.h"
#include "api/public/public.h"
#include "api/public/sentence.h"
#include "base/json.h"

static const char *status_of(const struct kyc_document *d, bool served)
{
	if (kyc_quality_names[d->quality])
		return "done";
	return kyc_quality_is_near(d, served) ? "pending" : "later";
}

static void render(struct buf *b, const struct kyc_document *d,
		   const struct public_quality_at *at)
{
	enum kyc_flaw flaw = d->flaw < KYC_FLAWS ? d->flaw : KYC_NO_FLAW;

	if (d->quality <= KYC_QUALITY_NONE || d->quality >= KYC_QUALITIES) {
		json_null(b, "quality");
		return;
	}
	json_open(b, "quality", '{');
	json_str(b, "status", status_of(d, at->served));
	json_str(b, "verdict", kyc_quality_names[d->quality]);
	json_str(b, "flaw", kyc_flaw_names[flaw]);
	json_str(b, "sentence",
		 flaw ? public_sentence(at->call->kyc->conf->www_dir,
					at->locale, flaw)
		      : NULL);
	json_int(b, "tries_left", d->tries_left);
	json_close(b, '}');
}

void public_document(struct buf *b, const struct kyc_document *d,
		     const struct public_quality_at *at)
{
	native_document(b, d);
	render(b, d, at);
}

int public_quality(struct api_call *call)
{
	struct public_quality_at at = { .call = call };
	struct kyc_document d;
	struct kyc_visit visit;
	struct uuid id;

	if (public_follow(call, false, &visit))
		return -1;
	at.locale = visit.session.locale;
	if (native_id_parse("doc_", call->req->segment[1], &id))
		return fault_set(&call->fault, FAULT_NOT_FOUND,
				 "Document not found.");
	if (kyc_quality_load(call->kyc, &visit.session.id, &id, &d, &at.served,
			     &call->fault))
		return -1;
	native_open(call);
	native_ref(&call->res->body, "doc_id", "doc_", &d.id);
	render(&call->res->body, &d, &at);
	native_close(call, 200);
	return 0;
}
