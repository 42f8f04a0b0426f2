// SPDX-License-Identifier: GPL-3.0-or-later
/* The dossiers protocol: its vocabulary over the verbs of kyc/. */
#ifndef API_DOSSIERS_DOSSIERS_H
#define API_DOSSIERS_DOSSIERS_H

#include "api/api.h"
#include "kyc/list.h"

extern const struct api_protocol dossiers_protocol;

/* One endpoint each. */
int dossiers_create(struct api_call *call);
int dossiers_get(struct api_call *call);
int dossiers_search(struct api_call *call);

struct dossiers_create_args {
	const char *external_id;
	int64_t expires_in_ms;
	const char *customer_email;
	const char *customer_name;
	const char *locale; /* ours: the document has none */
};

struct dossiers_search_args {
	const char *search_query;
	int state; /* index in dossiers_states, or -1 */
	int is_complete;
	int is_invalid;
	int64_t created_from;
	int64_t created_to;
	int sort_by; /* enum kyc_sort */
	int sort_order;
	int64_t limit;
	int64_t offset;
};

/* The words of state; NULL at the end. */
extern const char *const dossiers_states[];
#define DOSSIERS_INVALID (KYC_BIT(KYC_REJECTED) | KYC_BIT(KYC_FAILED))

/* A session as the protocol shows it, as a member of the open array or as the
 * whole body. */
void dossiers_render(struct api_call *call, const struct kyc_session *s,
		     const struct kyc_checks *checks);
/* The same as a member of any object. */
void dossiers_render_session(struct buf *b, const char *key,
			     const struct uuid *organisation,
			     const struct kyc_session *s,
			     const struct kyc_checks *checks);

#endif
