// SPDX-License-Identifier: GPL-3.0-or-later
/* The public API: what the customer's page calls, by access token alone. */
#ifndef API_PUBLIC_PUBLIC_H
#define API_PUBLIC_PUBLIC_H

#include "api/api.h"
#include "kyc/step.h"

extern const struct api_protocol public_protocol;

extern const struct api_routes public_subsession_routes;

/* One endpoint each. */
int public_get(struct api_call *call);
int public_open(struct api_call *call);
int public_upload(struct api_call *call);
int public_complete(struct api_call *call);
int public_qr(struct api_call *call);

struct public_complete_args {
	int consent_accepted;
	const char *consent_version;
	const char *consent_locale;
	int document_kind; /* index in public_kinds, or -1 */
	const char *document_country;
};

/* The kinds' words without the empty first one: index + 1 is the kind. */
extern const char *const *const public_kinds;

/* Follows the link of the path; k->who is the customer's then. */
int public_follow(struct api_call *call, bool lock, struct kyc_visit *out);

/* The session as the page shows it. */
int public_reply_session(struct api_call *call, const struct kyc_visit *visit,
			 int status);

#endif
