// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows that follow from what a request asks for. */
#include "base/json.h"
#include "crypto/digest.h"
#include "kyc/check.h"
#include "kyc/record.h"
#include "kyc/workflow_part.h"

/* by the primary key */
static const struct db_sql EXISTS = {
	"SELECT 1 FROM workflow WHERE tenant_id = ? AND id = ? LIMIT 1"
};

#define BIT(kind) (1u << KYC_##kind)
#define FACES (BIT(IDENTITY_CHECK) | BIT(ENHANCED_IDENTITY_CHECK))

/* In the order in which customers meet them. */
static const struct {
	enum kyc_step_kind kind;
	unsigned int checks; /* any of these needs it */
	const char *id;
	const char *options;
} steps[] = {
	{ KYC_STEP_CONSENT, 0, "step_consent", "{\"text_version\":\"1\"}" },
	{ KYC_STEP_DOCUMENT, BIT(DOCUMENT_CHECK) | FACES, "step_document",
	  "{\"document_kinds\":[\"passport\",\"id_card\","
	  "\"driving_license\",\"residence_permit\"]}" },
	{ KYC_STEP_SELFIE, BIT(IDENTITY_CHECK), "step_selfie", NULL },
	{ KYC_STEP_LIVENESS, BIT(ENHANCED_IDENTITY_CHECK) | BIT(LIVENESS_CHECK),
	  "step_liveness", NULL },
	{ KYC_STEP_PROOF_OF_ADDRESS, BIT(PROOF_OF_ADDRESS_CHECK),
	  "step_address", NULL },
};

static void render_steps(struct buf *b, const struct kyc_builtin *in)
{
	size_t i;

	json_open(b, "steps", '[');
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!(in->steps & 1u << steps[i].kind) &&
		    !(in->checks & steps[i].checks) &&
		    steps[i].kind != KYC_STEP_CONSENT)
			continue;
		json_open(b, NULL, '{');
		json_str(b, "step_id", steps[i].id);
		json_str(b, "kind", kyc_step_kind_name(steps[i].kind));
		if (steps[i].options)
			json_raw(b, "options", steps[i].options);
		json_close(b, '}');
	}
	json_close(b, ']');
}

static void render(struct buf *b, const struct kyc_builtin *in)
{
	int kind;

	json_open(b, NULL, '{');
	json_str(b, "name", in->name);
	json_raw(b, "entity_types", "[\"individual\"]");
	render_steps(b, in);
	json_open(b, "validations", '[');
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (in->checks & 1u << kind)
			json_str(b, NULL,
				 kyc_check_name((enum kyc_check_kind)kind));
	}
	json_close(b, ']');
	json_raw(b, "automation",
		 "{\"process\":\"completion\",\"apply_decision\":true}");
	json_close(b, '}');
}

/* The text of what was asked for, not of the definition: that one may come to
 * say more, and the workflow is still the same. */
static struct uuid id_of(const struct kyc_builtin *in)
{
	uint8_t digest[DIGEST_SIZE];
	char text[512];
	int n = snprintf(text, sizeof(text), "builtin %x %x %s", in->checks,
			 in->steps, in->name);

	digest_sha256(text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text),
		      digest);
	return uuid_v8(digest);
}

bool kyc_workflow_is_builtin(const struct uuid *id)
{
	return id->b[6] >> 4 == 8;
}

static int make(struct kyc *k, const struct kyc_builtin *in,
		const struct uuid *id, struct fault *f)
{
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);
	struct json_object *o;
	struct buf text;
	int rc;

	buf_init(&text, k->arena);
	render(&text, in);
	o = json_tokener_parse(text.data);
	if (!o)
		return fault_internal(f, "a built-in workflow is no JSON");
	rc = kyc_workflow_read(k, o, w, f);
	json_object_put(o);
	return rc ? -1 : workflow_insert_once(k, w, id, f);
}

int kyc_workflow_builtin(struct kyc *k, const struct kyc_builtin *in,
			 struct uuid *id, struct fault *f)
{
	struct db_rows rows;
	int rc;

	*id = id_of(in);
	if (db_query(k->db, k->arena, &rows, &EXISTS, db_uuid(&k->who.tenant),
		     db_uuid(id)) ||
	    (rc = db_next(&rows)) < 0)
		return db_fault(k->db, f);
	return rc ? 0 : make(k, in, id, f);
}
