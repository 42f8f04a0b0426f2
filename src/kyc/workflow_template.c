// SPDX-License-Identifier: GPL-3.0-or-later
/* Workflows that come with the house: the default one and the templates. */
#include "kyc/workflow_part.h"

/* Without titles: the page names these steps in the customer's language. */
#define CONSENT                                                                \
	"{\"step_id\":\"step_consent\",\"kind\":\"consent\","                  \
	"\"options\":{\"text_version\":\"1\"}}"
#define DOCUMENT                                                               \
	"{\"step_id\":\"step_document\",\"kind\":\"document\","                \
	"\"options\":{\"document_kinds\":[\"passport\",\"id_card\","           \
	"\"driving_license\",\"residence_permit\"]}}"
#define SELFIE "{\"step_id\":\"step_selfie\",\"kind\":\"selfie\"}"
#define LIVENESS "{\"step_id\":\"step_liveness\",\"kind\":\"liveness\"}"
#define ADDRESS "{\"step_id\":\"step_address\",\"kind\":\"proof_of_address\"}"

#define FIELD(key, name, type)                                                 \
	"{\"key\":\"" key "\",\"name\":\"" name "\",\"type\":\"" type "\"}"
#define FIELD_OPTIONAL(key, name, type)                                        \
	"{\"key\":\"" key "\",\"name\":\"" name "\",\"type\":\"" type          \
	"\",\"required\":false}"
#define FORM(id, fields)                                                       \
	"{\"step_id\":\"" id                                                   \
	"\",\"kind\":\"form\",\"options\":{\"fields\":[" fields "]}}"
#define PERSON                                                                 \
	FORM("step_form",                                                      \
	     FIELD("full_name", "Full Name", "name") "," FIELD(                \
		     "date_of_birth", "Date of Birth",                         \
		     "date") "," FIELD("email", "Email", "email"))
#define PERSON_WITH_ADDRESS                                                    \
	FORM("step_form",                                                      \
	     FIELD("full_name", "Full Name", "name") "," FIELD(                \
		     "date_of_birth", "Date of Birth",                         \
		     "date") "," FIELD("nationality", "Nationality",           \
				       "country") "," FIELD("address",         \
							    "Home Address",    \
							    "address"))
#define FIRM                                                                                         \
	FORM("step_company",                                                                         \
	     FIELD("legal_name", "Legal Name", "name") "," FIELD(                                    \
		     "registration_number", "Registration Number",                                   \
		     "text") "," FIELD("jurisdiction",                                               \
				       "Country of Registration",                                    \
				       "country") "," FIELD("address",                               \
							    "Registered "                            \
							    "Address",                               \
							    "address") "," FIELD_OPTIONAL("website", \
											  "Website", \
											  "url"))
/* No such workflow: the place of the one that is made with it. */
#define UBOS                                                                   \
	"{\"step_id\":\"step_ubos\",\"kind\":\"subsessions\","                 \
	"\"title\":\"Beneficial owners\",\"options\":{\"workflow_id\":"        \
	"\"00000000-0000-0000-0000-000000000000\",\"min\":1,\"max\":20}}"
#define SHOP                                                                   \
	FORM("step_merchant",                                                  \
	     FIELD("trading_name", "Trading Name", "name") "," FIELD(          \
		     "merchant_website", "Website",                            \
		     "url") "," FIELD("monthly_volume",                        \
				      "Expected Monthly Volume (USD)",         \
				      "number") "," FIELD_OPTIONAL("payout_"   \
								   "wallet",   \
								   "Payout "   \
								   "Wallet",   \
								   "wallet"))
#define SOURCE_OF_FUNDS                                                        \
	"{\"step_id\":\"step_source_of_funds\",\"kind\":\"form\","             \
	"\"title\":\"Source of funds\",\"options\":{\"fields\":["              \
	"{\"key\":\"source_of_funds\",\"name\":\"Source of Funds\","           \
	"\"type\":\"choice\",\"choices\":[{\"value\":\"employment\","          \
	"\"label\":\"Employment\"},{\"value\":\"business\",\"label\":"         \
	"\"Business\"},{\"value\":\"inheritance\",\"label\":\"Inheritance\"}," \
	"{\"value\":\"other\",\"label\":\"Other\"}]},"                         \
	"{\"key\":\"source_of_funds_details\",\"name\":\"Details\","           \
	"\"type\":\"text\",\"min_length\":10}]},"                              \
	"\"when\":{\"check\":\"pep_check\",\"outcome\":[\"consider\","         \
	"\"attention\",\"issue\"]}}"

#define WORKFLOW(name, type, steps, validations, apply)                        \
	"{\"name\":\"" name "\",\"entity_types\":[\"" type                     \
	"\"],\"steps\":[" steps "],\"validations\":[" validations "],"         \
	"\"automation\":{\"process\":\"completion\",\"apply_decision\":" apply \
	"}}"

static const char DEFAULT[] = WORKFLOW(
	"Identity verification", "individual", CONSENT "," DOCUMENT "," SELFIE,
	"\"document_check\",\"identity_check\"", "true");

static const char OWNER[] =
	WORKFLOW("UBO verification", "individual",
		 CONSENT "," PERSON "," DOCUMENT "," SELFIE,
		 "\"document_check\",\"enhanced_identity_check\","
		 "\"aml_check\",\"pep_check\"",
		 "false");

static const struct template
{
	const char *name;
	const char *definition;
	const char *child; /* of the subsessions step; NULL for none */
}
templates[] = {
	{ "basic-kyc",
	  WORKFLOW("Basic KYC", "individual",
		   CONSENT "," PERSON "," DOCUMENT "," SELFIE,
		   "\"document_check\",\"identity_check\"", "false"),
	  NULL },
	{ "company-kyc",
	  WORKFLOW("Company KYC", "company", CONSENT "," FIRM "," UBOS,
		   "\"aml_check\",\"adverse_media_check\"", "false"),
	  OWNER },
	{ "merchant-onboarding",
	  WORKFLOW("Merchant onboarding", "company",
		   CONSENT "," FIRM "," SHOP "," DOCUMENT "," SELFIE
			   "," ADDRESS,
		   "\"document_check\",\"identity_check\","
		   "\"proof_of_address_check\",\"aml_check\","
		   "\"adverse_media_check\",\"crypto_check\",\"web_check\"",
		   "false"),
	  NULL },
	{ "pep-enhanced",
	  WORKFLOW("PEP enhanced due diligence", "individual",
		   CONSENT "," PERSON_WITH_ADDRESS "," DOCUMENT "," LIVENESS
			   "," ADDRESS "," SOURCE_OF_FUNDS,
		   "\"document_check\",\"enhanced_identity_check\","
		   "\"proof_of_address_check\",\"aml_check\",\"pep_check\","
		   "\"adverse_media_check\",\"liveness_check\"",
		   "false"),
	  NULL },
};

/* child, where there is one, stands in for the workflow of every subsessions
 * step. */
static int read_text(struct kyc *k, const char *text, const struct uuid *child,
		     struct kyc_workflow *out, struct fault *f)
{
	struct json_object *o = json_tokener_parse(text);
	size_t i;
	int rc;

	if (!o)
		return fault_internal(f, "a template is no JSON");
	rc = kyc_workflow_read(k, o, out, f);
	json_object_put(o);
	for (i = 0; !rc && child && i < out->step_count; i++) {
		if (out->steps[i].kind == KYC_STEP_SUBSESSIONS)
			out->steps[i].workflow = *child;
	}
	return rc;
}

int kyc_workflow_create_default(struct kyc *k, struct uuid *id, struct fault *f)
{
	struct kyc_workflow *w = arena_new(k->arena, struct kyc_workflow);

	if (read_text(k, DEFAULT, NULL, w, f) || kyc_workflow_create(k, w, f))
		return -1;
	*id = w->id;
	return 0;
}

static int create(struct kyc *k, const struct template *t,
		  struct kyc_workflow *out, struct fault *f)
{
	struct kyc_workflow *child = arena_new(k->arena, struct kyc_workflow);

	if (t->child && (read_text(k, t->child, NULL, child, f) ||
			 kyc_workflow_create(k, child, f)))
		return -1;
	if (read_text(k, t->definition, &child->id, out, f))
		return -1;
	return kyc_workflow_create(k, out, f);
}

int kyc_workflow_from_template(struct kyc *k, const char *name,
			       struct kyc_workflow *out, struct fault *f)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(templates); i++) {
		if (!strcmp(templates[i].name, name))
			return create(k, &templates[i], out, f);
	}
	return fault_set(f, FAULT_NOT_FOUND, "Template not found.");
}
