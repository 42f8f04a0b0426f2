// SPDX-License-Identifier: GPL-3.0-or-later
/* Corrections: what a reviewer asks the customer to mend. */
#include <json-c/json.h>

#include "base/json.h"
#include "crypto/digest.h"
#include "kyc/correction.h"
#include "kyc/correction_check.h"
#include "kyc/secret.h"
#include "kyc/state.h"
#include "kyc/step.h"

static const struct db_sql INSERT = {
	"INSERT INTO correction (tenant_id, session_id, id, step_id, sealed,"
	" created_at) VALUES (?, ?, ?, ?, ?, ?)"
};
/* All by the primary key's first two parts: a session has few. */
static const struct db_sql LIST = {
	"SELECT " KYC_CORRECTION_COLUMNS " FROM correction q"
	" WHERE q.tenant_id = ? AND q.session_id = ?"
	" AND (? = 0 OR q.resolved_at IS NULL) ORDER BY q.id LIMIT ?"
};
static const struct db_sql RESOLVE = {
	"UPDATE correction SET resolved_at = ? WHERE tenant_id = ?"
	" AND session_id = ? AND step_id = ? AND resolved_at IS NULL"
};
/* by the key side */
static const struct db_sql UPLOADED = {
	"SELECT 1 FROM document WHERE tenant_id = ? AND session_id = ?"
	" AND step_id = ? AND type = ? AND uploaded_at >= ? LIMIT 1"
};

static struct seal_context context(struct kyc *k, const struct uuid *session)
{
	return kyc_secret_context(k, session, "correction");
}

static void render(struct buf *b, const struct kyc_correction *c)
{
	size_t i;

	json_open(b, NULL, '{');
	json_open(b, "field_ids", '[');
	for (i = 0; i < c->field_count; i++)
		json_str(b, NULL, c->field_ids[i]);
	json_close(b, ']');
	json_open(b, "document_types", '[');
	for (i = 1; i < KYC_TYPES; i++) {
		if (c->document_types & 1u << i)
			json_str(b, NULL, kyc_document_type_names[i]);
	}
	json_close(b, ']');
	if (c->message)
		json_str(b, "message", c->message);
	if (c->comment)
		json_str(b, "comment", c->comment);
	json_close(b, '}');
}

static int insert(struct kyc *k, const struct kyc_session *s,
		  const uint8_t key[SEAL_KEY_SIZE], struct kyc_correction *c,
		  struct fault *f)
{
	struct seal_context ctx = context(k, &s->id);
	struct buf plain, sealed;

	c->created_at = clock_now_ms();
	c->resolved_at = -1;
	c->id = uuid_v7(c->created_at);
	buf_init(&plain, k->arena);
	buf_init(&sealed, k->arena);
	render(&plain, c);
	seal_box(key, &ctx, plain.data, plain.len, &sealed);
	if (db_exec(k->db, &INSERT, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_uuid(&c->id), db_text(c->step_id),
		    db_bytes(sealed.data, sealed.len),
		    db_int(c->created_at)) < 0)
		return db_fault(k->db, f);
	return kyc_step_reopen(k, s, c->step_id, f);
}

static int insert_all(struct kyc *k, const struct kyc_session *s,
		      struct kyc_correction *c, size_t count, struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	int rc = kyc_secret_load(k, &s->id, key, f);
	size_t i;

	for (i = 0; i < count && !rc; i++)
		rc = insert(k, s, key, &c[i], f);
	crypto_wipe(key, sizeof(key));
	return rc;
}

/* The customer must be able to come back. */
static int link_works(const struct kyc_session *s, struct fault *f)
{
	if (!s->link_generation)
		return fault_set(f, FAULT_CONFLICT,
				 "The session has no link: generate one "
				 "first.");
	if (s->expires_at <= clock_now_ms())
		return fault_set(f, FAULT_CONFLICT,
				 "The session's link has expired: extend it "
				 "first.");
	return 0;
}

/* A step that an answer left out can't be mended: were it the only one, the
 * customer would have nothing to do and no way on. */
static void check_due(struct kyc *k, const struct kyc_progress *p,
		      const struct kyc_correction *c, size_t at,
		      struct fault *f)
{
	size_t i;

	for (i = 0; i < p->workflow.step_count; i++) {
		if (!p->steps[i].due &&
		    !strcmp(p->steps[i].def->id, c->step_id))
			fault_field(f,
				    arena_printf(k->arena,
						 "corrections[%zu].step_id",
						 at),
				    "is a step that this customer is not "
				    "asked for");
	}
}

/* Where the customer stands now that steps are open again. */
static int count_steps(struct kyc *k, struct kyc_session *s,
		       const struct kyc_correction *c, size_t count,
		       struct fault *f)
{
	struct kyc_progress *p = arena_new(k->arena, struct kyc_progress);
	size_t i;

	if (kyc_step_progress(k, s, p, f))
		return -1;
	for (i = 0; i < count; i++)
		check_due(k, p, &c[i], i, f);
	if (f->code)
		return -1;
	s->step_current = (int64_t)p->current;
	s->steps_done = (int64_t)p->done;
	return 0;
}

int kyc_correction_request(struct kyc *k, struct kyc_session *s,
			   struct kyc_correction *c, size_t count,
			   struct fault *f)
{
	if (!kyc_state_allows(s->state, KYC_CORRECT, KYC_CORRECTING))
		return fault_set(
			f, FAULT_CONFLICT,
			"The session is %s: corrections can't be "
			"asked for.",
			kyc_state_name(kyc_state_now(s, clock_now_ms())));
	if (link_works(s, f) || kyc_correction_check(k, s, c, count, f) ||
	    insert_all(k, s, c, count, f) || count_steps(k, s, c, count, f))
		return -1;
	s->decision = KYC_NO_DECISION;
	s->decided_at = -1;
	s->completed_at = -1;
	return kyc_state_move(k, s, KYC_CORRECT, KYC_CORRECTING, f);
}

static const char *text_of(struct kyc *k, struct json_object *o,
			   const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v))
		return NULL;
	return arena_strdup(k->arena, json_object_get_string(v));
}

static void read_fields(struct kyc *k, struct json_object *list,
			struct kyc_correction *c)
{
	size_t i, n = json_object_array_length(list);
	const char **ids = arena_alloc(k->arena, (n + 1) * sizeof(*ids));

	for (i = 0; i < n; i++)
		ids[i] = arena_strdup(
			k->arena, json_object_get_string(
					  json_object_array_get_idx(list, i)));
	c->field_ids = ids;
	c->field_count = n;
}

static void read_types(struct json_object *list, struct kyc_correction *c)
{
	size_t i, type, n = json_object_array_length(list);

	for (i = 0; i < n; i++) {
		const char *word = json_object_get_string(
			json_object_array_get_idx(list, i));

		for (type = 1; type < KYC_TYPES; type++) {
			if (!strcmp(kyc_document_type_names[type], word))
				c->document_types |= 1u << type;
		}
	}
}

int kyc_correction_read(struct kyc *k, const struct uuid *session,
			const uint8_t key[SEAL_KEY_SIZE],
			const struct db_rows *rows, unsigned int i,
			struct kyc_correction *c, struct fault *f)
{
	struct seal_context ctx = context(k, session);
	struct json_object *o, *v;
	const void *sealed;
	struct buf plain;
	size_t len;

	buf_init(&plain, k->arena);
	sealed = db_get_bytes(rows, i + 2, &len);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return fault_internal(f, "a correction cannot be opened");
	o = json_tokener_parse(buf_cstr(&plain));
	if (!o)
		return fault_internal(f, "a correction is no JSON");
	*c = (struct kyc_correction){
		.id = db_get_uuid(rows, i),
		.step_id = db_get_text(rows, i + 1),
		.message = text_of(k, o, "message"),
		.comment = text_of(k, o, "comment"),
		.created_at = db_get_int(rows, i + 3),
		.resolved_at = db_get_time(rows, i + 4),
	};
	if (json_object_object_get_ex(o, "field_ids", &v))
		read_fields(k, v, c);
	if (json_object_object_get_ex(o, "document_types", &v))
		read_types(v, c);
	json_object_put(o);
	return 0;
}

int kyc_correction_list(struct kyc *k, const struct uuid *session, bool open,
			struct kyc_correction **out, struct fault *f)
{
	struct kyc_correction *list = NULL;
	uint8_t key[SEAL_KEY_SIZE] = { 0 };
	struct db_rows rows;
	int n = 0, rc;

	*out = NULL;
	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&k->who.tenant),
		     db_uuid(session), db_int(open),
		     db_int(KYC_CORRECTIONS_LISTED)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		/* most sessions have none: no key, no memory */
		if (!list && kyc_secret_load(k, session, key, f))
			return -1;
		if (!list)
			list = arena_alloc(k->arena, KYC_CORRECTIONS_LISTED *
							     sizeof(*list));
		if (kyc_correction_read(k, session, key, &rows, 0, &list[n++],
					f)) {
			crypto_wipe(key, sizeof(key));
			return -1;
		}
	}
	crypto_wipe(key, sizeof(key));
	*out = list;
	return rc < 0 ? db_fault(k->db, f) : n;
}

/* 0 where every type of document was uploaded after the request. */
static int replaced(struct kyc *k, const struct kyc_session *s,
		    const struct kyc_correction *c, struct fault *f)
{
	struct db_rows rows;
	int type, rc;

	for (type = 1; type < KYC_TYPES; type++) {
		if (!(c->document_types & 1u << type))
			continue;
		if (db_query(k->db, k->arena, &rows, &UPLOADED,
			     db_uuid(&s->tenant), db_uuid(&s->id),
			     db_text(c->step_id), db_int(type),
			     db_int(c->created_at)) ||
		    (rc = db_next(&rows)) < 0)
			return db_fault(k->db, f);
		if (!rc)
			return fault_set(f, FAULT_CONFLICT,
					 "A new document of type %s is "
					 "missing: it was to be replaced.",
					 kyc_document_type_names[type]);
	}
	return 0;
}

int kyc_correction_resolve(struct kyc *k, const struct kyc_session *s,
			   const char *step_id, struct fault *f)
{
	struct kyc_correction *list = NULL;
	int n, i, mine = 0;

	if (s->state != KYC_CORRECTING)
		return 0;
	n = kyc_correction_list(k, &s->id, true, &list, f);
	if (n < 0)
		return -1;
	for (i = 0; list && i < n; i++) {
		if (strcmp(list[i].step_id, step_id) != 0)
			continue;
		if (replaced(k, s, &list[i], f))
			return -1;
		mine++;
	}
	if (mine &&
	    db_exec(k->db, &RESOLVE, db_int(clock_now_ms()),
		    db_uuid(&s->tenant), db_uuid(&s->id), db_text(step_id)) < 0)
		return db_fault(k->db, f);
	return 0;
}
