// SPDX-License-Identifier: GPL-3.0-or-later
/* What is personal in a session and neither searched nor sorted by: sealed. */
#include <json-c/json.h>

#include "base/json.h"
#include "base/str.h"
#include "crypto/digest.h"
#include "kyc/detail.h"
#include "kyc/secret.h"

/* By the primary key, all of them. */
static const struct db_sql SELECT = { "SELECT sealed FROM session_detail WHERE "
				      "tenant_id = ? AND session_id = ?" };
static const struct db_sql REPLACE = {
	"INSERT INTO session_detail (tenant_id, session_id, sealed)"
	" VALUES (?, ?, ?) ON DUPLICATE KEY UPDATE sealed = VALUES(sealed)"
};

static const char OBJECT[] = "detail";

static void render(struct buf *b, const struct kyc_detail *d)
{
	json_open(b, NULL, '{');
	if (d->metadata)
		json_raw(b, "metadata", d->metadata);
	if (d->label)
		json_str(b, "label", d->label);
	if (d->notes)
		json_raw(b, "notes", d->notes);
	if (d->callback_url)
		json_str(b, "callback_url", d->callback_url);
	if (d->webhook_url)
		json_str(b, "webhook_url", d->webhook_url);
	json_close(b, '}');
}

int kyc_detail_write(struct kyc *k, const struct uuid *session,
		     const uint8_t key[SEAL_KEY_SIZE],
		     const struct kyc_detail *d, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, OBJECT);
	struct buf plain, sealed;

	buf_init(&plain, k->arena);
	buf_init(&sealed, k->arena);
	render(&plain, d);
	seal_box(key, &ctx, plain.data, plain.len, &sealed);
	crypto_wipe(plain.data, plain.len);
	if (db_exec(k->db, &REPLACE, db_uuid(&k->who.tenant), db_uuid(session),
		    db_bytes(sealed.data, sealed.len)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_detail_save(struct kyc *k, const struct uuid *session,
		    const struct kyc_detail *d, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int rc;

	if (kyc_secret_load(k, session, key, f))
		return -1;
	rc = kyc_detail_write(k, session, key, d, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

static const char *text_of(struct kyc *k, struct json_object *v)
{
	return arena_strndup(k->arena, json_object_get_string(v),
			     (size_t)json_object_get_string_len(v));
}

static const char *json_of(struct kyc *k, struct json_object *v)
{
	return arena_strdup(k->arena,
			    json_object_to_json_string_ext(
				    v, JSON_C_TO_STRING_PLAIN |
					       JSON_C_TO_STRING_NOSLASHESCAPE));
}

static void read(struct kyc *k, struct json_object *o, struct kyc_detail *out)
{
	struct json_object *v;

	if (json_object_object_get_ex(o, "metadata", &v))
		out->metadata = json_of(k, v);
	if (json_object_object_get_ex(o, "label", &v))
		out->label = text_of(k, v);
	if (json_object_object_get_ex(o, "notes", &v))
		out->notes = json_of(k, v);
	if (json_object_object_get_ex(o, "callback_url", &v))
		out->callback_url = text_of(k, v);
	if (json_object_object_get_ex(o, "webhook_url", &v))
		out->webhook_url = text_of(k, v);
}

int kyc_detail_open(struct kyc *k, const struct uuid *session,
		    const uint8_t key[SEAL_KEY_SIZE], const void *sealed,
		    size_t len, struct kyc_detail *out, struct fault *f)
{
	struct seal_context ctx = kyc_secret_context(k, session, OBJECT);
	struct json_object *o;
	struct buf plain;

	*out = (struct kyc_detail){ .metadata = NULL };
	if (!len)
		return 0;
	buf_init(&plain, k->arena);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return fault_internal(f,
				      "a session's detail can't be unsealed");
	o = json_tokener_parse(buf_cstr(&plain));
	crypto_wipe(plain.data, plain.len);
	if (!o)
		return fault_internal(f, "a session's detail is no JSON");
	read(k, o, out);
	json_object_put(o);
	return 0;
}

int kyc_detail_load(struct kyc *k, const struct uuid *session,
		    struct kyc_detail *out, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	const void *sealed;
	size_t len = 0;
	int rc;

	*out = (struct kyc_detail){ .metadata = NULL };
	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&k->who.tenant),
		     db_uuid(session)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return 0;
	sealed = db_get_bytes(&rows, 0, &len);
	if (kyc_secret_load(k, session, key, f))
		return -1;
	rc = kyc_detail_open(k, session, key, sealed, len, out, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

/* Names are checked as well: they are shown. Depth is bounded by the parser's
 * own limit. */
static bool is_clean(struct json_object *v)
{
	size_t i;

	if (json_object_is_type(v, json_type_string)) {
		const char *s = json_object_get_string(v);
		size_t len = (size_t)json_object_get_string_len(v);

		return str_is_utf8(s, len) && !str_has_control(s, len, false);
	}
	if (json_object_is_type(v, json_type_array)) {
		for (i = 0; i < json_object_array_length(v); i++) {
			if (!is_clean(json_object_array_get_idx(v, i)))
				return false;
		}
	}
	if (json_object_is_type(v, json_type_object)) {
		json_object_object_foreach(v, name, member)
		{
			if (str_has_control(name, strlen(name), false) ||
			    !is_clean(member))
				return false;
		}
	}
	return true;
}

static int take_name(struct kyc *k, struct json_object *object,
		     const char **name, struct fault *f)
{
	struct json_object *v = NULL;
	const char *s;
	size_t len;

	if (!json_object_object_get_ex(object, "user_name", &v) || !v)
		return 0;
	if (!json_object_is_type(v, json_type_string))
		return fault_field(f, "metadata.user_name", "must be a string");
	s = text_of(k, v);
	len = str_utf8_length(s, strlen(s));
	if (len < 1 || len > 255)
		return fault_field(f, "metadata.user_name",
				   "must have 1 to 255 characters");
	*name = s;
	return 0;
}

static int take_email(struct kyc *k, struct json_object *object,
		      const char **email, struct fault *f)
{
	struct json_object *v = NULL;
	const char *s;

	if (!json_object_object_get_ex(object, "user_email", &v) || !v)
		return 0;
	if (!json_object_is_type(v, json_type_string))
		return fault_field(f, "metadata.user_email",
				   "must be a string");
	s = text_of(k, v);
	if (!str_is_email(s, strlen(s)))
		return fault_field(f, "metadata.user_email",
				   "must be a mail address");
	*email = s;
	return 0;
}

int kyc_detail_metadata(struct kyc *k, struct json_object *object,
			const char **text, const char **name,
			const char **email, struct fault *f)
{
	int rc;

	*text = *name = *email = NULL;
	if (!object)
		return 0;
	*text = json_of(k, object);
	if (strlen(*text) > KYC_METADATA_MAX)
		return fault_field(f, "metadata",
				   "must be at most %d bytes of JSON",
				   KYC_METADATA_MAX);
	if (!is_clean(object))
		return fault_field(f, "metadata",
				   "must not hold control characters");
	rc = take_name(k, object, name, f);
	if (take_email(k, object, email, f))
		rc = -1;
	return rc;
}

static size_t note_count(const char *notes)
{
	struct json_object *o = notes ? json_tokener_parse(notes) : NULL;
	size_t n = o ? json_object_array_length(o) : 0;

	json_object_put(o);
	return n;
}

int kyc_detail_note(struct kyc *k, struct kyc_detail *d, const char *action,
		    const char *text, struct fault *f)
{
	char by[UUID_TEXT_SIZE];
	struct buf b;

	if (note_count(d->notes) >= KYC_NOTES_MAX)
		return fault_set(f, FAULT_CONFLICT,
				 "The session has %d notes already.",
				 KYC_NOTES_MAX);
	buf_init(&b, k->arena);
	uuid_text(&k->who.key_id, by);
	json_open(&b, NULL, '[');
	if (d->notes) /* what stands between its brackets */
		buf_add(&b, d->notes + 1, strlen(d->notes) - 2);
	json_open(&b, NULL, '{');
	json_int(&b, "at", clock_now_ms());
	json_str(&b, "by", uuid_is_nil(&k->who.key_id) ? NULL : by);
	json_str(&b, "action", action);
	json_str(&b, "text", text);
	json_close(&b, '}');
	json_close(&b, ']');
	d->notes = b.data;
	return 0;
}
