// SPDX-License-Identifier: GPL-3.0-or-later
/* Sessions: creating, loading, listing. */
#ifndef KYC_SESSION_H
#define KYC_SESSION_H

#include "kyc/kyc.h"

/* As the counters know the session: what they count, as it is in the database.
 * Filled by kyc_session_read, kept by kyc_session_write; nobody else's. */
struct kyc_counted {
	enum kyc_state state; /* 0: not counted yet */
	int64_t risk;
	unsigned int validated;
};

/* Times are ms, -1 where absent; strings live in the arena, NULL where
 * absent. */
struct kyc_session {
	struct uuid tenant;
	struct uuid id;
	uint32_t version;
	enum kyc_state state;
	enum kyc_state prior_state; /* 0 for none */
	enum kyc_protocol protocol;
	struct uuid workflow;
	uint32_t workflow_version;
	struct uuid entity; /* nil for none */
	const char *external_id;
	const char *customer_name;
	const char *customer_email;
	const char *locale;
	const char *time_zone;
	uint32_t link_generation;
	int64_t created_at;
	int64_t updated_at;
	int64_t opened_at;
	int64_t completed_at;
	int64_t processed_at;
	int64_t expires_at;
	int64_t due_at;
	enum kyc_outcome outcome;
	enum kyc_reason reason;
	int64_t attempts;   /* used up of the workflow's */
	int64_t invited_at; /* the link was sent by mail, the last time */
	int64_t resends;    /* how often it was sent again */
	struct uuid parent; /* nil for none */
	const char *parent_step;
	enum kyc_priority priority;
	const char *assigned_to;
	int64_t risk;		/* hundredths, -1 where not scored */
	unsigned int validated; /* bits of enum kyc_validation */
	enum kyc_decision decision;
	int64_t decided_at;
	int64_t steps_total;
	int64_t steps_done;
	int64_t step_current;
	struct kyc_counted counted;
};

struct kyc_detail;
struct kyc_session_clash;

/* Zero-initialised but for protocol: the tenant's own workflow, its time. */
struct kyc_session_new {
	enum kyc_protocol protocol;
	struct uuid workflow;	    /* nil: the tenant's default */
	struct uuid entity;	    /* nil for none; must be the tenant's */
	const char *client_id;	    /* an entity's external id, made where it is
				     * new; NULL for none */
	const char *external_id;    /* NULL for none */
	const char *customer_name;  /* NULL: the entity's, where there is one;
				     * a name without an entity makes one */
	const char *customer_email; /* NULL: the entity's */
	const char *locale; /* a language tag; NULL: the organisation's */
	int64_t ttl_ms;	    /* 0: the workflow's, else seven days */
	enum kyc_priority priority; /* 0: medium */
	bool draft;		    /* no link yet, nobody is invited */
	bool invite; /* queue the invitation mail where there is an address */
	const struct kyc_session *parent; /* locked; NULL for none */
	const char *parent_step;
	const struct kyc_detail *detail; /* NULL for none */
	/* Where not NULL: for an individual only (FAULT_BAD_REQUEST), and for
	 * one that has no session under way (FAULT_CONFLICT); it says then what
	 * stood in the way. */
	struct kyc_session_clash *single;
};

struct kyc_session_clash {
	bool is_company;
	struct kyc_session under_way; /* id nil for none */
};

/* Writes what is due to expire, then creates an invited session (or a draft)
 * with its key, link, entity, search words, event, audit row and, where asked
 * for, the queued mail: all in the caller's transaction. token is the link's
 * UUID form, "" of a draft. FAULT_NOT_FOUND names the workflow or the entity
 * that is not there. */
int kyc_session_create(struct kyc *k, const struct kyc_session_new *n,
		       struct kyc_session *out, char token[UUID_TEXT_SIZE],
		       struct fault *f);

/* By id within k->who.tenant; FAULT_NOT_FOUND. lock: FOR UPDATE, inside a
 * transaction. */
int kyc_session_load(struct kyc *k, const struct uuid *id, bool lock,
		     struct kyc_session *out, struct fault *f);

/* Writes what may change of a session (every field but ids, protocol, workflow,
 * the customer's name and creation), adds one to its version, and notes the
 * counters' change: all or nothing, in the caller's transaction.
 * Compare-and-swap: FAULT_CONFLICT where the row has another version. */
int kyc_session_write(struct kyc *k, struct kyc_session *s, struct fault *f);

/* The columns in the order that kyc_session_read takes them, with the alias
 * s. */
#define KYC_SESSION_COLUMNS                                                    \
	"s.tenant_id, s.id, s.version, s.state, s.prior_state, s.protocol,"    \
	" s.workflow_id, s.workflow_version, s.entity_id, s.external_id,"      \
	" s.customer_name, s.customer_email, s.locale, s.time_zone,"           \
	" s.link_generation, s.created_at, s.updated_at, s.opened_at,"         \
	" s.completed_at, s.processed_at, s.expires_at, s.due_at, s.outcome,"  \
	" s.failure_reason, s.attempts, s.parent_id, s.parent_step,"           \
	" s.priority, s.assigned_to, s.risk, s.validated, s.decision,"         \
	" s.decided_at, s.steps_total, s.steps_done, s.step_current,"          \
	" s.invited_at, s.resends"
enum { KYC_SESSION_COLUMN_COUNT = 38 };

void kyc_session_read(const struct db_rows *rows, unsigned int first,
		      struct kyc_session *out);

/* What is shown at a glance, for answers that need no more: every column costs
 * at each request, in the server and here. The other fields stay zero. */
#define KYC_SESSION_BRIEF                                                      \
	"s.id, s.state, s.external_id, s.customer_name, s.customer_email,"     \
	" s.created_at, s.completed_at, s.expires_at, s.due_at"
enum { KYC_SESSION_BRIEF_COUNT = 9 };

void kyc_session_read_brief(const struct db_rows *rows, unsigned int first,
			    struct kyc_session *s);

#endif
