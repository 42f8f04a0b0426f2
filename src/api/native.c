// SPDX-License-Identifier: GPL-3.0-or-later
/* The native vocabulary's words, for answers and for events. */
#include <json-c/json.h>

#include "api/native.h"
#include "api/states.h"
#include "base/json.h"
#include "base/str.h"

void native_time(struct buf *b, const char *key, int64_t ms)
{
	char text[CLOCK_ISO_SIZE];

	if (ms < 0) {
		json_null(b, key);
		return;
	}
	clock_iso(ms, text);
	json_str(b, key, text);
}

const char *native_id(const char *prefix, const struct uuid *id,
		      char out[NATIVE_ID_SIZE])
{
	size_t len = strlen(prefix);

	str_copy(out, NATIVE_ID_SIZE, prefix);
	str_hex(id->b, UUID_SIZE, out + len);
	return out;
}

void native_ref(struct buf *b, const char *key, const char *prefix,
		const struct uuid *id)
{
	char text[NATIVE_ID_SIZE];

	native_id(prefix, id, text);
	json_str(b, key, uuid_is_nil(id) ? NULL : text);
}

int native_id_parse(const char *prefix, const char *text, struct uuid *id)
{
	size_t len = strlen(prefix);

	if (strncmp(text, prefix, len) != 0)
		return -1;
	return str_unhex(text + len, strlen(text + len), id->b, UUID_SIZE);
}

const char *const native_status_words[NATIVE_STATUSES + 1] = {
	[NATIVE_DRAFT] = "draft",
	[NATIVE_ACTIVE] = "active",
	[NATIVE_COMPLETED] = "completed",
	[NATIVE_PROCESSING] = "processing",
	[NATIVE_PROCESSED] = "processed",
	[NATIVE_MANUAL_REVIEW] = "manual_review",
	[NATIVE_AWAITING_CORRECTION] = "awaiting_client_correction",
	[NATIVE_APPROVED] = "approved",
	[NATIVE_REJECTED] = "rejected",
	[NATIVE_EXPIRED] = "expired",
	[NATIVE_REVOKED] = "revoked",
	[NATIVE_FAILED] = "failed",
};

const char *native_state_word(enum kyc_state state)
{
	return api_state_word(KYC_NATIVE, state);
}

void native_uuid(struct buf *b, const char *key, const struct uuid *id)
{
	char text[UUID_TEXT_SIZE];

	uuid_text(id, text);
	json_str(b, key, uuid_is_nil(id) ? NULL : text);
}

void native_hundredths(struct buf *b, const char *key, int64_t hundredths)
{
	int whole = (int)(hundredths / 100), rest = (int)(hundredths % 100);
	char text[32];

	if (hundredths < 0) {
		json_null(b, key);
		return;
	}
	if (rest % 10)
		snprintf(text, sizeof(text), "%d.%02d", whole, rest);
	else if (rest)
		snprintf(text, sizeof(text), "%d.%d", whole, rest / 10);
	else
		snprintf(text, sizeof(text), "%d", whole);
	json_raw(b, key, text);
}

void native_json(struct buf *b, const char *key, struct json_object *v)
{
	json_raw(b, key,
		 json_object_to_json_string_ext(
			 v, JSON_C_TO_STRING_PLAIN |
				    JSON_C_TO_STRING_NOSLASHESCAPE));
}

void native_document(struct buf *b, const struct kyc_document *d)
{
	native_ref(b, "doc_id", "doc_", &d->id);
	json_str(b, "step_id", d->step_id);
	json_str(b, "type", kyc_document_type_names[d->type]);
	json_str(b, "document_kind", kyc_document_kind_names[d->kind]);
	json_str(b, "side", kyc_side_names[d->side]);
	json_str(b, "file_name", d->file_name);
	json_str(b, "mime_type", check_media_name(d->media));
	json_int(b, "size", d->size);
	native_time(b, "uploaded_at", d->uploaded_at);
	if (d->frame) {
		json_int(b, "frame", d->frame);
		json_str(b, "action", kyc_action_names[d->action]);
	}
}
