// SPDX-License-Identifier: GPL-3.0-or-later
/* Test mode: names of customers that lead to each outcome of the checks. */
#include <strings.h>

#include "base/json.h"
#include "base/str.h"
#include "kyc/form.h"
#include "kyc/outcome.h"
#include "kyc/step.h"
#include "kyc/tenant.h"
#include "kyc/trial.h"

#define DOCUMENT (1u << KYC_DOCUMENT_CHECK)
#define FACE (1u << KYC_IDENTITY_CHECK | 1u << KYC_ENHANCED_IDENTITY_CHECK)
#define EVERY ((1u << KYC_CHECK_KINDS) - 2)

const struct kyc_trial kyc_trials[] = {
	{ .name = "Trial Clear", .about = "Every check is clear." },
	{ "Trial Consider", "The document does not agree with the form.",
	  DOCUMENT, KYC_OUTCOME_CONSIDER, KYC_REASON_DOCUMENT_MISMATCH, 0 },
	{ "Trial Unreadable", "The document cannot be read.", DOCUMENT,
	  KYC_OUTCOME_CONSIDER, KYC_REASON_DOCUMENT_UNREADABLE, 0 },
	{ "Trial Document Expired", "The document has expired.", DOCUMENT,
	  KYC_OUTCOME_ATTENTION, KYC_REASON_DOCUMENT_EXPIRED, 0 },
	{ "Trial Document Fake", "The document is a forgery.", DOCUMENT,
	  KYC_OUTCOME_ISSUE, KYC_REASON_DOCUMENT_FAKE, 0 },
	{ "Trial Face Mismatch", "The selfie shows somebody else.", FACE,
	  KYC_OUTCOME_ISSUE, KYC_REASON_FACE_MISMATCH, 0 },
	{ "Trial Liveness", "The face is a picture of a face.",
	  1u << KYC_LIVENESS_CHECK, KYC_OUTCOME_ISSUE,
	  KYC_REASON_LIVENESS_FAILED, 0 },
	{ "Trial Address", "The proof shows another address.",
	  1u << KYC_PROOF_OF_ADDRESS_CHECK, KYC_OUTCOME_CONSIDER,
	  KYC_REASON_ADDRESS_MISMATCH, 0 },
	{ "Trial Sanctions", "The name is on a sanctions list.",
	  1u << KYC_AML_CHECK, KYC_OUTCOME_ISSUE, KYC_REASON_SANCTIONS_MATCH,
	  0 },
	{ "Trial PEP", "The name is a politically exposed person's.",
	  1u << KYC_PEP_CHECK, KYC_OUTCOME_ATTENTION, KYC_REASON_PEP_MATCH, 0 },
	{ "Trial Adverse Media", "The name is in bad news.",
	  1u << KYC_ADVERSE_MEDIA_CHECK, KYC_OUTCOME_CONSIDER,
	  KYC_REASON_ADVERSE_MEDIA_MATCH, 0 },
	{ "Trial Crypto", "The wallet is on a sanctions list.",
	  1u << KYC_CRYPTO_CHECK, KYC_OUTCOME_ISSUE, KYC_REASON_SANCTIONS_MATCH,
	  0 },
	{ "Trial Error", "No check can run.", EVERY, KYC_OUTCOME_ERROR,
	  KYC_REASON_TECHNICAL_ERROR, 0 },
	{ .name = "Trial Slow",
	  .about = "Every check is clear, after 25 seconds.",
	  .delay_ms = 25 * CLOCK_SECOND },
};
const size_t kyc_trial_count = ARRAY_SIZE(kyc_trials);

const struct kyc_trial *kyc_trial_find(const char *customer_name, bool live)
{
	size_t i;

	for (i = 0; !live && customer_name && i < kyc_trial_count; i++) {
		if (!strcasecmp(kyc_trials[i].name, customer_name))
			return &kyc_trials[i];
	}
	return NULL;
}

static const struct kyc_trial *
find_in_form(struct kyc *k, const struct kyc_step *step, struct kyc_session *s)
{
	const struct kyc_step_def *def = step->def;
	const struct kyc_trial *t;
	const char *value;
	size_t i;

	for (i = 0; step->form && i < def->field_count; i++) {
		if (def->fields[i].type != KYC_FIELD_NAME)
			continue;
		value = kyc_form_value(k, step->form, def->fields[i].key);
		t = kyc_trial_find(value, false);
		if (!t)
			continue;
		s->customer_name = value;
		return t;
	}
	return NULL;
}

int kyc_trial_load(struct kyc *k, struct kyc_session *s,
		   const struct kyc_trial **out, struct fault *f)
{
	int live = kyc_tenant_is_live(k, f);
	struct kyc_progress *p;
	size_t i;

	*out = NULL;
	if (live)
		return live < 0 ? -1 : 0;
	*out = kyc_trial_find(s->customer_name, false);
	if (*out)
		return 0;
	p = arena_new(k->arena, struct kyc_progress);
	if (kyc_step_progress(k, s, p, f))
		return -1;
	for (i = 0; i < p->workflow.step_count && !*out; i++)
		*out = find_in_form(k, &p->steps[i], s);
	return 0;
}

enum kyc_outcome kyc_trial_outcome(const struct kyc_trial *t,
				   enum kyc_check_kind kind)
{
	return t->kinds & 1u << kind ? t->outcome : KYC_OUTCOME_CLEAR;
}

/* The specimen of ICAO Doc 9303 part 4, with the customer's name. */
static void add_document(struct buf *b, const struct kyc_session *s,
			 const struct kyc_document *d, enum kyc_reason reason)
{
	char id[4 + 2 * UUID_SIZE + 1] = "doc_";
	bool readable = reason != KYC_REASON_DOCUMENT_UNREADABLE;
	const char *name = reason == KYC_REASON_DOCUMENT_MISMATCH
				   ? "ANNA MARIA ERIKSSON"
				   : s->customer_name;

	str_hex(d->id.b, UUID_SIZE, id + 4);
	json_open(b, id, '{');
	json_str(b, "full_name", readable ? name : NULL);
	json_str(b, "document_type", kyc_document_kind_names[d->kind]);
	json_str(b, "document_country", readable ? "SE" : NULL);
	json_str(b, "gender", readable ? "female" : NULL);
	json_str(b, "document_number", readable ? "L898902C3" : NULL);
	json_str(b, "date_of_birth", readable ? "1974-08-12" : NULL);
	json_str(b, "nationality", readable ? "SE" : NULL);
	json_str(b, "expiry_date",
		 reason == KYC_REASON_DOCUMENT_EXPIRED ? "2012-04-15"
		 : readable			       ? "2112-04-15"
						       : NULL);
	json_close(b, '}');
}

/* Each reason belongs to one part of it. */
static void add_breakdown(struct buf *b, const struct kyc_result *r)
{
	static const struct {
		const char *name;
		enum kyc_reason reasons[2];
	} parts[] = {
		{ "document_validation",
		  { KYC_REASON_DOCUMENT_EXPIRED,
		    KYC_REASON_DOCUMENT_MISMATCH } },
		{ "image_quality", { KYC_REASON_DOCUMENT_UNREADABLE } },
		{ "visual_authenticity", { KYC_REASON_DOCUMENT_FAKE } },
	};
	enum kyc_outcome outcome;
	size_t i;

	/* a part is clear, to be looked at, or an issue */
	json_open(b, "breakdown", '{');
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		outcome = r->reason && (r->reason == parts[i].reasons[0] ||
					r->reason == parts[i].reasons[1])
				  ? r->outcome
				  : KYC_OUTCOME_CLEAR;
		if (outcome == KYC_OUTCOME_ATTENTION)
			outcome = KYC_OUTCOME_CONSIDER;
		json_str(b, parts[i].name, kyc_outcome_name(outcome));
	}
	json_close(b, '}');
}

static void add_address(struct buf *b, const struct kyc_document *d)
{
	char id[4 + 2 * UUID_SIZE + 1] = "doc_";

	str_hex(d->id.b, UUID_SIZE, id + 4);
	json_open(b, id, '{');
	json_open(b, "address", '{');
	json_str(b, "line1", "123 Main Street");
	json_str(b, "city", "London");
	json_str(b, "postcode", "SW1A 1AA");
	json_str(b, "country", "GB");
	json_close(b, '}');
	json_close(b, '}');
}

static int find_in_proofs(struct kyc *k, const struct kyc_session *s,
			  struct buf *b, struct fault *f)
{
	struct kyc_document *list;
	int n = kyc_document_list(k, s, &list, f), i;

	if (n < 0)
		return -1;
	json_open(b, "documents", '{');
	for (i = 0; i < n; i++) {
		if (list[i].type == KYC_TYPE_PROOF_OF_ADDRESS)
			add_address(b, &list[i]);
	}
	json_close(b, '}');
	return 0;
}

static int find_in_documents(struct kyc *k, const struct kyc_session *s,
			     const struct kyc_result *r, struct buf *b,
			     struct fault *f)
{
	bool clear = r->outcome == KYC_OUTCOME_CLEAR;
	bool issue = r->outcome == KYC_OUTCOME_ISSUE;
	struct kyc_document *list;
	int n = kyc_document_list(k, s, &list, f), i;

	if (n < 0)
		return -1;
	json_open(b, "documents", '{');
	for (i = 0; i < n; i++) {
		if (list[i].type == KYC_TYPE_ID && list[i].side == KYC_FRONT)
			add_document(b, s, &list[i], r->reason);
	}
	json_close(b, '}');
	add_breakdown(b, r);
	json_open(b, "cross_validation", '{');
	json_str(b, "status", clear ? "passed" : issue ? "failed" : "warning");
	json_open(b, "warnings", '[');
	if (!clear && !issue)
		json_str(b, NULL, kyc_reason_name(r->reason));
	json_close(b, ']');
	json_open(b, "errors", '[');
	if (issue)
		json_str(b, NULL, kyc_reason_name(r->reason));
	json_close(b, ']');
	json_close(b, '}');
	return 0;
}

static void find_face(struct buf *b, bool clear)
{
	json_open(b, "face_match", '{');
	json_str(b, "status", clear ? "matched" : "not_matched");
	json_raw(b, "confidence", clear ? "0.95" : "0.31");
	json_raw(b, "threshold", "0.8");
	json_close(b, '}');
}

static void find_in_lists(struct buf *b, const struct kyc_session *s,
			  bool clear)
{
	static const char *const lists[] = { "ofac", "un", "eu" };
	size_t i;

	json_open(b, "lists", '{');
	json_flag(b, "is_match", !clear);
	json_int(b, "match_count", !clear);
	json_open(b, "lists_checked", '[');
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		json_str(b, NULL, lists[i]);
	json_close(b, ']');
	json_open(b, "matches", '[');
	if (!clear) {
		json_open(b, NULL, '{');
		json_str(b, "list", lists[0]);
		json_str(b, "name", s->customer_name);
		json_close(b, '}');
	}
	json_close(b, ']');
	json_close(b, '}');
}

static void find_outside(struct buf *b, enum kyc_check_kind kind, bool clear)
{
	if (kind == KYC_ADVERSE_MEDIA_CHECK) {
		json_open(b, "adverse_media", '{');
		json_int(b, "risk_score", clear ? 10 : 65);
		json_str(b, "decision", clear ? "CLEAR" : "REVIEW");
		json_close(b, '}');
	}
	if (kind == KYC_CRYPTO_CHECK) {
		json_open(b, "crypto", '{');
		json_flag(b, "is_match", !clear);
		json_int(b, "wallets_checked", 1);
		json_close(b, '}');
	}
}

int kyc_trial_result(struct kyc *k, const struct kyc_session *s,
		     const struct kyc_trial *t, enum kyc_check_kind kind,
		     struct kyc_result *out, struct fault *f)
{
	bool clear;
	struct buf b;

	*out = (struct kyc_result){ .outcome = kyc_trial_outcome(t, kind) };
	clear = out->outcome == KYC_OUTCOME_CLEAR;
	if (!clear)
		out->reason = t->reason;
	if (out->outcome == KYC_OUTCOME_ERROR)
		return 0;
	buf_init(&b, k->arena);
	json_open(&b, NULL, '{');
	if (kind == KYC_DOCUMENT_CHECK && find_in_documents(k, s, out, &b, f))
		return -1;
	if (kind == KYC_PROOF_OF_ADDRESS_CHECK && find_in_proofs(k, s, &b, f))
		return -1;
	if (1u << kind & (FACE | 1u << KYC_LIVENESS_CHECK))
		find_face(&b, clear);
	if (kind == KYC_AML_CHECK || kind == KYC_PEP_CHECK)
		find_in_lists(&b, s, clear);
	find_outside(&b, kind, clear);
	json_close(&b, '}');
	out->findings = buf_cstr(&b);
	return 0;
}
