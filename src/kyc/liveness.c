// SPDX-License-Identifier: GPL-3.0-or-later
/* Liveness: a challenge, and the frames that answer it. */
#include "crypto/random.h"
#include "kyc/attempt.h"
#include "kyc/liveness.h"
#include "kyc/secret.h"
#include "kyc/step.h"

/* All by the primary key: of the step, or what few a session has. */
static const struct db_sql EXISTS = {
	"SELECT 1 FROM liveness_challenge"
	" WHERE tenant_id = ? AND session_id = ? AND step_id = ?"
};
static const struct db_sql REPLACE = {
	"INSERT INTO liveness_challenge (tenant_id, session_id, step_id, id,"
	" actions, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)"
	" ON DUPLICATE KEY UPDATE id = VALUES(id), actions = VALUES(actions),"
	" created_at = VALUES(created_at), expires_at = VALUES(expires_at),"
	" used_at = NULL"
};
static const struct db_sql SELECT = {
	"SELECT step_id, actions, expires_at, used_at FROM liveness_challenge"
	" WHERE tenant_id = ? AND session_id = ? AND id = ?"
};
static const struct db_sql USE = {
	"UPDATE liveness_challenge SET used_at = ?"
	" WHERE tenant_id = ? AND session_id = ? AND step_id = ? AND id = ?"
};

/* -- the challenge --------------------------------------------------------- */

/* 0 to n - 1, each as likely: a byte beyond the last whole round of n would
 * favour the small ones. */
static size_t random_below(size_t n)
{
	uint8_t byte;

	do {
		crypto_random(&byte, sizeof(byte));
	} while (byte >= 256 - 256 % n);
	return byte % n;
}

/* The first of a shuffled deck. */
static void draw(struct kyc_challenge *c, int count)
{
	enum kyc_action deck[KYC_ACTIONS - 1], swap;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(deck); i++)
		deck[i] = (enum kyc_action)(i + 1);
	c->action_count = count < 1 ? 1 : (size_t)count;
	if (c->action_count > KYC_CHALLENGE_ACTIONS_MAX)
		c->action_count = KYC_CHALLENGE_ACTIONS_MAX;
	for (i = 0; i < c->action_count; i++) {
		j = i + random_below(ARRAY_SIZE(deck) - i);
		swap = deck[i];
		deck[i] = deck[j];
		deck[j] = swap;
		c->actions[i] = deck[i];
	}
}

static int write_challenge(struct kyc *k, const struct kyc_session *s,
			   const struct kyc_challenge *c, struct fault *f)
{
	uint8_t actions[KYC_CHALLENGE_ACTIONS_MAX] = { 0 };
	size_t i;

	for (i = 0; i < c->action_count; i++)
		actions[i] = (uint8_t)c->actions[i];
	if (db_exec(k->db, &REPLACE, db_uuid(&s->tenant), db_uuid(&s->id),
		    db_text(c->step_id), db_uuid(&c->id),
		    db_bytes(actions, c->action_count), db_int(clock_now_ms()),
		    db_int(c->expires_at)) < 0)
		return db_fault(k->db, f);
	return 0;
}

struct start {
	const char *token;
	const char *step_id;
	struct kyc_challenge *challenge;
	bool refused;
};

/* 0, 1 where the attempts are used up, -1. */
static int count_attempt(struct kyc *k, struct kyc_session *s,
			 const struct kyc_workflow *w, const char *step_id,
			 struct fault *f)
{
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &EXISTS, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_text(step_id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	return rc ? kyc_attempt(k, s, w->attempts, f) : 0;
}

static int start(struct kyc *k, void *ctx, struct fault *f)
{
	struct start *st = ctx;
	const struct kyc_step_def *def;
	struct kyc_workflow w;
	struct kyc_visit visit;
	struct kyc_session *s = &visit.session;
	int rc;

	if (kyc_link_follow(k, st->token, true, &visit, f) ||
	    kyc_step_may_act(s, f) || kyc_workflow_load(k, s, &w, f))
		return -1;
	def = kyc_workflow_step(&w, st->step_id);
	if (!def || def->kind != KYC_STEP_LIVENESS)
		return fault_field(f, "step_id", "names no liveness step");
	if (kyc_step_begin(k, s, def->id, f))
		return -1;
	rc = count_attempt(k, s, &w, def->id, f);
	st->refused = rc > 0;
	if (rc)
		return rc > 0 ? 0 : -1;
	*st->challenge = (struct kyc_challenge){
		.id = uuid_v7(clock_now_ms()),
		.step_id = def->id,
		.expires_at = clock_now_ms() + KYC_CHALLENGE_TTL_MS,
		.used_at = -1,
	};
	draw(st->challenge, def->actions);
	return write_challenge(k, s, st->challenge, f);
}

int kyc_liveness_start(struct kyc *k, const char *token, const char *step_id,
		       struct kyc_challenge *out, struct fault *f)
{
	struct start st = { .token = token,
			    .step_id = step_id,
			    .challenge = out };

	if (kyc_transact(k, start, &st, f))
		return -1;
	return st.refused ? kyc_attempt_refuse(f) : 0;
}

/* -- its frames ------------------------------------------------------------ */

struct kyc_liveness {
	struct kyc *k;
	struct kyc_session session;
	struct kyc_upload *upload; /* the frame that is coming in */
	struct kyc_object objects[KYC_FRAMES_MAX];
	const char *names[KYC_FRAMES_MAX];
	size_t count; /* of objects that are durable */
	bool owned;   /* no row names them yet */
};

struct kyc_liveness *kyc_liveness_create(struct kyc *k,
					 const struct kyc_session *s)
{
	struct kyc_liveness *l = mem_alloc(sizeof(*l));

	l->k = k;
	l->session = *s;
	l->owned = true;
	return l;
}

void kyc_liveness_destroy(struct kyc_liveness *l)
{
	size_t i;

	if (!l)
		return;
	kyc_upload_destroy(l->upload);
	for (i = 0; l->owned && i < l->count; i++)
		kyc_object_drop(l->k, &l->session.id, &l->objects[i].id, 1);
	free(l);
}

int kyc_liveness_begin(struct kyc_liveness *l, const char *file_name,
		       struct fault *f)
{
	if (l->count == KYC_FRAMES_MAX)
		return fault_field(f, "frames", "must be %d at most",
				   KYC_FRAMES_MAX);
	l->names[l->count] = file_name;
	l->upload = kyc_upload_create(l->k, &l->session, f);
	return l->upload ? 0 : -1;
}

int kyc_liveness_add(struct kyc_liveness *l, const void *bytes, size_t len,
		     struct fault *f)
{
	return kyc_upload_add(l->upload, bytes, len, f);
}

int kyc_liveness_end(struct kyc_liveness *l, struct fault *f)
{
	int rc = kyc_upload_keep(l->upload, &l->objects[l->count], f);

	kyc_upload_destroy(l->upload);
	l->upload = NULL;
	if (!rc)
		l->count++;
	return rc;
}

struct complete {
	struct kyc_liveness *l;
	const char *token;
	const struct uuid *id;
	struct kyc_document *out;
	struct kyc_replaced replaced;
};

static int load(struct kyc *k, const struct kyc_session *s,
		const struct uuid *id, struct kyc_challenge *c, struct fault *f)
{
	const uint8_t *actions;
	struct db_rows rows;
	size_t len = 0, i;
	int rc;

	if (db_query(k->db, k->arena, &rows, &SELECT, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Challenge not found.");
	*c = (struct kyc_challenge){ .id = *id,
				     .step_id = db_get_text(&rows, 0),
				     .expires_at = db_get_int(&rows, 2),
				     .used_at = db_get_time(&rows, 3) };
	actions = db_get_bytes(&rows, 1, &len);
	for (i = 0; i < len && i < KYC_CHALLENGE_ACTIONS_MAX; i++)
		c->actions[c->action_count++] = (enum kyc_action)actions[i];
	if (c->action_count)
		return 0;
	fault_internal(f, "a challenge without actions");
	return -1;
}

static int may_answer(const struct kyc_challenge *c, size_t frames,
		      struct fault *f)
{
	if (c->used_at >= 0)
		return fault_set(f, FAULT_CONFLICT,
				 "The challenge has been answered already: "
				 "start another.");
	if (c->expires_at <= clock_now_ms())
		return fault_set(f, FAULT_CONFLICT,
				 "The time for the challenge is up: start "
				 "another.");
	if (!frames || frames % c->action_count)
		return fault_field(f, "frames",
				   "must be as many as the %zu actions, or so "
				   "many of each",
				   c->action_count);
	return 0;
}

/* The frames of one action follow each other. */
static void describe(const struct kyc_liveness *l,
		     const struct kyc_challenge *c, size_t i,
		     struct kyc_document *d)
{
	size_t each = l->count / c->action_count;

	*d = (struct kyc_document){
		.id = l->objects[i].id,
		.step_id = c->step_id,
		.type = KYC_TYPE_LIVENESS,
		.side = KYC_FRONT,
		.media = l->objects[i].media,
		.size = l->objects[i].size,
		.file_name = l->names[i],
		.uploaded_at = clock_now_ms(),
		.frame = (int)i + 1,
		.action = c->actions[i / each],
	};
}

static int write_frames(struct kyc *k, const struct kyc_session *s,
			const struct kyc_challenge *c, struct complete *co,
			struct fault *f)
{
	struct kyc_liveness *l = co->l;
	struct kyc_deposit deposit = { .digest = NULL };
	const struct kyc_step_def *def;
	uint8_t key[SEAL_KEY_SIZE];
	struct kyc_workflow w;
	size_t i;
	int rc = 0;

	if (kyc_workflow_load(k, s, &w, f) ||
	    kyc_secret_load(k, &s->id, key, f))
		return -1;
	def = kyc_workflow_step(&w, c->step_id);
	for (i = 0; i < l->count && !rc; i++) {
		describe(l, c, i, &co->out[i]);
		deposit = (struct kyc_deposit){ &co->out[i],
						l->objects[i].digest, key };
		rc = kyc_document_fits(def, &co->out[i], f);
		if (!rc)
			rc = kyc_document_insert(k, s, &deposit, f);
	}
	crypto_wipe(key, sizeof(key));
	return rc;
}

static int complete(struct kyc *k, void *ctx, struct fault *f)
{
	struct complete *co = ctx;
	struct kyc_challenge c = { .action_count = 1, .used_at = -1 };
	struct kyc_visit visit;
	struct kyc_session *s = &visit.session;

	if (kyc_link_follow(k, co->token, true, &visit, f) ||
	    kyc_step_may_act(s, f) || load(k, s, co->id, &c, f) ||
	    may_answer(&c, co->l->count, f) ||
	    kyc_step_begin(k, s, c.step_id, f) ||
	    kyc_document_remove_type(k, s, c.step_id, KYC_TYPE_LIVENESS,
				     &co->replaced, f) ||
	    write_frames(k, s, &c, co, f))
		return -1;
	if (db_exec(k->db, &USE, db_int(clock_now_ms()), db_uuid(&s->tenant),
		    db_uuid(&s->id), db_text(c.step_id), db_uuid(&c.id)) < 0)
		return db_fault(k->db, f);
	return 0;
}

int kyc_liveness_complete(struct kyc_liveness *l, const char *token,
			  const struct uuid *challenge,
			  struct kyc_document out[KYC_FRAMES_MAX],
			  struct fault *f)
{
	struct complete co = {
		.l = l, .token = token, .id = challenge, .out = out
	};

	if (kyc_transact(l->k, complete, &co, f)) {
		l->owned = !db_commit_unknown(l->k->db);
		return -1;
	}
	l->owned = false;
	kyc_object_drop(l->k, &l->session.id, co.replaced.ids,
			co.replaced.count);
	return (int)l->count;
}
