// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows: which steps a customer goes through and which checks run. */
#ifndef KYC_WORKFLOW_H
#define KYC_WORKFLOW_H

#include "base/buf.h"
#include "kyc/session.h"

struct json_object;

enum {
	KYC_STEPS_MAX = 32,
	KYC_FIELDS_MAX = 64,
	KYC_CHOICES_MAX = 300,
	KYC_TAGS_MAX = 32,
	KYC_TTL_DAYS_MAX = 90,
	KYC_DOCUMENT_KINDS_MAX = 16,
	KYC_ATTEMPTS_DEFAULT = 20,
	KYC_TTL_DAYS_DEFAULT = 7
};

/* VALIDATION has no customer part: it only adds checks. */
enum kyc_step_kind {
	KYC_NO_STEP,
	KYC_STEP_CONSENT,
	KYC_STEP_DOCUMENT,
	KYC_STEP_SELFIE,
	KYC_STEP_LIVENESS,
	KYC_STEP_PROOF_OF_ADDRESS,
	KYC_STEP_FORM,
	KYC_STEP_SUBSESSIONS,
	KYC_STEP_VALIDATION,
	KYC_STEP_KINDS
};

enum kyc_field_type {
	KYC_NO_FIELD,
	KYC_FIELD_NAME,
	KYC_FIELD_DATE,
	KYC_FIELD_EMAIL,
	KYC_FIELD_PHONE,
	KYC_FIELD_ADDRESS,
	KYC_FIELD_COUNTRY,
	KYC_FIELD_NUMBER,
	KYC_FIELD_CHOICE,
	KYC_FIELD_TEXT,
	KYC_FIELD_URL,
	KYC_FIELD_WALLET,
	KYC_FIELD_TYPES
};

struct kyc_choice {
	const char *value;
	const char *label;
};

/* A field of a form. Texts are NULL where absent. */
struct kyc_field {
	const char *key;
	const char *id;	  /* "field_abc123": a version keeps it from the last */
	const char *name; /* the label */
	const char *help;
	enum kyc_field_type type;
	bool required;
	const struct kyc_choice *choices; /* of a choice */
	size_t choice_count;
	bool has_min; /* of a number */
	bool has_max;
	double min;
	double max;
	const char *from; /* of a date: first and last day, NULL: any */
	const char *to;
	int64_t min_length; /* characters; 0 for any */
	int64_t max_length;
};

enum kyc_when_source {
	KYC_WHEN_ALWAYS,
	KYC_WHEN_FIELD,
	KYC_WHEN_DOCUMENT_KIND,
	KYC_WHEN_DOCUMENT_COUNTRY,
	KYC_WHEN_CHECK
};

/* What a step hangs on. */
struct kyc_when {
	enum kyc_when_source source;
	const char *step;  /* an earlier one */
	const char *field; /* of a form */
	bool equals;	   /* written with "equals", which means one value */
	bool numeric;	   /* the values are numbers */
	bool negate;	   /* true for any answer but these */
	const char *const *values; /* as form values are kept; numbers too */
	size_t value_count;
	int check;	       /* enum kyc_check_kind */
	unsigned int outcomes; /* bits 1 << enum kyc_outcome */
};

/* Options are those of the kind; the others are zero. */
struct kyc_step_def {
	const char *id;
	enum kyc_step_kind kind;
	const char *title; /* NULL: the page has words for the kind */
	const char *description;
	bool optional;
	size_t position; /* in the definition as it was written */
	struct kyc_when when;
	const char *text_version; /* of a consent */
	const char *text;	  /* JSON object: language to text, or NULL */
	unsigned int document_kinds; /* of documents, proofs: bits 1 << kind */
	/* of a document: sides to bring by kind, 0: all that there are */
	unsigned char sides[KYC_DOCUMENT_KINDS_MAX];
	const char *const *countries; /* of a document; NULL: any */
	size_t country_count;
	int64_t min_age;      /* of a document: years of who shows it; 0: any */
	int64_t max_age_days; /* of a proof of address */
	int actions;	      /* of liveness: how many, 1 to 4 */
	const struct kyc_field *fields;
	size_t field_count;
	struct uuid workflow; /* of subsessions, and how many of them */
	int64_t min;
	int64_t max;
	bool customer_may_create;
	unsigned int checks; /* of a validation: bits 1 << check kind */
};

struct kyc_automation {
	bool on_call;	     /* process starts at the operator's call only */
	bool apply_decision; /* else the session becomes PROCESSED */
	/* By outcome. PENDING and ERROR are always manual_review. */
	enum kyc_decision decide[KYC_OUTCOME_ERROR + 1];
};

/* One version. Strings live in the arena. */
struct kyc_workflow {
	struct uuid id;
	uint32_t version;
	const char *name;
	const char *description;   /* NULL for none */
	unsigned int entity_types; /* bits 1 << enum kyc_entity_type; 0: any */
	int64_t ttl_days;
	const char *custom_tags; /* JSON object of strings; "{}" for none */
	/* The customer's steps come first, in their order; behind them, up to
	 * all_count, those of kind VALIDATION. */
	struct kyc_step_def steps[KYC_STEPS_MAX];
	size_t step_count;
	size_t all_count;
	unsigned int checks; /* bits 1 << enum kyc_check_kind, without those of
			      * VALIDATION steps */
	struct kyc_automation automation;
	int64_t attempts; /* a customer's, above the first of each thing */
	bool deleted;
	int64_t created_at; /* of its first version */
	int64_t updated_at; /* of this version */
};

/* The tenant's first workflow: consent, document, selfie; document_check and
 * identity_check; the decision is applied. */
int kyc_workflow_create_default(struct kyc *k, struct uuid *id,
				struct fault *f);

/* The columns in the order that kyc_workflow_read_row takes them, with the
 * alias w. */
#define KYC_WORKFLOW_COLUMNS                                                   \
	"w.id, w.version, w.name, w.definition, w.created_at, w.deleted_at,"   \
	" (SELECT f.created_at FROM workflow f WHERE f.tenant_id ="            \
	" w.tenant_id AND f.id = w.id AND f.version = 1)"
enum { KYC_WORKFLOW_COLUMN_COUNT = 7 };
int kyc_workflow_read_row(struct kyc *k, const struct db_rows *rows,
			  unsigned int first, struct kyc_workflow *out,
			  struct fault *f);

/* The version that the session keeps. */
int kyc_workflow_load(struct kyc *k, const struct kyc_session *s,
		      struct kyc_workflow *out, struct fault *f);

/* That version's definition as it is stored; json_object_put() it. */
int kyc_workflow_definition(struct kyc *k, const struct kyc_session *s,
			    struct json_object **out, struct fault *f);

/* The newest version, deleted ones too; FAULT_NOT_FOUND. */
int kyc_workflow_newest(struct kyc *k, const struct uuid *id,
			struct kyc_workflow *out, struct fault *f);

/* A certain version; FAULT_NOT_FOUND. */
int kyc_workflow_version(struct kyc *k, const struct uuid *id, uint32_t version,
			 struct kyc_workflow *out, struct fault *f);

/* The step of that id, or NULL; validation steps too. */
const struct kyc_step_def *kyc_workflow_step(const struct kyc_workflow *w,
					     const char *step_id);

/* A definition as a client sends it, into the arena. Every wrong field is
 * reported by its path ("steps[2].options.fields[0].type"). */
int kyc_workflow_read(struct kyc *k, struct json_object *definition,
		      struct kyc_workflow *out, struct fault *f);

/* The definition's members into the JSON object that is open: what is stored
 * and what is shown. */
void kyc_workflow_write(struct buf *b, const struct kyc_workflow *w);

/* A step's options alone. */
void kyc_workflow_write_options(struct buf *b, const struct kyc_step_def *d);

/* A new workflow; w as read, its id and version are filled in. Writes the
 * audit row. In the caller's transaction, as all that follow. A subsessions
 * step that names no workflow: FAULT_INVALID. */
int kyc_workflow_create(struct kyc *k, struct kyc_workflow *w, struct fault *f);

/* A new version of w->id; the unique key lets one of two win, the other gets
 * FAULT_CONFLICT. So does who would change a built-in one: it is what requests
 * ask for. FAULT_NOT_FOUND where it was deleted. */
int kyc_workflow_replace(struct kyc *k, struct kyc_workflow *w,
			 struct fault *f);

/* No new sessions; old ones go on. FAULT_CONFLICT for the tenant's default and
 * for a built-in one, which requests name by what they ask for. */
int kyc_workflow_delete(struct kyc *k, const struct uuid *id, struct fault *f);

/* A new one like the template of that name ("basic-kyc"), with the workflow of
 * its subsessions where it has such; FAULT_NOT_FOUND for an unknown name. */
int kyc_workflow_from_template(struct kyc *k, const char *name,
			       struct kyc_workflow *out, struct fault *f);

/* What a client's request alone asks for. A check brings the steps that it
 * needs: a document to read, a face to compare. */
struct kyc_builtin {
	const char *name;
	unsigned int checks; /* bits 1 << enum kyc_check_kind */
	unsigned int steps;  /* bits 1 << enum kyc_step_kind, besides */
};

/* The tenant's workflow of just that, for individuals, behind a consent; its
 * checks run at completion and the decision is applied. Made the first time
 * it is asked for, with an id that follows from name, checks and steps
 * (version 8), so that two at once make one. In the caller's transaction. */
int kyc_workflow_builtin(struct kyc *k, const struct kyc_builtin *b,
			 struct uuid *id, struct fault *f);
bool kyc_workflow_is_builtin(const struct uuid *id);

/* The newest versions of workflows that are not deleted, newest workflow
 * first, behind before (nil: from the start); how many, or -1. out has room
 * for limit pointers. */
int kyc_workflow_list(struct kyc *k, const struct uuid *before,
		      struct kyc_workflow **out, int64_t limit,
		      struct fault *f);

/* The versions of one, newest first, below before (0: from the start). */
int kyc_workflow_versions(struct kyc *k, const struct uuid *id, uint32_t before,
			  struct kyc_workflow **out, int64_t limit,
			  struct fault *f);

const char *kyc_step_kind_name(enum kyc_step_kind kind);
extern const char *const kyc_field_type_names[]; /* NULL at both ends */

#endif
