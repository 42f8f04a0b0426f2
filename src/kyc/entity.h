// SPDX-License-Identifier: GPL-3.0-or-later
/* Entities: the people and companies that are verified. */
#ifndef KYC_ENTITY_H
#define KYC_ENTITY_H

#include "crypto/seal.h"
#include "kyc/kyc.h"

/* Stored: append, never renumber. */
enum kyc_entity_type {
	KYC_NO_ENTITY_TYPE,
	KYC_INDIVIDUAL,
	KYC_COMPANY,
	KYC_ENTITY_TYPES
};

/* What is known besides name, mail address and external id. */
enum kyc_entity_field {
	KYC_FIRST_NAME,
	KYC_MIDDLE_NAME,
	KYC_LAST_NAME,
	KYC_DATE_OF_BIRTH, /* YYYY-MM-DD, not in the future */
	KYC_NATIONALITY,   /* ISO 3166-1 alpha-2 */
	KYC_GENDER,	   /* male, female or other */
	KYC_PHONE,
	KYC_ADDRESS_LINE_1,
	KYC_ADDRESS_LINE_2,
	KYC_ADDRESS_CITY,
	KYC_ADDRESS_STATE,
	KYC_ADDRESS_POSTAL_CODE,
	KYC_ADDRESS_COUNTRY, /* ISO 3166-1 alpha-2 */
	KYC_LEGAL_NAME,
	KYC_REGISTRATION_NUMBER,
	KYC_JURISDICTION,
	KYC_ENTITY_FIELDS
};

/* Strings live in the arena, NULL where absent. */
struct kyc_entity {
	struct uuid id;
	enum kyc_entity_type type;
	const char *name;  /* computed from the fields where they say it */
	const char *email; /* compares binary */
	const char *external_id; /* unique in the tenant; compares binary */
	const char *field[KYC_ENTITY_FIELDS];
	int64_t created_at;
	int64_t updated_at;
};

/* Words of the wire: "individual"; "date_of_birth". NULL at the end. */
extern const char *const kyc_entity_type_names[];
extern const char *const kyc_entity_field_names[];
/* Whether an entity of the type has the field. */
bool kyc_entity_has(enum kyc_entity_type type, enum kyc_entity_field field);

/* The columns in the order that kyc_entity_read takes them, with the alias e;
 * key is the tenant's. */
#define KYC_ENTITY_COLUMNS                                                     \
	"e.id, e.type, e.name, e.email, e.external_id, e.sealed,"              \
	" e.created_at, e.updated_at"
enum { KYC_ENTITY_COLUMN_COUNT = 8 };
int kyc_entity_read(struct kyc *k, const struct db_rows *rows,
		    unsigned int first, const uint8_t key[SEAL_KEY_SIZE],
		    struct kyc_entity *out, struct fault *f);

/* For a session that is made without one: an individual of that name. */
int kyc_entity_create(struct kyc *k, const char *name, const char *email,
		      struct uuid *id, struct fault *f);

/* For a session that is made of one that is there: the row is locked until the
 * transaction ends; of e only id, type, name and email are filled in.
 * FAULT_NOT_FOUND. */
int kyc_entity_hold(struct kyc *k, const struct uuid *id, struct kyc_entity *e,
		    struct fault *f);

/* The same by external id; a new one is made where none has it, an individual
 * called name (NULL: by the external id itself) at email (or NULL). */
int kyc_entity_of_client(struct kyc *k, const char *external_id,
			 const char *name, const char *email,
			 struct kyc_entity *e, struct fault *f);

/* A new one from type, email, external_id and fields; id, name and times are
 * filled in. FAULT_INVALID names the field; FAULT_CONFLICT where the external
 * id is taken. */
int kyc_entity_add(struct kyc *k, struct kyc_entity *e, struct fault *f);

/* By id within the tenant; FAULT_NOT_FOUND. lock: FOR UPDATE. */
int kyc_entity_load(struct kyc *k, const struct uuid *id, bool lock,
		    struct kyc_entity *out, struct fault *f);

/* Sets what is not NULL in change ("" takes a field away) on the locked entity
 * e; the type never changes. Same faults as kyc_entity_add. */
int kyc_entity_change(struct kyc *k, struct kyc_entity *e,
		      const struct kyc_entity *change, struct fault *f);

/* Takes an entity away; FAULT_CONFLICT while it has sessions, which are
 * deleted first. */
int kyc_entity_delete(struct kyc *k, const struct uuid *id, struct fault *f);

/* Filters where not NULL; below before, or those next above after (nil: from
 * the newest on). */
struct kyc_entity_filter {
	const char *external_id;
	const char *email;
	struct uuid before;
	struct uuid after;
	int64_t offset;
};
/* Newest first; how many of at most max, or -1. */
int kyc_entity_list(struct kyc *k, const struct kyc_entity_filter *filter,
		    struct kyc_entity *out, int64_t max, struct fault *f);
/* How many there are, wherever a page begins; or -1. */
int64_t kyc_entity_count(struct kyc *k, const struct kyc_entity_filter *filter,
			 struct fault *f);

#endif
