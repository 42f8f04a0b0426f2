// SPDX-License-Identifier: GPL-3.0-or-later
/* verilock: its steps, and the workflows that they stand for. */
#include <json-c/json.h>

#include "api/verilock/verilock.h"

#define BIT(kind) (1u << KYC_##kind##_CHECK)

const char *const verilock_step_names[VERILOCK_STEPS] = {
	[VERILOCK_DOCUMENT] = "document",
	[VERILOCK_SELFIE] = "selfie",
	[VERILOCK_FACE_MATCH] = "face_match",
	[VERILOCK_LIVENESS] = "liveness",
	[VERILOCK_AML] = "aml",
};

static const struct {
	enum kyc_step_kind kind; /* KYC_NO_STEP: the customer does nothing */
	unsigned int asks;	 /* for these checks */
	unsigned int shows;	 /* where it has no kind: any of these */
} steps[VERILOCK_STEPS] = {
	[VERILOCK_DOCUMENT] = { KYC_STEP_DOCUMENT, BIT(DOCUMENT), 0 },
	[VERILOCK_SELFIE] = { KYC_STEP_SELFIE, 0, 0 },
	[VERILOCK_FACE_MATCH] = { KYC_NO_STEP, BIT(IDENTITY),
				  BIT(IDENTITY) | BIT(ENHANCED_IDENTITY) },
	[VERILOCK_LIVENESS] = { KYC_STEP_LIVENESS, BIT(LIVENESS), 0 },
	[VERILOCK_AML] = { KYC_NO_STEP, BIT(AML), BIT(AML) | BIT(PEP) },
};

enum kyc_step_kind verilock_step_kind(enum verilock_step step)
{
	return steps[step].kind;
}

/* The bit of an item's word; 0 for none. */
static unsigned int bit_of(struct json_object *item)
{
	const char *text;
	size_t len;
	int i;

	if (!json_object_is_type(item, json_type_string))
		return 0;
	text = json_object_get_string(item);
	len = (size_t)json_object_get_string_len(item);
	for (i = 0; i < VERILOCK_STEPS; i++) {
		if (strlen(verilock_step_names[i]) == len &&
		    !memcmp(verilock_step_names[i], text, len))
			return 1u << i;
	}
	return 0;
}

int verilock_steps_read(struct json_object *list, unsigned int *out,
			struct fault *f)
{
	size_t i, n = json_object_array_length(list);
	unsigned int bit;
	char path[32];

	*out = 0;
	for (i = 0; i < n; i++) {
		bit = bit_of(json_object_array_get_idx(list, i));
		*out |= bit;
		if (bit)
			continue;
		snprintf(path, sizeof(path), "steps[%zu]", i);
		fault_field(f, path,
			    "must be one of: document, selfie, face_match, "
			    "liveness, aml");
	}
	return f->code ? -1 : 0;
}

int verilock_steps_workflow(struct kyc *k, unsigned int wanted, struct uuid *id,
			    struct fault *f)
{
	struct kyc_builtin builtin = { .name = NULL };
	struct buf name;
	int i;

	buf_init(&name, k->arena);
	for (i = 0; i < VERILOCK_STEPS; i++) {
		if (!(wanted & 1u << i))
			continue;
		buf_str(&name, name.len ? ", " : "");
		buf_str(&name, verilock_step_names[i]);
		builtin.checks |= steps[i].asks;
		if (steps[i].kind)
			builtin.steps |= 1u << steps[i].kind;
	}
	builtin.name = name.data;
	return kyc_workflow_builtin(k, &builtin, id, f);
}

unsigned int verilock_steps_of(const struct kyc_workflow *w)
{
	unsigned int kinds = 0, checks = w->checks, found = 0;
	size_t i;

	for (i = 0; i < w->all_count; i++) {
		kinds |= 1u << w->steps[i].kind;
		checks |= w->steps[i].checks;
	}
	for (i = 0; i < VERILOCK_STEPS; i++) {
		if (steps[i].kind ? kinds & 1u << steps[i].kind
				  : checks & steps[i].shows)
			found |= 1u << i;
	}
	return found;
}
