// SPDX-License-Identifier: GPL-3.0-or-later
/* Documents: their words, and what a session has of them. */
#include "kyc/document.h"
#include "kyc/secret.h"

#define SELECT                                                                 \
	"SELECT " KYC_DOCUMENT_COLUMNS                                         \
	" FROM document o WHERE o.tenant_id = ? AND o.session_id = ?"

static const struct db_sql LIST = { SELECT " ORDER BY o.id LIMIT ?" };
static const struct db_sql LOAD = { SELECT " AND o.id = ?" };
static const struct db_sql EXISTS = {
	"SELECT 1 FROM document WHERE tenant_id = ? AND session_id = ?"
	" AND id = ?"
};

const char *const kyc_document_type_names[] = {
	[KYC_TYPE_ID] = "id",
	[KYC_TYPE_SELFIE] = "selfie",
	[KYC_TYPE_LIVENESS] = "liveness",
	[KYC_TYPE_PROOF_OF_ADDRESS] = "proof_of_address",
	[KYC_TYPES] = NULL,
};
const char *const kyc_document_kind_names[] = {
	[KYC_PASSPORT] = "passport",
	[KYC_ID_CARD] = "id_card",
	[KYC_DRIVING_LICENSE] = "driving_license",
	[KYC_RESIDENCE_PERMIT] = "residence_permit",
	[KYC_UTILITY_BILL] = "utility_bill",
	[KYC_BANK_STATEMENT] = "bank_statement",
	[KYC_TAX_BILL] = "tax_bill",
	[KYC_GOVERNMENT_LETTER] = "government_letter",
	[KYC_DOCUMENT_KINDS] = NULL,
};
const char *const kyc_side_names[] = {
	[KYC_FRONT] = "front",
	[KYC_BACK] = "back",
	[KYC_SIDES] = NULL,
};
const char *const kyc_action_names[] = {
	[KYC_TURN_LEFT] = "turn_left",
	[KYC_TURN_RIGHT] = "turn_right",
	[KYC_SMILE] = "smile",
	[KYC_BLINK] = "blink",
	[KYC_NOD] = "nod",
	[KYC_ACTIONS] = NULL,
};

unsigned int kyc_document_kind(const char *name)
{
	unsigned int i;

	for (i = 1; i < KYC_DOCUMENT_KINDS; i++) {
		if (!strcmp(kyc_document_kind_names[i], name))
			return i;
	}
	return 0;
}

bool kyc_document_is_biometric(enum kyc_document_type type)
{
	return type == KYC_TYPE_SELFIE || type == KYC_TYPE_LIVENESS;
}

/* A passport's data page is one page (ICAO Doc 9303 part 4); cards have two
 * sides (part 5). A bill is one file, whatever it has of pages. */
unsigned int kyc_document_sides(enum kyc_document_kind kind)
{
	if (kind == KYC_PASSPORT || 1u << kind & KYC_PROOF_KINDS)
		return 1u << KYC_FRONT;
	return 1u << KYC_FRONT | 1u << KYC_BACK;
}

unsigned int kyc_document_sides_of(const struct kyc_step_def *def,
				   enum kyc_document_kind kind)
{
	return def->sides[kind] ? def->sides[kind] : kyc_document_sides(kind);
}

/* A face is a photo; a document may be a scan. */
unsigned int kyc_document_media(const struct kyc_step_def *def)
{
	unsigned int photos = 1u << CHECK_MEDIA_JPEG | 1u << CHECK_MEDIA_PNG |
			      1u << CHECK_MEDIA_WEBP;

	if (def->kind == KYC_STEP_DOCUMENT ||
	    def->kind == KYC_STEP_PROOF_OF_ADDRESS)
		return photos | 1u << CHECK_MEDIA_PDF;
	if (def->kind == KYC_STEP_SELFIE || def->kind == KYC_STEP_LIVENESS)
		return photos;
	return 0;
}

static int media_fits(const struct kyc_step_def *def,
		      const struct kyc_document *d, struct fault *f)
{
	if (kyc_document_media(def) & 1u << d->media)
		return 0;
	return fault_set(f, FAULT_MEDIA_TYPE,
			 "A file of type %s is not taken here.",
			 check_media_name(d->media));
}

static int id_fits(const struct kyc_step_def *def, const struct kyc_document *d,
		   struct fault *f)
{
	if (d->type != KYC_TYPE_ID)
		return fault_field(f, "type", "must be id here");
	if (!d->kind)
		return fault_field(f, "document_kind", "is required");
	if (!(def->document_kinds & 1u << d->kind))
		return fault_field(f, "document_kind",
				   "is not accepted in this step");
	if (!(kyc_document_sides_of(def, d->kind) & 1u << d->side))
		return fault_field(f, "side", "is none of a %s",
				   kyc_document_kind_names[d->kind]);
	return media_fits(def, d, f);
}

static int proof_fits(const struct kyc_step_def *def,
		      const struct kyc_document *d, struct fault *f)
{
	if (d->type != KYC_TYPE_PROOF_OF_ADDRESS)
		return fault_field(f, "type", "must be proof_of_address here");
	if (d->kind && !(def->document_kinds & 1u << d->kind))
		return fault_field(f, "document_kind",
				   "is not accepted in this step");
	if (d->side != KYC_FRONT)
		return fault_field(f, "side", "must be front here");
	return media_fits(def, d, f);
}

static int selfie_fits(const struct kyc_step_def *def,
		       const struct kyc_document *d, struct fault *f)
{
	if (d->type != KYC_TYPE_SELFIE)
		return fault_field(f, "type", "must be selfie here");
	if (d->side != KYC_FRONT)
		return fault_field(f, "side", "must be front here");
	return media_fits(def, d, f);
}

static int frame_fits(const struct kyc_step_def *def,
		      const struct kyc_document *d, struct fault *f)
{
	if (d->type != KYC_TYPE_LIVENESS)
		return fault_field(f, "type", "must be liveness here");
	if (!d->frame)
		return fault_field(f, "type", "comes with a challenge only");
	return media_fits(def, d, f);
}

int kyc_document_fits(const struct kyc_step_def *def,
		      const struct kyc_document *d, struct fault *f)
{
	switch (def->kind) {
	case KYC_STEP_DOCUMENT:
		return id_fits(def, d, f);
	case KYC_STEP_SELFIE:
		return selfie_fits(def, d, f);
	case KYC_STEP_LIVENESS:
		return frame_fits(def, d, f);
	case KYC_STEP_PROOF_OF_ADDRESS:
		return proof_fits(def, d, f);
	default:
		return fault_field(f, "step_id", "takes no document");
	}
}

static const char *open_name(struct kyc *k, const struct uuid *session,
			     const uint8_t key[SEAL_KEY_SIZE],
			     const struct db_rows *rows, unsigned int column)
{
	struct seal_context ctx = kyc_secret_context(k, session, "file_name");
	struct buf plain;
	const void *sealed;
	size_t len;

	buf_init(&plain, k->arena);
	sealed = db_get_bytes(rows, column, &len);
	if (seal_open(key, &ctx, sealed, len, &plain))
		return "";
	return buf_cstr(&plain);
}

void kyc_document_read(struct kyc *k, const struct uuid *session,
		       const uint8_t key[SEAL_KEY_SIZE],
		       const struct db_rows *rows, unsigned int i,
		       struct kyc_document *d)
{
	*d = (struct kyc_document){
		.id = db_get_uuid(rows, i),
		.step_id = db_get_text(rows, i + 1),
		.type = (enum kyc_document_type)db_get_int(rows, i + 2),
		.kind = (enum kyc_document_kind)db_get_int(rows, i + 3),
		.side = (enum kyc_side)db_get_int(rows, i + 4),
		.media = (enum check_media)db_get_int(rows, i + 5),
		.size = db_get_int(rows, i + 6),
		.file_name = open_name(k, session, key, rows, i + 7),
		.uploaded_at = db_get_int(rows, i + 8),
		.frame = (int)db_get_int(rows, i + 9),
		.action = (enum kyc_action)db_get_int(rows, i + 10),
		.tries_left = (int)db_get_int(rows, i + 11),
		.quality = (enum kyc_quality)db_get_int(rows, i + 12),
		.flaw = (enum kyc_flaw)db_get_int(rows, i + 13),
	};
}

int kyc_document_list(struct kyc *k, const struct kyc_session *s,
		      struct kyc_document **out, struct fault *f)
{
	struct kyc_document *list =
		arena_alloc(k->arena, KYC_DOCUMENTS_MAX * sizeof(*list));
	uint8_t key[SEAL_KEY_SIZE] = { 0 };
	struct db_rows rows;
	int n = 0, rc;

	if (db_query(k->db, k->arena, &rows, &LIST, db_uuid(&s->tenant),
		     db_uuid(&s->id), db_int(KYC_DOCUMENTS_MAX)))
		return db_fault(k->db, f);
	/* the key costs a statement: only where there is a name to open */
	while ((rc = db_next(&rows)) > 0) {
		if (!n && kyc_secret_load(k, &s->id, key, f))
			return -1;
		kyc_document_read(k, &s->id, key, &rows, 0, &list[n++]);
	}
	crypto_wipe(key, sizeof(key));
	*out = list;
	return rc < 0 ? db_fault(k->db, f) : n;
}

int kyc_document_load(struct kyc *k, const struct uuid *session,
		      const struct uuid *id, struct kyc_document *out,
		      struct fault *f)
{
	uint8_t key[SEAL_KEY_SIZE];
	struct db_rows rows;
	int rc;

	if (db_query(k->db, k->arena, &rows, &LOAD, db_uuid(&k->who.tenant),
		     db_uuid(session), db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	if (!rc)
		return fault_set(f, FAULT_NOT_FOUND, "Document not found.");
	if (kyc_secret_load(k, session, key, f))
		return -1;
	kyc_document_read(k, session, key, &rows, 0, out);
	crypto_wipe(key, sizeof(key));
	return 0;
}

int kyc_document_exists(struct kyc *k, const struct uuid *tenant,
			const struct uuid *session, const struct uuid *id)
{
	struct db_rows rows;

	if (db_query(k->db, k->arena, &rows, &EXISTS, db_uuid(tenant),
		     db_uuid(session), db_uuid(id)))
		return -1;
	return db_next(&rows);
}
