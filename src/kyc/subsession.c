// SPDX-License-Identifier: GPL-3.0-or-later
/* Subsessions: complete sessions that a step of another one asks for. */
#include "kyc/detail.h"
#include "kyc/step.h"
#include "kyc/subsession.h"

/* All by the key parent (tenant_id, parent_id): a session has few. */
static const struct db_sql COUNT = {
	"SELECT COUNT(*) FROM session"
	" WHERE tenant_id = ? AND parent_id = ? AND parent_step = ?"
};
static const struct db_sql LIST = {
	"SELECT " KYC_SESSION_COLUMNS ", " KYC_VIEW_COLUMNS
	" FROM session s" KYC_VIEW_JOINS
	" WHERE s.tenant_id = ? AND s.parent_id = ? ORDER BY s.id LIMIT ?"
};
static const struct db_sql LIST_STEP = {
	"SELECT " KYC_SESSION_COLUMNS ", " KYC_VIEW_COLUMNS
	" FROM session s" KYC_VIEW_JOINS
	" WHERE s.tenant_id = ? AND s.parent_id = ? AND s.parent_step = ?"
	" ORDER BY s.id LIMIT ?"
};
static const struct db_sql COUNTS = {
	"SELECT " KYC_SESSION_COLUMNS " FROM session s"
	" WHERE s.tenant_id = ? AND s.parent_id = ?"
};

#define COMPLETED                                                              \
	(KYC_BIT(KYC_COMPLETED) | KYC_BIT(KYC_PROCESSING) |                    \
	 KYC_BIT(KYC_PROCESSED) | KYC_BIT(KYC_MANUAL_REVIEW) |                 \
	 KYC_BIT(KYC_APPROVED) | KYC_BIT(KYC_REJECTED))
#define PENDING                                                                \
	(KYC_BIT(KYC_DRAFT) | KYC_BIT(KYC_INVITED) | KYC_BIT(KYC_OPENED) |     \
	 KYC_BIT(KYC_STARTED) | KYC_BIT(KYC_CORRECTING))

static bool is_in(const struct kyc_session *s, unsigned int states)
{
	return (KYC_BIT(kyc_state_now(s, clock_now_ms())) & states) != 0;
}

bool kyc_subsession_is_completed(const struct kyc_session *s)
{
	return is_in(s, COMPLETED);
}

bool kyc_subsession_is_pending(const struct kyc_session *s)
{
	return is_in(s, PENDING);
}

static int find_step(struct kyc *k, const struct kyc_session *parent,
		     const char *step_id, const struct kyc_step_def **def,
		     struct fault *f)
{
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);

	if (kyc_workflow_load(k, parent, w, f))
		return -1;
	*def = kyc_workflow_step(w, step_id);
	if (!*def)
		return fault_field(f, "step_id",
				   "is no step of the session's workflow");
	if ((*def)->kind != KYC_STEP_SUBSESSIONS)
		return fault_field(f, "step_id",
				   "must be a step of kind subsessions");
	if (k->who.actor == KYC_ACTOR_CUSTOMER && !(*def)->customer_may_create)
		return fault_set(f, FAULT_FORBIDDEN,
				 "Only the operator adds to this step.");
	return 0;
}

/* The parent is locked: nobody else adds meanwhile. */
static int check_room(struct kyc *k, const struct kyc_session *parent,
		      const struct kyc_step_def *def, struct fault *f)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &COUNT, db_uuid(&parent->tenant),
		     db_uuid(&parent->id), db_text(def->id)) ||
	    db_next(&rows) < 0)
		return db_fault(k->db, f);
	if (db_get_int(&rows, 0) < def->max)
		return 0;
	return fault_set(f, FAULT_CONFLICT,
			 "The step %s has %d subsessions, as many as it may.",
			 def->id, (int)def->max);
}

/* Workflows may name one another in a circle; families may not. */
static int check_depth(struct kyc *k, const struct kyc_session *parent,
		       struct fault *f)
{
	struct kyc_session up = *parent;
	int depth = 1;

	while (!uuid_is_nil(&up.parent)) {
		struct uuid id = up.parent;

		if (++depth > KYC_SUBSESSION_DEPTH)
			return fault_set(f, FAULT_CONFLICT,
					 "Subsessions go %d levels deep and no "
					 "further.",
					 KYC_SUBSESSION_DEPTH);
		if (kyc_session_load(k, &id, false, &up, f))
			return -1;
	}
	return 0;
}

static int may_add(struct kyc *k, struct kyc_session *parent, struct fault *f)
{
	if (k->who.actor == KYC_ACTOR_CUSTOMER)
		return kyc_step_may_act(parent, f);
	if (kyc_state_settle(k, parent, f))
		return -1;
	if (KYC_BIT(parent->state) & PENDING)
		return 0;
	return fault_set(f, FAULT_CONFLICT,
			 "The session is %s: nothing can be added to it.",
			 kyc_state_name(parent->state));
}

/* The customer's first act opens the parent. Whoever adds, the step is not done
 * before that person is. */
static int begin(struct kyc *k, struct kyc_session *parent, const char *step_id,
		 struct fault *f)
{
	if (k->who.actor != KYC_ACTOR_CUSTOMER)
		return kyc_step_undo(k, parent, step_id, f);
	return kyc_step_begin(k, parent, step_id, f);
}

int kyc_subsession_create(struct kyc *k, struct kyc_session *parent,
			  const struct kyc_subsession_new *n,
			  struct kyc_session *out, char token[UUID_TEXT_SIZE],
			  struct fault *f)
{
	struct kyc_detail above,
		detail = { .metadata = n->metadata, .label = n->label };
	struct kyc_session_new new = {
		.protocol = parent->protocol,
		.customer_name = n->name,
		.customer_email = n->email,
		.locale = n->locale ? n->locale : parent->locale,
		.ttl_ms = n->ttl_ms,
		.parent = parent,
		.parent_step = n->step_id,
		.detail = &detail,
	};
	const struct kyc_step_def *def;

	if (may_add(k, parent, f) ||
	    find_step(k, parent, n->step_id, &def, f) ||
	    check_depth(k, parent, f) || check_room(k, parent, def, f) ||
	    begin(k, parent, n->step_id, f) ||
	    kyc_detail_load(k, &parent->id, &above, f))
		return -1;
	new.workflow = def->workflow;
	new.invite = n->invite != KYC_INVITE_NOT && n->name && n->email;
	detail.webhook_url = above.webhook_url;
	return kyc_session_create(k, &new, out, token, f);
}

static int fetch(struct kyc *k, struct db_rows *rows,
		 struct kyc_subsession **out, struct fault *f)
{
	struct kyc_subsession *list = NULL;
	int n = 0, cap = 0, rc;

	while ((rc = db_next(rows)) > 0) {
		if (n == cap) {
			struct kyc_subsession *old = list;

			cap = cap ? 2 * cap : 16;
			list = arena_alloc(k->arena,
					   (size_t)cap * sizeof(*list));
			if (n)
				memcpy(list, old, (size_t)n * sizeof(*list));
		}
		kyc_session_read(rows, 0, &list[n].session);
		if (kyc_session_view_read(k, rows, KYC_SESSION_COLUMN_COUNT,
					  &list[n].session, &list[n].view, f))
			return -1;
		n++;
	}
	*out = list;
	return rc ? db_fault(k->db, f) : n;
}

int kyc_subsession_list(struct kyc *k, const struct kyc_session *parent,
			const char *step_id, struct kyc_subsession **out,
			struct fault *f)
{
	struct db_rows rows;
	int rc;

	*out = NULL;
	if (step_id)
		rc = db_query(k->db, k->arena, &rows, &LIST_STEP,
			      db_uuid(&parent->tenant), db_uuid(&parent->id),
			      db_text(step_id), db_int(KYC_SUBSESSIONS_MAX));
	else
		rc = db_query(k->db, k->arena, &rows, &LIST,
			      db_uuid(&parent->tenant), db_uuid(&parent->id),
			      db_int(KYC_SUBSESSIONS_MAX));
	return rc ? db_fault(k->db, f) : fetch(k, &rows, out, f);
}

int kyc_subsession_lock(struct kyc *k, const struct uuid *parent,
			const struct uuid *id, struct kyc_session *out,
			struct fault *f)
{
	if (kyc_session_load(k, id, true, out, f))
		return -1;
	if (uuid_equal(&out->parent, parent))
		return 0;
	return fault_set(f, FAULT_NOT_FOUND, "Session not found.");
}

void kyc_subsession_add(struct kyc_subsession_count *counts, int n,
			const struct kyc_session *child)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!child->parent_step ||
		    strcmp(counts[i].step_id, child->parent_step) != 0)
			continue;
		counts[i].total++;
		counts[i].completed += kyc_subsession_is_completed(child);
		counts[i].pending += kyc_subsession_is_pending(child);
	}
}

int kyc_subsession_none(const struct kyc_workflow *w,
			struct kyc_subsession_count out[KYC_STEPS_MAX])
{
	size_t i;
	int n = 0;

	for (i = 0; i < w->step_count; i++) {
		if (w->steps[i].kind == KYC_STEP_SUBSESSIONS)
			out[n++] = (struct kyc_subsession_count){
				.step_id = w->steps[i].id
			};
	}
	return n;
}

int kyc_subsession_counts(struct kyc *k, const struct kyc_session *parent,
			  const struct kyc_workflow *w,
			  struct kyc_subsession_count out[KYC_STEPS_MAX],
			  struct fault *f)
{
	int n = kyc_subsession_none(w, out), rc;
	struct kyc_session child;
	struct db_rows rows;

	if (!n)
		return 0;
	if (db_query(k->db, k->arena, &rows, &COUNTS, db_uuid(&parent->tenant),
		     db_uuid(&parent->id)))
		return db_fault(k->db, f);
	while ((rc = db_next(&rows)) > 0) {
		kyc_session_read(&rows, 0, &child);
		kyc_subsession_add(out, n, &child);
	}
	return rc ? db_fault(k->db, f) : n;
}
