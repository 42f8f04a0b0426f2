// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: a session and its checks in the protocol's words. */
#include <json-c/json.h>

#include "api/kycgenie/kycgenie.h"
#include "api/states.h"
#include "base/json.h"
#include "crypto/digest.h"
#include "kyc/extracted.h"
#include "kyc/outcome.h"
#include "kyc/state.h"

const char *const kycgenie_statuses[] = { "pending", "accessed", "completed",
					  "expired", "revoked",	 "failed",
					  NULL };

const char *kycgenie_status(const struct kyc_session *s)
{
	return api_state_word(KYC_KYCGENIE, kyc_state_now(s, clock_now_ms()));
}

void kycgenie_render_session(struct buf *b, const struct kyc_session *s)
{
	native_uuid(b, "session_id", &s->id);
	native_uuid(b, "entity_id", &s->entity);
	json_str(b, "entity_name", s->customer_name);
}

/* The words of the findings, one for another. */
static void render_breakdown(struct buf *b, const struct kyc_check *c)
{
	static const char *const words[][2] = {
		{ "document_validation", "documentValidation" },
		{ "image_quality", "imageQuality" },
		{ "visual_authenticity", "visualAuthenticity" },
	};
	struct json_object *all, *part, *v;
	size_t i;

	all = c->findings ? json_tokener_parse(c->findings) : NULL;
	if (!json_object_object_get_ex(all, "breakdown", &part))
		part = NULL;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		v = NULL;
		json_object_object_get_ex(part, words[i][0], &v);
		json_str(b, words[i][1], json_object_get_string(v));
	}
	json_object_put(all);
}

/* Another round of the same check has another result. */
static struct uuid result_id(const struct uuid *check,
			     const struct kyc_check *c)
{
	uint8_t digest[DIGEST_SIZE];
	char text[UUID_TEXT_SIZE + 24], id[UUID_TEXT_SIZE];

	uuid_text(check, id);
	snprintf(text, sizeof(text), "%s %lld", id, (long long)c->ended_at);
	digest_sha256(text, strlen(text), digest);
	return uuid_v8(digest);
}

static void render_result(struct buf *b, enum kyc_check_kind kind,
			  const struct uuid *id, const struct kyc_check *c)
{
	struct uuid result = result_id(id, c);

	json_open(b, "result_data", '{');
	native_uuid(b, "id", &result);
	json_str(b, "type", kyc_check_name(kind));
	json_str(b, "result", kyc_outcome_names[c->outcome]);
	json_open(b, "breakdown", '{');
	if (kind == KYC_DOCUMENT_CHECK)
		render_breakdown(b, c);
	json_close(b, '}');
	json_close(b, '}');
}

void kycgenie_render_checks(struct buf *b, const struct uuid *session,
			    const struct kyc_checks *checks, bool with_results)
{
	static const char *const statuses[] = {
		[KYC_CHECK_PENDING] = "pending",
		[KYC_CHECK_RUNNING] = "in_progress",
		[KYC_CHECK_ENDED] = "completed",
	};
	struct uuid id;
	int i;

	json_open(b, "checks", '[');
	for (i = 1; i < KYC_CHECK_KINDS; i++) {
		const struct kyc_check *c = &checks->by_kind[i];
		enum kyc_check_kind kind = (enum kyc_check_kind)i;

		if (!c->status)
			continue;
		id = kyc_check_id(session, kind);
		json_open(b, NULL, '{');
		native_uuid(b, "check_id", &id);
		json_str(b, "check_type", kyc_check_name(kind));
		json_str(b, "status", statuses[c->status]);
		json_str(b, "outcome", kyc_outcome_names[c->outcome]);
		native_time(b, "created_at", c->created_at);
		native_time(b, "completed_at", c->ended_at);
		if (with_results)
			render_result(b, kind, &id, c);
		json_close(b, '}');
	}
	json_close(b, ']');
}

/* What test mode shows as well. */
static bool is_shown(enum kyc_extracted_field field, bool live)
{
	return live || field == KYC_READ_FIRST_NAME ||
	       field == KYC_READ_LAST_NAME || field == KYC_READ_DOCUMENT_TYPE;
}

void kycgenie_render_extracted(struct buf *b, const struct kyc_checks *checks,
			       bool live)
{
	struct kyc_extracted read;
	int i;

	kyc_extracted_of(b->arena, checks, &read);
	json_open(b, "extracted_data", '{');
	for (i = 0; i < KYC_READ_FIELDS; i++)
		json_str(b, kyc_extracted_names[i],
			 is_shown((enum kyc_extracted_field)i, live)
				 ? read.field[i]
				 : NULL);
	if (read.has_address && live) {
		json_open(b, "address", '{');
		for (i = 0; i < KYC_READ_ADDRESS_PARTS; i++)
			json_str(b, kyc_extracted_address_names[i],
				 read.address[i]);
		json_close(b, '}');
	} else {
		json_null(b, "address");
	}
	json_close(b, '}');
}
