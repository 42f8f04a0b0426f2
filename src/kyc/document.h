// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents: taken in sealed, one a side, replaced by a later one. */
#ifndef KYC_DOCUMENT_H
#define KYC_DOCUMENT_H

#include "check/media.h"
#include "crypto/digest.h"
#include "crypto/seal.h"
#include "kyc/link.h"
#include "kyc/quality.h"
#include "kyc/workflow.h"

/* All stored: append, never renumber. */
enum kyc_document_type {
	KYC_NO_TYPE,
	KYC_TYPE_ID,
	KYC_TYPE_SELFIE,
	KYC_TYPE_LIVENESS,
	KYC_TYPE_PROOF_OF_ADDRESS,
	KYC_TYPES
};

enum kyc_document_kind {
	KYC_NO_KIND,
	KYC_PASSPORT,
	KYC_ID_CARD,
	KYC_DRIVING_LICENSE,
	KYC_RESIDENCE_PERMIT,
	KYC_UTILITY_BILL, /* from here on: proofs of an address */
	KYC_BANK_STATEMENT,
	KYC_TAX_BILL,
	KYC_GOVERNMENT_LETTER,
	KYC_DOCUMENT_KINDS
};

enum kyc_side { KYC_NO_SIDE, KYC_FRONT, KYC_BACK, KYC_SIDES };

/* What a customer is asked to do before the camera. */
enum kyc_action {
	KYC_NO_ACTION,
	KYC_TURN_LEFT,
	KYC_TURN_RIGHT,
	KYC_SMILE,
	KYC_BLINK,
	KYC_NOD,
	KYC_ACTIONS
};

/* Of a session: no step holds more than the frames of one challenge. */
enum {
	KYC_UPLOAD_MAX = 15 * 1024 * 1024,
	KYC_DOCUMENTS_MAX = 8 * KYC_STEPS_MAX
};

struct kyc_document {
	struct uuid id;
	const char *step_id;
	enum kyc_document_type type;
	enum kyc_document_kind kind; /* 0 for none */
	enum kyc_side side;
	enum check_media media;
	int64_t size;
	const char *file_name;
	int64_t uploaded_at;
	int frame;		/* of liveness: from 1; of all else 0 */
	enum kyc_action action; /* of liveness: what it should show */
	int tries_left; /* for the page to ask for another one of its side */
	enum kyc_quality quality;
	enum kyc_flaw flaw;
};

/* Words of the wire, in order, NULL at both ends of the array: names[value].
 */
extern const char *const kyc_document_type_names[];
extern const char *const kyc_document_kind_names[];
extern const char *const kyc_side_names[];
extern const char *const kyc_action_names[];

/* Bits of the kinds that prove who one is, and where one lives. */
#define KYC_IDENTITY_KINDS                                                     \
	(1u << KYC_PASSPORT | 1u << KYC_ID_CARD | 1u << KYC_DRIVING_LICENSE |  \
	 1u << KYC_RESIDENCE_PERMIT)
#define KYC_PROOF_KINDS                                                        \
	(1u << KYC_UTILITY_BILL | 1u << KYC_BANK_STATEMENT |                   \
	 1u << KYC_TAX_BILL | 1u << KYC_GOVERNMENT_LETTER)

/* The kind of that name; 0 for none. */
unsigned int kyc_document_kind(const char *name);
/* Shows a face and little else: kept by a rule of its own. */
bool kyc_document_is_biometric(enum kyc_document_type type);
/* Bits 1 << side that a document of the kind has. */
unsigned int kyc_document_sides(enum kyc_document_kind kind);
/* Those of them that the step asks for. */
unsigned int kyc_document_sides_of(const struct kyc_step_def *def,
				   enum kyc_document_kind kind);

/* Bits 1 << enum check_media that the step takes. */
unsigned int kyc_document_media(const struct kyc_step_def *def);

/* Whether the step takes such a document: type, kind, side, media; the fault
 * names the field. */
int kyc_document_fits(const struct kyc_step_def *def,
		      const struct kyc_document *d, struct fault *f);

/* An upload under way: bytes are sealed as they come and reach the disk only
 * so. Nothing is visible before the commit; destroy without one leaves
 * nothing but perhaps a temporary file, which the clean-up removes. */
struct kyc_upload;

struct kyc_upload *kyc_upload_create(struct kyc *k, const struct kyc_session *s,
				     struct fault *f);
/* FAULT_TOO_LARGE over KYC_UPLOAD_MAX; FAULT_MEDIA_TYPE where the first bytes
 * are of no accepted type. */
int kyc_upload_add(struct kyc_upload *u, const void *bytes, size_t len,
		   struct fault *f);
void kyc_upload_destroy(struct kyc_upload *u); /* NULL is fine */

/* What became of the bytes: a durable object that no row names yet. */
struct kyc_object {
	struct uuid id;
	enum check_media media;
	int64_t size;
	uint8_t digest[DIGEST_SIZE]; /* under the session's key */
};

/* Makes the object durable (fsync); once, and no more bytes then.
 * FAULT_MEDIA_TYPE where it is of no accepted type. A crash leaves an object
 * without a row, which the clean-up removes. */
int kyc_upload_keep(struct kyc_upload *u, struct kyc_object *out,
		    struct fault *f);

/* Removes what was kept, where no row came to name it; best effort. */
void kyc_upload_drop(const struct kyc_upload *u);

/* Removes objects that no row names any more. Best effort: what stays is for
 * the clean-up. */
void kyc_object_drop(struct kyc *k, const struct uuid *session,
		     const struct uuid *ids, size_t count);

/* Keeps the object, then writes its row in a transaction; the rows that it
 * replaces go, and then their objects. Where the new row was not committed the
 * customer has had no answer and sends again. d holds step_id, type, kind,
 * side and file_name; the rest is filled in. */
int kyc_upload_commit(struct kyc_upload *u, const char *token,
		      const struct kyc_workflow *w, struct kyc_document *d,
		      struct fault *f);

/* What a document's row is written from. */
struct kyc_deposit {
	struct kyc_document *document; /* kyc_document_take fills in
					* tries_left and quality */
	const uint8_t *digest;	       /* DIGEST_SIZE, of its kyc_object */
	const uint8_t *key;	       /* the session's */
};

/* Objects whose rows have gone. */
enum { KYC_REPLACED_MAX = 16 };

struct kyc_replaced {
	struct uuid ids[KYC_REPLACED_MAX];
	size_t count;
};

/* Takes a document whose object is durable into the session, which is locked,
 * in the caller's transaction: begins the step, removes the rows of what it
 * replaces (the objects are the caller's, after the commit), which counts as
 * an attempt, writes the row and the audit row, and asks for a look at its
 * quality. 0; 1 where the attempts are used up (see kyc_attempt); -1. */
int kyc_document_take(struct kyc *k, struct kyc_session *s,
		      const struct kyc_workflow *w,
		      const struct kyc_deposit *deposit,
		      struct kyc_replaced *out, struct fault *f);

/* Parts of it, for what is no single file: removes the rows of a type in a
 * step; writes a row and its audit row. */
int kyc_document_remove_type(struct kyc *k, const struct kyc_session *s,
			     const char *step_id, enum kyc_document_type type,
			     struct kyc_replaced *out, struct fault *f);
int kyc_document_insert(struct kyc *k, const struct kyc_session *s,
			const struct kyc_deposit *deposit, struct fault *f);

/* The columns in the order that kyc_document_read takes them, with the alias o;
 * key is the session's. */
#define KYC_DOCUMENT_COLUMNS                                                   \
	"o.id, o.step_id, o.type, o.kind, o.side, o.media_type, o.size,"       \
	" o.file_name, o.uploaded_at, o.frame, o.action, o.tries_left, "       \
	"o.quality,"                                                           \
	" o.flaw"
enum { KYC_DOCUMENT_COLUMN_COUNT = 14 };
void kyc_document_read(struct kyc *k, const struct uuid *session,
		       const uint8_t key[SEAL_KEY_SIZE],
		       const struct db_rows *rows, unsigned int first,
		       struct kyc_document *out);

/* The session's documents, oldest first, into the arena; how many. */
int kyc_document_list(struct kyc *k, const struct kyc_session *s,
		      struct kyc_document **out, struct fault *f);

/* One of them; FAULT_NOT_FOUND. */
int kyc_document_load(struct kyc *k, const struct uuid *session,
		      const struct uuid *id, struct kyc_document *out,
		      struct fault *f);

/* For the clean-up: 1 where a row names the object, 0, or -1. */
int kyc_document_exists(struct kyc *k, const struct uuid *tenant,
			const struct uuid *session, const struct uuid *id);

#endif
