// SPDX-License-Identifier: GPL-3.0-or-later
/* Sessions: creating and loading. */
#include "crypto/digest.h"
#include "kyc/count.h"
#include "kyc/detail.h"
#include "kyc/entity.h"
#include "kyc/link.h"
#include "kyc/mail.h"
#include "kyc/record.h"
#include "kyc/secret.h"
#include "kyc/session.h"
#include "kyc/state.h"
#include "kyc/webhook.h"
#include "kyc/word.h"
#include "mail/template.h"

/* The workflow's newest version and its time, and the organisation's language
 * come back with the row, so that none costs a statement of its own. A time
 * that is given spares the look into the definition. */
#define UNTIL                                                                  \
	"? + COALESCE(NULLIF(?, 0), CAST(COALESCE("                            \
	"JSON_VALUE(w.definition, '$.ttl_days'), 7) AS INTEGER) * 86400000)"

static const struct db_sql INSERT = {
	"INSERT INTO session (tenant_id, id, state, protocol, workflow_id,"
	" workflow_version, entity_id, external_id, customer_name,"
	" customer_email, locale, link_generation, created_at, updated_at,"
	" expires_at, due_at, priority, parent_id, parent_step, invited_at,"
	" steps_total)"
	" SELECT ?, ?, ?, ?, w.id, w.version, ?, ?, ?, ?,"
	" COALESCE(?, (SELECT locale FROM organisation WHERE id = ?)),"
	" ?, ?, ?, " UNTIL ", " UNTIL ", ?, ?, ?, ?, w.step_count"
	" FROM workflow w WHERE w.tenant_id = ?"
	" AND w.id = ? AND w.deleted_at IS NULL ORDER BY w.version DESC LIMIT 1"
	" RETURNING workflow_version, locale, steps_total, expires_at"
};
static const struct db_sql SELECT = { "SELECT " KYC_SESSION_COLUMNS
				      " FROM session s"
				      " WHERE s.tenant_id = ? AND s.id = ?" };
static const struct db_sql SELECT_LOCKED = {
	"SELECT " KYC_SESSION_COLUMNS " FROM session s"
	" WHERE s.tenant_id = ? AND s.id = ? FOR UPDATE"
};

/* By the index entity: a person has few. */
static const struct db_sql UNDER_WAY = {
	"SELECT " KYC_SESSION_COLUMNS " FROM session s FORCE INDEX (entity)"
	" WHERE s.tenant_id = ? AND s.entity_id = ? AND (? >> s.state & 1) = 1"
	" AND (s.due_at IS NULL OR s.due_at > ?) ORDER BY s.id DESC LIMIT 1"
};

void kyc_session_read(const struct db_rows *rows, unsigned int i,
		      struct kyc_session *s)
{
	s->tenant = db_get_uuid(rows, i++);
	s->id = db_get_uuid(rows, i++);
	s->version = (uint32_t)db_get_int(rows, i++);
	s->state = (enum kyc_state)db_get_int(rows, i++);
	s->prior_state = (enum kyc_state)db_get_int(rows, i++);
	s->protocol = (enum kyc_protocol)db_get_int(rows, i++);
	s->workflow = db_get_uuid(rows, i++);
	s->workflow_version = (uint32_t)db_get_int(rows, i++);
	s->entity = db_get_uuid(rows, i++);
	s->external_id = db_get_text(rows, i++);
	s->customer_name = db_get_text(rows, i++);
	s->customer_email = db_get_text(rows, i++);
	s->locale = db_get_text(rows, i++);
	s->time_zone = db_get_text(rows, i++);
	s->link_generation = (uint32_t)db_get_int(rows, i++);
	s->created_at = db_get_time(rows, i++);
	s->updated_at = db_get_time(rows, i++);
	s->opened_at = db_get_time(rows, i++);
	s->completed_at = db_get_time(rows, i++);
	s->processed_at = db_get_time(rows, i++);
	s->expires_at = db_get_time(rows, i++);
	s->due_at = db_get_time(rows, i++);
	s->outcome = (enum kyc_outcome)db_get_int(rows, i++);
	s->reason = (enum kyc_reason)db_get_int(rows, i++);
	s->attempts = db_get_int(rows, i++);
	s->parent = db_get_uuid(rows, i++);
	s->parent_step = db_get_text(rows, i++);
	s->priority = (enum kyc_priority)db_get_int(rows, i++);
	s->assigned_to = db_get_text(rows, i++);
	s->risk = db_get_time(rows, i++);
	s->validated = (unsigned int)db_get_int(rows, i++);
	s->decision = (enum kyc_decision)db_get_int(rows, i++);
	s->decided_at = db_get_time(rows, i++);
	s->steps_total = db_get_int(rows, i++);
	s->steps_done = db_get_int(rows, i++);
	s->step_current = db_get_int(rows, i++);
	s->invited_at = db_get_time(rows, i++);
	s->resends = db_get_int(rows, i);
	s->counted = (struct kyc_counted){ s->state, s->risk, s->validated };
}

void kyc_session_read_brief(const struct db_rows *rows, unsigned int i,
			    struct kyc_session *s)
{
	*s = (struct kyc_session){
		.id = db_get_uuid(rows, i),
		.state = (enum kyc_state)db_get_int(rows, i + 1),
		.external_id = db_get_text(rows, i + 2),
		.customer_name = db_get_text(rows, i + 3),
		.customer_email = db_get_text(rows, i + 4),
		.created_at = db_get_time(rows, i + 5),
		.completed_at = db_get_time(rows, i + 6),
		.expires_at = db_get_time(rows, i + 7),
		.due_at = db_get_time(rows, i + 8),
	};
}

int kyc_session_load(struct kyc *k, const struct uuid *id, bool lock,
		     struct kyc_session *out, struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, lock ? &SELECT_LOCKED : &SELECT,
		     db_uuid(&k->who.tenant), db_uuid(id)))
		return db_fault(k->db, f);
	rc = db_next(&rows);
	if (rc < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
	kyc_session_read(&rows, 0, out);
	return 0;
}

static int insert(struct kyc *k, struct kyc_session *s, int64_t ttl_ms,
		  struct fault *f)
{
	const struct db_val vals[] = {
		db_uuid(&s->tenant),
		db_uuid(&s->id),
		db_int(s->state),
		db_int(s->protocol),
		db_uuid(&s->entity),
		db_text(s->external_id),
		db_text(s->customer_name),
		db_text(s->customer_email),
		db_text(s->locale),
		db_uuid(&k->who.organisation),
		db_int(s->link_generation),
		db_int(s->created_at),
		db_int(s->updated_at),
		db_int(s->created_at),
		db_int(ttl_ms),
		db_int(s->created_at),
		db_int(ttl_ms),
		db_int(s->priority),
		db_uuid(&s->parent),
		db_text(s->parent_step),
		db_time(s->invited_at),
		db_uuid(&s->tenant),
		db_uuid(&s->workflow),
	};
	struct db_rows rows;
	int rc;

	if (db_query_(k->db, k->arena, &rows, &INSERT, vals,
		      ARRAY_SIZE(vals)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Workflow not found.");
	s->workflow_version = (uint32_t)db_get_int(&rows, 0);
	s->locale = db_get_text(&rows, 1);
	s->steps_total = db_get_int(&rows, 2);
	s->expires_at = s->due_at = db_get_int(&rows, 3);
	return kyc_count_note(k, s, f);
}

static const struct db_sql WRITE = {
	"UPDATE session SET state = ?, prior_state = ?, version = version + 1,"
	" link_generation = ?, updated_at = ?, opened_at = ?,"
	" completed_at = ?, processed_at = ?, expires_at = ?, due_at = ?,"
	" outcome = ?, failure_reason = ?, attempts = ?, priority = ?,"
	" assigned_to = ?, risk = ?, validated = ?, decision = ?,"
	" decided_at = ?, steps_total = ?, steps_done = ?, step_current = ?,"
	" customer_email = ?, invited_at = ?, resends = ?"
	" WHERE tenant_id = ? AND id = ? AND version = ?"
};

int kyc_session_write(struct kyc *k, struct kyc_session *s, struct fault *f)
{
	int64_t changed = db_exec(
		k->db, &WRITE, db_int(s->state),
		s->prior_state ? db_int(s->prior_state) : db_null(),
		db_int(s->link_generation), db_int(s->updated_at),
		db_time(s->opened_at), db_time(s->completed_at),
		db_time(s->processed_at), db_int(s->expires_at),
		db_time(s->due_at), db_int(s->outcome), db_int(s->reason),
		db_int(s->attempts), db_int(s->priority),
		db_text(s->assigned_to), db_time(s->risk), db_int(s->validated),
		db_int(s->decision), db_time(s->decided_at),
		db_int(s->steps_total), db_int(s->steps_done),
		db_int(s->step_current), db_text(s->customer_email),
		db_time(s->invited_at), db_int(s->resends), db_uuid(&s->tenant),
		db_uuid(&s->id), db_int(s->version));

	if (changed < 0)
		return db_fault(k->db, f);
	if (!changed)
		return fault_set(f, FAULT_CONFLICT,
				 "The session was changed at the same time.");
	s->version++;
	return kyc_count_note(k, s, f);
}

static void fill(struct kyc *k, const struct kyc_session_new *n,
		 struct kyc_session *s)
{
	int64_t now = clock_now_ms();

	*s = (struct kyc_session){
		.tenant = k->who.tenant,
		.id = uuid_v7(now),
		.version = 1,
		.state = n->draft ? KYC_DRAFT : KYC_INVITED,
		.protocol = n->protocol,
		.workflow = uuid_is_nil(&n->workflow) ? k->who.workflow
						      : n->workflow,
		.external_id = n->external_id,
		.customer_name = n->customer_name,
		.customer_email = n->customer_email,
		.locale = n->locale,
		.time_zone = "UTC",
		.link_generation = n->draft ? 0 : 1,
		.created_at = now,
		.updated_at = now,
		.opened_at = -1,
		.completed_at = -1,
		.processed_at = -1,
		.invited_at = -1,
		.parent_step = n->parent_step,
		.priority = n->priority ? n->priority : KYC_PRIORITY_MEDIUM,
		.risk = -1,
		.decided_at = -1,
	};
	if (n->parent)
		s->parent = n->parent->id;
}

/* The entity is locked: of two that ask at once the second finds the first
 * one's session. */
static int check_single(struct kyc *k, const struct kyc_entity *e,
			struct kyc_session_clash *clash, struct fault *f)
{
	struct db_rows rows;
	int rc;

	*clash = (struct kyc_session_clash){ .is_company =
						     e->type == KYC_COMPANY };
	if (clash->is_company)
		return fault_set(f, FAULT_BAD_REQUEST,
				 "Identity verification is only available for "
				 "individuals.");
	if (db_query(k->db, k->arena, &rows, &UNDER_WAY,
		     db_uuid(&k->who.tenant), db_uuid(&e->id),
		     db_int(KYC_UNDER_WAY), db_int(clock_now_ms())) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return 0;
	kyc_session_read(&rows, 0, &clash->under_way);
	return fault_set(f, FAULT_CONFLICT,
			 "Active verification session already exists.");
}

/* Whom the session is about. An entity that is there is locked, so that it
 * does not go meanwhile, and lends what the caller did not say. */
static int find_entity(struct kyc *k, const struct kyc_session_new *n,
		       struct kyc_session *s, struct fault *f)
{
	const char *name = s->customer_name, *email = s->customer_email;
	struct kyc_entity e;

	if (!uuid_is_nil(&n->entity)) {
		if (kyc_entity_hold(k, &n->entity, &e, f))
			return -1;
	} else if (n->client_id) {
		if (kyc_entity_of_client(k, n->client_id, name, email, &e, f))
			return -1;
	} else {
		return name ? kyc_entity_create(k, name, email, &s->entity, f)
			    : 0;
	}
	s->entity = e.id;
	if (!s->customer_name)
		s->customer_name = e.name;
	if (!s->customer_email)
		s->customer_email = e.email;
	return n->single ? check_single(k, &e, n->single, f) : 0;
}

/* What the session's key seals. */
static int attach_sealed(struct kyc *k, const struct kyc_session_new *n,
			 const struct kyc_session *s,
			 char token[UUID_TEXT_SIZE], struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int rc;

	*token = '\0';
	rc = kyc_secret_create(k, &s->id, key, f);
	if (!rc && !n->draft)
		rc = kyc_link_create(k, s, key, token, f);
	if (!rc && n->detail)
		rc = kyc_detail_write(k, &s->id, key, n->detail, f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

/* Everything that hangs on the new row. */
static int attach(struct kyc *k, const struct kyc_session_new *n,
		  struct kyc_session *s, char token[UUID_TEXT_SIZE],
		  struct fault *f)
{
	const struct kyc_record record = { .verb = KYC_CREATE,
					   .to = s->state,
					   .object = s->parent };

	if (attach_sealed(k, n, s, token, f) || kyc_word_index(k, s, f) ||
	    kyc_record_event(k, s, KYC_EVENT_CREATED, f) ||
	    kyc_record_audit(k, &s->id, &record, f))
		return -1;
	return s->invited_at < 0 ? 0 : kyc_mail_queue(k, s, "invitation", f);
}

int kyc_session_create(struct kyc *k, const struct kyc_session_new *n,
		       struct kyc_session *s, char token[UUID_TEXT_SIZE],
		       struct fault *f)
{
	if (n->locale && !mail_locale_is_valid(n->locale))
		return fault_field(f, "locale", "must be a language tag");
	/* a parent's was checked when it was made */
	if (n->detail && n->detail->webhook_url && !n->parent &&
	    kyc_webhook_check(k, "webhook_url", n->detail->webhook_url, f))
		return -1;
	if (kyc_state_expire_batch(k, f) < 0)
		return -1;
	fill(k, n, s);
	if (find_entity(k, n, s, f))
		return -1;
	if (n->invite && !n->draft && s->customer_email &&
	    kyc_mail_reaches(k, s->customer_email))
		s->invited_at = s->created_at;
	if (insert(k, s, n->ttl_ms, f))
		return -1;
	return attach(k, n, s, token, f);
}
