// SPDX-License-Identifier: GPL-3.0-or-later
/* What a change leaves behind: event rows and audit rows, only inserted. */
#include "crypto/random.h"
#include "kyc/record.h"

static const struct db_sql EVENT = {
	"INSERT INTO event (tenant_id, id, session_id, kind, detail,"
	" session_version, state, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
};
static const struct db_sql AUDIT = {
	"INSERT INTO audit (tenant_id, id, actor, actor_id, verb, session_id,"
	" object_id, from_state, to_state, remote_addr, addr_digest, salt,"
	" created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
};

static int insert_event(struct kyc *k, const struct kyc_session *s,
			enum kyc_event event, int64_t detail, struct fault *f)
{
	int64_t now = clock_now_ms();
	struct uuid id = uuid_v7(now);

	if (db_exec(k->db, &EVENT, db_uuid(&s->tenant), db_uuid(&id),
		    db_uuid(&s->id), db_int(event), db_int(detail),
		    db_int(s->version), db_int(s->state), db_int(now)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_record_event(struct kyc *k, const struct kyc_session *s,
		     enum kyc_event event, struct fault *f)
{
	return insert_event(k, s, event, 0, f);
}

int kyc_record_check(struct kyc *k, const struct kyc_session *s,
		     enum kyc_check_kind check, struct fault *f)
{
	return insert_event(k, s, KYC_EVENT_CHECK_ENDED, check, f);
}

static struct db_val state_or_null(enum kyc_state state)
{
	return state ? db_int(state) : db_null();
}

void kyc_record_digest(const uint8_t salt[KYC_SALT_SIZE], const char *part,
		       uint8_t out[DIGEST_SIZE])
{
	struct digest d;

	digest_init(&d);
	digest_update(&d, salt, KYC_SALT_SIZE);
	digest_update(&d, part, strlen(part));
	digest_finish(&d, out);
}

int kyc_record_audit(struct kyc *k, const struct uuid *session,
		     const struct kyc_record *r, struct fault *f)
{
	int64_t now = clock_now_ms();
	bool given = !uuid_is_nil(&r->id);
	struct uuid id = given ? r->id : uuid_v7(now);
	const char *addr = k->who.remote_addr;
	uint8_t salt[KYC_SALT_SIZE], digest[DIGEST_SIZE] = { 0 };

	if (addr && !*addr)
		addr = NULL;
	crypto_random(salt, sizeof(salt));
	if (addr)
		kyc_record_digest(salt, addr, digest);
	if (db_exec(k->db, &AUDIT, db_uuid(&k->who.tenant), db_uuid(&id),
		    db_int(k->who.actor), db_uuid(&k->who.key_id),
		    db_int(r->verb), db_uuid(session), db_uuid(&r->object),
		    state_or_null(r->from), state_or_null(r->to), db_text(addr),
		    db_bytes(addr ? digest : NULL, DIGEST_SIZE),
		    db_bytes(salt, sizeof(salt)), db_int(now)) >= 0)
		return 0;
	if (given && db_status(k->db) == DB_DUPLICATE)
		return 0;
	return db_fault(k->db, f);
}

static const char *const verbs[KYC_VERBS] = {
	[KYC_CREATE] = "session_created",
	[KYC_OPEN] = "session_opened",
	[KYC_ADVANCE] = "step_completed",
	[KYC_FINISH] = "session_completed",
	[KYC_PROCESS] = "processing_started",
	[KYC_CONCLUDE] = "processing_ended",
	[KYC_EXPIRE] = "session_expired",
	[KYC_UPLOAD] = "document_uploaded",
	[KYC_ISSUE] = "link_issued",
	[KYC_RELINK] = "link_replaced",
	[KYC_EXTEND] = "session_extended",
	[KYC_REACTIVATE] = "session_reactivated",
	[KYC_UPDATE] = "session_updated",
	[KYC_DECIDE] = "decision_made",
	[KYC_CORRECT] = "corrections_requested",
	[KYC_REVOKE] = "session_revoked",
	[KYC_FAIL] = "session_failed",
	[KYC_DELETE] = "session_deleted",
	[KYC_VIEW_DOCUMENT] = "document_viewed",
	[KYC_HOLD] = "hold_set",
	[KYC_ERASE_DOCUMENTS] = "documents_erased",
	[KYC_WORKFLOW_CREATE] = "workflow_created",
	[KYC_WORKFLOW_UPDATE] = "workflow_updated",
	[KYC_WORKFLOW_DELETE] = "workflow_deleted",
	[KYC_KEY_CREATE] = "api_key_created",
	[KYC_KEY_REVOKE] = "api_key_revoked",
	[KYC_WEBHOOK_CREATE] = "webhook_created",
	[KYC_WEBHOOK_UPDATE] = "webhook_updated",
	[KYC_WEBHOOK_DELETE] = "webhook_deleted",
	[KYC_WEBHOOK_ROTATE] = "webhook_secret_rotated",
	[KYC_WEBHOOK_RESEND] = "webhook_resent",
	[KYC_ENTITY_CREATE] = "entity_created",
	[KYC_ENTITY_UPDATE] = "entity_updated",
	[KYC_ENTITY_DELETE] = "entity_deleted",
	[KYC_TENANT_UPDATE] = "tenant_updated",
	[KYC_CHANNEL_CREATE] = "channel_created",
	[KYC_CHANNEL_DELETE] = "channel_deleted",
	[KYC_UNHOLD] = "hold_lifted",
	[KYC_RESEND] = "link_resent",
};

const char *kyc_verb_name(enum kyc_verb verb)
{
	return verb > 0 && verb < KYC_VERBS && verbs[verb] ? verbs[verb] : "?";
}

enum kyc_verb kyc_verb_by_name(const char *name)
{
	int verb;

	for (verb = 1; verb < KYC_VERBS; verb++) {
		if (verbs[verb] && !strcmp(verbs[verb], name))
			return (enum kyc_verb)verb;
	}
	return (enum kyc_verb)0;
}
