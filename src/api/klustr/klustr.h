// SPDX-License-Identifier: GPL-3.0-or-later
/* The klustr protocol: its vocabulary over the verbs of kyc/; and OAuth2 for
 * its service accounts. */
#ifndef API_KLUSTR_KLUSTR_H
#define API_KLUSTR_KLUSTR_H

#include "api/api.h"
#include "api/native.h"

extern const struct api_protocol klustr_protocol;
extern const struct api_protocol oauth2_protocol;

extern const struct api_routes klustr_admin_routes;
extern const struct api_routes klustr_me_routes;

struct klustr_create_args {
	const char *callback;
};
extern const struct param klustr_create_params[1];

/* A session as an object of that key; what it has not is left out. token is
 * that of its valid link, or NULL. */
struct kyc_detail;
void klustr_render_session(struct api_call *call, const char *key,
			   const struct kyc_session *s, const char *token,
			   const struct kyc_detail *d);

/* {id, sessions}, for the open array or as the whole body. */
void klustr_render_client(struct api_call *call, const char *id,
			  const struct kyc_client *c);

/* What both kinds of endpoint do, for the person of that id. */
int klustr_create(struct api_call *call, const char *id);
int klustr_sessions(struct api_call *call, const char *id);
int klustr_status(struct api_call *call);

#endif
