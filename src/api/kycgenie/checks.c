// SPDX-License-Identifier: GPL-3.0-or-later
/* kycgenie: profiles, and checks that a request picks by itself. */
#include <json-c/json.h>

#include "api/kycgenie/kycgenie.h"
#include "kyc/check.h"
#include "kyc/workflow.h"

#define BIT(kind) (1u << KYC_##kind##_CHECK)
#define BASIC BIT(DOCUMENT)
#define STANDARD (BASIC | BIT(ENHANCED_IDENTITY))
#define COMPREHENSIVE (STANDARD | BIT(AML) | BIT(PEP))

const char *const kycgenie_profiles[] = { "basic", "standard", "comprehensive",
					  NULL };

static const struct kyc_builtin profiles[] = {
	{ .name = "Basic", .checks = BASIC },
	{ .name = "Standard", .checks = STANDARD },
	{ .name = "Comprehensive", .checks = COMPREHENSIVE },
};

/* The names of the document; those of lists are ours. */
static const struct {
	const char *name;
	enum kyc_check_kind kind;
} types[] = {
	{ "document_check", KYC_DOCUMENT_CHECK },
	{ "identity_check", KYC_IDENTITY_CHECK },
	{ "photo_check", KYC_IDENTITY_CHECK },
	{ "enhanced_identity_check", KYC_ENHANCED_IDENTITY_CHECK },
	{ "video_check", KYC_ENHANCED_IDENTITY_CHECK },
	{ "liveness_check", KYC_ENHANCED_IDENTITY_CHECK },
	{ "proof_of_address_check", KYC_PROOF_OF_ADDRESS_CHECK },
	{ "poa_check", KYC_PROOF_OF_ADDRESS_CHECK },
	{ "aml_check", KYC_AML_CHECK },
	{ "pep_check", KYC_PEP_CHECK },
};

static enum kyc_check_kind kind_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (!strcmp(types[i].name, name))
			return types[i].kind;
	}
	return KYC_NO_CHECK_KIND;
}

/* true, or an object of options that does not say enabled: false. -1 for what
 * is neither. */
static int is_wanted(struct json_object *v)
{
	struct json_object *enabled;

	if (!v) /* null means absent */
		return 0;
	if (json_object_is_type(v, json_type_boolean))
		return json_object_get_boolean(v);
	if (!json_object_is_type(v, json_type_object))
		return -1;
	if (!json_object_object_get_ex(v, "enabled", &enabled) || !enabled)
		return 1;
	return json_object_is_type(enabled, json_type_boolean)
		       ? json_object_get_boolean(enabled)
		       : -1;
}

static void take(struct api_call *call, const char *name, struct json_object *v,
		 unsigned int *checks)
{
	enum kyc_check_kind kind = kind_of(name);
	int wanted = is_wanted(v);

	if (!kind)
		fault_field(&call->fault, "verification_checks",
			    "has no check type \"%s\"", name);
	else if (wanted < 0)
		fault_field(&call->fault, "verification_checks",
			    "%s must be true, false or an object of options",
			    name);
	else if (wanted)
		*checks |= 1u << kind;
}

/* The names of what was picked tell one such workflow from another. */
static const char *name_of(struct api_call *call, unsigned int checks)
{
	struct buf name;
	int kind;

	buf_init(&name, call->req->arena);
	buf_str(&name, "Custom: ");
	for (kind = 1; kind < KYC_CHECK_KINDS; kind++) {
		if (!(checks & 1u << kind))
			continue;
		if (name.data[name.len - 1] != ' ')
			buf_str(&name, ", ");
		buf_str(&name, kyc_check_name((enum kyc_check_kind)kind));
	}
	return name.data;
}

int kycgenie_checks(struct api_call *call, int profile,
		    struct json_object *checks, struct kyc_builtin *out)
{
	if (!checks) {
		*out = profiles[profile];
		return 0;
	}
	*out = (struct kyc_builtin){ .checks = 0 };
	json_object_object_foreach(checks, name, v)
		take(call, name, v, &out->checks);
	if (!call->fault.code && !out->checks)
		fault_field(&call->fault, "verification_checks",
			    "must pick one check or more");
	if (call->fault.code)
		return -1;
	out->name = name_of(call, out->checks);
	return 0;
}
