// SPDX-License-Identifier: GPL-3.0-or-later
/* Forms: what a customer types, checked by the type of each field. */
#ifndef KYC_FORM_H
#define KYC_FORM_H

#include "kyc/workflow.h"

/* The values of a form step's fields, by key, checked; out receives a JSON
 * object of the canonical ones (see form.c), in the arena. Every wrong value
 * is FAULT_INVALID with the path "form_data.KEY". values NULL counts as none.
 * The text is personal: seal it. */
int kyc_form_read(struct kyc *k, const struct kyc_step_def *def,
		  struct json_object *values, const char **out,
		  struct fault *f);

/* Seals the text for a step of the session, and the way back. key is the
 * session's. */
void kyc_form_seal(struct kyc *k, const struct kyc_session *s,
		   const char *step_id, const uint8_t *key, const char *text,
		   struct buf *out);
/* NULL where it can't be opened. */
const char *kyc_form_open(struct kyc *k, const struct kyc_session *s,
			  const char *step_id, const uint8_t *key,
			  const void *sealed, size_t len);

/* The value of one field out of such a text, as a string (a number in
 * decimals); NULL where there is none, or where it is an object. */
const char *kyc_form_value(struct kyc *k, const char *form, const char *key);

/* An officially assigned code of ISO 3166-1 alpha-2, or XK (Kosovo). */
bool kyc_country_is(const char *s);

#endif
