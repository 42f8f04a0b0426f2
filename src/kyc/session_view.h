// SPDX-License-Identifier: GPL-3.0-or-later
/* What an operator sees of a session besides its row and its steps. */
#ifndef KYC_SESSION_VIEW_H
#define KYC_SESSION_VIEW_H

#include "kyc/detail.h"

struct kyc_session_view {
	struct kyc_detail detail;
	const char *token;     /* of the valid link; NULL where none leads on */
	const char *client_id; /* the entity's external id; NULL for none */
	bool legal_hold;
};

/* One statement. */
int kyc_session_view(struct kyc *k, const struct kyc_session *s,
		     struct kyc_session_view *out, struct fault *f);

/* Whether a link of the session leads on: neither draft nor expired, revoked
 * or failed. */
bool kyc_session_has_link(const struct kyc_session *s);

/* Columns behind KYC_SESSION_COLUMNS for kyc_session_view_read: the wrapped
 * key, the sealed link, the sealed detail, the entity's external id,
 * the legal hold; and the joins that bring them. */
#define KYC_VIEW_COLUMNS                                                       \
	"x.wrapped, l.sealed, d.sealed, e.external_id, s.legal_hold"
#define KYC_VIEW_JOINS_OF_SESSION                                              \
	" LEFT JOIN {keys}.session_key x ON x.tenant_id = s.tenant_id"         \
	" AND x.session_id = s.id"                                             \
	" LEFT JOIN link l ON l.tenant_id = s.tenant_id"                       \
	" AND l.session_id = s.id AND l.generation = s.link_generation"        \
	" LEFT JOIN session_detail d ON d.tenant_id = s.tenant_id"             \
	" AND d.session_id = s.id"
#define KYC_VIEW_JOINS                                                         \
	KYC_VIEW_JOINS_OF_SESSION                                              \
	" LEFT JOIN entity e ON e.tenant_id = s.tenant_id"                     \
	" AND e.id = s.entity_id"
enum { KYC_VIEW_COLUMN_COUNT = 5 };

int kyc_session_view_read(struct kyc *k, const struct db_rows *rows,
			  unsigned int first, const struct kyc_session *s,
			  struct kyc_session_view *out, struct fault *f);

/* The same, and the session's key for what else it opens: wipe it after use. */
int kyc_session_view_open(struct kyc *k, const struct db_rows *rows,
			  unsigned int first, const struct kyc_session *s,
			  uint8_t key[SEAL_KEY_SIZE],
			  struct kyc_session_view *out, struct fault *f);

#endif
